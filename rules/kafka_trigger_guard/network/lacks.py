"""What a hop that denies lacks: which object must change, and who may change it.

Explanations turn a lack into the command that supplies it; judging a path needs none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kafka_trigger_guard.network.ranges import EMPTY, RangeSet


class LackKind(Enum):
    """What is missing, or is not as it must be."""

    GROUP_RULE = "a rule of a security group"
    ACL_ENTRY = "an entry of a network ACL"
    ROUTE = "a route of a VPC's route table"
    WORKING_ROUTE = "a route of a VPC's route table in place of one that leads nowhere"
    TRANSIT_ROUTE = "a route of a transit gateway route table"
    WORKING_TRANSIT_ROUTE = "a route of a transit gateway route table in place of a blackhole"
    ASSOCIATION = "an attachment's association with a route table"
    ATTACHMENT = "a VPC's attachment to a transit gateway"
    ATTACHED_ZONE = "an attachment's subnet in a zone"
    ACCEPTANCE = "the acceptance of an attachment or peering"
    PEERING = "a peering that is active"
    WORKING_NAT = "a NAT gateway that is available and public"
    INTERNET_ROUTE = "a route to an internet gateway"
    INTERNET_GATEWAY = "the attachment of an internet gateway"
    EXCLUSION = "an exclusion from VPC Block Public Access"
    FORWARDING = "that an interface forwards what is not its own"
    PUBLIC_ADDRESS = "an interface's public address"


@dataclass(frozen=True, slots=True)
class Lack:
    """One missing thing; `account` may supply it.

    `at_destination` says that the destination's addresses are to be let through, or routed, not the sender's.
    `link` is the object that a route shall lead to, or the gateway or VPC to be joined, where it is known.
    """

    kind: LackKind
    account: str
    at_destination: bool = False
    egress: bool = False
    ports: RangeSet = EMPTY
    link: str = ""
