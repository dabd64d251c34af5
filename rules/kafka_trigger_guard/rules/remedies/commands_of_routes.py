"""The commands that mend ways: routes of VPCs, transit gateways with their attachments, peerings."""

from __future__ import annotations

from collections.abc import Collection

from kafka_trigger_guard.network.model import (
    RouteTable,
    TransitAttachment,
    TransitRoute,
    TransitRouteTable,
    Vpc,
)
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.rules.remedies.aws_commands import Option, cidr_blocks, ec2, option
from kafka_trigger_guard.rules.remedies.wanting import Wanting


def route(wanting: Wanting, network: Network) -> list[str]:
    """A route to the VPC at the other end, by what joins both."""
    link = _link(network, wanting.whence.vpc, wanting.whither.vpc)
    table = network.parts.route_tables.get(wanting.resource.id)
    if link is None or table is None:
        return []
    written = {block for route in table.routes if route.addresses for block in cidr_blocks(route.addresses)}
    return [
        ec2(
            wanting.region,
            "replace-route" if block in written else "create-route",
            option("route-table-id", table.id),
            option("destination-cidr-block", block),
            link,
        )
        for block in wanting.whither.blocks
    ]


def working_route(wanting: Wanting, network: Network) -> list[str]:
    """The dead route's own destination, which is longer than any that could be added."""
    table = network.parts.route_tables.get(wanting.resource.id)
    here, there = wanting.whence.vpc, wanting.whither.vpc
    if table is None:
        return []
    dead = _dead(table, wanting.whither.addresses)
    if here is not None and there is not None and here.id == there.id:
        return [_inside(wanting.region, table, block, here) for block in dead]
    link = _link(network, here, there)
    if link is None:
        return []
    own = option("route-table-id", table.id)
    blocks = [option("destination-cidr-block", block) for block in dead]
    return [ec2(wanting.region, "replace-route", own, block, link) for block in blocks]


def _inside(region: str, table: RouteTable, block: str, vpc: Vpc) -> str:
    """Without a dead route the local one carries; the local one itself is reset.
    vpc/latest/userguide/replace-local-route-target"""
    own, found = option("route-table-id", table.id), option("destination-cidr-block", block)
    if block in {each for span in vpc.blocks for each in cidr_blocks(RangeSet((span,)))}:
        return ec2(region, "replace-route", own, found, option("local-target"))
    return ec2(region, "delete-route", own, found)


def _dead(table: RouteTable, addresses: RangeSet) -> list[str]:
    dead = (r.addresses for r in table.routes if not r.active and r.addresses is not None)
    return [block for found in dead if found.overlaps(addresses) for block in cidr_blocks(found)]


def _link(network: Network, here: Vpc | None, there: Vpc | None) -> Option | None:
    """The peering or transit gateway that joins two VPCs, as an option of a route; a peering first."""
    if here is None or there is None:
        return None
    for peering in network.parts.peerings.values():
        if peering.active and {peering.requester.vpc_id, peering.accepter.vpc_id} == {here.id, there.id}:
            return option("vpc-peering-connection-id", peering.id)
    of_here = {a.transit_gateway_id for a in _attachments(network, here.id)}
    both = of_here & {a.transit_gateway_id for a in _attachments(network, there.id)}
    gateway = min(both or of_here, default=None)
    return option("transit-gateway-id", gateway) if gateway is not None else None


def _attachments(network: Network, vpc_id: str) -> list[TransitAttachment]:
    found = network.parts.transit_attachments
    return [a for a in found if a.kind == "vpc" and a.resource_id == vpc_id and a.available]


# -- transit gateways ----------------------------------------------------------------------------------------


def transit_route(wanting: Wanting, network: Network) -> list[str]:
    """Propagation from the VPC's attachment; a static route where a peering of gateways leads there."""
    table = option("transit-gateway-route-table-id", wanting.resource.id)
    own = _attachment_at(network, wanting.lack.link, wanting.whither.vpc)
    if own is not None:
        to = option("transit-gateway-attachment-id", own.id)
        return [ec2(wanting.region, "enable-transit-gateway-route-table-propagation", table, to)]
    peered = _peered(network, wanting.lack.link)
    if peered is None:
        return []
    to = option("transit-gateway-attachment-id", peered)
    blocks = [option("destination-cidr-block", block) for block in wanting.whither.blocks]
    return [ec2(wanting.region, "create-transit-gateway-route", block, table, to) for block in blocks]


def working_transit_route(wanting: Wanting, network: Network) -> list[str]:
    """In place of a blackhole; a propagated one cannot be replaced, but a static route wins over it."""
    own = _attachment_at(network, wanting.lack.link, wanting.whither.vpc)
    found = own.id if own is not None else _peered(network, wanting.lack.link)
    search = network.parts.transit_route_tables.get(wanting.resource.id)
    if found is None or search is None:
        return []
    table = option("transit-gateway-route-table-id", wanting.resource.id)
    to = option("transit-gateway-attachment-id", found)
    return [
        ec2(wanting.region, _writing(route), option("destination-cidr-block", block), table, to)
        for route in search.routes
        if not route.active and route.addresses.overlaps(wanting.whither.addresses)
        for block in cidr_blocks(route.addresses)
    ]


def _writing(route: TransitRoute) -> str:
    return "create-transit-gateway-route" if route.propagated else "replace-transit-gateway-route"


def _attachment_at(network: Network, gateway_id: str, vpc: Vpc | None) -> TransitAttachment | None:
    found = _attachments(network, vpc.id) if vpc is not None else []
    return next((a for a in found if a.transit_gateway_id == gateway_id), None)


def _peered(network: Network, gateway_id: str) -> str | None:
    """The one peering of the gateway, if it has one only."""
    attached = network.attachments_by_gateway.get(gateway_id, ())
    peerings = {a.id for a in attached if a.kind == "peering" and a.available}
    return peerings.pop() if len(peerings) == 1 else None


def association(wanting: Wanting, network: Network) -> list[str]:
    """With a route table of the gateway that leads there; of several, the first by id."""
    own = next((a for a in network.parts.transit_attachments if a.id == wanting.resource.id), None)
    if own is None:
        return []
    attached = {a.id for a in network.attachments_by_gateway.get(own.transit_gateway_id, ())}
    searches = network.parts.transit_route_tables
    leading = [t for t in sorted(searches) if _leads(searches[t], attached, wanting.whither.addresses)]
    return [
        ec2(
            wanting.region,
            "associate-transit-gateway-route-table",
            option("transit-gateway-route-table-id", table_id),
            option("transit-gateway-attachment-id", own.id),
        )
        for table_id in leading[:1]
    ]


def _leads(search: TransitRouteTable, attached: Collection[str], addresses: RangeSet) -> bool:
    """Whether the table leads to the addresses by an attachment of the gateway, to which it then belongs."""
    active = (route for route in search.routes if route.active and addresses <= route.addresses)
    return any(attachment_id in attached for route in active for attachment_id, _, _ in route.attachments)


def attachment(wanting: Wanting, network: Network) -> list[str]:
    """A VPC's attachment with a subnet in every zone that packets leave from or arrive in."""
    found = next((a for a in network.parts.transit_attachments if a.id == wanting.resource.id), None)
    gateway_id = found.transit_gateway_id if found is not None else wanting.resource.id
    end = next(
        (e for e in (wanting.sender, wanting.destination) if e.vpc and e.vpc.id == wanting.lack.link), None
    )
    if end is None or not end.subnets:
        return []
    by_zone = {subnet.zone: subnet.id for subnet in reversed(end.subnets)}
    return [
        ec2(
            wanting.region,
            "create-transit-gateway-vpc-attachment",
            option("transit-gateway-id", gateway_id),
            option("vpc-id", wanting.lack.link),
            option("subnet-ids", *(by_zone[zone] for zone in sorted(by_zone))),
        )
    ]


def attached_zone(wanting: Wanting, _: Network) -> list[str]:
    """A subnet of the zone, added to the attachment."""
    found = option("transit-gateway-attachment-id", wanting.resource.id)
    added = option("add-subnet-ids", wanting.lack.link)
    return [ec2(wanting.region, "modify-transit-gateway-vpc-attachment", found, added)]


def acceptance(wanting: Wanting, network: Network) -> list[str]:
    """The acceptance of a peering or attachment that waits for it."""
    own = wanting.resource.id
    if wanting.resource.type == "AWS::EC2::VPCPeeringConnection":
        return [
            ec2(wanting.region, "accept-vpc-peering-connection", option("vpc-peering-connection-id", own))
        ]
    kinds = {a.kind for a in network.parts.transit_attachments if a.id == own}
    kind = "peering" if "peering" in kinds else "vpc"
    accept = f"accept-transit-gateway-{kind}-attachment"
    return [ec2(wanting.region, accept, option("transit-gateway-attachment-id", own))]


def peering(wanting: Wanting, network: Network) -> list[str]:
    """A new peering of the same VPCs, asked for by the same side."""
    found = network.parts.peerings.get(wanting.resource.id)
    if found is None:
        return []
    requester, accepter = found.requester, found.accepter
    return [
        ec2(
            requester.region,
            "create-vpc-peering-connection",
            option("vpc-id", requester.vpc_id),
            option("peer-vpc-id", accepter.vpc_id),
            option("peer-owner-id", accepter.account),
            option("peer-region", accepter.region),
        )
    ]
