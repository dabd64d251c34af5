"""Three-valued answers and the doubts that make an answer unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum


class Answer(IntEnum):
    """What a hop does with a packet; ordered so that `min` is the answer of a whole path."""

    DENY = 0
    UNKNOWN = 1
    ALLOW = 2

    @classmethod
    def of(cls, truth: bool) -> Answer:
        """ALLOW for true, DENY for false."""
        return cls.ALLOW if truth else cls.DENY

    @property
    def opposite(self) -> Answer:
        """The logical not; the unknown stays unknown."""
        return Answer(2 - self)


def all_of(answers: Iterable[Answer]) -> Answer:
    """The logical and: deny, then unknown, then allow. ALLOW of nothing."""
    return min(answers, default=Answer.ALLOW)


def any_of(answers: Iterable[Answer]) -> Answer:
    """The logical or: allow, then unknown, then deny. DENY of nothing."""
    return max(answers, default=Answer.DENY)


class DoubtKind(Enum):
    """Why something cannot be known."""

    NOT_COLLECTED = "not-collected"
    SHARED_VPC = "shared-vpc"
    NOT_MODELLED = "not-modelled"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is missing for an answer: a sentence fragment and, where there is one, the object.

    `unread_account` is an account whose reading would tell more, where that is not `account`'s own.
    """

    kind: DoubtKind
    text: str
    resource_id: str = ""
    resource_type: str = ""
    account: str = ""
    unread_account: str = ""
