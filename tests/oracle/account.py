"""What a snapshot document says, straight from AWS's dictionaries."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import Any

from tests.oracle.answers import NotCollectedError

Json = dict[str, Any]


@cache
def bounds(cidr: str) -> tuple[int, int]:
    """First and last address of a CIDR, as numbers."""
    network = ipaddress.IPv4Network(cidr, strict=False)
    return int(network.network_address), int(network.broadcast_address)


def inside(cidr: str, address: int) -> bool:
    low, high = bounds(cidr)
    return low <= address <= high


@cache
def number(address: str) -> int:
    return int(ipaddress.IPv4Address(address))


def is_address(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


class Account:
    """One snapshot document; what was not collected raises NotCollectedError when it is asked for."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.region: str = document["region"]
        self.account: str = document["account"]

    def listed(self, operation: str, key: str) -> list[Json]:
        """The items of a paged operation."""
        if operation not in self.document["responses"]:
            raise NotCollectedError(operation)
        found: list[Json] = self.document["responses"][operation].get(key, [])
        return found

    def keyed(self, operation: str, key: str) -> Json:
        """The answer of an operation that is asked once for each resource."""
        answers = self.document["responses"].get(operation, {})
        if key not in answers:
            raise NotCollectedError(f"{operation} {key}")
        found: Json = answers[key]
        return found

    def mappings(self) -> list[Json]:
        return self.listed("lambda:ListEventSourceMappings", "EventSourceMappings")

    def subnet(self, identifier: str) -> Json | None:
        return _with(self.listed("ec2:DescribeSubnets", "Subnets"), "SubnetId", identifier)

    def group(self, identifier: str) -> Json | None:
        return _with(self.listed("ec2:DescribeSecurityGroups", "SecurityGroups"), "GroupId", identifier)

    def vpc(self, identifier: str) -> Json | None:
        return _with(self.listed("ec2:DescribeVpcs", "Vpcs"), "VpcId", identifier)

    def interfaces(self) -> list[Json]:
        return self.listed("ec2:DescribeNetworkInterfaces", "NetworkInterfaces")

    def interface(self, identifier: str) -> Json | None:
        return _with(self.interfaces(), "NetworkInterfaceId", identifier)

    def default_group(self, vpc: str) -> str:
        groups = self.listed("ec2:DescribeSecurityGroups", "SecurityGroups")
        found: str = next(
            each["GroupId"] for each in groups if each["VpcId"] == vpc and each["GroupName"] == "default"
        )
        return found

    def cidrs_of_vpc(self, identifier: str) -> list[str]:
        """The IPv4 CIDRs that are associated with a VPC."""
        found = self.vpc(identifier)
        if found is None:
            return []
        associations = found.get("CidrBlockAssociationSet")
        if associations is None:
            return [found["CidrBlock"]]
        return [
            each["CidrBlock"]
            for each in associations
            if each.get("CidrBlockState", {}).get("State", "associated") == "associated"
        ]

    def custom_resolvers(self, vpc: str) -> bool:
        """Whether a VPC's DHCP options name resolvers other than Amazon's, which are the default."""
        try:
            options = self.listed("ec2:DescribeDhcpOptions", "DhcpOptions")
        except NotCollectedError:
            return False
        own = (self.vpc(vpc) or {}).get("DhcpOptionsId")
        servers = [
            value["Value"]
            for each in options
            if each["DhcpOptionsId"] == own
            for configuration in each["DhcpConfigurations"]
            if configuration["Key"] == "domain-name-servers"
            for value in configuration["Values"]
        ]
        return any(server != "AmazonProvidedDNS" for server in servers)

    def prefix_list(self, identifier: str) -> list[str]:
        """The IPv4 CIDRs of a prefix list."""
        entries = self.keyed("ec2:GetManagedPrefixListEntries", identifier)["Entries"]
        return [each["Cidr"] for each in entries if ":" not in each["Cidr"]]


def _with(items: list[Json], key: str, value: str) -> Json | None:
    return next((each for each in items if each[key] == value), None)


def addresses_of(interface: Json) -> list[str]:
    """The IPv4 addresses of an interface, primary and secondary."""
    secondary = [each["PrivateIpAddress"] for each in interface.get("PrivateIpAddresses", [])]
    return list(dict.fromkeys([interface["PrivateIpAddress"], *secondary]))


def carries(interface: Json, address: int) -> bool:
    """Whether an address, or a prefix that holds it, is assigned to the interface."""
    prefixes = [each["Ipv4Prefix"] for each in interface.get("Ipv4Prefixes", [])]
    return any(number(each) == address for each in addresses_of(interface)) or any(
        inside(prefix, address) for prefix in prefixes
    )


def groups_of(interface: Json) -> frozenset[str]:
    return frozenset(each["GroupId"] for each in interface.get("Groups", []))
