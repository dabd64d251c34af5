"""How much payload a trigger sends in a month, and how anybody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from kafka_trigger_guard.cost.charges import DAYS
from kafka_trigger_guard.cost.money import quantity, quoted


class Basis(Enum):
    """Where a volume is from, the surest first."""

    STATED = "stated"
    TOPICS = "topics"
    CLUSTER = "cluster"
    NAT = "nat"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Volume:
    """GB of a month, both directions together; None if nobody knows. `basis` and `how` say where it is from.

    `at_most` says that it is an upper limit: others' traffic is in the figure, and no trigger shares it.
    """

    gb: Decimal | None
    basis: Basis
    how: str
    at_most: bool = False

    @property
    def estimated(self) -> bool:
        """Whether it was worked out from what others measured rather than stated by the user."""
        return self.basis in (Basis.TOPICS, Basis.CLUSTER, Basis.NAT)

    @property
    def told(self) -> str:
        """The volume as people read it."""
        if self.gb is None:
            return "an unknown volume"
        kind = "at most " if self.at_most else "an estimated " if self.estimated else ""
        return f"{kind}{quantity(self.gb)} a month ({quantity(self.gb / DAYS)} a day)"


UNKNOWN = Volume(
    None, Basis.UNKNOWN, "nothing measured it: state it with --gb-per-day, or let CloudWatch be read"
)


class VolumeError(ValueError):
    """A volume that cannot be used; the message is one line that says what to write."""


_GB = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Stated:
    """The GB a day that the user states: of single triggers by UUID, and of every other one."""

    each: Decimal | None = None
    by_uuid: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Stated:
        """From `N`, for every trigger, or `UUID=N`, for one; the last one counts. Raises VolumeError."""
        each, by_uuid = None, {}
        for text in texts:
            uuid, equals, number = text.rpartition("=")
            if not _GB.fullmatch(number.strip()) or (equals and not uuid.strip()):
                raise VolumeError(
                    f"--gb-per-day {quoted(text)}: write GB a day as 120.5, or UUID=120.5 for one trigger"
                )
            if equals:
                by_uuid[uuid.strip()] = Decimal(number.strip())
            else:
                each = Decimal(number.strip())
        return cls(each, by_uuid)

    def of_trigger(self, uuid: str) -> Volume | None:
        """The volume that is stated of a trigger."""
        a_day = self.by_uuid.get(uuid, self.each)
        if a_day is None:
            return None
        return Volume(a_day * DAYS, Basis.STATED, f"stated with --gb-per-day {a_day}")
