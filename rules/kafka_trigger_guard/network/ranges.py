"""Exact arithmetic over whole numbers: IPv4 addresses and TCP ports as sets of intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network

Span = tuple[int, int]
"""First and last number of an interval, both inside it."""


@dataclass(frozen=True, slots=True)
class RangeSet:
    """A set of whole numbers, kept as sorted spans that neither touch nor overlap."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> RangeSet:
        """The union of any spans, in any order."""
        return cls(tuple(_merged(sorted(spans))))

    @classmethod
    def single(cls, number: int) -> RangeSet:
        """The set of one number."""
        return cls(((number, number),))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.spans)

    def __or__(self, other: RangeSet) -> RangeSet:
        if not self.spans:
            return other
        return RangeSet.of(self.spans + other.spans) if other.spans else self

    def __and__(self, other: RangeSet) -> RangeSet:
        if self.spans == other.spans:
            return self
        return RangeSet(tuple(_common(self.spans, other.spans)))

    def __sub__(self, other: RangeSet) -> RangeSet:
        if not self.spans or not other.spans:
            return self
        return RangeSet(tuple(_left_over(self.spans, other.spans)))

    def __le__(self, other: RangeSet) -> bool:
        """Whether every number of this set is in the other."""
        if len(self.spans) != 1:
            return not (self - other).spans
        first, last = self.spans[0]
        for start, end in other.spans:  # noqa: SIM110 - a loop, not any(): this is the innermost of all
            if start <= first and last <= end:
                return True
        return False

    def overlaps(self, other: RangeSet) -> bool:
        """Whether some number is in both sets."""
        return any(a <= d and c <= b for a, b in self.spans for c, d in other.spans)

    @property
    def first(self) -> int:
        """The lowest number. Raises IndexError on the empty set."""
        return self.spans[0][0]

    def sole(self) -> int | None:
        """The only number of the set, or None if it has none or several."""
        if len(self.spans) == 1 and self.spans[0][0] == self.spans[0][1]:
            return self.spans[0][0]
        return None


EMPTY = RangeSet()
ALL_IPV4 = RangeSet(((0, 2**32 - 1),))
ALL_PORTS = RangeSet(((0, 65535),))
RETURN_PORTS = RangeSet(((1024, 65535),))
"""Where answers go: AWS's general advice for clients whose ephemeral range is not documented.
vpc/latest/userguide/vpc-network-acls"""


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for first, last in spans:
        if current is None:
            current = (first, last)
        elif first <= current[1] + 1:
            current = (current[0], max(current[1], last))
        else:
            yield current
            current = (first, last)
    if current is not None:
        yield current


def _common(left: tuple[Span, ...], right: tuple[Span, ...]) -> Iterator[Span]:
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            yield first, last
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1


def _left_over(spans: tuple[Span, ...], holes: tuple[Span, ...]) -> Iterator[Span]:
    for first, last in spans:
        start = first
        for hole_first, hole_last in holes:
            if hole_last < start or hole_first > last:
                continue
            if hole_first > start:
                yield start, hole_first - 1
            start = hole_last + 1
        if start <= last:
            yield start, last


@lru_cache(maxsize=65536)
def cidr(block: str) -> RangeSet:
    """The addresses of an IPv4 CIDR block; a bare address counts as /32. Raises ValueError."""
    if "/" not in block:
        return RangeSet.single(int(IPv4Address(block)))
    network = IPv4Network(block, strict=False)
    return RangeSet(((int(network.network_address), int(network.broadcast_address)),))


@lru_cache(maxsize=65536)
def address(text: str) -> int:
    """An IPv4 address as a number. Raises ValueError on anything else."""
    return int(IPv4Address(text))


def prefix_length(span: Span) -> int:
    """The length of the prefix whose block is as long as the span, rounded down."""
    return 33 - (span[1] - span[0] + 1).bit_length()


def dotted(number: int) -> str:
    """An IPv4 address as people write it."""
    return str(IPv4Address(number))


_NOT_PUBLIC = RangeSet.of(
    cidr(block).spans[0]
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
PUBLIC_IPV4 = ALL_IPV4 - _NOT_PUBLIC
"""Every address that the internet routes; where a service's public addresses lie somewhere.
IANA IPv4 Special-Purpose Address Registry"""
