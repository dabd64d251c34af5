"""The ways out of a subnet: where packets arrive, over local routes, peerings and transit gateways."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.crossings import Crossing
from kafka_trigger_guard.network.hops import Axis, Hop, HopKind, on_all_ports, passage
from kafka_trigger_guard.network.lacks import Lack, LackKind
from kafka_trigger_guard.network.model import Peering, Resource, Route, RouteTable, RouteTarget, Subnet
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.network.routes import Choice, Routes
from kafka_trigger_guard.network.security_groups import Peer, Relation, named
from kafka_trigger_guard.network.transit import Transit


@dataclass(frozen=True, slots=True)
class _Inside:
    """The addresses that a subnet reaches by local routes, with the crossing and hops all of them share."""

    addresses: RangeSet
    crossing: Crossing
    hop_there: Hop
    hop_back: Hop

    @classmethod
    def of(cls, subnet: Subnet, table: Resource, addresses: RangeSet) -> _Inside:
        text = f"{table.id} routes inside {subnet.vpc_id}"
        crossing = Crossing(addresses, Answer.ALLOW, table, text, vpc_id=subnet.vpc_id, via=(table,))
        there = Hop(HopKind.ROUTE, Answer.ALLOW, table, text, via=(table,))
        return cls(addresses, crossing, there, replace(there, back=True))


class Ways:
    """Where each subnet's packets arrive; worked out once for a subnet and a set of addresses."""

    def __init__(self, network: Network, routes: Routes) -> None:
        self._network = network
        self._routes = routes
        self._transit = Transit(network, routes)
        self._crossings: dict[tuple[str, RangeSet], tuple[Crossing, ...]] = {}
        self._inside: dict[str, _Inside] = {}

    def arrive(self, subnet: Subnet, addresses: RangeSet) -> tuple[Crossing, ...]:
        """Where each part of the addresses is reached from the subnet."""
        inside = self._local(subnet)
        if addresses <= inside.addresses:
            return (inside.crossing,)
        key = (subnet.id, addresses)
        found = self._crossings.get(key)
        if found is None:
            table, choices = self._routes.choose(subnet, addresses)
            crossings = [c for choice in choices for c in self._cross(subnet, table, choice)]
            found = self._crossings[key] = tuple(crossings)
        return found

    def hop(self, subnet: Subnet, vpc_id: str | None, peer: Peer, axis: Axis, *, back: bool = False) -> Hop:
        """The route hop from a subnet to the peer's addresses, which lie in VPC `vpc_id`."""
        inside = self._local(subnet)
        if vpc_id == subnet.vpc_id and peer.addresses <= inside.addresses:
            return inside.hop_back if back else inside.hop_there
        crossings = self.arrive(subnet, peer.addresses)
        if len(crossings) == 1 and crossings[0].answer is Answer.ALLOW and crossings[0].vpc_id == vpc_id:
            only = crossings[0]
            return Hop(HopKind.ROUTE, Answer.ALLOW, only.resource, only.text, via=only.via, back=back)
        arrived = [c for c in crossings if c.answer is Answer.ALLOW and c.vpc_id == vpc_id]
        unsure = [c for c in crossings if c.answer is Answer.UNKNOWN]
        wrong = next((c for c in crossings if c not in arrived and c not in unsure), None)
        decider = wrong or (unsure[0] if unsure else arrived[0])
        allowed = _union(arrived)
        hop = passage(
            HopKind.ROUTE,
            decider.resource,
            decider.text,
            on_all_ports(axis, peer.addresses, allowed, allowed | _union(unsure)),
            (unsure[0].doubt if unsure else None) or peer.doubt,
            exact=peer.exact,
            back=back,
            lack=decider.lack,
        )
        return replace(hop, via=decider.via)

    def _local(self, subnet: Subnet) -> _Inside:
        """What the subnet's table leaves inside the VPC, which is nearly all that is ever asked."""
        found = self._inside.get(subnet.id)
        if found is None:
            vpc = self._network.vpc_of(subnet)
            table, choices = self._routes.choose(subnet, vpc.cidrs)
            local = [choice for choice in choices if choice.local]
            addresses = RangeSet.of(span for choice in local for span in choice.addresses.spans)
            resource = Resource(table.id if table else vpc.id, "AWS::EC2::RouteTable", vpc.account)
            found = self._inside[subnet.id] = _Inside.of(subnet, resource, addresses)
        return found

    def _cross(self, subnet: Subnet, table: RouteTable | None, choice: Choice) -> tuple[Crossing, ...]:
        route = choice.route
        if isinstance(route, Doubt) or table is None:
            doubt = route if isinstance(route, Doubt) else None
            resource = Resource(subnet.id, "AWS::EC2::Subnet", subnet.account)
            return (Crossing(choice.addresses, Answer.UNKNOWN, resource, _why(doubt), doubt),)
        resource = Resource(table.id, "AWS::EC2::RouteTable", table.account)
        if route is None:
            text = f"{table.id} of {subnet.id} has no route to {named(choice.addresses)}"
            lack = Lack(LackKind.ROUTE, table.account)
            return (Crossing(choice.addresses, Answer.DENY, resource, text, via=(resource,), lack=lack),)
        if not route.active:
            text = f"the route of {table.id} to {named(choice.addresses)} is a blackhole"
            lack = Lack(LackKind.WORKING_ROUTE, table.account)
            return (Crossing(choice.addresses, Answer.DENY, resource, text, via=(resource,), lack=lack),)
        return self._follow(subnet, resource, route, choice.addresses)

    def _follow(
        self, subnet: Subnet, table: Resource, route: Route, addresses: RangeSet
    ) -> tuple[Crossing, ...]:
        match route.target:
            case RouteTarget.LOCAL:
                text = f"{table.id} routes {named(addresses)} inside {subnet.vpc_id}"
                return (Crossing(addresses, Answer.ALLOW, table, text, vpc_id=subnet.vpc_id, via=(table,)),)
            case RouteTarget.PEERING:
                return self._over_peering(subnet, table, route, addresses)
            case RouteTarget.TRANSIT_GATEWAY:
                return self._transit.cross(subnet, table, route.target_id, addresses)
            case RouteTarget.INTERNET_GATEWAY:
                text = (
                    f"{table.id} sends {named(addresses)} to {route.target_id}, which needs a public address"
                )
                lack = Lack(LackKind.ROUTE, table.account)
                return (Crossing(addresses, Answer.DENY, table, text, via=(table,), lack=lack),)
            case _:
                return (_beyond(table, route, addresses),)

    def _over_peering(
        self, subnet: Subnet, table: Resource, route: Route, addresses: RangeSet
    ) -> tuple[Crossing, ...]:
        vpc = self._network.vpc_of(subnet)
        peering = self._network.peering(vpc, route.target_id)
        resource = Resource(route.target_id, RouteTarget.PEERING.value, vpc.account)
        via = (table, resource)
        if isinstance(peering, Doubt):
            return (Crossing(addresses, Answer.UNKNOWN, resource, peering.text, peering, via=via),)
        if peering is None or not peering.active:
            return (_not_active(peering, resource, addresses, via),)
        return self._beyond_peering(subnet, peering, addresses, via)

    def _beyond_peering(
        self, subnet: Subnet, peering: Peering, addresses: RangeSet, via: tuple[Resource, ...]
    ) -> tuple[Crossing, ...]:
        """The far VPC's own addresses; a peering leads no further. vpc/latest/peering/vpc-peering-basics"""
        far = peering.accepter if peering.requester.vpc_id == subnet.vpc_id else peering.requester
        relation = Relation.PEERING if far.region == subnet.region else Relation.PEERING_WITHOUT_REFERENCES
        vpc, resource = self._network.parts.vpcs.get(far.vpc_id), via[-1]
        if vpc is None:
            text = f"ec2:DescribeVpcs of {far.vpc_id} in account {far.account} was not read"
            doubt = Doubt(DoubtKind.NOT_COLLECTED, text, far.vpc_id, "AWS::EC2::VPC", far.account)
            return (Crossing(addresses, Answer.UNKNOWN, resource, text, doubt, relation=relation, via=via),)
        inside, outside = addresses & vpc.cidrs, addresses - vpc.cidrs
        crossings = []
        if inside:
            text = f"{peering.id} leads to {named(inside)} in {vpc.id}"
            way = (*via, Resource(vpc.id, "AWS::EC2::VPC", vpc.account))
            crossings.append(Crossing(inside, Answer.ALLOW, resource, text, None, vpc.id, relation, way))
        if outside:
            text = f"{named(outside)} is not in {vpc.id}, and {peering.id} leads no further"
            crossings.append(Crossing(outside, Answer.DENY, resource, text, relation=relation, via=via))
        return tuple(crossings)


def _not_active(
    peering: Peering | None, resource: Resource, addresses: RangeSet, via: tuple[Resource, ...]
) -> Crossing:
    """The accepter's owner accepts a request; any other peering must be made anew by the requester's."""
    lack = Lack(LackKind.PEERING, resource.account)
    text = f"{resource.id} is not active"
    if peering is not None:
        waiting = peering.state == "pending-acceptance"
        side = peering.accepter if waiting else peering.requester
        lack = Lack(LackKind.ACCEPTANCE if waiting else LackKind.PEERING, side.account)
        text = f"{text} but {peering.state}" if peering.state else text
    without = Relation.PEERING_WITHOUT_REFERENCES
    return Crossing(addresses, Answer.DENY, resource, text, relation=without, via=via, lack=lack)


def _beyond(table: Resource, route: Route, addresses: RangeSet) -> Crossing:
    """What is not modelled: appliances, VPN, Direct Connect, Cloud WAN, NAT towards private addresses."""
    target = Resource(route.target_id, route.target.value, table.account)
    text = f"{table.id} sends {named(addresses)} to {route.target_id}, whose decision is not modelled"
    doubt = Doubt(DoubtKind.NOT_MODELLED, text, target.id, target.type, target.account)
    return Crossing(
        addresses, Answer.UNKNOWN, target, text, doubt, relation=Relation.MIDDLEBOX, via=(table, target)
    )


def _union(crossings: list[Crossing]) -> RangeSet:
    return RangeSet.of(span for crossing in crossings for span in crossing.addresses.spans)


def _why(doubt: Doubt | None) -> str:
    return doubt.text if doubt is not None else ""
