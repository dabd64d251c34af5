"""Three-valued answers about one packet, and how they combine along a path and over packets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    also: frozenset[str] = frozenset()

    @property
    def reasons(self) -> frozenset[str]:
        """The reason, and those that the contract allows instead of it."""
        return self.also | {self.reason}


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


PATH_ORDER = ("no-route", "network-acl-denies", "endpoint-policy-denies", "broker-missing")


def over_packets(answers: Iterable[Answer]) -> Answer:
    """The answer for one destination from the answers of all packets to it, each of one hop."""
    return over_paths([answer] for answer in answers)


def over_paths(paths: Iterable[Sequence[Answer]]) -> Answer:
    """The answer for one destination from the hops of all packets to it.

    Allowed for some packets and denied for others, a destination is `partial`. Denied for all of them it
    keeps its own reason, the first along the path; where paths differ, the contract leaves open whose, and
    whether it is that of a hop which denies them all.
    """
    found = {tuple(path) for path in paths}
    answers = {along(path) for path in found}
    denied = [each for each in answers if each.kind is Kind.DENY]
    unsure = sorted((each for each in answers if each.kind is Kind.UNKNOWN), key=lambda each: each.reason)
    if denied and any(each.kind is Kind.ALLOW for each in answers):
        return deny("partial", ", ".join(sorted({each.by for each in denied})))
    if denied:
        first = min(denied, key=lambda each: (_place_on_path(each.reason), each.by))
        also = _denying_all(found) | {each.reason for each in denied}
        return Answer(Kind.DENY, first.reason, first.by, also | {"partial"} if unsure else also)
    if not unsure:
        return ALLOW
    reasons = {hop.reason for path in found for hop in path if hop.kind is Kind.UNKNOWN}
    return Answer(Kind.UNKNOWN, unsure[0].reason, unsure[0].by, unsure[0].also | reasons)


def _denying_all(paths: Iterable[Sequence[Answer]]) -> frozenset[str]:
    """The reasons that are on the path of every packet that is known to be denied."""
    denials = [{hop.reason for hop in path if hop.kind is Kind.DENY} for path in paths]
    return frozenset(set.intersection(*(reasons for reasons in denials if reasons)))


def _place_on_path(reason: str) -> int:
    return PATH_ORDER.index(reason) if reason in PATH_ORDER else len(PATH_ORDER)
