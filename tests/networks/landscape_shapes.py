"""What a landing zone is made of, in AWS's response shapes, with ids that read: `subnet-spoke-work-a`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
Landscape = dict[str, Json]

REGION = "ap-northeast-1"
SPOKE, NETWORK, NAMES = "210000000001", "310000000002", "410000000003"
SERVICES = ("lambda", "sts", "secretsmanager")
TGW = "tgw-0c0ffee0c0ffee000"
SPOKES, SHARED = "tgw-rtb-0aaaaaaaaaaaaaaaa", "tgw-rtb-0bbbbbbbbbbbbbbbb"
UUID = "5f0d1c2b-3a49-4857-8675-64738291a0b1"
ZONES = {"a": "apne1-az4", "c": "apne1-az1"}
CIDRS = {"spoke": "10.20.0.0/16", "hub": "10.0.0.0/16", "egress": "10.1.0.0/16", "insp": "10.2.0.0/16"}
WORK, HUB, OUT = "10.20", "10.0", "10.1"
OPEN_POLICY = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'


def made(kind: str, name: str) -> str:
    """An id that looks like one and can be read: `subnet-spoke-work-a`."""
    return f"{kind}-{name}"


def vpc_of(name: str, owner: str) -> Json:
    """A VPC with one CIDR block."""
    block = CIDRS[name]
    association = {"AssociationId": made("vpc-cidr-assoc", name), "CidrBlock": block}
    return {
        "VpcId": made("vpc", name),
        "CidrBlock": block,
        "CidrBlockAssociationSet": [association | {"CidrBlockState": {"State": "associated"}}],
        "DhcpOptionsId": "default",
        "OwnerId": owner,
        "State": "available",
        "IsDefault": False,
    }


def subnet(vpc: str, name: str, owner: str, block: str, letter: str) -> Json:
    """A subnet; the account's own name of the zone is shuffled, its id is not."""
    shuffled = {"a": "c", "c": "a"}[letter] if owner == NETWORK else letter
    return {
        "SubnetId": made("subnet", f"{vpc}-{name}-{letter}"),
        "VpcId": made("vpc", vpc),
        "CidrBlock": block,
        "AvailabilityZone": f"{REGION}{shuffled}",
        "AvailabilityZoneId": ZONES[letter],
        "OwnerId": owner,
        "State": "available",
    }


def subnets_of(vpc: str, owner: str, base: str, work: str) -> list[Json]:
    """A working subnet and one for the attachment in each zone."""
    found = []
    for number, letter in enumerate("ac"):
        found.append(subnet(vpc, work, owner, f"{base}.{number + 1}.0/24", letter))
        found.append(subnet(vpc, "tgw", owner, f"{base}.255.{16 * number}/28", letter))
    return found


def route(block: str, **target: str) -> Json:
    """An active route that somebody wrote."""
    return {"DestinationCidrBlock": block, "Origin": "CreateRoute", "State": "active", **target}


def table(name: str, vpc: str, owner: str, routes: Iterable[Json], subnets: Iterable[str] | None) -> Json:
    """A route table; the main one where no subnets are named."""
    local = {"DestinationCidrBlock": CIDRS[vpc], "GatewayId": "local", "State": "active"}
    associations: list[Json] = [{"Main": True, "AssociationState": {"State": "associated"}}]
    if subnets is not None:
        associations = [{"Main": False, "SubnetId": each} for each in subnets]
    return {
        "RouteTableId": made("rtb", name),
        "VpcId": made("vpc", vpc),
        "OwnerId": owner,
        "Associations": associations,
        "Routes": [local | {"Origin": "CreateRouteTable"}, *routes],
    }


def entry(number: int, action: str, *, egress: bool, block: str = "0.0.0.0/0", **more: Any) -> Json:
    """A network ACL entry."""
    return {
        "RuleNumber": number,
        "RuleAction": action,
        "Egress": egress,
        "CidrBlock": block,
        "Protocol": "-1",
        **more,
    }


def acl(name: str, vpc: str, owner: str, entries: Iterable[Json] = (), subnets: Iterable[str] = ()) -> Json:
    """A network ACL, the VPC's default where no subnets are named; open behind the entries."""
    both = (False, True)
    closing = [entry(32767, "deny", egress=egress) for egress in both]
    opening = [entry(100, "allow", egress=egress) for egress in both]
    ids = list(subnets)
    return {
        "NetworkAclId": made("acl", name),
        "VpcId": made("vpc", vpc),
        "OwnerId": owner,
        "IsDefault": not ids,
        "Associations": [{"NetworkAclAssociationId": f"aclassoc-{i}", "SubnetId": i} for i in ids],
        "Entries": [*entries, *opening, *closing],
    }


def admit(port: int, *blocks: str, groups: Iterable[str] = ()) -> Json:
    """A permission on one TCP port."""
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": block} for block in blocks],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [{"GroupId": each, "UserId": SPOKE} for each in groups],
    }


def group(
    name: str, vpc: str, owner: str, ingress: Iterable[Json], egress: Iterable[Json] | None = None
) -> Json:
    """A security group; everything goes out unless it is said what may."""
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return {
        "GroupId": made("sg", name),
        "GroupName": name,
        "VpcId": made("vpc", vpc),
        "OwnerId": owner,
        "IpPermissions": list(ingress),
        "IpPermissionsEgress": [everything] if egress is None else list(egress),
    }


def interface(
    name: str, subnet_id: str, vpc: str, owner: str, address: str, groups: Iterable[str], kind: str
) -> Json:
    """A network interface with one address."""
    return {
        "NetworkInterfaceId": made("eni", name),
        "SubnetId": subnet_id,
        "VpcId": made("vpc", vpc),
        "OwnerId": owner,
        "InterfaceType": kind,
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": address}],
        "Groups": [{"GroupId": each, "GroupName": each} for each in groups],
        "SourceDestCheck": kind == "interface",
        "Status": "in-use",
    }
