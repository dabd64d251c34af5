"""A topology whose reachability somebody has stated, and how the product is asked for the same.

A poller sits where the source has its sender, and a broker where it has its destination: every group admits
everything, so routes and network ACLs alone decide. `ways` holds, for each pair of hosts, at which object
packets one way stop, or "" where they arrive.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Self

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.ranges import RangeSet, address
from kafka_trigger_guard.rules.findings import Finding
from tests.networks.corpora_estate import Estate
from tests.networks.corpora_shapes import BROKER_PORT, admit
from tests.networks.judging import reach

ONE, TWO = "111111111110", "222222222220"
ARRIVES = ""


@dataclass
class Topology:
    """VPCs with hosts in them, and what the source says of each pair of hosts."""

    estate: Estate = field(default_factory=Estate)
    hosts: dict[str, tuple[str, str]] = field(default_factory=dict)
    ways: dict[tuple[str, str], str] = field(default_factory=dict)

    def vpc(self, name: str, *cidrs: str, account: str = ONE) -> Self:
        """A VPC and a group in it that lets all in and out."""
        self.estate.vpc(name, account, *cidrs).group(f"open-{name}", name, [admit()])
        return self

    def host(self, name: str, vpc: str, cidr: str, at: str, zone: str = "a") -> Self:
        """A host at an address of a subnet of its own."""
        self.estate.subnet(name, vpc, cidr, zone).interface(name, name, at, f"open-{vpc}")
        self.hosts[name] = (vpc, at)
        return self

    def says(self, sender: str, receiver: str, stops_at: str = ARRIVES) -> Self:
        """What the source states of packets one way."""
        self.ways[sender, receiver] = stops_at
        return self

    def stops(self, sender: str, receiver: str) -> str:
        """Where the engine lets packets one way stop; "" where they arrive in the receiver's VPC."""
        vpc, at = self.hosts[receiver]
        asked = reach(self.estate.documents())
        subnet = asked.network.parts.subnets[f"subnet-{sender}"]
        (crossing,) = asked.ways.arrive(subnet, RangeSet.single(address(at)))
        assert crossing.answer is not Answer.UNKNOWN, crossing.text
        if crossing.answer is Answer.ALLOW and crossing.vpc_id == f"vpc-{vpc}":
            return ARRIVES
        return crossing.resource.id

    def broker_access(self, sender: str, receiver: str) -> Finding:
        """The finding of a trigger that polls, from the sender's subnet, a broker where the receiver is."""
        vpc, at = self.hosts[sender][0], self.hosts[receiver][1]
        estate = copy.deepcopy(self.estate)
        estate.trigger(estate.owner(vpc), [sender], f"open-{vpc}", [f"{at}:{BROKER_PORT}"])
        evaluations = evaluate([from_document(each) for each in estate.documents()])
        (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
        return next(each for each in trigger.findings if each.rule == "kafka-trigger-broker-access")
