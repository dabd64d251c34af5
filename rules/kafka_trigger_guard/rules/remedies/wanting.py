"""What is wanting on the ways of a trigger: a lack of one object, with both ends of the ways that meet it."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.lacks import Lack
from kafka_trigger_guard.network.model import Resource, Subnet, Vpc
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.rules.remedies.aws_commands import cidr_blocks


@dataclass(frozen=True, slots=True)
class Ends:
    """One end of the ways that lack something: its VPC (None outside those that were read), addresses,
    subnets, and the security groups that its interfaces carry, if these are known."""

    vpc: Vpc | None
    addresses: RangeSet
    subnets: tuple[Subnet, ...] = ()
    group_ids: tuple[str, ...] = ()

    @property
    def blocks(self) -> list[str]:
        """The VPC's CIDR blocks in which the addresses lie, or the addresses themselves."""
        blocks = [RangeSet((span,)) for span in (self.vpc.blocks if self.vpc is not None else ())]
        found = [block for span in blocks if span.overlaps(self.addresses) for block in cidr_blocks(span)]
        return found or cidr_blocks(self.addresses)


@dataclass(frozen=True, slots=True)
class Wanting:
    """Something lacking at an object, on all ways from one end to the other that lack it."""

    lack: Lack
    resource: Resource
    region: str
    sender: Ends
    destination: Ends
    back: bool = False
    reserved: frozenset[int] = frozenset()
    """Numbers of network ACL entries that other repairs of the same ACL take."""

    @property
    def whither(self) -> Ends:
        """Where packets are to be led."""
        return self.sender if self.back else self.destination

    @property
    def whence(self) -> Ends:
        """Where they come from."""
        return self.destination if self.back else self.sender

    @property
    def concerned(self) -> RangeSet:
        """The addresses to be let through, of whole subnets where these are known."""
        end = self.destination if self.lack.at_destination else self.sender
        return RangeSet.of(s for subnet in end.subnets for s in subnet.addresses.spans) or end.addresses

    @property
    def reference(self) -> str:
        """The group that a rule of the asked group names; empty where the ends are not in one VPC, for there
        alone references match whatever joins them. vpc/latest/userguide/security-group-rules"""
        here, there = self.sender.vpc, self.destination.vpc
        if here is None or there is None or here.id != there.id:
            return ""
        end = self.destination if self.lack.at_destination else self.sender
        return end.group_ids[0] if end.group_ids else ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What one account must do for some rules: why, at which object, and the commands that do it, in order.

    `advice` is one sentence: what to do where what was read does not tell a command, or what is left to do
    after the commands. A remedy has commands or advice, or both.
    """

    rules: tuple[str, ...]
    account: str
    resource: Resource
    why: str
    commands: tuple[str, ...] = ()
    advice: str = ""
