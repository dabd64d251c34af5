"""Where packets from a subnet arrive."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.lacks import Lack
from kafka_trigger_guard.network.model import Resource, Subnet
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.network.security_groups import Relation


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where some addresses are reached from a subnet: in VPC `vpc_id`, if the answer is ALLOW.

    `exit_subnets` are those of the near transit gateway attachment by which packets leave, `home_subnets` all
    of it, `entry_subnets` all of the far one; in appliance mode packets come out in any zone of these.
    """

    addresses: RangeSet
    answer: Answer
    resource: Resource
    text: str
    doubt: Doubt | None = None
    vpc_id: str | None = None
    relation: Relation = Relation.SAME_VPC
    via: tuple[Resource, ...] = ()
    exit_subnets: tuple[Subnet, ...] = ()
    home_subnets: tuple[Subnet, ...] = ()
    entry_subnets: tuple[Subnet, ...] = ()
    lack: Lack | None = None
    home_in_appliance_mode: bool = False
    entry_in_appliance_mode: bool = False

    def landing(self, zone: str) -> tuple[Subnet, ...]:
        """The far attachment's subnets in which packets from a zone come out."""
        return self.entry_subnets if self.entry_in_appliance_mode else kept(self.entry_subnets, zone)

    def home_landing(self, zone: str) -> tuple[Subnet, ...]:
        """The near attachment's subnets in which answers from a zone come out."""
        return self.home_subnets if self.home_in_appliance_mode else kept(self.home_subnets, zone)


def kept(attachment_subnets: tuple[Subnet, ...], zone: str) -> tuple[Subnet, ...]:
    """Where traffic leaves a transit gateway, which keeps it in its zone if the VPC is attached there.
    vpc/latest/tgw/transit-gateway-appliance-scenario"""
    return tuple(s for s in attachment_subnets if s.zone == zone) or attachment_subnets
