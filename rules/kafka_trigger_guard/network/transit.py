"""Crossing transit gateways: attachment and zone, associated route table, its routes, the far attachment.

vpc/latest/tgw/how-transit-gateways-work: a subnet reaches the gateway only if the VPC's attachment has a
subnet in the same zone; longest prefix wins, then static over propagated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.astray import Astray
from kafka_trigger_guard.network.crossings import Crossing, kept
from kafka_trigger_guard.network.lacks import Lack, LackKind
from kafka_trigger_guard.network.model import (
    Resource,
    RouteTarget,
    Subnet,
    TransitAttachment,
    TransitRoute,
    TransitRouteTable,
    Vpc,
)
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.network.routes import Routes
from kafka_trigger_guard.network.security_groups import Relation, named

_ATTACHMENT = "AWS::EC2::TransitGatewayAttachment"
_ROUTE_TABLE = "AWS::EC2::TransitGatewayRouteTable"
_VPC_ATTACHMENTS = "ec2:DescribeTransitGatewayVpcAttachments"


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why packets get no further: a denial with what is lacking, or a doubt."""

    resource: Resource
    text: str
    doubt: Doubt | None = None
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class _Passage:
    """Packets on their way through gateways: the attachment by which they came in, and what they passed.

    `zone` is where they entered the first gateway; `turns` holds the route tables and NAT gateways' subnets
    that sent them on: one of them twice is a circle.
    """

    attachment: TransitAttachment
    gateway: Resource
    region: str
    via: tuple[Resource, ...]
    turns: tuple[str, ...] = ()
    zone: str = ""

    def past(self, *passed: Resource) -> _Passage:
        return replace(self, via=(*self.via, *passed))

    def turning(self, where: str) -> _Passage:
        return replace(self, turns=(*self.turns, where))


class Transit:
    """The transit gateways of one network."""

    def __init__(self, network: Network, routes: Routes) -> None:
        self._network = network
        self._routes = routes
        self._astray = Astray(network, routes, self.cross)

    def cross(
        self,
        subnet: Subnet,
        table: Resource,
        gateway_id: str,
        addresses: RangeSet,
        turns: tuple[str, ...] = (),
    ) -> tuple[Crossing, ...]:
        """Where the gateway takes each part of the addresses that the subnet sends to it.

        `turns` is what sent them on before, as ways may go in circles.
        """
        gateway = self._gateway(gateway_id, subnet.account)
        attachment = self._attachment_of(subnet, gateway)
        if isinstance(attachment, _Stop):
            return (_stopped(attachment, addresses, (table, gateway)),)
        home = self._subnets(attachment)
        exit_subnets = tuple(s for s in home if s.zone == subnet.zone)
        via = (table, _attachment(attachment), gateway)
        way = _Passage(attachment, gateway, subnet.region, via, turns, subnet.zone)
        crossings = self._through(way, addresses)
        anywhere = attachment.appliance_mode
        return tuple(
            replace(c, exit_subnets=exit_subnets, home_subnets=home, home_in_appliance_mode=anywhere)
            for c in crossings
        )

    def _gateway(self, gateway_id: str, seen_by: str) -> Resource:
        gateway = self._network.parts.transit_gateways.get(gateway_id)
        seen = self._network.attachments_by_gateway.get(gateway_id, ())
        account = seen[0].transit_gateway_account if seen else seen_by
        owner = gateway.account if gateway is not None else account
        return Resource(gateway_id, RouteTarget.TRANSIT_GATEWAY.value, owner)

    def _attachment_of(self, subnet: Subnet, gateway: Resource) -> TransitAttachment | _Stop:
        attachment = self._vpc_attachment(gateway.id, subnet.vpc_id)
        if attachment is None:
            return self._no_attachment(subnet, gateway)
        if not attachment.available:
            return _not_available(attachment)
        if attachment.subnet_ids is None:
            vpc = self._network.vpc_of(subnet)
            doubt = self._network.vpc_gap(vpc, _VPC_ATTACHMENTS)
            return _doubted(doubt, _attachment(attachment), _VPC_ATTACHMENTS)
        zones = {s.zone for s in self._subnets(attachment)}
        if subnet.zone in zones:
            return attachment
        unread = [i for i in attachment.subnet_ids if i not in self._network.parts.subnets]
        if unread:
            return _doubted(None, _attachment(attachment), f"ec2:DescribeSubnets {unread[0]}")
        text = f"{attachment.id} has no subnet in {subnet.zone}, where {subnet.id} is"
        lack = Lack(LackKind.ATTACHED_ZONE, attachment.account, link=subnet.id)
        return _Stop(_attachment(attachment), text, lack=lack)

    def _vpc_attachment(self, gateway_id: str, vpc_id: str) -> TransitAttachment | None:
        attached = self._network.attachments_by_gateway.get(gateway_id, ())
        of_vpc = [a for a in attached if a.resource_id == vpc_id]
        return next((a for a in of_vpc if a.available), of_vpc[0] if of_vpc else None)

    def _no_attachment(self, subnet: Subnet, gateway: Resource) -> _Stop:
        vpc = self._network.vpc_of(subnet)
        doubt = self._network.vpc_gap(vpc, _VPC_ATTACHMENTS)
        if doubt is not None:
            return _Stop(gateway, doubt.text, doubt)
        lack = Lack(LackKind.ATTACHMENT, vpc.account, link=vpc.id)
        return _Stop(gateway, f"{subnet.vpc_id} is not attached to {gateway.id}", lack=lack)

    def _subnets(self, attachment: TransitAttachment) -> tuple[Subnet, ...]:
        ids = attachment.subnet_ids or ()
        return tuple(s for s in map(self._network.parts.subnets.get, ids) if s is not None)

    # -- one gateway after the other -------------------------------------------------------------------

    def _through(self, way: _Passage, addresses: RangeSet) -> tuple[Crossing, ...]:
        """Where the gateway takes packets that came in by an attachment."""
        search = self._search(way)
        if isinstance(search, _Stop):
            return (_stopped(search, addresses, way.via),)
        table = _table(search.id, way.gateway.account)
        if table.id in way.turns:
            text = f"{table.id} gets {named(addresses)} again, in a circle"
            lack = Lack(LackKind.TRANSIT_ROUTE, table.account, link=way.gateway.id)
            return (_stopped(_Stop(table, text, lack=lack), addresses, way.via),)
        inside = way.past(table).turning(table.id)
        found = [self._land(inside, piece, route) for piece, route in _choices(search, addresses)]
        return tuple(crossing for crossings in found for crossing in crossings)

    def _search(self, way: _Passage) -> TransitRouteTable | _Stop:
        """Associations and route tables are seen by the gateway's owner alone."""
        attachment, account = way.attachment, way.gateway.account
        if not attachment.association_known:
            operation = "ec2:DescribeTransitGatewayAttachments"
            gap = self._network.gap(account, way.region, operation)
            return _doubted(gap, replace(_attachment(attachment), account=account), operation)
        table_id = attachment.route_table_id
        if table_id is None:
            text = f"{attachment.id} is associated with no route table of {attachment.transit_gateway_id}"
            lack = Lack(LackKind.ASSOCIATION, account)
            return _Stop(_attachment(attachment), text, lack=lack)
        search, table = self._network.parts.transit_route_tables.get(table_id), _table(table_id, account)
        if search is None:
            operation = f"ec2:SearchTransitGatewayRoutes {table_id}"
            return _doubted(self._network.gap(account, way.region, operation), table, operation)
        if not search.complete:
            text = f"ec2:SearchTransitGatewayRoutes {table_id} was cut short (AdditionalRoutesAvailable)"
            return _doubted(None, table, text)
        return search

    def _land(self, way: _Passage, addresses: RangeSet, route: TransitRoute | None) -> tuple[Crossing, ...]:
        table = way.via[-1]
        if route is None or not route.active:
            what = "has no route to" if route is None else "has a blackhole route to"
            kind = LackKind.TRANSIT_ROUTE if route is None else LackKind.WORKING_TRANSIT_ROUTE
            lack = Lack(kind, table.account, link=way.gateway.id)
            stop = _Stop(table, f"{table.id} {what} {named(addresses)}", lack=lack)
            return (_stopped(stop, addresses, way.via),)
        kinds = {kind for _, kind, _ in route.attachments}
        targets = {(attachment_id, target) for attachment_id, _, target in route.attachments}
        if kinds == {"vpc"} and len({target for _, target in targets}) == 1:
            return self._enter(way, min(targets)[1], addresses)
        if kinds == {"peering"} and len(targets) == 1:
            return self._over_peering(way, *min(targets), addresses)
        text = f"{table.id} sends {named(addresses)} to {', '.join(sorted(kinds)) or 'nothing known'}"
        doubt = Doubt(DoubtKind.NOT_MODELLED, text, table.id, table.type, table.account)
        return (_stopped(_Stop(table, text, doubt), addresses, way.via),)

    def _over_peering(
        self, way: _Passage, attachment_id: str, gateway_id: str, addresses: RangeSet
    ) -> tuple[Crossing, ...]:
        """Into a peered gateway, whose own table takes over; such routes are always static.
        vpc/latest/tgw/tgw-peering"""
        near = self._peering_attachment(attachment_id, way.gateway.id)
        if near is not None and not near.available:
            return (_stopped(_not_available(near), addresses, way.via),)
        far = self._peering_attachment(attachment_id, gateway_id)
        owner = near.account if near is not None else ""
        peered = self._gateway(gateway_id, owner)
        passed = way.past(Resource(attachment_id, _ATTACHMENT, way.gateway.account), peered)
        if far is None:
            operation = f"ec2:DescribeTransitGatewayAttachments of {gateway_id}"
            return (_stopped(_doubted(None, peered, operation), addresses, passed.via),)
        if not far.available:
            return (_stopped(_not_available(far), addresses, passed.via),)
        gateway = self._network.parts.transit_gateways.get(gateway_id)
        region = gateway.region if gateway is not None else way.region
        return self._through(_Passage(far, peered, region, passed.via, way.turns, way.zone), addresses)

    def _peering_attachment(self, attachment_id: str, gateway_id: str) -> TransitAttachment | None:
        attached = self._network.attachments_by_gateway.get(gateway_id, ())
        return next((a for a in attached if a.id == attachment_id), None)

    # -- the far VPC -----------------------------------------------------------------------------------

    def _enter(self, way: _Passage, vpc_id: str, addresses: RangeSet) -> tuple[Crossing, ...]:
        far = self._vpc_attachment(way.gateway.id, vpc_id)
        vpc = self._network.parts.vpcs.get(vpc_id)
        unread = self._unread_far_side(vpc, far)
        if vpc is None or far is None or unread:
            owner = vpc.account if vpc is not None else far.account if far is not None else ""
            stop = _doubted(None, Resource(vpc_id, "AWS::EC2::VPC", owner), f"{unread} of {vpc_id}")
            return (_stopped(stop, addresses, way.via),)
        if not far.available:
            return (_stopped(_not_available(far), addresses, way.via),)
        via = (*way.via, _attachment(far), Resource(vpc.id, "AWS::EC2::VPC", vpc.account))
        relation = self._relation(way, far)
        entries = self._subnets(far)
        landing = entries if far.appliance_mode else kept(entries, way.zone)
        return tuple(
            replace(
                crossing,
                relation=relation,
                via=via,
                entry_subnets=entries,
                entry_in_appliance_mode=far.appliance_mode,
            )
            for crossing in self._inside(replace(way, via=via), landing, vpc_id, addresses)
        )

    def _unread_far_side(self, vpc: Vpc | None, far: TransitAttachment | None) -> str:
        """The operation that would tell what is missing of the far VPC and its attachment."""
        if vpc is None:
            return "ec2:DescribeVpcs"
        if far is None or far.subnet_ids is None:
            return _VPC_ATTACHMENTS
        return "" if len(self._subnets(far)) == len(far.subnet_ids) else "ec2:DescribeSubnets"

    def _inside(
        self, way: _Passage, entries: tuple[Subnet, ...], vpc_id: str, addresses: RangeSet
    ) -> tuple[Crossing, ...]:
        """Past the far attachment, its subnets' own route tables decide."""
        via = way.via
        arrived = addresses & self._network.vpc_addresses(vpc_id)
        unread: Doubt | None = None
        for entry in entries:
            _, choices = self._routes.choose(entry, addresses)
            arrived &= RangeSet.of(span for c in choices if c.local for span in c.addresses.spans)
            doubts = (choice.route for choice in choices if isinstance(choice.route, Doubt))
            unread = unread or next(doubts, None)
        crossings = []
        if arrived:
            text = f"{via[-2].id} leads to {named(arrived)} in {vpc_id}"
            crossings.append(Crossing(arrived, Answer.ALLOW, via[-2], text, vpc_id=vpc_id))
        rest = addresses - arrived
        astray = unread or (self._astray.end(entries, rest, way.turns) if rest else None)
        unread = astray if isinstance(astray, Doubt) else None
        if isinstance(astray, str):
            text = f"{via[-3].id} sends {named(rest)} to {vpc_id}, where {astray}"
            lack = Lack(LackKind.TRANSIT_ROUTE, via[-3].account, link=way.gateway.id)
            crossings.append(Crossing(rest, Answer.DENY, via[-3], text, lack=lack))
        elif rest:
            text = f"beyond {via[-2].id}, {named(rest)} is routed on by {vpc_id}"
            doubt = unread or Doubt(DoubtKind.NOT_MODELLED, text, vpc_id, "AWS::EC2::VPC", via[-1].account)
            crossings.append(Crossing(rest, Answer.UNKNOWN, via[-1], doubt.text, doubt))
        return tuple(crossings)

    def _relation(self, way: _Passage, far: TransitAttachment) -> Relation:
        """References cross only if gateway and attachments allow it, and never a peering of gateways.
        vpc/latest/tgw/tgw-vpc-attachments"""
        gateway = self._network.parts.transit_gateways.get(way.gateway.id)
        near = way.attachment
        switched_on = gateway is not None and gateway.references and near.references and far.references
        return Relation.TRANSIT_WITH_REFERENCES if switched_on else Relation.TRANSIT


def _choices(search: TransitRouteTable, addresses: RangeSet) -> list[tuple[RangeSet, TransitRoute | None]]:
    ranked = sorted(search.routes, key=lambda route: (-route.prefix_length, route.propagated))
    pieces: list[tuple[RangeSet, TransitRoute | None]] = []
    left = addresses
    for route in ranked:
        if route.addresses.overlaps(left):
            pieces.append((left & route.addresses, route))
            left -= route.addresses
    return [*pieces, (left, None)] if left else pieces


def _attachment(attachment: TransitAttachment) -> Resource:
    """An attachment; that of a peering belongs to the gateway at which it is seen."""
    owner = attachment.account if attachment.kind == "vpc" else attachment.transit_gateway_account
    return Resource(attachment.id, _ATTACHMENT, owner)


def _table(table_id: str, account: str) -> Resource:
    return Resource(table_id, _ROUTE_TABLE, account)


def _not_available(attachment: TransitAttachment) -> _Stop:
    """The gateway's owner accepts an attachment; any other that is not available must be made anew."""
    waiting = attachment.state == "pendingacceptance"
    state = f" but {attachment.state}" if attachment.state else ""
    kind = LackKind.ACCEPTANCE if waiting else LackKind.ATTACHMENT
    account = attachment.transit_gateway_account if waiting else attachment.account
    lack = Lack(kind, account, link=attachment.resource_id)
    return _Stop(_attachment(attachment), f"{attachment.id} is not available{state}", lack=lack)


def _doubted(doubt: Doubt | None, resource: Resource, what: str) -> _Stop:
    where = f" in account {resource.account}" if resource.account else ""
    text = what if "cut short" in what else f"{what} was not read{where}"
    doubt = doubt or Doubt(DoubtKind.NOT_COLLECTED, text, resource.id, resource.type, resource.account)
    return _Stop(resource, doubt.text, doubt)


def _stopped(stop: _Stop, addresses: RangeSet, via: tuple[Resource, ...]) -> Crossing:
    answer = Answer.DENY if stop.doubt is None else Answer.UNKNOWN
    return Crossing(
        addresses,
        answer,
        stop.resource,
        stop.text,
        stop.doubt,
        relation=Relation.TRANSIT,
        via=via,
        lack=stop.lack,
    )
