"""What security groups let through: allow rules only, united over groups and permissions, stateful."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import NamedTuple

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.hops import Axis, Hop, HopKind, on_all_ports, passage
from kafka_trigger_guard.network.lacks import Lack, LackKind
from kafka_trigger_guard.network.model import Permission, Resource, SecurityGroup
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import EMPTY, RangeSet, cidr, dotted, prefix_length


class Relation(Enum):
    """How two interfaces are joined, which decides where group references match.

    vpc/latest/userguide/security-group-rules: within a VPC and over an active peering both ways, over a
    transit gateway for inbound rules only and never for PrivateLink, never through a middlebox.
    vpc/latest/peering/vpc-peering-security-groups: not over a peering between Regions, nor one not active.
    """

    SAME_VPC = "same-vpc"
    PEERING = "peering"
    PEERING_WITHOUT_REFERENCES = "peering-without-references"
    TRANSIT = "transit"
    TRANSIT_WITH_REFERENCES = "transit-with-references"
    MIDDLEBOX = "middlebox"
    INTERNET = "internet"
    UNREAD = "unread"
    UNREAD_TRANSIT = "unread-transit"


def _references(relation: Relation, axis: Axis) -> Answer:
    """Whether references match; unknown over a way of which a part was not read."""
    match relation:
        case Relation.SAME_VPC | Relation.PEERING:
            return Answer.ALLOW
        case Relation.UNREAD:
            return Answer.UNKNOWN
        case Relation.TRANSIT_WITH_REFERENCES:
            return Answer.of(axis is Axis.SOURCE)
        case Relation.UNREAD_TRANSIT:
            return Answer.UNKNOWN if axis is Axis.SOURCE else Answer.DENY
    return Answer.DENY


_UNREAD_WAY = Doubt(DoubtKind.NOT_COLLECTED, "the way on which group references would have to match")


class Peer(NamedTuple):
    """The other end as a group sees it: its possible addresses and the groups it carries.

    `group_ids` is None where the interface is not known; `exact` false means that the peer is one of the
    addresses and nobody knows which, for the reason `doubt`.
    """

    addresses: RangeSet
    group_ids: frozenset[str] | None = frozenset()
    relation: Relation = Relation.SAME_VPC
    exact: bool = True
    doubt: Doubt | None = None
    prefix_list_id: str | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The interface whose groups are asked: the groups' ids, and the account and Region they are read in."""

    group_ids: tuple[str, ...]
    account: str
    region: str

    @property
    def members(self) -> frozenset[str]:
        """The groups' ids as a set."""
        return frozenset(self.group_ids)


@dataclass(frozen=True, slots=True)
class _Admission:
    """All that a carrier's groups let through on one port, and what was not read."""

    addresses: RangeSet = EMPTY
    groups: frozenset[str] = frozenset()
    prefix_lists: frozenset[str] = frozenset()
    doubt: Doubt | None = None
    open_hop: Hop | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """The port of a packet; several numbers mean that it is one of them, for the reason `doubt`."""

    numbers: RangeSet
    doubt: Doubt | None = None

    def __str__(self) -> str:
        sole = self.numbers.sole()
        return str(sole) if sole is not None else "an unknown port"


HTTPS = Ports(RangeSet.single(443))
"""The port of every AWS API."""


class SecurityGroups:
    """The groups of one network; what a set of groups admits on a port is worked out once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._admissions: dict[tuple[Carrier, bool, int], _Admission] = {}

    def hop(self, carrier: Carrier, axis: Axis, ports: Ports, peer: Peer) -> Hop:
        """The hop at the carrier's groups: egress towards a destination, ingress from a source."""
        sole = ports.numbers.sole()
        if sole is not None:
            return self._through(carrier, axis, ports, peer, sole)
        hops = [
            self._through(carrier, axis, ports, peer, port) for port in self._probes(carrier, axis, ports)
        ]
        if len({hop.answer for hop in hops}) == 1:
            return hops[0]
        return Hop(hops[0].kind, Answer.UNKNOWN, hops[0].resource, hops[0].text, doubt=ports.doubt)

    def _probes(self, carrier: Carrier, axis: Axis, ports: Ports) -> list[int]:
        edges = {
            edge
            for permission in self._permissions(carrier, axis)
            for first, last in permission.ports.spans
            for edge in (first, last + 1)
        }
        edges.update(first for first, _ in ports.numbers.spans)
        return sorted(edge for edge in edges if edge in ports.numbers)

    def _through(self, carrier: Carrier, axis: Axis, ports: Ports, peer: Peer, port: int) -> Hop:
        admission = self._admission(carrier, axis, port)
        allowed, doubt = self._admitted(admission, axis, peer)
        if admission.open_hop is not None and (allowed is peer.addresses or peer.addresses <= allowed):
            return admission.open_hop
        possible = allowed if doubt is None else peer.addresses
        resource = self._resource(carrier)
        return passage(
            _kind(axis),
            resource,
            partial(_refusal, carrier, axis, ports, peer),
            on_all_ports(axis, peer.addresses, allowed, possible),
            doubt or peer.doubt,
            exact=peer.exact,
            lack=_lack(resource.account, axis, ports),
        )

    def _admitted(self, admission: _Admission, axis: Axis, peer: Peer) -> tuple[RangeSet, Doubt | None]:
        if peer.addresses <= admission.addresses or peer.prefix_list_id in admission.prefix_lists:
            return peer.addresses, None
        matches = _references(peer.relation, axis) if admission.groups else Answer.DENY
        if matches is Answer.DENY:
            return admission.addresses, admission.doubt
        if peer.group_ids is None:
            return admission.addresses, admission.doubt or peer.doubt
        if not admission.groups & peer.group_ids:
            return admission.addresses, admission.doubt
        if matches is Answer.ALLOW:
            return peer.addresses, None
        return admission.addresses, admission.doubt or peer.doubt or _UNREAD_WAY

    def _admission(self, carrier: Carrier, axis: Axis, port: int) -> _Admission:
        key = (carrier, axis is Axis.SOURCE, port)
        found = self._admissions.get(key)
        if found is None:
            found = self._admissions[key] = self._admit(carrier, axis, port)
        return found

    def _admit(self, carrier: Carrier, axis: Axis, port: int) -> _Admission:
        matching = [p for p in self._permissions(carrier, axis) if port in p.ports]
        list_ids = frozenset(list_id for permission in matching for list_id in permission.prefix_list_ids)
        lists = {list_id: self._network.prefix_list_addresses(list_id) for list_id in list_ids}
        spans = [span for permission in matching for span in permission.addresses.spans]
        spans += [span for addresses in lists.values() if addresses is not None for span in addresses.spans]
        unread = sorted(list_id for list_id, addresses in lists.items() if addresses is None)
        return _Admission(
            RangeSet.of(spans),
            frozenset(ref.group_id for p in matching for ref in p.groups if not ref.stale),
            list_ids,
            self._group_doubt(carrier) or (self._list_doubt(unread[0], carrier) if unread else None),
            Hop(_kind(axis), Answer.ALLOW, self._resource(carrier), partial(_permit, carrier, axis, port)),
        )

    def _permissions(self, carrier: Carrier, axis: Axis) -> list[Permission]:
        groups = [self._network.security_group(group_id) for group_id in carrier.group_ids]
        return [permission for group in groups if group is not None for permission in _side(group, axis)]

    def _group_doubt(self, carrier: Carrier) -> Doubt | None:
        if not carrier.group_ids:
            text = "ec2:DescribeSecurityGroups: the default security group was not read"
            return Doubt(DoubtKind.NOT_COLLECTED, text, account=carrier.account)
        doubts = (self._network.group_doubt(g, carrier.account, carrier.region) for g in carrier.group_ids)
        return next((doubt for doubt in doubts if doubt is not None), None)

    def _list_doubt(self, list_id: str, carrier: Carrier) -> Doubt:
        operation = f"ec2:GetManagedPrefixListEntries {list_id}"
        read = self._network.gap(carrier.account, carrier.region, operation)
        text = read.text if read is not None else f"{operation} was not read"
        return Doubt(DoubtKind.NOT_COLLECTED, text, list_id, "AWS::EC2::PrefixList", carrier.account)

    def _resource(self, carrier: Carrier) -> Resource:
        group_id = carrier.group_ids[0] if carrier.group_ids else ""
        group = self._network.security_group(group_id)
        account = group.account if group is not None else carrier.account
        return Resource(group_id, "AWS::EC2::SecurityGroup", account)


def _side(group: SecurityGroup, axis: Axis) -> tuple[Permission, ...]:
    return group.egress if axis is Axis.DESTINATION else group.ingress


def _lack(account: str, axis: Axis, ports: Ports) -> Lack:
    outward = axis is Axis.DESTINATION
    return Lack(LackKind.GROUP_RULE, account, at_destination=outward, egress=outward, ports=ports.numbers)


def _kind(axis: Axis) -> HopKind:
    return HopKind.EGRESS if axis is Axis.DESTINATION else HopKind.INGRESS


def _permit(carrier: Carrier, axis: Axis, port: int) -> str:
    return f"{' '.join(carrier.group_ids)} lets TCP {port} {'out' if axis is Axis.DESTINATION else 'in'}"


def _refusal(carrier: Carrier, axis: Axis, ports: Ports, peer: Peer) -> str:
    groups = " ".join(carrier.group_ids) or "no group"
    way = "out to" if axis is Axis.DESTINATION else "in from"
    return f"{groups} does not let TCP {ports} {way} {named(peer.addresses)}"


def named(addresses: RangeSet) -> str:
    """Addresses as a person would name them: one address, a CIDR block, or a span's ends."""
    if not addresses:
        return "no address"
    if len(addresses.spans) > 1:
        return "several address ranges" if len(addresses.spans) < 9 else "public addresses"
    first, last = addresses.spans[0]
    block = prefix_length((first, last))
    if first == last:
        return dotted(first)
    whole = (first, last) == cidr(f"{dotted(first)}/{block}").spans[0]
    return f"{dotted(first)}/{block}" if whole else f"{dotted(first)}-{dotted(last)}"
