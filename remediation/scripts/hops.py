"""Hops: what one object on the way does with packets, for every address and port that may occur."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from remediation.scripts.spans import Span, Spans, both, within

DENIED, UNSURE, OPEN = 0, 1, 2


class Slice(NamedTuple):
    """On some ports: the addresses surely let through, and those possibly."""

    ports: Span
    allowed: Spans
    possible: Spans


class Hop(NamedTuple):
    """An answer, the sentence fragment that says why, and the security group that could be opened.

    `slices` (with `axis`, the end whose addresses they tell apart) where packets are not all treated alike.
    """

    answer: int
    text: str = ""
    group_id: str = ""
    axis: str = ""
    universe: Spans = ()
    slices: tuple[Slice, ...] = ()


class Universe(NamedTuple):
    """The addresses of one end. All of them occur, or one that nobody knows, for the reason `doubt`."""

    axis: str
    spans: Spans
    exact: bool = True
    doubt: str = ""


ANY_PORT = (0, 65535)


def passage(
    text: str, of: Universe, slices: Iterable[Slice], *, port_known: bool = True, group_id: str = ""
) -> Hop:
    """A hop from what it lets through; unknown if only one of its addresses or ports is meant, and not all
    of them pass."""
    pieces = tuple(slices)
    spans = of.spans
    if all(within(spans, piece.allowed) for piece in pieces):
        return Hop(OPEN, text)
    shut = [not both(spans, piece.possible) for piece in pieces]
    if all(shut):
        return Hop(DENIED, text, group_id)
    alike = all(closed or within(spans, piece.allowed) for closed, piece in zip(shut, pieces, strict=True))
    if not port_known or not (of.exact or alike):
        return Hop(UNSURE, of.doubt or text)
    possible = all(within(spans, piece.possible) for piece in pieces)
    if possible:
        return Hop(UNSURE, of.doubt or text, "", of.axis, spans, pieces)
    return Hop(DENIED, text, group_id, of.axis, spans, pieces)


def unsure(text: object) -> Hop:
    """A hop that cannot be judged, and why."""
    return Hop(UNSURE, str(text))


def deciding(hops: Iterable[Hop]) -> Hop:
    """The hop that decides over all of them: the first denial, else the first doubt, else an open one."""
    return min(hops, key=lambda hop: hop.answer, default=Hop(OPEN))


def all_denied(hops: list[Hop]) -> bool:
    """Whether the hops together let no packet through at all."""
    if any(hop.answer == DENIED and not hop.slices for hop in hops):
        return True
    partial = [hop for hop in hops if hop.slices]
    if not any(hop.answer == DENIED for hop in partial):
        return False
    edges = {edge for hop in partial for piece in hop.slices for edge in (piece.ports[0], piece.ports[1] + 1)}
    return not any(_some_pass(partial, port) for port in sorted(edges)[:-1])


def _some_pass(hops: list[Hop], port: int) -> bool:
    for axis in ("source", "destination"):
        left: Spans | None = None
        for hop in (hop for hop in hops if hop.axis == axis):
            piece = next((each for each in hop.slices if each.ports[0] <= port <= each.ports[1]), None)
            if piece is None:
                return False
            through = both(piece.possible, hop.universe)
            left = through if left is None else both(left, through)
        if left == ():
            return False
    return True
