"""Whether a NAT carries a subnet's traffic: its state, its own way out, Block Public Access, and the ACLs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.hops import Axis, Hop, HopKind
from kafka_trigger_guard.network.lacks import Lack, LackKind
from kafka_trigger_guard.network.model import (
    BlockMode,
    BlockPublicAccess,
    Interface,
    NatGateway,
    Resource,
    Route,
    RouteTable,
    RouteTarget,
    Subnet,
    Vpc,
)
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.network_acls import NetworkAcls
from kafka_trigger_guard.network.ranges import PUBLIC_IPV4, RETURN_PORTS, RangeSet
from kafka_trigger_guard.network.routes import Choice, Routes
from kafka_trigger_guard.network.security_groups import Carrier, Peer, Ports, Relation, SecurityGroups

PUBLIC_DOUBT = Doubt(
    DoubtKind.NOT_MODELLED, "only some public addresses pass, and the service's are not known"
)
PUBLIC = Peer(PUBLIC_IPV4, frozenset(), Relation.INTERNET, exact=False, doubt=PUBLIC_DOUBT)
"""A service's public addresses: somewhere among all of them."""
_RETURN = Ports(RETURN_PORTS)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends from a subnet: the groups carried, the TCP port sent to, and the addresses sent from, which
    are the subnet's own unless the traffic only passes through."""

    subnet: Subnet
    group_ids: frozenset[str]
    port: int = 443
    passing: RangeSet | None = None

    @property
    def addresses(self) -> RangeSet:
        """The source addresses."""
        return self.subnet.addresses if self.passing is None else self.passing


class Nats:
    """The NAT gateways and NAT instances of one network."""

    def __init__(
        self, network: Network, routes: Routes, groups: SecurityGroups, network_acls: NetworkAcls
    ) -> None:
        self._network = network
        self._routes = routes
        self._groups = groups
        self._network_acls = network_acls

    def hops(self, sender: Sender, table: Resource, route: Route, outside: Peer = PUBLIC) -> tuple[Hop, ...]:
        """All hops of the sender's traffic through the route's NAT to addresses outside, there and back."""
        first = Hop(
            HopKind.ROUTE, Answer.ALLOW, table, f"{table.id} sends public addresses to {route.target_id}"
        )
        if route.target is RouteTarget.NAT_GATEWAY:
            return (first, *self._through_gateway(sender, route.target_id, outside))
        return (first, *self._through_instance(sender, route.target_id, outside))

    # -- NAT gateways --------------------------------------------------------------------------------

    def _through_gateway(self, sender: Sender, gateway_id: str, outside: Peer) -> tuple[Hop, ...]:
        vpc = self._network.vpc_of(sender.subnet)
        resource = Resource(gateway_id, RouteTarget.NAT_GATEWAY.value, vpc.account)
        gateway = self._network.nat_gateway(vpc, gateway_id)
        if isinstance(gateway, Doubt):
            return (_unknown(resource, gateway),)
        if gateway is None or not gateway.available:
            home_id = gateway.subnet_id if gateway is not None else None
            return (_deny(resource, f"{gateway_id} is not available", LackKind.WORKING_NAT, home_id or ""),)
        if not gateway.public:
            return (_deny(resource, f"{gateway_id} is private", LackKind.WORKING_NAT),)
        if gateway.subnet_id is None:
            return (
                *self._regional_way_out(gateway, vpc, resource),
                self._block_public_access(vpc, None, resource),
                *self.own_acl_hops(sender, outside),
            )
        home = self._network.parts.subnets.get(gateway.subnet_id)
        if home is None:
            return (_unknown(resource, self._unread_subnet(vpc, gateway.subnet_id)),)
        return (
            self._way_out(home),
            self._block_public_access(vpc, home, resource),
            *self._acl_hops(sender, home, outside),
        )

    def _regional_way_out(self, gateway: NatGateway, vpc: Vpc, resource: Resource) -> tuple[Hop, ...]:
        """A regional NAT gateway has no subnet; AWS preconfigures its own table with an internet gateway
        route, which counts where it was read. vpc/latest/userguide/nat-gateways-regional"""
        table = self._network.parts.route_tables.get(gateway.route_table_id or "")
        if table is None:
            return (self._attached_gateway(vpc, None, resource),)
        return (self._out_by(vpc, table, self._routes.choose_in(table, PUBLIC_IPV4 - vpc.cidrs)),)

    def _unread_subnet(self, vpc: Vpc, subnet_id: str) -> Doubt:
        gap = self._network.vpc_gap(vpc, "ec2:DescribeSubnets")
        text = f"ec2:DescribeSubnets does not list {subnet_id}"
        return gap or Doubt(DoubtKind.NOT_COLLECTED, text, subnet_id, "AWS::EC2::Subnet", vpc.account)

    # -- NAT instances -------------------------------------------------------------------------------

    def _through_instance(self, sender: Sender, interface_id: str, outside: Peer) -> tuple[Hop, ...]:
        vpc = self._network.vpc_of(sender.subnet)
        resource = Resource(interface_id, RouteTarget.INTERFACE.value, vpc.account)
        interface = self._interface(interface_id)
        if interface is None:
            doubt = self._network.vpc_gap(vpc, "ec2:DescribeNetworkInterfaces")
            return (
                _unknown(resource, doubt) if doubt else _deny(resource, f"{interface_id} does not exist"),
            )
        home = self._network.parts.subnets.get(interface.subnet_id)
        if home is None:
            return (_unknown(resource, self._unread_subnet(vpc, interface.subnet_id)),)
        carrier = Carrier(interface.group_ids, interface.account, vpc.region)
        return (
            _forwards(interface, replace(resource, account=interface.account)),
            self._way_out(home),
            self._block_public_access(vpc, home, resource),
            *self._instance_groups(carrier, sender, outside),
            *self._acl_hops(sender, home, outside),
        )

    def _interface(self, interface_or_instance_id: str) -> Interface | None:
        interfaces = self._network.parts.interfaces
        found = interfaces.get(interface_or_instance_id)
        if found is not None:
            return found
        return next((i for i in interfaces.values() if i.instance_id == interface_or_instance_id), None)

    def _instance_groups(self, carrier: Carrier, sender: Sender, outside: Peer) -> tuple[Hop, ...]:
        """The NAT instance's own groups; whatever they say counts as its route, not as a poller's group."""
        ports = Ports(RangeSet.single(sender.port))
        poller = Peer(sender.addresses, sender.group_ids)
        hops = (
            self._groups.hop(carrier, Axis.SOURCE, ports, poller),
            self._groups.hop(carrier, Axis.DESTINATION, ports, outside),
        )
        return tuple(replace(h, kind=HopKind.ROUTE, say=h.text, doubt=h.doubt or PUBLIC_DOUBT) for h in hops)

    # -- what both share -----------------------------------------------------------------------------

    def _way_out(self, home: Subnet) -> Hop:
        vpc = self._network.vpc_of(home)
        table, choices = self._routes.choose(home, PUBLIC_IPV4 - vpc.cidrs)
        return self._out_by(vpc, table, choices)

    def _out_by(self, vpc: Vpc, table: RouteTable | None, choices: tuple[Choice, ...]) -> Hop:
        """The NAT's own table must lead all public addresses to an attached internet gateway."""
        resource = Resource(table.id if table else vpc.id, "AWS::EC2::RouteTable", vpc.account)
        relevant = [choice for choice in choices if not choice.to_gateway_endpoint]
        doubt = next((choice.route for choice in relevant if isinstance(choice.route, Doubt)), None)
        if doubt is not None:
            return _unknown(resource, doubt)
        outward = [route for choice in relevant if (route := _to_internet_gateway(choice)) is not None]
        if not outward:
            attached = self._attached_to(vpc)
            text = f"{resource.id} has no route to an internet gateway"
            return _deny(resource, text, LackKind.INTERNET_ROUTE, min(attached, default=""))
        if len(outward) < len(relevant):
            return _unknown(resource, PUBLIC_DOUBT)
        return self._attached_gateway(vpc, outward[0].target_id, resource)

    def _attached_gateway(self, vpc: Vpc, gateway_id: str | None, where: Resource) -> Hop:
        attached = self._attached_to(vpc)
        if gateway_id in attached or (gateway_id is None and attached):
            return Hop(
                HopKind.ROUTE, Answer.ALLOW, where, f"{where.id} leads to {gateway_id or min(attached)}"
            )
        doubt = self._network.vpc_gap(vpc, "ec2:DescribeInternetGateways")
        resource = Resource(gateway_id or vpc.id, "AWS::EC2::InternetGateway", vpc.account)
        if doubt is not None:
            return _unknown(resource, doubt)
        text = f"{gateway_id or 'no internet gateway'} is not attached to {vpc.id}"
        return _deny(resource, text, LackKind.INTERNET_GATEWAY, vpc.id)

    def _attached_to(self, vpc: Vpc) -> set[str]:
        gateways = self._network.parts.internet_gateways.values()
        return {gateway.id for gateway in gateways if vpc.id in gateway.vpc_ids}

    def _block_public_access(self, vpc: Vpc, home: Subnet | None, nat: Resource) -> Hop:
        """Only the bidirectional mode stops NAT; settings nobody asked for mean AWS's default, off.
        vpc/latest/userguide/security-vpc-bpa-basics"""
        settings = self._network.parts.block_public_access.get((vpc.account, vpc.region), BlockPublicAccess())
        let_out = vpc.id in settings.excluded or (home is not None and home.id in settings.excluded)
        doubt = self._network.failed(vpc, "ec2:DescribeVpcBlockPublicAccessOptions")
        if doubt is None and settings.mode is BlockMode.BIDIRECTIONAL and not let_out:
            resource = Resource(vpc.id, "AWS::EC2::VPCBlockPublicAccessOptions", vpc.account)
            doubt = self._network.failed(vpc, "ec2:DescribeVpcBlockPublicAccessExclusions")
            if doubt is None:
                text = f"VPC Block Public Access blocks {nat.id} in {vpc.id}"
                return _deny(resource, text, LackKind.EXCLUSION, home.id if home is not None else vpc.id)
        if doubt is not None:
            return _unknown(nat, doubt)
        return Hop(HopKind.ROUTE, Answer.ALLOW, nat, f"VPC Block Public Access lets {nat.id} out")

    def _acl_hops(self, sender: Sender, home: Subnet, outside: Peer) -> tuple[Hop, ...]:
        acl, ports, subnet = self._network_acls.hop, Ports(RangeSet.single(sender.port)), sender.subnet
        poller = Peer(sender.addresses)
        outer = (
            acl(home, Axis.DESTINATION, ports, outside, egress=True),
            acl(home, Axis.DESTINATION, _RETURN, outside, egress=False, back=True),
        )
        if subnet.id == home.id:
            return outer
        return (
            acl(home, Axis.SOURCE, ports, poller, egress=False),
            *outer,
            acl(home, Axis.SOURCE, _RETURN, poller, egress=True, back=True),
            *self.own_acl_hops(sender, outside),
        )

    def own_acl_hops(self, sender: Sender, outside: Peer = PUBLIC) -> tuple[Hop, Hop]:
        """The sender's own subnet, there and back."""
        acl, ports, subnet = self._network_acls.hop, Ports(RangeSet.single(sender.port)), sender.subnet
        return (
            acl(subnet, Axis.DESTINATION, ports, outside, egress=True),
            acl(subnet, Axis.DESTINATION, _RETURN, outside, egress=False, back=True),
        )

    def attachment_acl_hops(
        self, sender: Sender, entered: tuple[Subnet, ...], landing: tuple[Subnet, ...]
    ) -> tuple[Hop, ...]:
        """The sender's own subnet and those of a transit gateway attachment: packets leave the one and enter
        those of `entered`, answers leave those of `landing` and enter the sender's, neither where it is the
        same subnet. vpc/latest/tgw/tgw-nacls"""
        acl, ports, poller = (
            self._network_acls.hop,
            Ports(RangeSet.single(sender.port)),
            Peer(sender.addresses),
        )
        out, back = self.own_acl_hops(sender)
        others = [subnet for subnet in landing if subnet.id != sender.subnet.id]
        return (
            out,
            *(acl(subnet, Axis.SOURCE, ports, poller, egress=False) for subnet in entered),
            *(acl(subnet, Axis.SOURCE, _RETURN, poller, egress=True, back=True) for subnet in others),
            *([back] if others or not landing else []),
        )


def _forwards(interface: Interface, resource: Resource) -> Hop:
    if interface.source_dest_check:
        text = f"{interface.id} checks source and destination, so it forwards nothing"
        return _deny(resource, text, LackKind.FORWARDING)
    if not interface.public:
        return _deny(resource, f"{interface.id} has no public address", LackKind.PUBLIC_ADDRESS)
    return Hop(HopKind.ROUTE, Answer.ALLOW, resource, f"{interface.id} forwards")


def _to_internet_gateway(choice: Choice) -> Route | None:
    route = choice.route
    if isinstance(route, Route) and route.active and route.target is RouteTarget.INTERNET_GATEWAY:
        return route
    return None


def _deny(resource: Resource, text: str, kind: LackKind | None = None, link: str = "") -> Hop:
    lack = Lack(kind, resource.account, link=link) if kind is not None else None
    return Hop(HopKind.ROUTE, Answer.DENY, resource, text, lack=lack)


def _unknown(resource: Resource, doubt: Doubt) -> Hop:
    return Hop(HopKind.ROUTE, Answer.UNKNOWN, resource, doubt.text, doubt=doubt)
