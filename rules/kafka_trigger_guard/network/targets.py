"""Targets: what stands at an address, at an endpoint, or somewhere in a few subnets."""

from __future__ import annotations

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.endpoints import Endpoints
from kafka_trigger_guard.network.hops import Hop, HopKind, outcome
from kafka_trigger_guard.network.model import Endpoint, Interface, Resource, Route, RouteTarget, Subnet, Vpc
from kafka_trigger_guard.network.nat import Nats, Sender
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.paths import Origin, Target
from kafka_trigger_guard.network.ranges import ALL_IPV4, PUBLIC_IPV4, RangeSet, Span, dotted
from kafka_trigger_guard.network.routes import Routes
from kafka_trigger_guard.network.security_groups import HTTPS, Carrier, Peer, Ports, Relation
from kafka_trigger_guard.network.ways import Ways

_INTERFACE = "AWS::EC2::NetworkInterface"


class Targets:
    """The targets of one network."""

    def __init__(
        self, network: Network, endpoints: Endpoints, routes: Routes, ways: Ways, nats: Nats
    ) -> None:
        self._network = network
        self._endpoints = endpoints
        self._routes = routes
        self._ways = ways
        self._nats = nats
        self._in_vpc: dict[tuple[str, str, int, tuple[Span, ...]], Target] = {}
        self._at_endpoint: dict[tuple[str, frozenset[int]], tuple[Target, ...]] = {}

    def at_endpoint(self, endpoint: Endpoint, numbers: frozenset[int]) -> tuple[Target, ...]:
        """Every address at which an interface endpoint answers on 443."""
        key = (endpoint.id, numbers)
        found = self._at_endpoint.get(key)
        if found is None:
            group_ids = self._endpoints.group_ids(endpoint)
            carrier = Carrier(group_ids, endpoint.account, endpoint.region)
            found = self._at_endpoint[key] = tuple(
                Target(
                    endpoint.id,
                    seat.addresses,
                    HTTPS,
                    endpoint.vpc_id,
                    seat.subnet,
                    carrier,
                    seat.doubt,
                    private_link=True,
                )
                for seat in self._endpoints.seats(endpoint, numbers)
            )
        return found

    def everywhere(
        self,
        name: str,
        subnets: tuple[Subnet, ...],
        group_ids: tuple[str, ...],
        ports: Ports,
        arrival: Hop | None = None,
    ) -> tuple[Target, ...]:
        """Any address of some subnets, carrying groups; `arrival` is what happens at each."""
        carriers = [Carrier(group_ids, subnet.account, subnet.region) for subnet in subnets]
        return tuple(
            Target(name, s.addresses, ports, s.vpc_id, s, carrier, arrival=arrival)
            for s, carrier in zip(subnets, carriers, strict=True)
        )

    def somewhere(
        self, name: str, subnets: tuple[Subnet, ...], ports: Ports, doubt: Doubt
    ) -> tuple[Target, ...]:
        """One address of some subnets; which one, and what guards it, nobody knows."""
        arrival = _uncertain(doubt)
        return tuple(
            Target(name, s.addresses, ports, s.vpc_id, s, doubt=doubt, arrival=arrival) for s in subnets
        )

    def nowhere(self, name: str, ports: Ports, doubt: Doubt) -> Target:
        """A destination of which no address is known."""
        return Target(name, ALL_IPV4, ports, doubt=doubt, arrival=_uncertain(doubt))

    def at_address(self, origin: Origin, name: str, number: int, ports: Ports) -> Target:
        """What stands at an address as seen from the origin: its route decides in which VPC."""
        crossing = self._ways.arrive(origin.subnet, RangeSet.single(number))[0]
        vpc = self._vpc_with(origin.subnet, crossing.vpc_id, number)
        if vpc is None:
            return self._outside(origin, name, number, ports, crossing.doubt)
        key = (vpc.id, name, number, ports.numbers.spans)
        found = self._in_vpc.get(key)
        if found is None:
            found = self._in_vpc[key] = self._standing(vpc, name, number, ports)
        return found

    def _standing(self, vpc: Vpc, name: str, number: int, ports: Ports) -> Target:
        interface, addresses = self._network.interface_at(vpc.id, number), RangeSet.single(number)
        if interface is None:
            subnet = self._network.subnet_at(vpc.id, number)
            return Target(name, addresses, ports, vpc.id, subnet, arrival=self._absent(vpc, number))
        subnet = self._network.parts.subnets.get(interface.subnet_id)
        if not interface.group_ids:
            return Target(name, addresses, ports, vpc.id, subnet, gate=_without_groups(interface))
        carrier = Carrier(interface.group_ids, interface.account, vpc.region)
        return Target(name, addresses, ports, vpc.id, subnet, carrier)

    def _vpc_with(self, subnet: Subnet, arrived: str | None, number: int) -> Vpc | None:
        """The VPC that the route leads to; where no route leads, the one VPC that has the address."""
        home = self._network.vpc_of(subnet)
        if number in subnet.addresses:
            return home
        if arrived is not None:
            return self._network.parts.vpcs.get(arrived) or home
        if number in home.cidrs:
            return home
        having = [vpc for vpc in self._network.parts.vpcs.values() if number in vpc.cidrs]
        return having[0] if len(having) == 1 else None

    def _absent(self, vpc: Vpc, number: int) -> Hop:
        """Only a VPC's owner sees all its interfaces. vpc/latest/userguide/vpc-sharing"""
        doubt = self._network.vpc_gap(vpc, "ec2:DescribeNetworkInterfaces")
        if doubt is not None:
            return _uncertain(doubt)
        resource = Resource(vpc.id, "AWS::EC2::VPC", vpc.account)
        return Hop(HopKind.ARRIVAL, Answer.DENY, resource, f"no interface in {vpc.id} has {dotted(number)}")

    def _outside(self, origin: Origin, name: str, number: int, ports: Ports, doubt: Doubt | None) -> Target:
        """An address in no VPC that was read: what lies beyond the way to it is unknown."""
        text = f"ec2:DescribeVpcs: {dotted(number)} is in no VPC that was read"
        accounts = self._network.accounts_lacking(self._network.vpc_of(origin.subnet), "ec2:DescribeVpcs")
        if accounts:
            text = f"{text}; account {' or '.join(accounts[:3])} was not"
        account = accounts[0] if accounts else ""
        beyond = doubt or Doubt(DoubtKind.NOT_COLLECTED, text, name, account=account)
        return Target(
            name,
            RangeSet.single(number),
            ports,
            arrival=self._shut_nat(origin, number, ports) or _uncertain(beyond),
        )

    def _shut_nat(self, origin: Origin, number: int, ports: Ports) -> Hop | None:
        """For a public address behind a NAT: the hop of the NAT's way that is shut."""
        port = ports.numbers.sole()
        table, choices = self._routes.choose(origin.subnet, RangeSet.single(number))
        route = choices[0].route
        if port is None or table is None or number not in PUBLIC_IPV4 or not isinstance(route, Route):
            return None
        if route.target not in (RouteTarget.NAT_GATEWAY, RouteTarget.INTERFACE) or not route.active:
            return None
        sender = Sender(origin.subnet, origin.group_ids, port)
        outside = Peer(RangeSet.single(number), frozenset(), Relation.INTERNET)
        where = Resource(table.id, "AWS::EC2::RouteTable", table.account)
        through = outcome(self._nats.hops(sender, where, route, outside))
        hop = through.hop
        return hop if hop is not None and hop.answer is Answer.DENY else None


def _without_groups(interface: Interface) -> Hop:
    """A NAT gateway refuses; a load balancer's listeners, or whatever else it is, were not read."""
    resource = Resource(interface.id, _INTERFACE, interface.account)
    if interface.type == "nat_gateway":
        return Hop(
            HopKind.INGRESS, Answer.DENY, resource, f"{interface.id} is a NAT gateway's, which refuses"
        )
    text = f"{interface.id} ({interface.type}) has no security groups; what listens behind it is not read"
    doubt = Doubt(DoubtKind.NOT_MODELLED, text, interface.id, _INTERFACE, interface.account)
    return Hop(HopKind.INGRESS, Answer.UNKNOWN, resource, text, doubt=doubt)


def _uncertain(doubt: Doubt) -> Hop:
    resource = Resource(doubt.resource_id, doubt.resource_type, doubt.account)
    return Hop(HopKind.ARRIVAL, Answer.UNKNOWN, resource, doubt.text, doubt=doubt)
