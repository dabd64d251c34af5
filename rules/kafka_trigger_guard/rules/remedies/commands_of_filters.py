"""The commands that open filters: rules of security groups, entries of network ACLs."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.model import AclEntry
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import RangeSet, Span
from kafka_trigger_guard.rules.remedies.aws_commands import (
    cidr_blocks,
    ec2,
    option,
    permissions,
    referring,
    structured,
)
from kafka_trigger_guard.rules.remedies.wanting import Wanting

_LAST_NUMBER = 32766


def group_rule(wanting: Wanting, network: Network) -> list[str]:
    """A rule of the group that is asked: it names the other group within a VPC, else its addresses, which
    match also where references do not."""
    end = wanting.destination if wanting.lack.at_destination else wanting.sender
    way = "egress" if wanting.lack.egress else "ingress"
    rule, named = permissions(wanting.lack.ports, end.addresses), wanting.reference
    if named:
        owner = network.parts.security_groups.get(named)
        foreign = owner is not None and owner.account != wanting.resource.account
        rule = referring(wanting.lack.ports, named, owner.account if owner is not None and foreign else "")
    found = option("group-id", wanting.resource.id)
    return [ec2(wanting.region, f"authorize-security-group-{way}", found, rule)]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to be written into a network ACL; `replaces` means in place of one that denies."""

    number: int
    ports: Span
    block: str
    replaces: bool = False


def acl_entries(wanting: Wanting, network: Network) -> list[str]:
    """One entry for each CIDR block and span of ports, each before whatever denies it."""
    egress = wanting.lack.egress
    return [
        ec2(
            wanting.region,
            "replace-network-acl-entry" if entry.replaces else "create-network-acl-entry",
            option("network-acl-id", wanting.resource.id),
            option("egress" if egress else "ingress"),
            option("rule-number", str(entry.number)),
            option("protocol", "tcp"),
            structured("port-range", {"From": entry.ports[0], "To": entry.ports[1]}),
            option("cidr-block", entry.block),
            option("rule-action", "allow"),
        )
        for entry in planned_entries(wanting, network)
    ]


def planned_entries(wanting: Wanting, network: Network) -> tuple[Entry, ...]:
    """The entries that let the wanting traffic through; none if the ACL has no numbers left for them.

    An entry that denies gives way only where no number before it is free.
    """
    acl, lack = network.parts.network_acls.get(wanting.resource.id), wanting.lack
    if acl is None:
        return ()
    entries = [entry for entry in acl.entries if entry.egress is lack.egress]
    wanted = [(span, block) for span in lack.ports.spans for block in cidr_blocks(wanting.concerned)]
    denying = _denying(entries, wanting.concerned, lack.ports)
    used = {entry.number for entry in entries} | wanting.reserved
    for given_up in range(len(denying) + 1):
        bound = (*denying, _LAST_NUMBER + 1)[given_up]
        numbers = [*denying[:given_up], *_free(used, bound)][: len(wanted)]
        if len(numbers) == len(wanted):
            pairs = zip(sorted(numbers), wanted, strict=True)
            return tuple(Entry(n, span, block, n in denying) for n, (span, block) in pairs)
    return ()


def _denying(entries: list[AclEntry], addresses: RangeSet, ports: RangeSet) -> list[int]:
    found = (
        e for e in entries if not e.allow and e.addresses.overlaps(addresses) and e.ports.overlaps(ports)
    )
    return sorted(entry.number for entry in found)


def _free(used: set[int], bound: int) -> list[int]:
    """Free numbers before the bound: behind the last entry there, else between the others."""
    last = max((number for number in used if number < bound), default=0)
    behind = list(range(last + 1, bound))
    return [*behind, *(number for number in range(1, last) if number not in used)]
