"""AWS's own response shapes, one function a kind of object.

Every function returns the dictionary that the Describe call of its kind returns for one object, with the
fields that real answers carry. Ids are derived from short names, so that a test may say `group_id("trigger")`
and still read a realistic `sg-0…`.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]

ACCOUNT = "111122223333"
REGION = "us-east-1"
CAPTURED_AT = "2026-01-01T00:00:00Z"


def identify(kind: str, name: str) -> str:
    """A realistic AWS id that depends only on kind and name."""
    return f"{kind}-0{hashlib.sha1(name.encode()).hexdigest()[:16]}"


def vpc_id(name: str = "main") -> str:
    return identify("vpc", name)


def subnet_id(name: str) -> str:
    return identify("subnet", name)


def group_id(name: str) -> str:
    return identify("sg", name)


def acl_id(name: str) -> str:
    return identify("acl", name)


def route_table_id(name: str) -> str:
    return identify("rtb", name)


def interface_id(name: str) -> str:
    return identify("eni", name)


def endpoint_id(name: str) -> str:
    return identify("vpce", name)


def nat_gateway_id(name: str = "a") -> str:
    return identify("nat", name)


def internet_gateway_id(name: str = "main") -> str:
    return identify("igw", name)


def prefix_list_id(name: str) -> str:
    return identify("pl", name)


def vpc(name: str, cidrs: Sequence[str]) -> Json:
    """One item of ec2:DescribeVpcs."""
    associations = [
        {
            "AssociationId": identify("vpc-cidr-assoc", name + cidr),
            "CidrBlock": cidr,
            "CidrBlockState": {"State": "associated"},
        }
        for cidr in cidrs
    ]
    return {
        "OwnerId": ACCOUNT,
        "InstanceTenancy": "default",
        "CidrBlockAssociationSet": associations,
        "IsDefault": False,
        "Tags": [{"Key": "Name", "Value": name}],
        "VpcId": vpc_id(name),
        "State": "available",
        "CidrBlock": cidrs[0],
        "DhcpOptionsId": identify("dopt", "amazon"),
    }


def vpc_attributes(*, support: bool = True, hostnames: bool = True) -> Json:
    """The value of one key of ec2:DescribeVpcAttribute."""
    return {"EnableDnsSupport": {"Value": support}, "EnableDnsHostnames": {"Value": hostnames}}


def dhcp_options(name: str = "amazon", servers: Sequence[str] = ("AmazonProvidedDNS",)) -> Json:
    """One item of ec2:DescribeDhcpOptions."""
    return {
        "OwnerId": ACCOUNT,
        "Tags": [],
        "DhcpOptionsId": identify("dopt", name),
        "DhcpConfigurations": [
            {"Key": "domain-name", "Values": [{"Value": "ec2.internal"}]},
            {"Key": "domain-name-servers", "Values": [{"Value": server} for server in servers]},
        ],
    }


def subnet(name: str, cidr: str, zone: str, vpc_name: str = "main") -> Json:
    """One item of ec2:DescribeSubnets; `zone` is the letter of the zone."""
    return {
        "AvailabilityZoneId": f"use1-az{'abcdef'.index(zone) + 1}",
        "MapCustomerOwnedIpOnLaunch": False,
        "OwnerId": ACCOUNT,
        "AssignIpv6AddressOnCreation": False,
        "Ipv6CidrBlockAssociationSet": [],
        "Tags": [{"Key": "Name", "Value": name}],
        "SubnetArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{subnet_id(name)}",
        "EnableDns64": False,
        "Ipv6Native": False,
        "SubnetId": subnet_id(name),
        "State": "available",
        "VpcId": vpc_id(vpc_name),
        "CidrBlock": cidr,
        "AvailableIpAddressCount": ipaddress.ip_network(cidr).num_addresses - 5,
        "AvailabilityZone": f"{REGION}{zone}",
        "DefaultForAz": False,
        "MapPublicIpOnLaunch": False,
    }


def route(destination: str, **target: str) -> Json:
    """One active route; the target is named by its AWS key (`NatGatewayId="nat-…"`)."""
    kind = "DestinationPrefixListId" if destination.startswith("pl-") else "DestinationCidrBlock"
    if ":" in destination:
        kind = "DestinationIpv6CidrBlock"
    origin = "CreateRouteTable" if target.get("GatewayId") == "local" else "CreateRoute"
    return {kind: destination, "Origin": origin, "State": "active"} | target


def route_table(name: str, cidrs: Sequence[str], *, main: bool = False, vpc_name: str = "main") -> Json:
    """One item of ec2:DescribeRouteTables with its local routes and no subnet."""
    associations = [
        {
            "Main": True,
            "RouteTableAssociationId": identify("rtbassoc", name),
            "RouteTableId": route_table_id(name),
            "AssociationState": {"State": "associated"},
        }
    ]
    return {
        "Associations": associations if main else [],
        "PropagatingVgws": [],
        "RouteTableId": route_table_id(name),
        "Routes": [route(cidr, GatewayId="local") for cidr in cidrs],
        "Tags": [{"Key": "Name", "Value": name}],
        "VpcId": vpc_id(vpc_name),
        "OwnerId": ACCOUNT,
    }


def table_association(table: str, subnet_name: str) -> Json:
    """The association of a route table with a subnet."""
    return {
        "Main": False,
        "RouteTableAssociationId": identify("rtbassoc", table + subnet_name),
        "RouteTableId": route_table_id(table),
        "SubnetId": subnet_id(subnet_name),
        "AssociationState": {"State": "associated"},
    }


def entry(
    number: int,
    action: str,
    *,
    egress: bool,
    cidr: str = "0.0.0.0/0",
    ports: tuple[int, int] | None = None,
    protocol: str | None = None,
) -> Json:
    """One network ACL entry; without ports it is for all protocols."""
    found: Json = {
        "Egress": egress,
        "Protocol": protocol or ("6" if ports else "-1"),
        "RuleAction": action,
        "RuleNumber": number,
    }
    found["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    if ports:
        found["PortRange"] = {"From": ports[0], "To": ports[1]}
    return found


def closing_entries() -> list[Json]:
    """The two entries 32767 with which AWS ends every network ACL."""
    return [entry(32767, "deny", egress=True), entry(32767, "deny", egress=False)]


def open_entries() -> list[Json]:
    """The two entries 100 of a default network ACL."""
    return [entry(100, "allow", egress=True), entry(100, "allow", egress=False)]


def network_acl(name: str, entries: Sequence[Json], *, default: bool = False, vpc_name: str = "main") -> Json:
    """One item of ec2:DescribeNetworkAcls without associations."""
    return {
        "Associations": [],
        "Entries": [*entries, *closing_entries()],
        "IsDefault": default,
        "NetworkAclId": acl_id(name),
        "Tags": [],
        "VpcId": vpc_id(vpc_name),
        "OwnerId": ACCOUNT,
    }


def permission(
    ports: int | tuple[int, int] | None = None,
    *,
    cidrs: Iterable[str] = (),
    groups: Iterable[str] = (),
    prefix_lists: Iterable[str] = (),
    protocol: str | None = None,
) -> Json:
    """One IpPermission; without ports it is for all protocols; group and prefix list ids are given whole."""
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    found: Json = {"IpProtocol": protocol or ("-1" if ports is None else "tcp")}
    if low is not None:
        found |= {"FromPort": low, "ToPort": high}
    named = list(cidrs)
    return found | {
        "IpRanges": [{"CidrIp": cidr} for cidr in named if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr} for cidr in named if ":" in cidr],
        "PrefixListIds": [{"PrefixListId": each} for each in prefix_lists],
        "UserIdGroupPairs": [{"GroupId": each, "UserId": ACCOUNT} for each in groups],
    }


def security_group(
    name: str, *, ingress: Sequence[Json] = (), egress: Sequence[Json] = (), vpc_name: str = "main"
) -> Json:
    """One item of ec2:DescribeSecurityGroups."""
    return {
        "GroupId": group_id(name),
        "IpPermissionsEgress": list(egress),
        "Tags": [],
        "VpcId": vpc_id(vpc_name),
        "SecurityGroupArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{group_id(name)}",
        "OwnerId": ACCOUNT,
        "GroupName": "default" if name.startswith("default") else name,
        "Description": name,
        "IpPermissions": list(ingress),
    }


def private_name(address: str) -> str:
    """The EC2 private DNS name of an address in us-east-1."""
    return f"ip-{address.replace('.', '-')}.ec2.internal"


def interface(
    name: str,
    subnet_item: Json,
    address: str,
    groups: Iterable[str],
    *,
    kind: str = "interface",
    description: str = "",
) -> Json:
    """One item of ec2:DescribeNetworkInterfaces; groups are given by id."""
    return {
        "AvailabilityZone": subnet_item["AvailabilityZone"],
        "Description": description,
        "Groups": [{"GroupId": each, "GroupName": each} for each in groups],
        "InterfaceType": kind,
        "Ipv6Addresses": [],
        "MacAddress": "0a:00:00:00:00:01",
        "NetworkInterfaceId": interface_id(name),
        "OwnerId": ACCOUNT,
        "PrivateDnsName": private_name(address),
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [
            {"Primary": True, "PrivateDnsName": private_name(address), "PrivateIpAddress": address}
        ],
        "RequesterManaged": kind != "interface",
        "SourceDestCheck": True,
        "Status": "in-use",
        "SubnetId": subnet_item["SubnetId"],
        "TagSet": [],
        "VpcId": subnet_item["VpcId"],
    }


def managed_prefix_list(name: str, *, aws: bool = False) -> Json:
    """One item of ec2:DescribeManagedPrefixLists."""
    return {
        "PrefixListId": prefix_list_id(name),
        "AddressFamily": "IPv4",
        "State": "create-complete",
        "PrefixListArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:prefix-list/{prefix_list_id(name)}",
        "PrefixListName": f"com.amazonaws.{REGION}.{name}" if aws else name,
        "MaxEntries": 10,
        "Version": 1,
        "OwnerId": "AWS" if aws else ACCOUNT,
    }
