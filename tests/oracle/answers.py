"""Three-valued answers about one packet, and how they combine along a path and over packets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a hop says to a packet."""

    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one hop says to one packet, why, and which AWS object said it."""

    kind: Kind
    reason: str = ""
    by: str = ""


ALLOW = Answer(Kind.ALLOW)


class NotCollectedError(Exception):
    """An operation whose answer is needed is not in the snapshot; the argument names it."""


def deny(reason: str, by: str) -> Answer:
    return Answer(Kind.DENY, reason, by)


def unknown(reason: str, by: str) -> Answer:
    return Answer(Kind.UNKNOWN, reason, by)


def ask(question: Callable[[], Answer]) -> Answer:
    """The answer to a question, or that something it needs was not collected."""
    try:
        return question()
    except NotCollectedError as missing:
        return unknown("not-collected", str(missing))


def along(answers: Iterable[Answer]) -> Answer:
    """The answer of a whole path: the first deny, else the first unknown, else allow."""
    found = list(answers)
    for kind in (Kind.DENY, Kind.UNKNOWN):
        for each in found:
            if each.kind is kind:
                return each
    return ALLOW


def either(answers: Iterable[Kind]) -> Kind:
    """The answer of several permissions: allow, else unknown, else deny."""
    found = set(answers)
    return next((kind for kind in (Kind.ALLOW, Kind.UNKNOWN) if kind in found), Kind.DENY)


PATH_ORDER = ("broker-missing", "no-route", "network-acl-denies", "endpoint-policy-denies")


def over_packets(answers: Iterable[Answer]) -> Answer:
    """The answer for one destination from the answers of all packets to it.

    Denied for all packets, a destination keeps its own reason, the one that comes first along the path;
    allowed for some and denied for others, it is `partial`.
    """
    found = set(answers)
    denied = [each for each in found if each.kind is Kind.DENY]
    unsure = sorted((each for each in found if each.kind is Kind.UNKNOWN), key=lambda each: each.reason)
    if denied and any(each.kind is Kind.ALLOW for each in found):
        return deny("partial", ", ".join(sorted({each.by for each in denied})))
    if denied:
        return min(denied, key=lambda each: (_place_on_path(each.reason), each.by))
    return unsure[0] if unsure else ALLOW


def _place_on_path(reason: str) -> int:
    return PATH_ORDER.index(reason) if reason in PATH_ORDER else len(PATH_ORDER)
