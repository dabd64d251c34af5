"""VPCs, subnets, routes, network ACLs, groups, interfaces: EC2's dictionaries as typed objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.aws.modelling.reading import flag, mapping, maybe_text, objects, text
from kafka_trigger_guard.network.model import (
    AclEntry,
    GroupReference,
    Interface,
    NetworkAcl,
    Permission,
    Route,
    RouteTable,
    RouteTarget,
    SecurityGroup,
    Subnet,
    Vpc,
)
from kafka_trigger_guard.network.ranges import ALL_PORTS, RangeSet, address, cidr

Item = Mapping[str, Any]
_TCP = ("tcp", "6")


def vpc(item: Item, account: str, region: str, attributes: Item | None) -> Vpc:
    """ec2:DescribeVpcs; blocks whose state is not `associated` do not count."""
    associated = [
        text(entry, "CidrBlock")
        for entry in objects(item, "CidrBlockAssociationSet")
        if (maybe_text(mapping(entry, "CidrBlockState"), "State") or "associated") == "associated"
    ]
    blocks = associated or [text(item, "CidrBlock")]
    spans = tuple(cidr(block).spans[0] for block in blocks)
    return Vpc(
        text(item, "VpcId"),
        maybe_text(item, "OwnerId") or account,
        region,
        spans,
        RangeSet.of(spans),
        maybe_text(item, "DhcpOptionsId"),
        _attribute(attributes, "EnableDnsSupport"),
        _attribute(attributes, "EnableDnsHostnames"),
    )


def _attribute(attributes: Item | None, name: str) -> bool | None:
    found = attributes.get(name) if isinstance(attributes, dict) else None
    value = found.get("Value") if isinstance(found, dict) else None
    return value if isinstance(value, bool) else None


def subnet(item: Item, account: str, region: str) -> Subnet:
    """ec2:DescribeSubnets."""
    block = text(item, "CidrBlock")
    name = maybe_text(item, "AvailabilityZone")
    return Subnet(
        text(item, "SubnetId"),
        text(item, "VpcId"),
        maybe_text(item, "OwnerId") or account,
        region,
        maybe_text(item, "AvailabilityZoneId") or name or text(item, "AvailabilityZone"),
        name or "",
        cidr(block),
    )


_TARGETS = (
    ("NatGatewayId", RouteTarget.NAT_GATEWAY),
    ("TransitGatewayId", RouteTarget.TRANSIT_GATEWAY),
    ("VpcPeeringConnectionId", RouteTarget.PEERING),
    ("NetworkInterfaceId", RouteTarget.INTERFACE),
    ("InstanceId", RouteTarget.INTERFACE),
    ("CoreNetworkArn", RouteTarget.CORE_NETWORK),
    ("LocalGatewayId", RouteTarget.OTHER),
    ("CarrierGatewayId", RouteTarget.OTHER),
)
_GATEWAYS = (
    ("local", RouteTarget.LOCAL),
    ("igw-", RouteTarget.INTERNET_GATEWAY),
    ("vgw-", RouteTarget.VPN_GATEWAY),
    ("vpce-", RouteTarget.ENDPOINT),
    ("nat-", RouteTarget.NAT_GATEWAY),
    ("tgw-", RouteTarget.TRANSIT_GATEWAY),
    ("pcx-", RouteTarget.PEERING),
)


def route_table(item: Item, account: str) -> RouteTable:
    """ec2:DescribeRouteTables; no `AssociationState` is associated."""
    associations = [a for a in objects(item, "Associations") if _is_associated(a)]
    routes = (_route(entry) for entry in objects(item, "Routes"))
    return RouteTable(
        text(item, "RouteTableId"),
        text(item, "VpcId"),
        maybe_text(item, "OwnerId") or account,
        tuple(route for route in routes if route is not None),
        tuple(text(a, "SubnetId") for a in associations if a.get("SubnetId")),
        any(flag(a, "Main") for a in associations),
    )


def _is_associated(association: Item) -> bool:
    state = maybe_text(mapping(association, "AssociationState"), "State")
    return (state or "associated").lower() == "associated"


def _route(item: Item) -> Route | None:
    """One route; IPv6 routes are none of ours."""
    block, prefix_list = maybe_text(item, "DestinationCidrBlock"), maybe_text(item, "DestinationPrefixListId")
    if block is None and prefix_list is None:
        return None
    target, target_id = _target(item)
    return Route(
        target,
        target_id,
        cidr(block) if block is not None else None,
        int(block.partition("/")[2] or 32) if block is not None else 0,
        prefix_list,
        (maybe_text(item, "State") or "active").lower() == "active",
        maybe_text(item, "Origin") == "EnableVgwRoutePropagation",
    )


def _target(item: Item) -> tuple[RouteTarget, str]:
    for name, target in _TARGETS:
        if item.get(name):
            return target, text(item, name)
    gateway = maybe_text(item, "GatewayId") or ""
    for prefix, target in _GATEWAYS:
        if gateway.startswith(prefix):
            return target, gateway
    return RouteTarget.OTHER, gateway or "an unknown target"


def network_acl(item: Item, account: str) -> NetworkAcl:
    """ec2:DescribeNetworkAcls: entries by number, those that can match TCP over IPv4."""
    entries = (_acl_entry(entry) for entry in objects(item, "Entries"))
    return NetworkAcl(
        text(item, "NetworkAclId"),
        text(item, "VpcId"),
        maybe_text(item, "OwnerId") or account,
        tuple(sorted((e for e in entries if e is not None), key=lambda entry: entry.number)),
        tuple(text(a, "SubnetId") for a in objects(item, "Associations") if a.get("SubnetId")),
        flag(item, "IsDefault"),
    )


def _acl_entry(item: Item) -> AclEntry | None:
    """Protocol numbers are strings; `PortRange` counts for TCP and UDP only."""
    block, protocol = maybe_text(item, "CidrBlock"), str(item["Protocol"]).lower()
    if block is None or protocol not in ("-1", *_TCP):
        return None
    action = text(item, "RuleAction").lower()
    if action not in ("allow", "deny"):
        raise ValueError(f"RuleAction {action}")
    limits = mapping(item, "PortRange") if protocol in _TCP else {}
    ports = _ports(limits.get("From"), limits.get("To"))
    return AclEntry(int(item["RuleNumber"]), flag(item, "Egress"), action == "allow", cidr(block), ports)


def security_group(item: Item, account: str) -> SecurityGroup:
    """ec2:DescribeSecurityGroups."""
    return SecurityGroup(
        text(item, "GroupId"),
        maybe_text(item, "VpcId") or "",
        maybe_text(item, "OwnerId") or account,
        maybe_text(item, "GroupName") or "",
        _permissions(item, "IpPermissions"),
        _permissions(item, "IpPermissionsEgress"),
    )


def _permissions(item: Item, name: str) -> tuple[Permission, ...]:
    found = (_permission(entry) for entry in objects(item, name))
    return tuple(permission for permission in found if permission is not None)


def _permission(item: Item) -> Permission | None:
    """Protocol `-1` has no ports; TCP is `tcp` or `6`; ports may be absent or -1."""
    protocol = str(item["IpProtocol"]).lower()
    if protocol not in ("-1", *_TCP):
        return None
    ports = ALL_PORTS if protocol == "-1" else _ports(item.get("FromPort"), item.get("ToPort"))
    ranges = objects(item, "IpRanges")
    spans = [span for entry in ranges for span in cidr(text(entry, "CidrIp")).spans]
    pairs = objects(item, "UserIdGroupPairs")
    return Permission(
        ports,
        RangeSet.of(spans),
        tuple(_reference(pair) for pair in pairs if pair.get("GroupId")),
        tuple(text(entry, "PrefixListId") for entry in objects(item, "PrefixListIds")),
    )


def _reference(pair: Item) -> GroupReference:
    status = (maybe_text(pair, "PeeringStatus") or "active").lower()
    return GroupReference(text(pair, "GroupId"), stale=status != "active")


def _ports(first: Any, last: Any) -> RangeSet:
    low = 0 if first is None or int(first) < 0 else int(first)
    high = 65535 if last is None or int(last) < 0 else int(last)
    return RangeSet(((low, high),)) if low <= high else RangeSet()


def interface(item: Item, account: str) -> Interface:
    """ec2:DescribeNetworkInterfaces; `InterfaceType` is spelled `nat_gateway` on the wire."""
    entries = objects(item, "PrivateIpAddresses")
    primary = text(item, "PrivateIpAddress") if item.get("PrivateIpAddress") else _primary(entries)
    written = {primary, *(text(e, "PrivateIpAddress") for e in entries if e.get("PrivateIpAddress"))}
    blocks = [*written, *(text(entry, "Ipv4Prefix") for entry in objects(item, "Ipv4Prefixes"))]
    publics = [mapping(item, "Association"), *(mapping(entry, "Association") for entry in entries)]
    names = (item.get("PrivateDnsName"), *(e.get("PrivateDnsName") for e in entries))
    names = (*names, *(public.get("PublicDnsName") for public in publics))
    kind = maybe_text(item, "InterfaceType") or "interface"
    return Interface(
        text(item, "NetworkInterfaceId"),
        text(item, "VpcId"),
        text(item, "SubnetId"),
        maybe_text(item, "OwnerId") or account,
        "nat_gateway" if kind == "natGateway" else kind,
        RangeSet.of(span for block in blocks for span in cidr(block).spans),
        address(primary),
        tuple(text(group, "GroupId") for group in objects(item, "Groups")),
        any(public.get("PublicIp") for public in publics),
        flag(item, "SourceDestCheck", default=True),
        tuple(dict.fromkeys(str(name).lower() for name in names if name)),
        maybe_text(mapping(item, "Attachment"), "InstanceId"),
    )


def _primary(entries: list[Item]) -> str:
    chosen = next((entry for entry in entries if entry.get("Primary")), entries[0])
    return text(chosen, "PrivateIpAddress")
