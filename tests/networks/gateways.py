"""VPC endpoints, NAT gateways and internet gateways, in AWS's own response shapes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from tests.networks.shapes import (
    ACCOUNT,
    REGION,
    Json,
    endpoint_id,
    identify,
    interface_id,
    internet_gateway_id,
    nat_gateway_id,
    vpc_id,
)

OPEN_POLICY = json.dumps(
    {
        "Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}],
        "Version": "2008-10-17",
    }
)


def interface_endpoint(
    service: str,
    subnet_ids: Sequence[str],
    interface_ids: Sequence[str],
    groups: Iterable[str],
    *,
    name: str = "",
    vpc_name: str = "main",
) -> Json:
    """One healthy interface endpoint of ec2:DescribeVpcEndpoints."""
    own = endpoint_id(name or service)
    regional = f"{own}-abcdefgh.{service}.{REGION}.vpce.amazonaws.com"
    return {
        "VpcEndpointId": own,
        "VpcEndpointType": "Interface",
        "VpcId": vpc_id(vpc_name),
        "ServiceName": f"com.amazonaws.{REGION}.{service}",
        "State": "available",
        "PolicyDocument": OPEN_POLICY,
        "RouteTableIds": [],
        "SubnetIds": list(subnet_ids),
        "Groups": [{"GroupId": each, "GroupName": each} for each in groups],
        "IpAddressType": "ipv4",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "PrivateDnsEnabled": True,
        "RequesterManaged": False,
        "NetworkInterfaceIds": list(interface_ids),
        "DnsEntries": [
            {"DnsName": regional, "HostedZoneId": "Z7HUB22UULQXV"},
            {"DnsName": f"{service}.{REGION}.amazonaws.com", "HostedZoneId": "ZONEIDPENDING"},
        ],
        "CreationTimestamp": "2025-06-01T00:00:00Z",
        "Tags": [],
        "OwnerId": ACCOUNT,
        "ServiceRegion": REGION,
    }


def gateway_endpoint(service: str, table_ids: Sequence[str], *, vpc_name: str = "main") -> Json:
    """One healthy gateway endpoint of ec2:DescribeVpcEndpoints."""
    return {
        "VpcEndpointId": endpoint_id(f"{service}-gateway"),
        "VpcEndpointType": "Gateway",
        "VpcId": vpc_id(vpc_name),
        "ServiceName": f"com.amazonaws.{REGION}.{service}",
        "State": "available",
        "PolicyDocument": OPEN_POLICY,
        "RouteTableIds": list(table_ids),
        "SubnetIds": [],
        "Groups": [],
        "PrivateDnsEnabled": False,
        "RequesterManaged": False,
        "NetworkInterfaceIds": [],
        "DnsEntries": [],
        "CreationTimestamp": "2025-06-01T00:00:00Z",
        "Tags": [],
        "OwnerId": ACCOUNT,
    }


def nat_gateway(name: str, subnet_item: Json, address: str) -> Json:
    """One item of ec2:DescribeNatGateways: public, zonal, available."""
    return {
        "CreateTime": "2025-06-01T00:00:00Z",
        "NatGatewayAddresses": [
            {
                "AllocationId": identify("eipalloc", name),
                "NetworkInterfaceId": interface_id(f"nat-{name}"),
                "PrivateIp": address,
                "PublicIp": "54.210.0.10",
                "AssociationId": identify("eipassoc", name),
                "IsPrimary": True,
                "Status": "succeeded",
            }
        ],
        "NatGatewayId": nat_gateway_id(name),
        "State": "available",
        "SubnetId": subnet_item["SubnetId"],
        "VpcId": subnet_item["VpcId"],
        "Tags": [],
        "ConnectivityType": "public",
        "AvailabilityMode": "zonal",
    }


def internet_gateway(name: str, vpc_name: str = "main") -> Json:
    """One attached item of ec2:DescribeInternetGateways."""
    return {
        "Attachments": [{"State": "available", "VpcId": vpc_id(vpc_name)}],
        "InternetGatewayId": internet_gateway_id(name),
        "OwnerId": ACCOUNT,
        "Tags": [],
    }


def transit_gateway(identifier: str) -> Json:
    """One item of ec2:DescribeTransitGateways that lets groups be referenced."""
    return {
        "TransitGatewayId": identifier,
        "State": "available",
        "OwnerId": ACCOUNT,
        "Options": {
            "DefaultRouteTableAssociation": "enable",
            "DefaultRouteTablePropagation": "enable",
            "DnsSupport": "enable",
            "SecurityGroupReferencingSupport": "enable",
        },
        "Tags": [],
    }


def transit_attachment(gateway: str, attachment: str) -> Json:
    """One item of ec2:DescribeTransitGatewayAttachments: the main VPC, associated with a route table."""
    return {
        "TransitGatewayAttachmentId": attachment,
        "TransitGatewayId": gateway,
        "TransitGatewayOwnerId": ACCOUNT,
        "ResourceOwnerId": ACCOUNT,
        "ResourceType": "vpc",
        "ResourceId": vpc_id(),
        "State": "available",
        "Association": {
            "TransitGatewayRouteTableId": identify("tgw-rtb", "main"),
            "State": "associated",
        },
        "Tags": [],
    }


def transit_vpc_attachment(gateway: str, attachment: str, subnet_ids: Sequence[str]) -> Json:
    """One item of ec2:DescribeTransitGatewayVpcAttachments for the main VPC."""
    return {
        "TransitGatewayAttachmentId": attachment,
        "TransitGatewayId": gateway,
        "VpcId": vpc_id(),
        "VpcOwnerId": ACCOUNT,
        "State": "available",
        "SubnetIds": list(subnet_ids),
        "Options": {"DnsSupport": "enable", "SecurityGroupReferencingSupport": "enable"},
        "Tags": [],
    }


def peering(name: str, own_cidr: str, far_cidr: str) -> Json:
    """One active item of ec2:DescribeVpcPeeringConnections from the main VPC to another account."""
    return {
        "VpcPeeringConnectionId": identify("pcx", name),
        "RequesterVpcInfo": {
            "CidrBlock": own_cidr,
            "CidrBlockSet": [{"CidrBlock": own_cidr}],
            "OwnerId": ACCOUNT,
            "VpcId": vpc_id(),
            "Region": REGION,
        },
        "AccepterVpcInfo": {
            "CidrBlock": far_cidr,
            "CidrBlockSet": [{"CidrBlock": far_cidr}],
            "OwnerId": "999988887777",
            "VpcId": vpc_id("far"),
            "Region": REGION,
        },
        "Status": {"Code": "active", "Message": "Active"},
        "Tags": [],
    }
