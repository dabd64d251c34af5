"""The paged operations of snapshot format 1: where their items are and how large a page may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Listing:
    """A paged operation: the part of the answer that holds the items, and the largest page AWS serves.

    `last_page` are the parts of the last page that are kept beside the items.
    """

    items: str
    page_size: int | None = None
    last_page: Sequence[str] = ()


LISTINGS: Final[Mapping[str, Listing]] = MappingProxyType(
    {
        "lambda:ListEventSourceMappings": Listing("EventSourceMappings", 100),
        "kafka:ListClustersV2": Listing("ClusterInfoList", 100),
        "kafka:ListNodes": Listing("NodeInfoList", 100),
        "ec2:DescribeVpcs": Listing("Vpcs", 1000),
        "ec2:DescribeDhcpOptions": Listing("DhcpOptions", 1000),
        "ec2:DescribeSubnets": Listing("Subnets", 1000),
        "ec2:DescribeRouteTables": Listing("RouteTables", 100),
        "ec2:DescribeNetworkAcls": Listing("NetworkAcls", 1000),
        "ec2:DescribeSecurityGroups": Listing("SecurityGroups", 1000),
        "ec2:DescribeNetworkInterfaces": Listing("NetworkInterfaces", 1000),
        "ec2:DescribeVpcEndpoints": Listing("VpcEndpoints", 1000),
        "ec2:DescribeNatGateways": Listing("NatGateways", 1000),
        "ec2:DescribeInternetGateways": Listing("InternetGateways", 1000),
        "ec2:DescribeVpcPeeringConnections": Listing("VpcPeeringConnections", 1000),
        "ec2:DescribeManagedPrefixLists": Listing("PrefixLists", 100),
        "ec2:GetManagedPrefixListEntries": Listing("Entries", 100),
        "ec2:DescribeVpcBlockPublicAccessExclusions": Listing("VpcBlockPublicAccessExclusions"),
        "ec2:DescribeTransitGateways": Listing("TransitGateways", 1000),
        "ec2:DescribeTransitGatewayAttachments": Listing("TransitGatewayAttachments", 1000),
        "ec2:DescribeTransitGatewayVpcAttachments": Listing("TransitGatewayVpcAttachments", 1000),
        "ec2:SearchTransitGatewayRoutes": Listing("Routes", 1000, ("AdditionalRoutesAvailable",)),
        "route53:ListHostedZonesByVPC": Listing("HostedZoneSummaries"),
        "route53:ListResourceRecordSets": Listing("ResourceRecordSets", 300),
        "route53profiles:ListProfileAssociations": Listing("ProfileAssociations", 100),
        "route53profiles:ListProfileResourceAssociations": Listing("ProfileResourceAssociations", 100),
    }
)
"""By IAM-style operation name. Page sizes are the maxima of the API models, so that calls are few."""
