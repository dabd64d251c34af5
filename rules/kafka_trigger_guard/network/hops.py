"""Hops: what one AWS object does with a packet, exactly, over every address and port that may occur."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.lacks import Lack
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.network.ranges import ALL_PORTS, RangeSet, Span


class HopKind(Enum):
    """What a hop is about. Every kind of a path belongs to exactly one rule."""

    EGRESS = "egress"
    ROUTE = "route"
    NETWORK_ACL = "network-acl"
    ARRIVAL = "arrival"
    INGRESS = "ingress"
    POLICY = "policy"


class Axis(Enum):
    """Which end's addresses a hop tells apart."""

    SOURCE = "source"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class Slice:
    """For one span of return ports: the addresses surely let through, and those possibly let through."""

    ports: Span
    allowed: RangeSet
    possible: RangeSet


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a hop that does not treat all packets alike lets them through."""

    axis: Axis
    universe: RangeSet
    slices: tuple[Slice, ...]


Say = str | Callable[[], str]
"""A sentence fragment, or how to make it: most are never read."""


@dataclass(frozen=True, slots=True, eq=False)
class Hop:
    """One hop: its answer, the object that decided, and a sentence fragment that says how.

    `extent` is set where the answer differs between packets; then `answer` is DENY if some packet is
    denied, else UNKNOWN. `via` names what the packet passes on the way, and `lack` what a hop that denies
    lacks, both for explanations.
    """

    kind: HopKind
    answer: Answer
    resource: Resource
    say: Say
    extent: Extent | None = None
    doubt: Doubt | None = None
    via: tuple[Resource, ...] = ()
    back: bool = False
    lack: Lack | None = None

    @property
    def text(self) -> str:
        """What the hop does, as a sentence fragment."""
        return self.say if isinstance(self.say, str) else self.say()


class Share(Enum):
    """How many of the packets get through, as far as is known."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a series of hops does together; `hop` is the one that decides, None if all is let through."""

    share: Share
    hop: Hop | None = None
    certain: bool = False
    """Whether some packet surely gets through although others are denied."""


OPEN = Outcome(Share.ALL, None, certain=True)
_RANK = {kind: rank for rank, kind in enumerate(HopKind)}
_RANK[HopKind.ROUTE] = -1


def rank_of(hop: Hop) -> int:
    """Where a hop stands among those that deny: the first reason along the path wins."""
    return _RANK[hop.kind]


def passage(
    kind: HopKind,
    resource: Resource,
    say: Say,
    extent: Extent,
    doubt: Doubt | None = None,
    *,
    exact: bool = True,
    port_known: bool = True,
    back: bool = False,
    lack: Lack | None = None,
) -> Hop:
    """A hop from what it lets through.

    With `exact` false the address is one of the universe, with `port_known` false the port is one of the
    slices', and nobody knows which: then letting only some through is unknown for the reason `doubt`.
    """

    def hop(answer: Answer, where: Extent | None = None, why: Doubt | None = None) -> Hop:
        return Hop(kind, answer, resource, say, where, why, back=back, lack=lack)

    universe, slices = extent.universe, extent.slices
    if all(universe <= piece.allowed for piece in slices):
        return hop(Answer.ALLOW)
    if not any(piece.possible.overlaps(universe) for piece in slices):
        return hop(Answer.DENY)
    if not port_known or (not exact and not _alike_for_every_address(extent)):
        return hop(Answer.UNKNOWN, None, doubt)
    if all(universe <= piece.possible for piece in slices):
        return hop(Answer.UNKNOWN, extent, doubt)
    return hop(Answer.DENY, extent, doubt)


def _alike_for_every_address(extent: Extent) -> bool:
    """Whether each port is open to all addresses or to none, so that it is no matter which is meant."""
    return all(
        extent.universe <= piece.allowed or not piece.possible.overlaps(extent.universe)
        for piece in extent.slices
    )


def on_all_ports(axis: Axis, universe: RangeSet, allowed: RangeSet, possible: RangeSet) -> Extent:
    """The extent of a hop for which return ports make no difference."""
    return Extent(axis, universe, (Slice(ALL_PORTS.spans[0], allowed, possible),))


def outcome(hops: Iterable[Hop]) -> Outcome:
    """What the hops do together: deny, then unknown, then allow, for every packet by itself."""
    closed = [hop for hop in hops if hop.answer is not Answer.ALLOW]
    if not closed:
        return OPEN
    closed.sort(key=lambda hop: _RANK[hop.kind])
    shut = next((hop for hop in closed if hop.answer is Answer.DENY and hop.extent is None), None)
    if shut is not None:
        return Outcome(Share.NONE, shut)
    partly = [hop for hop in closed if hop.extent is not None]
    denying = next((hop for hop in partly if hop.answer is Answer.DENY), None)
    if denying is None:
        return Outcome(Share.UNKNOWN, closed[0])
    if not _some_packet(partly, sure=False):
        return Outcome(Share.NONE, denying)
    sure = all(hop.extent is not None for hop in closed) and _some_packet(partly, sure=True)
    return Outcome(Share.SOME, denying, certain=sure)


def _some_packet(hops: Sequence[Hop], *, sure: bool) -> bool:
    extents = [hop.extent for hop in hops if hop.extent is not None]
    edges = sorted({edge for e in extents for s in e.slices for edge in (s.ports[0], s.ports[1] + 1)})
    return any(_open_at(extents, port, sure=sure) for port in edges[:-1])


def _open_at(extents: Sequence[Extent], port: int, *, sure: bool) -> bool:
    for axis in Axis:
        left: RangeSet | None = None
        for extent in extents:
            if extent.axis is axis:
                through = _through(extent, port, sure=sure)
                if through is None:
                    return False
                left = through if left is None else left & through
        if left is not None and not left:
            return False
    return True


def _through(extent: Extent, port: int, *, sure: bool) -> RangeSet | None:
    for piece in extent.slices:
        if piece.ports[0] <= port <= piece.ports[1]:
            return (piece.allowed if sure else piece.possible) & extent.universe
    return None
