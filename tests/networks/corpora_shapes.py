"""The objects of an estate in AWS's own response shapes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]

REGION = "eu-central-1"
UUID = "0c5a1d2e-6b3f-4a7c-9d8e-1f2a3b4c5d6e"
BROKER_PORT = 9094
LISTS = {
    "lambda:ListEventSourceMappings": "EventSourceMappings",
    "ec2:DescribeVpcs": "Vpcs",
    "ec2:DescribeSubnets": "Subnets",
    "ec2:DescribeRouteTables": "RouteTables",
    "ec2:DescribeNetworkAcls": "NetworkAcls",
    "ec2:DescribeSecurityGroups": "SecurityGroups",
    "ec2:DescribeNetworkInterfaces": "NetworkInterfaces",
    "ec2:DescribeVpcEndpoints": "VpcEndpoints",
    "ec2:DescribeNatGateways": "NatGateways",
    "ec2:DescribeInternetGateways": "InternetGateways",
    "ec2:DescribeVpcPeeringConnections": "VpcPeeringConnections",
    "ec2:DescribeManagedPrefixLists": "PrefixLists",
    "ec2:DescribeTransitGateways": "TransitGateways",
    "ec2:DescribeTransitGatewayAttachments": "TransitGatewayAttachments",
    "ec2:DescribeTransitGatewayVpcAttachments": "TransitGatewayVpcAttachments",
    "route53profiles:ListProfileAssociations": "ProfileAssociations",
}
ROUTE_KEYS = {
    "local": "GatewayId",
    "igw": "GatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eni": "NetworkInterfaceId",
    "nat": "NatGatewayId",
}
OPEN_POLICY = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'


def document(account: str, responses: Json) -> Json:
    """One account's snapshot."""
    return {
        "format": 1,
        "account": account,
        "region": REGION,
        "captured_at": "2026-04-01T06:00:00Z",
        "responses": responses,
        "errors": {},
    }


def vpc_item(name: str, account: str, cidrs: Sequence[str]) -> Json:
    """A VPC with one or more IPv4 blocks."""
    blocks = [{"CidrBlock": each, "CidrBlockState": {"State": "associated"}} for each in cidrs]
    return {
        "VpcId": f"vpc-{name}",
        "CidrBlock": cidrs[0],
        "CidrBlockAssociationSet": blocks,
        "DhcpOptionsId": "default",
        "OwnerId": account,
        "State": "available",
    }


def subnet_item(name: str, vpc: str, account: str, cidr: str, zone: str) -> Json:
    """A subnet; the zone's id is the same in every account."""
    return {
        "SubnetId": f"subnet-{name}",
        "VpcId": f"vpc-{vpc}",
        "CidrBlock": cidr,
        "AvailabilityZone": f"{REGION}{zone}",
        "AvailabilityZoneId": f"euc1-az{ord(zone) - ord('a') + 1}",
        "OwnerId": account,
        "State": "available",
    }


def table_item(
    name: str, vpc: str, account: str, cidrs: Iterable[str], subnets: Iterable[str] | None
) -> Json:
    """A route table with its local routes; the main one where no subnets are named."""
    local = [route_item(each, "local") | {"Origin": "CreateRouteTable"} for each in cidrs]
    associations: list[Json] = [{"Main": True, "AssociationState": {"State": "associated"}}]
    if subnets is not None:
        associations = [{"Main": False, "SubnetId": f"subnet-{each}"} for each in subnets]
    return {
        "RouteTableId": f"rtb-{name}",
        "VpcId": f"vpc-{vpc}",
        "OwnerId": account,
        "Associations": associations,
        "Routes": local,
    }


def route_item(destination: str, target: str) -> Json:
    """An active route to what the target's id says."""
    key = ROUTE_KEYS[target.split("-")[0]]
    return {"DestinationCidrBlock": destination, key: target, "Origin": "CreateRoute", "State": "active"}


def entry(number: int, action: str, *, egress: bool, cidr: str = "0.0.0.0/0", ports: Any = None) -> Json:
    """A network ACL entry: all protocols, or TCP on some ports."""
    found: Json = {"RuleNumber": number, "RuleAction": action, "Egress": egress, "CidrBlock": cidr}
    if ports is None:
        return found | {"Protocol": "-1"}
    return found | {"Protocol": "6", "PortRange": {"From": ports[0], "To": ports[1]}}


def acl(
    name: str,
    vpc: str,
    account: str,
    entries: Iterable[Json] = (),
    subnet_ids: Sequence[str] = (),
    *,
    default: bool = False,
) -> Json:
    """A network ACL, open behind its entries."""
    opening = [entry(1000, "allow", egress=egress) for egress in (False, True)]
    closing = [entry(32767, "deny", egress=egress) for egress in (False, True)]
    return {
        "NetworkAclId": f"acl-{name}",
        "VpcId": f"vpc-{vpc}",
        "OwnerId": account,
        "IsDefault": default,
        "Associations": [{"SubnetId": each} for each in subnet_ids],
        "Entries": [*entries, *opening, *closing],
    }


def admit(port: int | None = None, *cidrs: str, groups: Iterable[str] = ()) -> Json:
    """A permission on one TCP port; without a port everything, anywhere."""
    if port is None:
        return {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": each} for each in cidrs],
        "UserIdGroupPairs": [{"GroupId": f"sg-{each}"} for each in groups],
    }


def group_item(name: str, vpc: str, account: str, ingress: Sequence[Json], egress: Sequence[Json]) -> Json:
    """A security group."""
    return {
        "GroupId": f"sg-{name}",
        "GroupName": name,
        "VpcId": f"vpc-{vpc}",
        "OwnerId": account,
        "IpPermissions": list(ingress),
        "IpPermissionsEgress": list(egress),
    }


def interface_item(
    name: str, home: Json, account: str, address: str, groups: Iterable[str], kind: str
) -> Json:
    """A network interface with one address."""
    return {
        "NetworkInterfaceId": f"eni-{name}",
        "SubnetId": home["SubnetId"],
        "VpcId": home["VpcId"],
        "OwnerId": account,
        "InterfaceType": kind,
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": address}],
        "Groups": [{"GroupId": f"sg-{each}", "GroupName": each} for each in groups],
        "SourceDestCheck": True,
        "Status": "in-use",
    }


def endpoint_id(service: str, vpc: str) -> str:
    """The id of a service's endpoint in a VPC."""
    return f"vpce-{hashlib.sha256(f'{service} {vpc}'.encode()).hexdigest()[:17]}"


def endpoint_name(service: str, vpc: str, zone: str = "") -> str:
    """The Regional name that an endpoint gives itself, or that of one zone."""
    place = f"-{REGION}{zone}" if zone else ""
    return f"{endpoint_id(service, vpc)}-k1l2m3n4{place}.{service}.{REGION}.vpce.amazonaws.com"


def dns_name(service: str) -> str:
    """The Regional name by which a service is called."""
    return f"{service}.{REGION}.amazonaws.com"


def endpoint_item(service: str, vpc: str, account: str, subnets: Sequence[str], group: str) -> Json:
    """An interface endpoint for a service."""
    return {
        "VpcEndpointId": endpoint_id(service, vpc),
        "VpcEndpointType": "Interface",
        "VpcId": f"vpc-{vpc}",
        "OwnerId": account,
        "ServiceName": f"com.amazonaws.{REGION}.{service}",
        "State": "available",
        "PolicyDocument": OPEN_POLICY,
        "SubnetIds": [f"subnet-{each}" for each in subnets],
        "NetworkInterfaceIds": [f"eni-{service}-{each}" for each in subnets],
        "Groups": [{"GroupId": f"sg-{group}", "GroupName": group}],
        "PrivateDnsEnabled": False,
        "DnsEntries": [{"DnsName": endpoint_name(service, vpc), "HostedZoneId": "Z1"}],
    }


def record(name: str, kind: str, *values: str) -> Json:
    """A record set with values."""
    found = [{"Value": each} for each in values]
    return {"Name": f"{name}.", "Type": kind, "TTL": 60, "ResourceRecords": found}


def alias(name: str, target: str) -> Json:
    """An alias record set to an endpoint's name."""
    found = {"HostedZoneId": "Z1", "DNSName": f"{target}.", "EvaluateTargetHealth": False}
    return {"Name": f"{name}.", "Type": "A", "AliasTarget": found}


def zone_summary(name: str, domain: str, account: str) -> Json:
    """A private hosted zone as a VPC that uses it is told of it."""
    return {"HostedZoneId": f"Z{name.upper()}", "Name": f"{domain}.", "Owner": {"OwningAccount": account}}


def peering_item(name: str, requester: Json, accepter: Json) -> Json:
    """An active peering connection."""
    requester_info, accepter_info = (
        {"VpcId": side["VpcId"], "OwnerId": side["OwnerId"], "CidrBlock": side["CidrBlock"], "Region": REGION}
        for side in (requester, accepter)
    )
    return {
        "VpcPeeringConnectionId": f"pcx-{name}",
        "RequesterVpcInfo": requester_info,
        "AccepterVpcInfo": accepter_info,
        "Status": {"Code": "active", "Message": "Active"},
    }


def gateway_item(name: str, account: str, references: bool) -> Json:
    """A transit gateway."""
    switch = "enable" if references else "disable"
    options = {"SecurityGroupReferencingSupport": switch, "DnsSupport": "enable"}
    return {"TransitGatewayId": f"tgw-{name}", "OwnerId": account, "State": "available", "Options": options}


def attachment_item(
    gateway: str, gateway_owner: str, kind: str, resource: str, owner: str, table: str
) -> Json:
    """An attachment; the association is there if a table is named."""
    found = {
        "TransitGatewayAttachmentId": f"tgw-attach-{gateway}-{resource.partition('-')[2]}",
        "TransitGatewayId": f"tgw-{gateway}",
        "TransitGatewayOwnerId": gateway_owner,
        "ResourceType": kind,
        "ResourceId": resource,
        "ResourceOwnerId": owner,
        "State": "available",
    }
    if not table:
        return found
    return found | {"Association": {"TransitGatewayRouteTableId": f"tgw-rtb-{table}", "State": "associated"}}


def vpc_attachment_item(gateway: str, vpc: str, owner: str, subnet_ids: Sequence[str]) -> Json:
    """A VPC's attachment with its subnets."""
    return {
        "TransitGatewayAttachmentId": f"tgw-attach-{gateway}-{vpc}",
        "TransitGatewayId": f"tgw-{gateway}",
        "VpcId": f"vpc-{vpc}",
        "VpcOwnerId": owner,
        "State": "available",
        "SubnetIds": list(subnet_ids),
        "Options": {"SecurityGroupReferencingSupport": "enable", "ApplianceModeSupport": "disable"},
    }


def nat_item(name: str, home: Json, address: str) -> Json:
    """A public NAT gateway."""
    own = {"PrivateIp": address, "PublicIp": "198.51.100.7", "Status": "succeeded"}
    return {
        "NatGatewayId": f"nat-{name}",
        "SubnetId": home["SubnetId"],
        "VpcId": home["VpcId"],
        "State": "available",
        "ConnectivityType": "public",
        "NatGatewayAddresses": [own],
    }


def internet_gateway_item(vpc: str, account: str) -> Json:
    """An attached internet gateway."""
    attachments = [{"State": "available", "VpcId": f"vpc-{vpc}"}]
    return {"InternetGatewayId": f"igw-{vpc}", "OwnerId": account, "Attachments": attachments}


def tgw_route(cidr: str, attachment: str, kind: str, resource: str, origin: str, active: bool) -> Json:
    """A route of a transit gateway route table; one that is not active is a blackhole."""
    target = {"TransitGatewayAttachmentId": attachment, "ResourceType": kind, "ResourceId": resource}
    return {
        "DestinationCidrBlock": cidr,
        "Type": origin,
        "State": "active" if active else "blackhole",
        "TransitGatewayAttachments": [target] if active else [],
    }


def mapping_item(
    account: str, subnets: Iterable[str], group: str, brokers: Iterable[str], secret: bool
) -> Json:
    """A self-managed Kafka event source mapping."""
    arn = f"arn:aws:lambda:{REGION}:{account}"
    access = [{"Type": "VPC_SUBNET", "URI": f"subnet:subnet-{each}"} for each in subnets]
    access.append({"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:sg-{group}"})
    if secret:
        uri = f"arn:aws:secretsmanager:{REGION}:{account}:secret:kafka-AbCdEf"
        access.append({"Type": "SASL_SCRAM_512_AUTH", "URI": uri})
    return {
        "UUID": UUID,
        "EventSourceMappingArn": f"{arn}:event-source-mapping:{UUID}",
        "FunctionArn": f"{arn}:function:consume",
        "State": "Enabled",
        "LastProcessingResult": "OK",
        "Topics": ["orders"],
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(brokers)}},
        "SourceAccessConfigurations": access,
    }
