"""Networks of two accounts, hub and spoke, each with a snapshot of its own.

`central_endpoints()` is the healthy trigger of `healthy()` whose endpoints live in the hub's VPC: private
hosted zones of the hub, associated with the spoke's VPC, answer for the services' names. `central_egress()`
has no endpoints but a NAT gateway in the hub. Both are joined by peering or by a transit gateway of the hub.

Names in the hub: VPC `hub` (10.1.0.0/24), subnets `hub-a|b`, route table `main-hub`, network ACL
`default-hub`, group `hub-endpoint`. Transit gateway route tables: `spokes` and `hubs`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tests.networks import gateways, shapes
from tests.networks.builder import TRIGGER_SUBNETS, VPC_CIDR, Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, REGION, Json, identify, permission, subnet_id, vpc_id

HUB_ACCOUNT = "999988887777"
HUB_CIDR = "10.1.0.0/24"
HUB_SUBNETS = ("hub-a", "hub-b")
SERVICES = ("lambda", "sts", "secretsmanager", "sqs")
GATEWAY = identify("tgw", "org")
PEERING = identify("pcx", "org")
SPOKES_TABLE, HUBS_TABLE = identify("tgw-rtb", "spokes"), identify("tgw-rtb", "hubs")
_SPOKE = "account-of-the-spoke"
"""Stands for the spoke's account in the hub's answers, until all else there becomes the hub's."""


def attachment_id(name: str) -> str:
    """The transit gateway attachment of the VPC `main` or `hub`."""
    return identify("tgw-attach", name)


def zone_id(service: str) -> str:
    """The hub's private hosted zone for a service."""
    return f"Z0{service.upper()}"


def dns_name(service: str) -> str:
    """The Regional name by which pollers call a service."""
    return f"{service}.{REGION}.amazonaws.com"


def endpoint_name(service: str, zone: str = "") -> str:
    """The Regional or zonal name that an endpoint gives itself."""
    return f"{shapes.endpoint_id(service)}-abcdefgh{zone}.{service}.{REGION}.vpce.amazonaws.com"


@dataclass(slots=True)
class Organization:
    """A spoke and a hub; a test changes either and asks for their documents."""

    spoke: Scenario
    hub: Scenario = field(default_factory=lambda: _hub())

    def documents(self, *, with_hub: bool = True) -> list[Json]:
        """The snapshots: the spoke's, and the hub's unless nobody read it."""
        return [self.spoke.document(), self.hub_document()] if with_hub else [self.spoke.document()]

    def hub_document(self) -> Json:
        """The hub's snapshot, whose objects are all the hub's own but for those of the spoke it sees."""
        text = json.dumps(self.hub.document()).replace(ACCOUNT, HUB_ACCOUNT).replace(_SPOKE, ACCOUNT)
        document: Json = json.loads(text)
        return document

    # Names

    def zone(self, service: str, records: list[Json], name: str = "") -> Organization:
        """A private hosted zone of the hub with these records, associated with the spoke's VPC."""
        name = name or dns_name(service)
        summary = {
            "HostedZoneId": zone_id(service),
            "Name": f"{name}.",
            "Owner": {"OwningAccount": HUB_ACCOUNT},
        }
        listed = self.spoke.responses["route53:ListHostedZonesByVPC"][vpc_id()]["HostedZoneSummaries"]
        listed[:] = [each for each in listed if each["HostedZoneId"] != zone_id(service)]
        listed.append(summary)
        return self._records(service, name, records)

    def without_zone(self, service: str) -> Organization:
        """Take the zone's association with the spoke away."""
        listed = self.spoke.responses["route53:ListHostedZonesByVPC"][vpc_id()]["HostedZoneSummaries"]
        listed[:] = [each for each in listed if each["HostedZoneId"] != zone_id(service)]
        return self

    def profile(self, *resource_arns: str) -> Organization:
        """A Route 53 Profile, shared with the spoke and associated with its VPC."""
        profile = {"Id": "rpassoc-1", "ProfileId": "rp-1", "ResourceId": vpc_id(), "Status": "COMPLETE"}
        self.spoke.add("route53profiles:ListProfileAssociations", profile)
        self.spoke.responses["route53profiles:ListProfileResourceAssociations"]["rp-1"] = {
            "ProfileResourceAssociations": [
                {"Id": f"rpr-{number}", "ProfileId": "rp-1", "ResourceArn": arn, "Status": "COMPLETE"}
                for number, arn in enumerate(resource_arns)
            ]
        }
        return self

    def profile_of_zones(self) -> Organization:
        """The zones brought by a Profile instead of associations of their own."""
        for service in SERVICES:
            self.without_zone(service)
        return self.profile(*(f"arn:aws:route53:::hostedzone/{zone_id(each)}" for each in SERVICES))

    def _records(self, service: str, name: str, records: list[Json]) -> Organization:
        own = [
            {
                "Name": f"{name}.",
                "Type": "NS",
                "TTL": 172800,
                "ResourceRecords": [{"Value": "ns-0.awsdns-00.com."}],
            },
            {
                "Name": f"{name}.",
                "Type": "SOA",
                "TTL": 900,
                "ResourceRecords": [{"Value": "ns-0. hostmaster. 1"}],
            },
        ]
        self.hub.responses["route53:ListResourceRecordSets"][zone_id(service)] = {
            "ResourceRecordSets": [*own, *records]
        }
        return self

    # Ways

    def peered(self) -> Organization:
        """A peering with routes both ways."""
        own = gateways.peering("org", VPC_CIDR, HUB_CIDR)
        own["AccepterVpcInfo"]["VpcId"] = vpc_id("hub")
        seen_by_hub = json.loads(json.dumps(own).replace(ACCOUNT, _SPOKE))
        self.spoke.add("ec2:DescribeVpcPeeringConnections", own)
        self.hub.add("ec2:DescribeVpcPeeringConnections", seen_by_hub)
        self.spoke.route("private", HUB_CIDR, VpcPeeringConnectionId=PEERING)
        self.hub.route("main-hub", VPC_CIDR, VpcPeeringConnectionId=PEERING)
        return self

    def over_transit(self) -> Organization:
        """A transit gateway of the hub, shared with the spoke, with a route table for each side."""
        self.spoke.add("ec2:DescribeTransitGateways", _gateway(HUB_ACCOUNT))
        self.hub.add("ec2:DescribeTransitGateways", _gateway(ACCOUNT))
        spoke_subnets = [subnet_id(each) for each in TRIGGER_SUBNETS]
        hub_subnets = [subnet_id(each) for each in HUB_SUBNETS]
        self._attach(self.spoke, "main", ACCOUNT, HUB_ACCOUNT, spoke_subnets, None)
        self._attach(self.hub, "main", _SPOKE, ACCOUNT, spoke_subnets, SPOKES_TABLE)
        self._attach(self.hub, "hub", ACCOUNT, ACCOUNT, hub_subnets, HUBS_TABLE)
        self.transit_route("spokes", HUB_CIDR, "hub").transit_route("hubs", VPC_CIDR, "main")
        self.spoke.route("private", HUB_CIDR, TransitGatewayId=GATEWAY)
        self.hub.route("main-hub", VPC_CIDR, TransitGatewayId=GATEWAY)
        return self

    def transit_route(self, table: str, cidr: str, to: str, **fields: str) -> Organization:
        """A static route of a transit gateway route table towards the attachment of `main` or `hub`."""
        found = self.hub.responses["ec2:SearchTransitGatewayRoutes"].setdefault(
            identify("tgw-rtb", table), {"Routes": [], "AdditionalRoutesAvailable": False}
        )
        attachment = {
            "TransitGatewayAttachmentId": attachment_id(to),
            "ResourceType": "vpc",
            "ResourceId": vpc_id(to),
        }
        found["Routes"].append(
            {
                "DestinationCidrBlock": cidr,
                "TransitGatewayAttachments": [attachment],
                "Type": "static",
                "State": "active",
            }
            | fields
        )
        return self

    def _attach(
        self,
        seen_by: Scenario,
        vpc_name: str,
        owner: str,
        gateway_owner: str,
        subnets: list[str],
        table: str | None,
    ) -> None:
        """An attachment as one account sees it; only the gateway's owner sees the association."""
        plain = gateways.transit_attachment(GATEWAY, attachment_id(vpc_name))
        plain |= {
            "ResourceId": vpc_id(vpc_name),
            "ResourceOwnerId": owner,
            "TransitGatewayOwnerId": gateway_owner,
            "Association": {"TransitGatewayRouteTableId": table, "State": "associated"},
        }
        if table is None:
            del plain["Association"]
        seen_by.add("ec2:DescribeTransitGatewayAttachments", plain)
        detailed = gateways.transit_vpc_attachment(GATEWAY, attachment_id(vpc_name), subnets)
        detailed |= {"VpcId": vpc_id(vpc_name), "VpcOwnerId": owner}
        seen_by.add("ec2:DescribeTransitGatewayVpcAttachments", detailed)


def central_endpoints() -> Organization:
    """All four services by endpoints of the hub, to which the apex record of a zone each is an alias."""
    organization = Organization(_spoke())
    hub = organization.hub
    hub.group("hub-endpoint", ingress=[permission(443, cidrs=[VPC_CIDR])], vpc_name="hub")
    for service in SERVICES:
        in_hub = vpc_id("hub")
        hub.endpoint(service, HUB_SUBNETS, ("hub-endpoint",), VpcId=in_hub, PrivateDnsEnabled=False)
        organization.zone(service, [alias(dns_name(service), endpoint_name(service))])
    return organization


def central_egress() -> Organization:
    """No endpoints: the default route leads over the transit gateway to the hub's NAT gateway."""
    organization = Organization(_spoke()).over_transit()
    hub = organization.hub
    hub.add("ec2:DescribeInternetGateways", gateways.internet_gateway("hub", "hub"))
    hub.subnet("hub-public", "10.1.0.128/28", "a", "hub").route_table("hub-public", ["hub-public"], "hub")
    hub.route("hub-public", "0.0.0.0/0", GatewayId=shapes.internet_gateway_id("hub"))
    hub.route("hub-public", VPC_CIDR, TransitGatewayId=GATEWAY)
    public = hub.item(subnet_id("hub-public"))
    hub.add("ec2:DescribeNatGateways", gateways.nat_gateway("hub", public, "10.1.0.132"))
    hub.route("main-hub", "0.0.0.0/0", NatGatewayId=shapes.nat_gateway_id("hub"))
    organization.spoke.route("private", "0.0.0.0/0", TransitGatewayId=GATEWAY)
    return organization.transit_route("spokes", "0.0.0.0/0", "hub")


def shared_vpc(start: Scenario | None = None) -> Organization:
    """A trigger (the healthy one) in subnets that another account owns: all of the network is the owner's."""
    organization = Organization(start or healthy(), Scenario())
    spoke, owner = organization.spoke, organization.hub
    for operation in _THE_OWNERS:
        owner.items(operation).extend(spoke.document()["responses"][operation][_MEMBERS[operation]])
    for keyed in ("ec2:DescribeVpcAttribute", "route53:ListHostedZonesByVPC"):
        owner.responses[keyed] = spoke.document()["responses"][keyed]
    for operation in _UNSEEN:
        spoke.items(operation).clear()
    for item in (*spoke.items("ec2:DescribeSubnets"), *spoke.items("ec2:DescribeVpcs")):
        item["OwnerId"] = HUB_ACCOUNT
    for item in (*owner.items("ec2:DescribeSecurityGroups"), *owner.items("ec2:DescribeNetworkInterfaces")):
        item["OwnerId"] = _SPOKE
    return organization


_MEMBERS = {
    "ec2:DescribeVpcs": "Vpcs",
    "ec2:DescribeSubnets": "Subnets",
    "ec2:DescribeRouteTables": "RouteTables",
    "ec2:DescribeNetworkAcls": "NetworkAcls",
    "ec2:DescribeVpcEndpoints": "VpcEndpoints",
    "ec2:DescribeNetworkInterfaces": "NetworkInterfaces",
    "ec2:DescribeSecurityGroups": "SecurityGroups",
    "ec2:DescribeDhcpOptions": "DhcpOptions",
    "ec2:DescribeNatGateways": "NatGateways",
    "ec2:DescribeInternetGateways": "InternetGateways",
}
_THE_OWNERS = tuple(_MEMBERS)
_UNSEEN = (
    "ec2:DescribeRouteTables",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeNatGateways",
    "ec2:DescribeInternetGateways",
)


def alias(name: str, target: str) -> Json:
    """An alias record set to an endpoint."""
    target_of = {"HostedZoneId": "Z7HUB22UULQXV", "DNSName": f"{target}.", "EvaluateTargetHealth": False}
    return {"Name": f"{name}.", "Type": "A", "AliasTarget": target_of}


def addresses(name: str, *values: str) -> Json:
    """An address record set."""
    return {
        "Name": f"{name}.",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": each} for each in values],
    }


def _spoke() -> Scenario:
    scenario = healthy()
    for service in SERVICES:
        scenario.without_endpoint(service)
    return scenario


def _hub() -> Scenario:
    scenario = Scenario().vpc("hub", HUB_CIDR).add("ec2:DescribeDhcpOptions", shapes.dhcp_options())
    return scenario.subnet("hub-a", "10.1.0.0/28", "a", "hub").subnet("hub-b", "10.1.0.16/28", "b", "hub")


def _gateway(owner: str) -> Json:
    return {
        "TransitGatewayId": GATEWAY,
        "OwnerId": owner,
        "State": "available",
        "Options": {"SecurityGroupReferencingSupport": "enable"},
    }
