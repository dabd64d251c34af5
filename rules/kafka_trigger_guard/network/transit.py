"""Crossing a transit gateway: attachment and zone, associated route table, its routes, the far attachment.

vpc/latest/tgw/how-transit-gateways-work: a subnet reaches the gateway only if the VPC's attachment has a
subnet in the same zone; longest prefix wins, then static over propagated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind
from kafka_trigger_guard.network.crossings import Crossing
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


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why packets get no further: a denial, or a doubt."""

    resource: Resource
    text: str
    doubt: Doubt | None = None


class Transit:
    """The transit gateways of one network."""

    def __init__(self, network: Network, routes: Routes) -> None:
        self._network = network
        self._routes = routes

    def cross(
        self, subnet: Subnet, table: Resource, gateway_id: str, addresses: RangeSet
    ) -> tuple[Crossing, ...]:
        """Where the gateway takes each part of the addresses that the subnet sends to it."""
        gateway = Resource(
            gateway_id, RouteTarget.TRANSIT_GATEWAY.value, self._gateway_account(subnet, gateway_id)
        )
        attachment = self._attachment_of(subnet, gateway)
        if isinstance(attachment, _Stop):
            return (_stopped(attachment, addresses, (table, gateway)),)
        via: tuple[Resource, ...] = (table, gateway, _attachment(attachment))
        search = self._search(attachment, gateway, subnet.region)
        if isinstance(search, _Stop):
            return (_stopped(search, addresses, via),)
        exit_subnets = tuple(s for s in self._subnets(attachment) if s.zone == subnet.zone)
        via = (*via, Resource(search.id, _ROUTE_TABLE, gateway.account))
        found = [self._land(attachment, piece, route, via) for piece, route in _choices(search, addresses)]
        home = self._subnets(attachment)
        return tuple(
            replace(c, exit_subnets=exit_subnets, home_subnets=home) for crossings in found for c in crossings
        )

    def _gateway_account(self, subnet: Subnet, gateway_id: str) -> str:
        gateway = self._network.parts.transit_gateways.get(gateway_id)
        if gateway is not None:
            return gateway.account
        seen = self._network.attachments_by_gateway.get(gateway_id, ())
        return seen[0].transit_gateway_account if seen else subnet.account

    def _attachment_of(self, subnet: Subnet, gateway: Resource) -> TransitAttachment | _Stop:
        attachment = self._vpc_attachment(gateway.id, subnet.vpc_id)
        if attachment is None:
            return self._no_attachment(subnet, gateway)
        if not attachment.available:
            return _Stop(_attachment(attachment), f"{attachment.id} is not available")
        if attachment.subnet_ids is None:
            vpc = self._network.vpc_of(subnet)
            doubt = self._network.vpc_gap(vpc, "ec2:DescribeTransitGatewayVpcAttachments")
            return _doubted(doubt, _attachment(attachment), "ec2:DescribeTransitGatewayVpcAttachments")
        zones = {s.zone for s in self._subnets(attachment)}
        if subnet.zone in zones:
            return attachment
        unread = [i for i in attachment.subnet_ids if i not in self._network.parts.subnets]
        if unread:
            return _doubted(None, _attachment(attachment), f"ec2:DescribeSubnets {unread[0]}")
        text = f"{attachment.id} has no subnet in {subnet.zone}, where {subnet.id} is"
        return _Stop(_attachment(attachment), text)

    def _vpc_attachment(self, gateway_id: str, vpc_id: str) -> TransitAttachment | None:
        attached = self._network.attachments_by_gateway.get(gateway_id, ())
        of_vpc = [a for a in attached if a.resource_id == vpc_id]
        return next((a for a in of_vpc if a.available), of_vpc[0] if of_vpc else None)

    def _no_attachment(self, subnet: Subnet, gateway: Resource) -> _Stop:
        vpc = self._network.vpc_of(subnet)
        operation = "ec2:DescribeTransitGatewayVpcAttachments"
        doubt = self._network.vpc_gap(vpc, operation)
        if doubt is not None:
            return _Stop(gateway, doubt.text, doubt)
        return _Stop(gateway, f"{subnet.vpc_id} is not attached to {gateway.id}")

    def _subnets(self, attachment: TransitAttachment) -> tuple[Subnet, ...]:
        ids = attachment.subnet_ids or ()
        return tuple(s for s in map(self._network.parts.subnets.get, ids) if s is not None)

    def _search(
        self, attachment: TransitAttachment, gateway: Resource, region: str
    ) -> TransitRouteTable | _Stop:
        """Associations and route tables are seen by the gateway's owner alone."""
        account = gateway.account
        if not attachment.association_known:
            operation = "ec2:DescribeTransitGatewayAttachments"
            return _doubted(self._network.gap(account, region, operation), _attachment(attachment), operation)
        table_id = attachment.route_table_id
        if table_id is None:
            text = f"{attachment.id} is associated with no route table of {attachment.transit_gateway_id}"
            return _Stop(_attachment(attachment), text)
        search = self._network.parts.transit_route_tables.get(table_id)
        if search is None:
            operation = f"ec2:SearchTransitGatewayRoutes {table_id}"
            gap = self._network.gap(account, region, operation)
            return _doubted(gap, Resource(table_id, _ROUTE_TABLE, account), operation)
        if not search.complete:
            text = f"ec2:SearchTransitGatewayRoutes {table_id} was cut short (AdditionalRoutesAvailable)"
            return _doubted(None, Resource(table_id, _ROUTE_TABLE, account), text)
        return search

    def _land(
        self,
        attachment: TransitAttachment,
        addresses: RangeSet,
        route: TransitRoute | None,
        via: tuple[Resource, ...],
    ) -> tuple[Crossing, ...]:
        table = via[-1]
        if route is None or not route.active:
            what = "has no route to" if route is None else "has a blackhole route to"
            return (_stopped(_Stop(table, f"{table.id} {what} {named(addresses)}"), addresses, via),)
        kinds = {kind for _, kind, _ in route.attachments}
        vpc_ids = {resource_id for _, kind, resource_id in route.attachments if kind == "vpc"}
        if kinds != {"vpc"} or len(vpc_ids) != 1:
            text = f"{table.id} sends {named(addresses)} to {', '.join(sorted(kinds)) or 'nothing known'}"
            doubt = Doubt(DoubtKind.NOT_MODELLED, text, table.id, table.type, table.account)
            return (_stopped(_Stop(table, text, doubt), addresses, via),)
        return self._enter(attachment, min(vpc_ids), addresses, via)

    def _enter(
        self, near: TransitAttachment, vpc_id: str, addresses: RangeSet, via: tuple[Resource, ...]
    ) -> tuple[Crossing, ...]:
        far = self._vpc_attachment(near.transit_gateway_id, vpc_id)
        vpc = self._network.parts.vpcs.get(vpc_id)
        unread = self._unread_far_side(vpc, far)
        if vpc is None or far is None or unread:
            owner = vpc.account if vpc is not None else far.account if far is not None else ""
            what = f"{unread} of {vpc_id}"
            stop = _doubted(None, Resource(vpc_id, "AWS::EC2::VPC", owner), what)
            return (_stopped(stop, addresses, via),)
        via = (*via, _attachment(far), Resource(vpc.id, "AWS::EC2::VPC", vpc.account))
        if not far.available:
            return (_stopped(_Stop(_attachment(far), f"{far.id} is not available"), addresses, via),)
        relation = self._relation(near, far)
        entries = self._subnets(far)
        return tuple(
            replace(crossing, relation=relation, via=via, entry_subnets=entries)
            for crossing in self._inside(entries, vpc_id, addresses, via)
        )

    def _unread_far_side(self, vpc: Vpc | None, far: TransitAttachment | None) -> str:
        """The operation that would tell what is missing of the far VPC and its attachment."""
        if vpc is None:
            return "ec2:DescribeVpcs"
        if far is None or far.subnet_ids is None:
            return "ec2:DescribeTransitGatewayVpcAttachments"
        return "" if len(self._subnets(far)) == len(far.subnet_ids) else "ec2:DescribeSubnets"

    def _inside(
        self, entries: tuple[Subnet, ...], vpc_id: str, addresses: RangeSet, via: tuple[Resource, ...]
    ) -> tuple[Crossing, ...]:
        """Past the far attachment, its subnets' own route tables decide."""
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
        if rest:
            text = f"beyond {via[-2].id}, {named(rest)} is routed on by {vpc_id}"
            doubt = unread or Doubt(DoubtKind.NOT_MODELLED, text, vpc_id, "AWS::EC2::VPC", via[-1].account)
            crossings.append(Crossing(rest, Answer.UNKNOWN, via[-1], doubt.text, doubt))
        return tuple(crossings)

    def _relation(self, near: TransitAttachment, far: TransitAttachment) -> Relation:
        """References cross only if gateway and attachments allow it. vpc/latest/tgw/tgw-vpc-attachments"""
        gateway = self._network.parts.transit_gateways.get(near.transit_gateway_id)
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
    return Resource(attachment.id, _ATTACHMENT, attachment.account)


def _doubted(doubt: Doubt | None, resource: Resource, what: str) -> _Stop:
    text = what if "cut short" in what else f"{what} was not read in account {resource.account}"
    doubt = doubt or Doubt(DoubtKind.NOT_COLLECTED, text, resource.id, resource.type, resource.account)
    return _Stop(resource, doubt.text, doubt)


def _stopped(stop: _Stop, addresses: RangeSet, via: tuple[Resource, ...]) -> Crossing:
    answer = Answer.DENY if stop.doubt is None else Answer.UNKNOWN
    return Crossing(
        addresses, answer, stop.resource, stop.text, stop.doubt, relation=Relation.TRANSIT, via=via
    )
