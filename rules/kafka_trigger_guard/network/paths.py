"""Paths: every hop from a sender in one subnet to one destination and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.crossings import Crossing
from kafka_trigger_guard.network.hops import OPEN, Axis, Hop, HopKind, Outcome, outcome
from kafka_trigger_guard.network.model import Endpoint, Resource, Subnet
from kafka_trigger_guard.network.nat import PUBLIC, PUBLIC_DOUBT
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.network_acls import NetworkAcls
from kafka_trigger_guard.network.ranges import PUBLIC_IPV4, RETURN_PORTS, RangeSet
from kafka_trigger_guard.network.security_groups import HTTPS, Carrier, Peer, Ports, Relation, SecurityGroups
from kafka_trigger_guard.network.ways import Ways

_RETURN = Ports(RETURN_PORTS)


@dataclass(frozen=True, slots=True)
class Origin:
    """A sender: any address of a subnet, carrying security groups."""

    subnet: Subnet
    carrier: Carrier

    @property
    def group_ids(self) -> frozenset[str]:
        """The groups carried."""
        return self.carrier.members


@dataclass(frozen=True, slots=True)
class Target:
    """A destination: addresses, ports and, as far as known, where they are and what guards them.

    All of `addresses` are meant, or one of them that nobody knows if `doubt` says why. `gate` replaces the
    ingress hop where an interface has no groups of its own; `arrival` is what happens at the address.
    """

    name: str
    addresses: RangeSet
    ports: Ports
    vpc_id: str | None = None
    subnet: Subnet | None = None
    carrier: Carrier | None = None
    doubt: Doubt | None = None
    private_link: bool = False
    gate: Hop | None = None
    arrival: Hop | None = None


class Path(NamedTuple):
    """The way from one subnet to one target, hop by hop in the order in which packets meet them."""

    subnet: Subnet
    target: Target
    hops: tuple[Hop, ...]
    closed: tuple[Hop, ...]
    """The hops that do not surely let everything through; nearly always none."""

    @classmethod
    def over(cls, subnet: Subnet, target: Target, hops: Iterable[Hop]) -> Path:
        """The path over these hops."""
        hops = tuple(hops)
        return cls(subnet, target, hops, tuple([hop for hop in hops if hop.answer is not Answer.ALLOW]))

    def outcome(self, kinds: frozenset[HopKind], *more: Hop) -> Outcome:
        """What the hops of some kinds, and `more` that follow them, do together."""
        if not self.closed and not more:
            return OPEN
        return outcome((*(hop for hop in self.closed if hop.kind in kinds), *more))


class Paths:
    """The paths of one network."""

    def __init__(
        self, network: Network, groups: SecurityGroups, network_acls: NetworkAcls, ways: Ways
    ) -> None:
        self._network = network
        self._groups = groups
        self._network_acls = network_acls
        self._ways = ways

    def path(self, origin: Origin, target: Target) -> Path:
        """The path from the origin to the target."""
        return Path.over(origin.subnet, target, self._hops(origin, target))

    def to_gateway(self, origin: Origin, endpoint: Endpoint, prefix_list_id: str) -> Path:
        """The path through a gateway endpoint to some address of its service, by a prefix list route."""
        addresses = self._network.prefix_list_addresses(prefix_list_id) or PUBLIC_IPV4
        peer = Peer(
            addresses,
            frozenset(),
            Relation.INTERNET,
            exact=False,
            doubt=PUBLIC_DOUBT,
            prefix_list_id=prefix_list_id,
        )
        resource = Resource(endpoint.id, "AWS::EC2::VPCEndpoint", endpoint.account)
        text = f"{prefix_list_id} is routed from {origin.subnet.id} to {endpoint.id}"
        target = Target(endpoint.id, addresses, HTTPS, endpoint.vpc_id, doubt=PUBLIC_DOUBT)
        acl, subnet = self._network_acls.hop, origin.subnet
        hops = (
            self._groups.hop(origin.carrier, Axis.DESTINATION, HTTPS, peer),
            Hop(HopKind.ROUTE, Answer.ALLOW, resource, text),
            acl(subnet, Axis.DESTINATION, HTTPS, peer, egress=True),
            acl(subnet, Axis.DESTINATION, _RETURN, peer, egress=False, back=True),
        )
        return Path.over(subnet, target, hops)

    def to_public(self, origin: Origin, name: str) -> Path:
        """The first hop towards a service's public addresses: the sender's own groups."""
        target = Target(name, PUBLIC.addresses, HTTPS, doubt=PUBLIC_DOUBT)
        return Path.over(
            origin.subnet, target, (self._groups.hop(origin.carrier, Axis.DESTINATION, HTTPS, PUBLIC),)
        )

    def _hops(self, origin: Origin, target: Target) -> list[Hop]:
        if target.subnet is not None and target.subnet.id == origin.subnet.id:
            return self._inside_one_subnet(origin, target)
        crossing = self._crossing(origin.subnet, target)
        relation = _relation(crossing, target, origin.subnet)
        there = _seen_by_sender(target, relation, crossing.doubt)
        hops = [self._groups.hop(origin.carrier, Axis.DESTINATION, target.ports, there)]
        here = Peer(origin.subnet.addresses, origin.group_ids, relation, doubt=crossing.doubt)
        if target.doubt is not None and target.subnet is None:
            return [*hops, *self._guards(target, here), *self._unplaced(target)]
        hops.append(self._ways.hop(origin.subnet, target.vpc_id, there, Axis.DESTINATION))
        hops += self._acls_there(origin.subnet, target, crossing, here, there)
        hops += self._guards(target, here)
        if target.subnet is not None:
            hops.append(self._ways.hop(target.subnet, origin.subnet.vpc_id, here, Axis.SOURCE, back=True))
        hops += self._acls_back(origin.subnet, target, crossing, here, there)
        return [*hops, *self._unplaced(target)]

    def _inside_one_subnet(self, origin: Origin, target: Target) -> list[Hop]:
        """Routes and network ACLs stand at a subnet's border. vpc/latest/userguide/vpc-network-acls"""
        there = _seen_by_sender(target, Relation.SAME_VPC)
        here = Peer(origin.subnet.addresses, origin.group_ids)
        egress = self._groups.hop(origin.carrier, Axis.DESTINATION, target.ports, there)
        return [egress, *self._guards(target, here)]

    def _guards(self, target: Target, here: Peer) -> list[Hop]:
        """What stands at the address itself, and the groups or gate in front of it."""
        if target.gate is not None:
            return [*_present(target.arrival), target.gate]
        if target.carrier is None:
            return _present(target.arrival)
        return [*_present(target.arrival), self._groups.hop(target.carrier, Axis.SOURCE, target.ports, here)]

    def _crossing(self, subnet: Subnet, target: Target) -> Crossing:
        crossings = self._ways.arrive(subnet, target.addresses)
        if len(crossings) == 1:
            return crossings[0]
        return next((c for c in crossings if c.vpc_id == target.vpc_id), crossings[0])

    def _unplaced(self, target: Target) -> list[Hop]:
        """In a VPC but in no subnet that was read: its network ACL and its routes back are not known."""
        if target.subnet is not None or target.vpc_id is None:
            return []
        vpc = self._network.parts.vpcs.get(target.vpc_id)
        resource = Resource(target.vpc_id, "AWS::EC2::VPC", vpc.account if vpc is not None else "")
        text = f"ec2:DescribeSubnets of {target.vpc_id}: the subnet of {target.name} was not read"
        doubt = Doubt(DoubtKind.NOT_COLLECTED, text, resource.id, resource.type, resource.account)
        doubt = target.doubt or doubt
        return [Hop(HopKind.NETWORK_ACL, Answer.UNKNOWN, resource, doubt.text, doubt=doubt)]

    # -- network ACLs: never inside one subnet; at attachments as vpc/latest/tgw/tgw-nacls says

    def _acls_there(
        self, subnet: Subnet, target: Target, crossing: Crossing, here: Peer, there: Peer
    ) -> list[Hop]:
        acl, ports = self._network_acls.hop, target.ports
        hops = [acl(subnet, Axis.DESTINATION, ports, there, egress=True)]
        hops += [acl(s, Axis.SOURCE, ports, here, egress=False) for s in crossing.exit_subnets]
        if target.subnet is None:
            return hops
        landing = crossing.landing(subnet.zone)
        others = _other(landing, target.subnet)
        hops += [acl(s, Axis.DESTINATION, ports, there, egress=True) for s in others]
        if others or not landing:
            hops.append(acl(target.subnet, Axis.SOURCE, ports, here, egress=False))
        return hops

    def _acls_back(
        self, subnet: Subnet, target: Target, crossing: Crossing, here: Peer, there: Peer
    ) -> list[Hop]:
        acl, hops = self._network_acls.hop, []
        if target.subnet is not None:
            hops.append(acl(target.subnet, Axis.SOURCE, _RETURN, here, egress=True, back=True))
            leaving = [s for s in crossing.entry_subnets if s.zone == target.subnet.zone]
            hops += [acl(s, Axis.DESTINATION, _RETURN, there, egress=False, back=True) for s in leaving]
        landing = crossing.home_landing((target.subnet or subnet).zone)
        others = _other(landing, subnet)
        hops += [acl(s, Axis.SOURCE, _RETURN, here, egress=True, back=True) for s in others]
        if others or not landing:
            hops.append(acl(subnet, Axis.DESTINATION, _RETURN, there, egress=False, back=True))
        return hops


def _relation(crossing: Crossing, target: Target, subnet: Subnet) -> Relation:
    """Over a transit gateway references never match PrivateLink. vpc/latest/tgw/tgw-vpc-attachments"""
    over_transit = crossing.relation in (Relation.TRANSIT, Relation.TRANSIT_WITH_REFERENCES)
    if target.private_link and over_transit:
        return Relation.TRANSIT
    if crossing.answer is not Answer.UNKNOWN or target.vpc_id in (None, subnet.vpc_id):
        return crossing.relation
    if crossing.relation is Relation.MIDDLEBOX:
        return crossing.relation
    return Relation.UNREAD_TRANSIT if over_transit else Relation.UNREAD


def _seen_by_sender(target: Target, relation: Relation, way: Doubt | None = None) -> Peer:
    group_ids = target.carrier.members if target.carrier is not None else None
    if target.gate is not None:
        group_ids = frozenset()
    doubt = target.doubt
    absent = target.arrival.doubt if target.arrival is not None else None
    return Peer(target.addresses, group_ids, relation, exact=doubt is None, doubt=doubt or absent or way)


def _other(subnets: tuple[Subnet, ...], subnet: Subnet) -> list[Subnet]:
    return [other for other in subnets if other.id != subnet.id]


def _present(hop: Hop | None) -> list[Hop]:
    return [hop] if hop is not None else []
