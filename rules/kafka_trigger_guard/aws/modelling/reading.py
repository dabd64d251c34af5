"""From snapshots to the typed model: AWS's dictionaries end here.

A malformed item does not stop the reading: its list counts as not wholly collected, so that whatever depends
on it is unknown and names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from kafka_trigger_guard.aws.snapshot import Snapshot
from kafka_trigger_guard.network.model import Gap

T = TypeVar("T")
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)
"""What a parser raises on parts that are not as AWS answers them."""

LISTINGS = (
    "lambda:ListEventSourceMappings",
    "kafka:ListClustersV2",
    "ec2:DescribeVpcs",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeSubnets",
    "ec2:DescribeRouteTables",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeNatGateways",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "ec2:DescribeVpcBlockPublicAccessExclusions",
    "ec2:DescribeTransitGateways",
    "ec2:DescribeTransitGatewayAttachments",
    "ec2:DescribeTransitGatewayVpcAttachments",
    "route53profiles:ListProfileAssociations",
)
"""The operations of snapshot format 1 that answer one list; the others are keyed by resource."""


class Reader:
    """Reads one snapshot's responses item by item, and notes what is missing or malformed as gaps."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.gaps: dict[tuple[str, str, str], Gap] = {}
        for operation, error in snapshot.errors.items():
            self.note(operation, error.code)
        for operation in LISTINGS:
            if operation not in snapshot.responses and operation not in snapshot.errors:
                self.note(operation, "")

    @property
    def scope(self) -> tuple[str, str]:
        """The snapshot's account and Region."""
        return self.snapshot.account, self.snapshot.region

    def note(self, operation: str, why: str) -> None:
        """Remember that an operation, or one resource's call of it, was not wholly collected."""
        account, region = self.scope
        self.gaps.setdefault((account, region, operation), Gap(operation, account, region, why))

    def items(self, operation: str, member: str, parse: Callable[[Any], T]) -> list[T]:
        """All items of a list response that can be parsed."""
        if operation not in self.snapshot.responses:
            return []
        try:
            raw = listed(self.snapshot.responses[operation], member)
        except MALFORMED:
            self.note(operation, f"malformed: {member} is no list")
            return []
        return list(self._parsed(operation, raw, parse))

    def keyed(self, operation: str) -> Iterator[tuple[str, Any]]:
        """The responses of an operation that is keyed by resource."""
        answers = self.snapshot.responses.get(operation, {})
        if not isinstance(answers, dict):
            self.note(operation, "malformed: not keyed by resource")
            return
        yield from answers.items()

    def keyed_items(
        self, operation: str, member: str, parse: Callable[[str, Any], T]
    ) -> Iterator[tuple[str, list[T]]]:
        """By resource, all items of its list; a resource with a malformed list or item is left out."""
        for key, answer in self.keyed(operation):
            try:
                yield key, [parse(key, item) for item in listed(answer, member)]
            except MALFORMED as error:
                self.note(f"{operation} {key}", f"malformed: {_short(error)}")

    def one(self, operation: str, key: str, answer: Any, parse: Callable[[Any], T]) -> T | None:
        """One keyed response, or None with a gap if it is malformed."""
        try:
            return parse(answer)
        except MALFORMED as error:
            self.note(f"{operation} {key}" if key else operation, f"malformed: {_short(error)}")
            return None

    def _parsed(self, operation: str, raw: Sequence[Any], parse: Callable[[Any], T]) -> Iterator[T]:
        for item in raw:
            try:
                yield parse(item)
            except MALFORMED as error:
                self.note(operation, f"malformed item: {_short(error)}")


def listed(answer: Any, member: str) -> list[Any]:
    """A member that must be a list. Raises TypeError or KeyError."""
    found = answer[member]
    if not isinstance(found, list):
        raise TypeError(f"{member} is no list")
    return found


def text(item: Mapping[str, Any], name: str) -> str:
    """A member that must be text, and some. Raises KeyError or TypeError."""
    found = item[name]
    if not isinstance(found, str) or not found:
        raise TypeError(f"{name} is no text")
    return found


def maybe_text(item: Mapping[str, Any], name: str) -> str | None:
    """A member that may be absent, null or empty, else text. Raises TypeError."""
    return None if item.get(name) in (None, "") else text(item, name)


def texts(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of text that may be absent. Raises TypeError."""
    found = item.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
        raise TypeError(f"{name} is no list of text")
    return tuple(found)


def objects(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects that may be absent. Raises TypeError."""
    found = item.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise TypeError(f"{name} is no list of objects")
    return found


def mapping(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object that may be absent or null. Raises TypeError."""
    found = item.get(name) or {}
    if not isinstance(found, dict):
        raise TypeError(f"{name} is no object")
    return found


def flag(item: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A Boolean that may be absent or null. Raises TypeError."""
    found = item.get(name)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise TypeError(f"{name} is no Boolean")
    return found


def _short(error: Exception) -> str:
    said = str(error).strip("'\"") or type(error).__name__
    return f"{said} is missing" if isinstance(error, KeyError) else said[:120]
