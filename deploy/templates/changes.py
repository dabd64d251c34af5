"""Which changes the watch function follows: the CloudTrail events by which EventBridge learns of them.

eventbridge/latest/userguide/eb-service-event-cloudtrail: an event's `detail.eventName` is the API's name;
Lambda's carry the date of its API. An event pattern has at most 2048 characters (EventBridge quotas), so
that each kind of change has its own EventBridge rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from deploy.templates.intrinsics import Json

LARGEST_PATTERN = 2048
DETAIL_TYPE = "AWS API Call via CloudTrail"


@dataclass(frozen=True, slots=True)
class Changes:
    """One kind of change: what it is, the service that tells, and the names of its API calls."""

    name: str
    meaning: str
    source: str
    event_names: tuple[str, ...]

    @property
    def pattern(self) -> Json:
        """The EventBridge pattern; a call that failed changed nothing."""
        return {
            "source": [self.source],
            "detail-type": [DETAIL_TYPE],
            "detail": {
                "eventSource": [f"{self.source.removeprefix('aws.')}.amazonaws.com"],
                "eventName": list(self.event_names),
                "errorCode": [{"exists": False}],
            },
        }


CHANGES = (
    Changes(
        "Mappings",
        "Event source mappings created, updated or deleted",
        "aws.lambda",
        (
            "CreateEventSourceMapping20150331",
            "UpdateEventSourceMapping20150331",
            "DeleteEventSourceMapping20150331",
        ),
    ),
    Changes(
        "Clusters",
        "MSK clusters and VPC connections changed",
        "aws.kafka",
        (
            "CreateCluster",
            "CreateClusterV2",
            "DeleteCluster",
            "UpdateBrokerCount",
            "UpdateConnectivity",
            "UpdateSecurity",
            "CreateVpcConnection",
            "DeleteVpcConnection",
            "RejectClientVpcConnection",
        ),
    ),
    Changes(
        "Groups",
        "Security groups changed",
        "aws.ec2",
        (
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "ModifySecurityGroupRules",
            "DeleteSecurityGroup",
            "AssociateSecurityGroupVpc",
            "DisassociateSecurityGroupVpc",
            "ModifyNetworkInterfaceAttribute",
            "ModifyManagedPrefixList",
        ),
    ),
    Changes(
        "Endpoints",
        "VPC endpoints and the DNS of VPCs changed",
        "aws.ec2",
        (
            "CreateVpcEndpoint",
            "ModifyVpcEndpoint",
            "DeleteVpcEndpoints",
            "ModifyVpcAttribute",
            "AssociateDhcpOptions",
            "AssociateVpcCidrBlock",
            "DisassociateVpcCidrBlock",
        ),
    ),
    Changes(
        "Routes",
        "Routes, network ACLs and NAT gateways changed",
        "aws.ec2",
        (
            "CreateRoute",
            "ReplaceRoute",
            "DeleteRoute",
            "AssociateRouteTable",
            "DisassociateRouteTable",
            "ReplaceRouteTableAssociation",
            "EnableVgwRoutePropagation",
            "DisableVgwRoutePropagation",
            "CreateNetworkAclEntry",
            "ReplaceNetworkAclEntry",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
            "CreateNatGateway",
            "DeleteNatGateway",
            "AttachInternetGateway",
            "DetachInternetGateway",
            "ModifyVpcBlockPublicAccessOptions",
            "CreateVpcBlockPublicAccessExclusion",
            "ModifyVpcBlockPublicAccessExclusion",
            "DeleteVpcBlockPublicAccessExclusion",
        ),
    ),
    Changes(
        "Transits",
        "Peerings and transit gateways changed",
        "aws.ec2",
        (
            "AcceptVpcPeeringConnection",
            "DeleteVpcPeeringConnection",
            "ModifyVpcPeeringConnectionOptions",
            "CreateTransitGatewayRoute",
            "ReplaceTransitGatewayRoute",
            "DeleteTransitGatewayRoute",
            "AssociateTransitGatewayRouteTable",
            "DisassociateTransitGatewayRouteTable",
            "EnableTransitGatewayRouteTablePropagation",
            "DisableTransitGatewayRouteTablePropagation",
            "CreateTransitGatewayVpcAttachment",
            "ModifyTransitGatewayVpcAttachment",
            "DeleteTransitGatewayVpcAttachment",
        ),
    ),
    Changes(
        "Profiles",
        "Route 53 Profiles changed",
        "aws.route53profiles",
        (
            "AssociateProfile",
            "DisassociateProfile",
            "AssociateResourceToProfile",
            "DisassociateResourceFromProfile",
            "UpdateProfileResourceAssociation",
        ),
    ),
)
