"""Reads the peerings and transit gateways that trigger VPCs route to, and finds the VPCs behind them."""

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, Final

from kafka_trigger_guard.aws.calls import Calls, Read, filtered

_EVERYWHERE: Final = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What paths may lead to outside a trigger's VPC: broker addresses, and the internet where NAT may serve.

    `anywhere` says that names were found whose addresses are not known yet.
    """

    broker_addresses: frozenset[str]
    internet: bool
    anywhere: bool

    def in_network(self, network: IPv4Network) -> bool:
        """Whether something wanted may lie in this network."""
        if self.anywhere or (self.internet and not network.is_private):
            return True
        addresses = (ipaddress.ip_address(address) for address in self.broker_addresses)
        return any(address in network for address in addresses)


def read_far_vpcs(calls: Calls, account: str, vpc_ids: Collection[str], wanted: Wanted) -> set[str]:
    """Read the ways out of these VPCs; the account's VPCs behind them in which something wanted may lie."""
    routes = list(_routes(calls))
    read_links(calls)
    _search_tables_of(calls, account, vpc_ids)
    sent = [_network(route) for route in routes if "TransitGatewayId" in route and _is_ipv4(route)]
    far = _attached_vpcs(calls, account, sent, wanted) | _peer_vpcs(calls, account, wanted)
    _search_tables_of(calls, account, far)  # the way back
    return far.difference(vpc_ids)


def _routes(calls: Calls) -> Iterator[Mapping[str, Any]]:
    for table in calls.items("ec2:DescribeRouteTables"):
        yield from table.get("Routes", [])


def _network(route: Mapping[str, Any]) -> IPv4Network:
    """The IPv4 destination; all there is if it is a prefix list, whose entries are not read yet."""
    return IPv4Network(route.get("DestinationCidrBlock") or _EVERYWHERE, strict=False)


def _is_ipv4(route: Mapping[str, Any]) -> bool:
    """Whether pollers, which use IPv4, can take it; transit gateways list both families in one field."""
    return "DestinationIpv6CidrBlock" not in route and ":" not in str(route.get("DestinationCidrBlock"))


def _peer_vpcs(calls: Calls, account: str, wanted: Wanted) -> set[str]:
    sides = (
        peering.get(side) or {}
        for peering in calls.items("ec2:DescribeVpcPeeringConnections")
        if (peering.get("Status") or {}).get("Code") == "active"
        for side in ("RequesterVpcInfo", "AccepterVpcInfo")
    )
    own = (s for s in sides if s.get("OwnerId") == account and s.get("Region", calls.region) == calls.region)
    return {side["VpcId"] for side in own if any(wanted.in_network(block) for block in _blocks(side))}


def _blocks(side: Mapping[str, Any]) -> list[IPv4Network]:
    blocks = [block.get("CidrBlock") for block in side.get("CidrBlockSet") or [side]]
    return [IPv4Network(block) for block in blocks if block]


def _search_tables_of(calls: Calls, account: str, vpc_ids: Collection[str]) -> None:
    """Search the route tables with which the attachments of these VPCs are associated.

    Only the gateway's owner may. vpc/latest/tgw/tgw-route-tables
    """
    associations = (
        attachment.get("Association") or {}
        for attachment in calls.items("ec2:DescribeTransitGatewayAttachments")
        if attachment.get("ResourceId") in vpc_ids
        if attachment.get("TransitGatewayOwnerId", account) == account
    )
    found = (association.get("TransitGatewayRouteTableId") for association in associations)
    search_route_tables(calls, {str(table_id) for table_id in found if table_id})


def read_links(calls: Calls, *, known_gateways: Collection[str] = ()) -> None:
    """Read the peerings and transit gateways (but those known) to which the routes that were read lead."""
    routes = list(_routes(calls))
    peering_ids = {route["VpcPeeringConnectionId"] for route in routes if "VpcPeeringConnectionId" in route}
    gateway_ids = {route["TransitGatewayId"] for route in routes if "TransitGatewayId" in route}
    calls.read(*filtered("ec2:DescribeVpcPeeringConnections", "vpc-peering-connection-id", peering_ids))
    read_transit_gateways(calls, gateway_ids.difference(known_gateways))


def read_transit_gateways(calls: Calls, gateway_ids: Collection[str]) -> None:
    """Read transit gateways with their attachments; only the owner's answers tell all attachments."""
    calls.read(
        *filtered("ec2:DescribeTransitGateways", "transit-gateway-id", gateway_ids),
        *filtered("ec2:DescribeTransitGatewayAttachments", "transit-gateway-id", gateway_ids),
        *filtered("ec2:DescribeTransitGatewayVpcAttachments", "transit-gateway-id", gateway_ids),
    )


def search_route_tables(calls: Calls, table_ids: Collection[str]) -> None:
    """Read the routes of transit gateway route tables, each table once."""
    operation = "ec2:SearchTransitGatewayRoutes"
    states = [{"Name": "state", "Values": ["active", "blackhole"]}]
    calls.read(
        *(
            Read(operation, [{"TransitGatewayRouteTableId": table_id, "Filters": states}], key=table_id)
            for table_id in sorted(set(table_ids) - calls.answers(operation).keys())
        )
    )


def _attached_vpcs(calls: Calls, account: str, sent: Collection[IPv4Network], wanted: Wanted) -> set[str]:
    attachments = calls.items("ec2:DescribeTransitGatewayVpcAttachments")
    own = {attachment.get("VpcId") for attachment in attachments if attachment.get("VpcOwnerId") == account}
    searched = calls.answers("ec2:SearchTransitGatewayRoutes").values()
    leading = (route for answer in searched for route in answer["Routes"] if _leads(route, sent, wanted))
    targets = (target for route in leading for target in route.get("TransitGatewayAttachments", []))
    return {target["ResourceId"] for target in targets if target.get("ResourceId") in own}


def _leads(route: Mapping[str, Any], sent: Collection[IPv4Network], wanted: Wanted) -> bool:
    if not _is_ipv4(route):
        return False
    network = _network(route)
    return wanted.in_network(network) and any(network.overlaps(other) for other in sent)
