"""A fluent builder of snapshot documents, starting from a healthy trigger.

`healthy()` is a self-managed Kafka trigger with a secret and an SQS destination, whose eight rules are all
green; a test states only what differs: `healthy().without_endpoint("sts").document()`. The network is tiny
(one /24, subnets of sixteen addresses), so that every packet of it can be tried.

Subnets by name: `trigger-a|b|c`, `endpoint-a|b`, `broker-a|b|c`, and `public-a` once there is a NAT gateway.
Groups by name: `trigger`, `endpoint`, `broker`, `default`. Route tables: `main` and `private` (of the
trigger). Network ACLs: `default`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Self

from tests.networks import gateways, shapes, triggers
from tests.networks.shapes import Json, permission

COLLECTIONS = {
    "lambda:ListEventSourceMappings": ("EventSourceMappings", "UUID"),
    "kafka:ListClustersV2": ("ClusterInfoList", "ClusterArn"),
    "ec2:DescribeVpcs": ("Vpcs", "VpcId"),
    "ec2:DescribeDhcpOptions": ("DhcpOptions", "DhcpOptionsId"),
    "ec2:DescribeSubnets": ("Subnets", "SubnetId"),
    "ec2:DescribeRouteTables": ("RouteTables", "RouteTableId"),
    "ec2:DescribeNetworkAcls": ("NetworkAcls", "NetworkAclId"),
    "ec2:DescribeSecurityGroups": ("SecurityGroups", "GroupId"),
    "ec2:DescribeNetworkInterfaces": ("NetworkInterfaces", "NetworkInterfaceId"),
    "ec2:DescribeVpcEndpoints": ("VpcEndpoints", "VpcEndpointId"),
    "ec2:DescribeNatGateways": ("NatGateways", "NatGatewayId"),
    "ec2:DescribeInternetGateways": ("InternetGateways", "InternetGatewayId"),
    "ec2:DescribeVpcPeeringConnections": ("VpcPeeringConnections", "VpcPeeringConnectionId"),
    "ec2:DescribeManagedPrefixLists": ("PrefixLists", "PrefixListId"),
    "ec2:DescribeVpcBlockPublicAccessExclusions": ("VpcBlockPublicAccessExclusions", "ExclusionId"),
    "ec2:DescribeTransitGateways": ("TransitGateways", "TransitGatewayId"),
    "ec2:DescribeTransitGatewayAttachments": ("TransitGatewayAttachments", "TransitGatewayAttachmentId"),
    "ec2:DescribeTransitGatewayVpcAttachments": (
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
    ),
    "route53profiles:ListProfileAssociations": ("ProfileAssociations", "Id"),
}
KEYED = (
    "lambda:GetFunctionConfiguration",
    "kafka:GetBootstrapBrokers",
    "kafka:ListNodes",
    "kafka:DescribeVpcConnection",
    "ec2:DescribeVpcAttribute",
    "ec2:GetManagedPrefixListEntries",
    "ec2:SearchTransitGatewayRoutes",
    "route53:ListHostedZonesByVPC",
    "route53:ListResourceRecordSets",
    "route53profiles:ListProfileResourceAssociations",
)
VPC_CIDR = "10.0.0.0/24"
BROKER_ADDRESSES = {"a": "10.0.0.132", "b": "10.0.0.148", "c": "10.0.0.164"}
TRIGGER_SUBNETS = ("trigger-a", "trigger-b", "trigger-c")


class Scenario:
    """One account and Region as AWS would describe it; every method changes it and returns it."""

    def __init__(self) -> None:
        self.responses: dict[str, Json] = {
            operation: {key: []} for operation, (key, _) in COLLECTIONS.items()
        }
        self.responses |= {operation: {} for operation in KEYED}
        self.responses["ec2:DescribeVpcBlockPublicAccessOptions"] = {
            "VpcBlockPublicAccessOptions": {
                "AwsAccountId": shapes.ACCOUNT,
                "AwsRegion": shapes.REGION,
                "State": "default-state",
                "InternetGatewayBlockMode": "off",
            }
        }
        self.errors: dict[str, Json] = {}
        self.region = shapes.REGION

    def document(self) -> Json:
        """The snapshot document, detached from the builder."""
        return copy.deepcopy(
            {
                "format": 1,
                "account": shapes.ACCOUNT,
                "region": self.region,
                "captured_at": shapes.CAPTURED_AT,
                "responses": self.responses,
                "errors": self.errors,
            }
        )

    # The objects of the network

    def items(self, operation: str) -> list[Json]:
        """The list that a paged operation returned."""
        found: list[Json] = self.responses[operation][COLLECTIONS[operation][0]]
        return found

    def item(self, identifier: str) -> Json:
        """The one object with this id, whatever its kind."""
        for operation, (_, key) in COLLECTIONS.items():
            for each in self.items(operation) if operation in self.responses else []:
                if each.get(key) == identifier:
                    return each
        raise KeyError(identifier)

    def change(self, identifier: str, **fields: Any) -> Self:
        """Set fields of the object with this id."""
        self.item(identifier).update(fields)
        return self

    def forget(self, identifier: str, *fields: str) -> Self:
        """Leave fields out of the object with this id, as real answers do."""
        for field in fields:
            self.item(identifier).pop(field, None)
        return self

    def remove(self, identifier: str) -> Self:
        """Delete the object with this id."""
        found = self.item(identifier)
        for operation in COLLECTIONS:
            listed = self.items(operation) if operation in self.responses else []
            listed[:] = [each for each in listed if each is not found]
        return self

    def add(self, operation: str, item: Json) -> Self:
        """Add one object to what a paged operation returned."""
        self.items(operation).append(item)
        return self

    def not_collected(self, operation: str, code: str = "UnauthorizedOperation") -> Self:
        """Replace what one operation returned by an error."""
        del self.responses[operation]
        self.errors[operation] = {"code": code, "message": f"not authorized to perform {operation}"}
        return self

    def absent(self, operation: str, key: str | None = None) -> Self:
        """Leave one operation, or one key of a keyed operation, out of the document."""
        if key is None:
            del self.responses[operation]
        else:
            del self.responses[operation][key]
        return self

    def vpc(self, name: str, *cidrs: str) -> Self:
        """A VPC with its main route table, default network ACL, default group, and DNS switched on."""
        own = shapes.vpc_id(name)
        suffix = "" if name == "main" else f"-{name}"
        self.add("ec2:DescribeVpcs", shapes.vpc(name, cidrs))
        self.responses["ec2:DescribeVpcAttribute"][own] = shapes.vpc_attributes()
        self.responses["route53:ListHostedZonesByVPC"][own] = {"HostedZoneSummaries": []}
        self.add(
            "ec2:DescribeRouteTables", shapes.route_table(f"main{suffix}", cidrs, main=True, vpc_name=name)
        )
        acl = shapes.network_acl(f"default{suffix}", shapes.open_entries(), default=True, vpc_name=name)
        self.add("ec2:DescribeNetworkAcls", acl)
        return self.group(
            f"default{suffix}",
            ingress=[permission(groups=[shapes.group_id(f"default{suffix}")])],
            egress=[permission(cidrs=["0.0.0.0/0"])],
            vpc_name=name,
        )

    def subnet(self, name: str, cidr: str, zone: str, vpc_name: str = "main") -> Self:
        """A subnet, associated with the VPC's default network ACL."""
        self.add("ec2:DescribeSubnets", shapes.subnet(name, cidr, zone, vpc_name))
        return self.acl_of("default" if vpc_name == "main" else f"default-{vpc_name}", [name])

    def acl_of(self, acl: str, subnets: Iterable[str]) -> Self:
        """Associate subnets with a network ACL, leaving the one they had."""
        for name in subnets:
            identifier = shapes.subnet_id(name)
            for other in self.items("ec2:DescribeNetworkAcls"):
                other["Associations"] = [
                    each for each in other["Associations"] if each["SubnetId"] != identifier
                ]
            association = {
                "NetworkAclAssociationId": shapes.identify("aclassoc", name),
                "NetworkAclId": shapes.acl_id(acl),
                "SubnetId": identifier,
            }
            self.item(shapes.acl_id(acl))["Associations"].append(association)
        return self

    def acl(self, name: str, entries: Sequence[Json], subnets: Iterable[str]) -> Self:
        """A network ACL of its own for these subnets."""
        self.add("ec2:DescribeNetworkAcls", shapes.network_acl(name, entries))
        return self.acl_of(name, subnets)

    def acl_entry(self, acl: str, *entries: Json) -> Self:
        """Further entries in a network ACL."""
        self.item(shapes.acl_id(acl))["Entries"].extend(entries)
        return self

    def route_table(self, name: str, subnets: Iterable[str], vpc_name: str = "main") -> Self:
        """A route table of its own for these subnets, with the local routes."""
        cidrs = [each["CidrBlock"] for each in self.item(shapes.vpc_id(vpc_name))["CidrBlockAssociationSet"]]
        self.add("ec2:DescribeRouteTables", shapes.route_table(name, cidrs, vpc_name=vpc_name))
        for subnet in subnets:
            identifier = shapes.subnet_id(subnet)
            for other in self.items("ec2:DescribeRouteTables"):
                other["Associations"] = [
                    each for each in other["Associations"] if each.get("SubnetId") != identifier
                ]
            self.item(shapes.route_table_id(name))["Associations"].append(
                shapes.table_association(name, subnet)
            )
        return self

    def route(self, table: str, destination: str, **target: str) -> Self:
        """A route in a table; the target is named by its AWS key."""
        self.item(shapes.route_table_id(table))["Routes"].append(shapes.route(destination, **target))
        return self

    def group(
        self, name: str, *, ingress: Sequence[Json] = (), egress: Sequence[Json] = (), vpc_name: str = "main"
    ) -> Self:
        """A security group."""
        return self.add(
            "ec2:DescribeSecurityGroups",
            shapes.security_group(name, ingress=ingress, egress=egress, vpc_name=vpc_name),
        )

    def ingress(self, name: str, *permissions: Json) -> Self:
        """Replace what a group lets in."""
        return self.change(shapes.group_id(name), IpPermissions=list(permissions))

    def egress(self, name: str, *permissions: Json) -> Self:
        """Replace what a group lets out."""
        return self.change(shapes.group_id(name), IpPermissionsEgress=list(permissions))

    def interface(
        self, name: str, subnet: str, address: str, groups: Iterable[str], kind: str = "interface"
    ) -> Self:
        """A network interface; groups are given by name."""
        found = self.item(shapes.subnet_id(subnet))
        ids = [shapes.group_id(each) for each in groups]
        return self.add(
            "ec2:DescribeNetworkInterfaces", shapes.interface(name, found, address, ids, kind=kind)
        )

    def prefix_list(self, name: str, *cidrs: str, read: bool = True, aws: bool = False) -> Self:
        """A prefix list, with its entries read or not."""
        self.add("ec2:DescribeManagedPrefixLists", shapes.managed_prefix_list(name, aws=aws))
        if read:
            self.responses["ec2:GetManagedPrefixListEntries"][shapes.prefix_list_id(name)] = {
                "Entries": [{"Cidr": cidr, "Description": ""} for cidr in cidrs]
            }
        return self

    # Endpoints and the way to the internet

    def endpoint(
        self,
        service: str,
        subnets: Sequence[str] = ("endpoint-a", "endpoint-b"),
        groups: Sequence[str] = ("endpoint",),
        name: str = "",
        **fields: Any,
    ) -> Self:
        """An interface endpoint with one interface a subnet; further fields override the healthy ones."""
        name = name or service
        interfaces = []
        for subnet in subnets:
            self.interface(f"{name}-{subnet}", subnet, self.free_address(subnet), groups, "vpc_endpoint")
            interfaces.append(shapes.interface_id(f"{name}-{subnet}"))
        found = gateways.interface_endpoint(
            service,
            [shapes.subnet_id(each) for each in subnets],
            interfaces,
            [shapes.group_id(each) for each in groups],
            name=name,
        )
        return self.add("ec2:DescribeVpcEndpoints", found | fields)

    def free_address(self, subnet: str) -> str:
        """The first address from the fifth on that no interface of the subnet has."""
        found = self.item(shapes.subnet_id(subnet))["CidrBlock"]
        used = {each["PrivateIpAddress"] for each in self.items("ec2:DescribeNetworkInterfaces")}
        base, low = found.split("/")[0].rsplit(".", 1)
        return next(f"{base}.{int(low) + n}" for n in range(4, 16) if f"{base}.{int(low) + n}" not in used)

    def without_endpoint(self, name: str) -> Self:
        """Delete an endpoint and its interfaces."""
        for identifier in self.item(shapes.endpoint_id(name))["NetworkInterfaceIds"]:
            self.remove(identifier)
        return self.remove(shapes.endpoint_id(name))

    def s3_gateway(self, tables: Iterable[str] = ("private",)) -> Self:
        """A gateway endpoint for S3 with its routes in these tables, and AWS's prefix list."""
        self.prefix_list("s3", "52.216.0.0/15", "3.5.0.0/19", aws=True)
        ids = [shapes.route_table_id(each) for each in tables]
        self.add("ec2:DescribeVpcEndpoints", gateways.gateway_endpoint("s3", ids))
        for table in tables:
            self.route(table, shapes.prefix_list_id("s3"), GatewayId=shapes.endpoint_id("s3-gateway"))
        return self

    def internet_gateway(self) -> Self:
        """An attached internet gateway and the public subnet `public-a` that routes to it."""
        self.add("ec2:DescribeInternetGateways", gateways.internet_gateway("main"))
        self.subnet("public-a", "10.0.0.240/28", "a").route_table("public", ["public-a"])
        return self.route("public", "0.0.0.0/0", GatewayId=shapes.internet_gateway_id())

    def nat(self, tables: Iterable[str] = ("private",), **fields: Any) -> Self:
        """A public NAT gateway, and default routes to it in these tables."""
        self.internet_gateway()
        self.interface("nat-a", "public-a", "10.0.0.244", [], "nat_gateway")
        public = self.item(shapes.subnet_id("public-a"))
        self.add("ec2:DescribeNatGateways", gateways.nat_gateway("a", public, "10.0.0.244") | fields)
        for table in tables:
            self.route(table, "0.0.0.0/0", NatGatewayId=shapes.nat_gateway_id())
        return self

    def transit_gateway(self) -> Self:
        """A transit gateway to which the VPC is attached in every zone, and whose routes were not read."""
        own, attachment = shapes.identify("tgw", "main"), shapes.identify("tgw-attach", "main")
        subnets = [shapes.subnet_id(each) for each in TRIGGER_SUBNETS]
        self.add("ec2:DescribeTransitGateways", gateways.transit_gateway(own))
        self.add("ec2:DescribeTransitGatewayAttachments", gateways.transit_attachment(own, attachment))
        return self.add(
            "ec2:DescribeTransitGatewayVpcAttachments",
            gateways.transit_vpc_attachment(own, attachment, subnets),
        )

    def peering(self, far_cidr: str) -> Self:
        """An active peering with a VPC of another account."""
        return self.add("ec2:DescribeVpcPeeringConnections", gateways.peering("main", VPC_CIDR, far_cidr))

    # The trigger

    @property
    def trigger_group(self) -> str:
        """The name of the trigger's own group: `trigger`, or `msk` for a cluster in the VPC."""
        names = {each["GroupName"] for each in self.items("ec2:DescribeSecurityGroups")}
        return "msk" if "msk" in names else "trigger"

    @property
    def trigger(self) -> Json:
        """The first event source mapping."""
        return self.items("lambda:ListEventSourceMappings")[0]

    def mapping(self, **fields: Any) -> Self:
        """Set fields of the event source mapping."""
        self.trigger.update(fields)
        return self

    def provisioned(self) -> Self:
        return self.mapping(ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 10})

    def with_secret(self, kind: str = "SASL_SCRAM_512_AUTH") -> Self:
        access = self.trigger["SourceAccessConfigurations"]
        access.append({"Type": kind, "URI": triggers.SECRET_ARN})
        return self

    def without_secret(self) -> Self:
        access = self.trigger["SourceAccessConfigurations"]
        access[:] = [each for each in access if each["URI"] != triggers.SECRET_ARN]
        return self

    def with_destination(self, arn: str = triggers.QUEUE_ARN) -> Self:
        return self.mapping(DestinationConfig={"OnFailure": {"Destination": arn}})

    def without_destination(self) -> Self:
        return self.mapping(DestinationConfig={"OnFailure": {}})

    def trigger_subnets(self, *names: str) -> Self:
        """Let a self-managed trigger poll from these subnets only."""
        access = self.trigger["SourceAccessConfigurations"]
        access[:] = [each for each in access if each["Type"] != "VPC_SUBNET"]
        access += [{"Type": "VPC_SUBNET", "URI": f"subnet:{shapes.subnet_id(each)}"} for each in names]
        return self

    def trigger_groups(self, *names: str) -> Self:
        """Give a self-managed trigger these groups."""
        access = self.trigger["SourceAccessConfigurations"]
        access[:] = [each for each in access if each["Type"] != "VPC_SECURITY_GROUP"]
        for each in names:
            access.append({"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{shapes.group_id(each)}"})
        return self

    def without_vpc(self) -> Self:
        """A self-managed trigger that polls public brokers from outside any VPC."""
        access = self.trigger["SourceAccessConfigurations"]
        access[:] = [each for each in access if not each["Type"].startswith("VPC_")]
        return self

    def bootstrap_servers(self, *servers: str) -> Self:
        return self.mapping(SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(servers)}})
