"""Endpoints, gateways, peerings, transit gateways, prefix lists: EC2's dictionaries as typed objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.aws.modelling.policies import endpoint_policy
from kafka_trigger_guard.aws.modelling.reading import flag, listed, mapping, maybe_text, objects, text, texts
from kafka_trigger_guard.network.model import (
    BlockMode,
    BlockPublicAccess,
    DhcpOptions,
    Endpoint,
    InternetGateway,
    NatGateway,
    Peering,
    PeeringSide,
    PrefixList,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
    TransitRouteTable,
)
from kafka_trigger_guard.network.ranges import RangeSet, cidr

Item = Mapping[str, Any]
_EXCLUSIONS_IN_FORCE = ("create-complete", "update-complete", "update-in-progress")


def endpoint(item: Item, account: str, region: str) -> Endpoint:
    """ec2:DescribeVpcEndpoints; `State` is compared in lower case, no `IpAddressType` is IPv4."""
    dns_options = mapping(item, "DnsOptions")
    return Endpoint(
        id=text(item, "VpcEndpointId"),
        vpc_id=text(item, "VpcId"),
        account=maybe_text(item, "OwnerId") or account,
        type=maybe_text(item, "VpcEndpointType")
        or ("Interface" if item.get("NetworkInterfaceIds") else "Gateway"),
        service_name=text(item, "ServiceName"),
        state=(maybe_text(item, "State") or "").lower(),
        region=maybe_text(item, "ServiceRegion") or region,
        private_dns_enabled=flag(item, "PrivateDnsEnabled"),
        inbound_resolver_only=flag(dns_options, "PrivateDnsOnlyForInboundResolverEndpoint"),
        ipv4=(maybe_text(item, "IpAddressType") or "ipv4").lower() != "ipv6",
        group_ids=tuple(text(group, "GroupId") for group in objects(item, "Groups")),
        subnet_ids=texts(item, "SubnetIds"),
        interface_ids=texts(item, "NetworkInterfaceIds"),
        route_table_ids=texts(item, "RouteTableIds"),
        dns_names=tuple(text(e, "DnsName").lower() for e in objects(item, "DnsEntries") if e.get("DnsName")),
        policy=endpoint_policy(item.get("PolicyDocument")),
    )


def nat_gateway(item: Item, account: str) -> NatGateway:
    """ec2:DescribeNatGateways; no `ConnectivityType` is public."""
    return NatGateway(
        text(item, "NatGatewayId"),
        text(item, "VpcId"),
        account,
        maybe_text(item, "SubnetId"),
        text(item, "State").lower() == "available",
        (maybe_text(item, "ConnectivityType") or "public").lower() == "public",
        maybe_text(item, "RouteTableId"),
    )


def internet_gateway(item: Item, account: str) -> InternetGateway:
    """ec2:DescribeInternetGateways; attached is `available` on the wire, `attached` in the model."""
    attachments = [
        text(entry, "VpcId")
        for entry in objects(item, "Attachments")
        if (maybe_text(entry, "State") or "available").lower() in ("available", "attached")
    ]
    return InternetGateway(
        text(item, "InternetGatewayId"), maybe_text(item, "OwnerId") or account, tuple(attachments)
    )


def peering(item: Item, account: str, region: str) -> Peering:
    """ec2:DescribeVpcPeeringConnections; parts of deleted ones may be absent."""
    status = (maybe_text(mapping(item, "Status"), "Code") or "").lower()
    return Peering(
        text(item, "VpcPeeringConnectionId"),
        account,
        status == "active",
        _side(mapping(item, "RequesterVpcInfo"), account, region),
        _side(mapping(item, "AccepterVpcInfo"), account, region),
        status,
    )


def _side(item: Item, account: str, region: str) -> PeeringSide:
    return PeeringSide(
        maybe_text(item, "VpcId") or "",
        maybe_text(item, "OwnerId") or account,
        maybe_text(item, "Region") or region,
    )


def prefix_list(key: str, entries: list[str], account: str, item: Item) -> PrefixList:
    """A managed prefix list with its IPv4 entries."""
    blocks = [entry for entry in entries if ":" not in entry]
    sized = tuple((cidr(block), int(block.partition("/")[2] or 32)) for block in blocks)
    return PrefixList(
        key,
        maybe_text(item, "PrefixListName") or "",
        maybe_text(item, "OwnerId") or account,
        sized,
        RangeSet.of(span for addresses, _ in sized for span in addresses.spans),
    )


def dhcp_options(item: Item, account: str) -> DhcpOptions:
    """ec2:DescribeDhcpOptions: only which resolvers a VPC names."""
    resolvers = [
        text(value, "Value")
        for entry in objects(item, "DhcpConfigurations")
        if entry.get("Key") == "domain-name-servers"
        for value in objects(entry, "Values")
    ]
    return DhcpOptions(text(item, "DhcpOptionsId"), maybe_text(item, "OwnerId") or account, tuple(resolvers))


def block_public_access(options: Any, exclusions: Any) -> BlockPublicAccess:
    """The Region's mode, and the VPCs and subnets let out; what is absent is AWS's default, off."""
    settings = mapping(options or {}, "VpcBlockPublicAccessOptions")
    mode = BlockMode((maybe_text(settings, "InternetGatewayBlockMode") or "off").lower())
    found = objects(exclusions or {}, "VpcBlockPublicAccessExclusions")
    excluded = frozenset(
        text(entry, "ResourceArn").rpartition("/")[2]
        for entry in found
        if (maybe_text(entry, "State") or "create-complete") in _EXCLUSIONS_IN_FORCE
    )
    return BlockPublicAccess(mode, excluded)


def transit_gateway(item: Item, account: str, region: str) -> TransitGateway:
    """ec2:DescribeTransitGateways."""
    support = maybe_text(mapping(item, "Options"), "SecurityGroupReferencingSupport")
    owner = maybe_text(item, "OwnerId") or account
    return TransitGateway(text(item, "TransitGatewayId"), owner, support == "enable", region)


def transit_attachment(item: Item, account: str) -> TransitAttachment:
    """ec2:DescribeTransitGatewayAttachments: the only call that tells the association.

    Only the gateway's owner sees it, so its absence there means that there is none.
    """
    association = mapping(item, "Association")
    associated = (maybe_text(association, "State") or "associated").lower() == "associated"
    table_id = maybe_text(association, "TransitGatewayRouteTableId")
    gateway_owner = maybe_text(item, "TransitGatewayOwnerId") or account
    state = (maybe_text(item, "State") or "available").lower()
    return TransitAttachment(
        text(item, "TransitGatewayAttachmentId"),
        text(item, "TransitGatewayId"),
        gateway_owner,
        maybe_text(item, "ResourceOwnerId") or account,
        maybe_text(item, "ResourceType") or "vpc",
        maybe_text(item, "ResourceId") or "",
        state == "available",
        route_table_id=table_id if associated else None,
        association_known=gateway_owner == account or table_id is not None,
        state=state,
    )


def transit_vpc_attachment(item: Item, account: str) -> TransitAttachment:
    """ec2:DescribeTransitGatewayVpcAttachments: the subnets, and whether group references may cross."""
    support = maybe_text(mapping(item, "Options"), "SecurityGroupReferencingSupport")
    appliance_mode = maybe_text(mapping(item, "Options"), "ApplianceModeSupport") == "enable"
    state = (maybe_text(item, "State") or "available").lower()
    return TransitAttachment(
        text(item, "TransitGatewayAttachmentId"),
        text(item, "TransitGatewayId"),
        account,
        maybe_text(item, "VpcOwnerId") or account,
        "vpc",
        text(item, "VpcId"),
        state == "available",
        texts(item, "SubnetIds"),
        support == "enable",
        state=state,
        appliance_mode=appliance_mode,
    )


def transit_route_table(key: str, lists: Mapping[str, PrefixList], answer: Any) -> TransitRouteTable:
    """ec2:SearchTransitGatewayRoutes; `AdditionalRoutesAvailable` means that the search was cut short."""
    complete = not flag(answer, "AdditionalRoutesAvailable")
    routes: list[TransitRoute] = []
    for item in listed(answer, "Routes"):
        block, list_id = maybe_text(item, "DestinationCidrBlock"), maybe_text(item, "PrefixListId")
        if block is None and list_id is not None:
            if list_id not in lists:
                complete = False
                continue
            routes += [_transit_route(item, a, length) for a, length in lists[list_id].entries]
        elif block is not None and ":" not in block:
            routes.append(_transit_route(item, cidr(block), int(block.partition("/")[2] or 32)))
    return TransitRouteTable(key, tuple(routes), complete)


def _transit_route(item: Item, addresses: RangeSet, length: int) -> TransitRoute:
    attachments = tuple(
        (
            maybe_text(entry, "TransitGatewayAttachmentId") or "",
            maybe_text(entry, "ResourceType") or "",
            maybe_text(entry, "ResourceId") or "",
        )
        for entry in objects(item, "TransitGatewayAttachments")
    )
    active = (maybe_text(item, "State") or "active").lower() == "active"
    return TransitRoute(addresses, length, active, maybe_text(item, "Type") == "propagated", attachments)
