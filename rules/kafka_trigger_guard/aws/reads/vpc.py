"""Reads the networks of VPCs: everything a path through them can meet."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from kafka_trigger_guard.aws.calls import Calls, Read, filtered
from kafka_trigger_guard.aws.needs import Needs

_DNS_ATTRIBUTES = {"enableDnsSupport": "EnableDnsSupport", "enableDnsHostnames": "EnableDnsHostnames"}


def read_ways_out(calls: Calls, vpc_ids: Collection[str]) -> None:
    """Read what decides which other networks and names matter: routes, endpoints and DNS settings."""
    calls.read(
        *filtered("ec2:DescribeRouteTables", "vpc-id", vpc_ids),
        *filtered("ec2:DescribeVpcEndpoints", "vpc-id", vpc_ids),
        *(_dns_attributes(vpc_id) for vpc_id in sorted(vpc_ids)),
    )


def read_networks(calls: Calls, near: Collection[str], far: Collection[str]) -> None:
    """Read the networks of the triggers' own VPCs (near, ways out are read) and of those behind (far)."""
    every = {*near, *far}
    calls.read(
        *filtered("ec2:DescribeRouteTables", "vpc-id", far),
        *filtered("ec2:DescribeVpcEndpoints", "vpc-id", far),
        *filtered("ec2:DescribeVpcs", "vpc-id", every),
        *filtered("ec2:DescribeNetworkAcls", "vpc-id", every),
        *filtered("ec2:DescribeSecurityGroups", "vpc-id", every),
        *_interfaces(calls, every),
        *filtered("ec2:DescribeNatGateways", "vpc-id", every, parameter="Filter"),
        *filtered("ec2:DescribeInternetGateways", "attachment.vpc-id", every),
    )


def read_references(
    calls: Calls, near: Collection[str], needs: Needs, *, knows_block_public_access: bool = False
) -> None:
    """Read what the networks refer to: groups of other VPCs, DHCP options and prefix lists.

    Block Public Access is read, unless it is known, if a VPC has a way to the internet at all.
    """
    leads_out = _has_way_to_internet(calls) and not knows_block_public_access
    calls.read(
        *filtered("ec2:DescribeSecurityGroups", "group-id", _absent_groups(calls, needs)),
        *filtered("ec2:DescribeDhcpOptions", "dhcp-options-id", _dhcp_options(calls, near)),
        *(_block_public_access() if leads_out else ()),
    )
    prefix_list_ids = sorted(_prefix_lists(calls, needs))
    calls.read(
        *filtered("ec2:DescribeManagedPrefixLists", "prefix-list-id", prefix_list_ids),
        *(
            Read("ec2:GetManagedPrefixListEntries", [{"PrefixListId": list_id}], key=list_id)
            for list_id in prefix_list_ids
        ),
    )


def _dns_attributes(vpc_id: str) -> Read:
    calls = [{"VpcId": vpc_id, "Attribute": name} for name in _DNS_ATTRIBUTES]
    return Read("ec2:DescribeVpcAttribute", calls, key=vpc_id, only=tuple(_DNS_ATTRIBUTES.values()))


def _interfaces(calls: Calls, vpc_ids: Collection[str]) -> Iterator[Read]:
    """Interfaces that AWS manages may be hidden from listings; brokers may run behind them."""
    operation, visible = "ec2:DescribeNetworkInterfaces", "IncludeManagedResources"
    also = {visible: True} if calls.supports(operation, visible) else {}
    for read in filtered(operation, "vpc-id", vpc_ids):
        yield Read(operation, [{**parameters, **also} for parameters in read.parameters])


def _block_public_access() -> tuple[Read, Read]:
    return (
        Read("ec2:DescribeVpcBlockPublicAccessOptions"),
        Read("ec2:DescribeVpcBlockPublicAccessExclusions"),
    )


def _has_way_to_internet(calls: Calls) -> bool:
    """Every NAT path ends in an internet gateway; a regional NAT gateway's in a route table of its own."""
    return any(
        str(route.get("GatewayId", "")).startswith("igw-") or route.get("NatGatewayId")
        for route in _routes(calls)
    )


def _routes(calls: Calls) -> Iterator[Mapping[str, Any]]:
    for table in calls.items("ec2:DescribeRouteTables"):
        yield from table.get("Routes", [])


def _dhcp_options(calls: Calls, near: Collection[str]) -> set[str]:
    vpcs = (vpc for vpc in calls.items("ec2:DescribeVpcs") if vpc.get("VpcId") in near)
    return {vpc["DhcpOptionsId"] for vpc in vpcs if vpc.get("DhcpOptionsId", "default") != "default"}


def _absent_groups(calls: Calls, needs: Needs) -> frozenset[str]:
    """Groups in use whose own VPC is another one: shared groups and groups of shared VPCs."""
    read = {group.get("GroupId") for group in calls.items("ec2:DescribeSecurityGroups")}
    attached = _group_ids(calls.items("ec2:DescribeNetworkInterfaces"))
    return (needs.security_group_ids | _group_ids(calls.items("ec2:DescribeVpcEndpoints")) | attached) - read


def _group_ids(holders: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    groups = (group for holder in holders for group in holder.get("Groups", []))
    return frozenset(group["GroupId"] for group in groups if group.get("GroupId"))


def _prefix_lists(calls: Calls, needs: Needs) -> set[str]:
    """Prefix lists named by routes and by the groups of triggers, endpoints and brokers."""
    in_routes = (route.get("DestinationPrefixListId") for route in _routes(calls))
    deciding = (
        needs.security_group_ids
        | _group_ids(calls.items("ec2:DescribeVpcEndpoints"))
        | _group_ids(i for i in calls.items("ec2:DescribeNetworkInterfaces") if _may_be_met(i, needs))
    )
    in_groups = (
        entry.get("PrefixListId")
        for group in calls.items("ec2:DescribeSecurityGroups")
        if group.get("GroupId") in deciding or group.get("GroupName") == "default"
        for permission in [*group.get("IpPermissions", []), *group.get("IpPermissionsEgress", [])]
        for entry in permission.get("PrefixListIds", [])
    )
    return {str(list_id) for list_id in (*in_routes, *in_groups) if list_id}


def _may_be_met(interface: Mapping[str, Any], needs: Needs) -> bool:
    """Whether a path may end at this interface or pass it as a NAT instance."""
    if interface.get("SourceDestCheck") is False or needs.broker_names:
        return True
    addresses = {address.get("PrivateIpAddress") for address in interface.get("PrivateIpAddresses", [])}
    return bool(addresses & needs.broker_addresses) or "Ipv4Prefixes" in interface
