"""Security groups and network ACLs, for TCP over IPv4.

Groups: allow rules only, united, stateful. vpc/latest/userguide/security-group-rules
Network ACLs: the lowest rule number that matches, stateless. vpc/latest/userguide/vpc-network-acls
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from remediation.scripts.hops import ANY_PORT, OPEN, Hop, Slice, Universe, passage, unsure
from remediation.scripts.reading import Item, Reading, UnreadError
from remediation.scripts.spans import RETURN_PORTS, Span, Spans, block, both, in_words, minus, union, within

_TCP = ("-1", "tcp", "6")


class Peer(NamedTuple):
    """The other end: its addresses, the groups it carries (None: not known), whether references to groups
    match on the way there, and the prefix list that stands for its addresses."""

    of: Universe
    group_ids: frozenset[str] | None = frozenset()
    references: bool = True
    list_id: str = ""


def ports_of(item: Item, first: str, last: str) -> Span:
    """A port range; absent or negative ends mean all ports."""
    low, high = item.get(first), item.get(last)
    return (0 if low is None or low < 0 else low, 65535 if high is None or high < 0 else high)


def group_hop(reading: Reading, group_ids: tuple[str, ...], side: str, ports: Spans, peer: Peer) -> Hop:
    """What groups do with a peer on a port; several ports mean that it is one of them."""
    try:
        found = [group for group_id in group_ids if (group := reading.group(group_id))]
    except UnreadError as error:
        return unsure(error)
    if not group_ids:
        return unsure("the default security group was not found")
    member = "IpPermissions" if side == "ingress" else "IpPermissionsEgress"
    permissions = [
        each for group in found for each in group.get(member) or [] if str(each["IpProtocol"]).lower() in _TCP
    ]
    permissions = [
        each | {"span": ANY_PORT if each["IpProtocol"] == "-1" else ports_of(each, "FromPort", "ToPort")}
        for each in permissions
    ]
    edges = {edge for each in permissions for edge in (each["span"][0], each["span"][1] + 1)}
    probes = sorted(
        {first for first, _ in ports} | {e for e in edges for low, high in ports if low <= e <= high}
    )
    hops = [_on_port(reading, (group_ids, side, port), permissions, peer) for port in probes]
    if len({hop.answer for hop in hops}) > 1:
        return unsure(f"the port of the broker is not known, and {' '.join(group_ids)} opens some only")
    return hops[0]


def _on_port(
    reading: Reading, asked: tuple[tuple[str, ...], str, int], permissions: list[Item], peer: Peer
) -> Hop:
    (group_ids, side, port), spans, doubt = asked, peer.of.spans, ""
    here = [each for each in permissions if each["span"][0] <= port <= each["span"][1]]
    found = [block(entry["CidrIp"]) for each in here for entry in each.get("IpRanges") or []]
    for list_id in (entry["PrefixListId"] for each in here for entry in each.get("PrefixListIds") or []):
        if list_id == peer.list_id:
            return Hop(OPEN)
        try:
            found += [block(text) for text in reading.listed_blocks(list_id)]
        except UnreadError as error:
            doubt = str(error)
    named = {
        pair.get("GroupId")
        for each in here
        for pair in each.get("UserIdGroupPairs") or []
        if (pair.get("PeeringStatus") or "active").lower() == "active"
    }
    allowed = union(found)
    if within(spans, allowed) or (peer.references and named & (peer.group_ids or frozenset())):
        return Hop(OPEN)
    if peer.references and named and peer.group_ids is None:
        doubt = doubt or peer.of.doubt
    way = "in from" if side == "ingress" else "out to"
    text = f"{' '.join(group_ids)} does not let TCP {port} {way} {in_words(spans)}"
    of = peer.of._replace(doubt=doubt or peer.of.doubt)
    return passage(text, of, [Slice(ANY_PORT, allowed, spans if doubt else allowed)], group_id=group_ids[0])


def acl_hop(
    reading: Reading,
    subnet: Item,
    way: str,
    peer: Universe,
    ports: Spans = RETURN_PORTS,
    *,
    back: bool = False,
) -> Hop:
    """The network ACL at a subnet's border, `way` in or out. `back`: all of the ports must be open, as
    answers need; else it is one of them."""
    try:
        acl = _acl_of(reading, subnet)
    except UnreadError as error:
        return unsure(error)
    entries = [
        (entry, block(entry["CidrBlock"]), _entry_ports(entry))
        for entry in sorted(acl.get("Entries") or [], key=lambda each: int(each["RuleNumber"]))
        if entry.get("CidrBlock")
        and str(entry["Protocol"]).lower() in _TCP
        and bool(entry.get("Egress")) == (way == "out")
    ]
    what = "answers on TCP 1024-65535" if back else f"TCP {ports[0][0]}"
    direction = "out of" if way == "out" else "into"
    whom = f"{subnet['SubnetId']} ({in_words(peer.spans)})"
    text = f"network ACL {acl['NetworkAclId']} does not let all {what} {direction} {whom}"
    known = back or (len(ports) == 1 and ports[0][0] == ports[0][1])
    return passage(text, peer, _slices(entries, peer.spans, ports), port_known=known)


def _entry_ports(entry: Item) -> Span:
    """`PortRange` counts for TCP only."""
    limits = entry.get("PortRange") if str(entry["Protocol"]).lower() != "-1" else None
    return ports_of(limits or {}, "From", "To")


def _slices(entries: list[tuple[Item, Span, Span]], spans: Spans, ports: Spans) -> list[Slice]:
    edges = {edge for first, last in (*ports, *(e[2] for e in entries)) for edge in (first, last + 1)}
    marks = sorted(edges)
    slices = []
    for first, after in pairwise(marks):
        if not any(low <= first <= high for low, high in ports):
            continue
        allowed: Spans = ()
        undecided = spans
        for entry, addresses, open_ports in entries:
            if open_ports[0] <= first <= open_ports[1]:
                if entry["RuleAction"].lower() == "allow":
                    allowed = union((*allowed, *both(undecided, (addresses,))))
                undecided = minus(undecided, (addresses,))
        slices.append(Slice((first, after - 1), allowed, allowed))
    return slices


def _acl_of(reading: Reading, subnet: Item) -> Item:
    """The subnet's ACL, else the VPC's default one. Raises UnreadError."""
    acls = reading.of_vpc("describe_network_acls", "NetworkAcls", subnet["VpcId"])
    for acl in acls:
        if any(each.get("SubnetId") == subnet["SubnetId"] for each in acl.get("Associations") or []):
            return acl
    default = next((acl for acl in acls if acl.get("IsDefault")), None)
    if default is None:
        raise UnreadError(f"ec2:DescribeNetworkAcls lists none for {subnet['SubnetId']}")
    return default
