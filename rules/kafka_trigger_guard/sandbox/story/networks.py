"""The networks of the demo's story, made with plain boto3 calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import boto3

ZONES = 3
EVERYWHERE = "0.0.0.0/0"
HTTPS = 443


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC of three private subnets, one a zone."""

    ec2: Any
    name: str
    vpc_id: str
    subnet_ids: tuple[str, ...]
    second_octet: int

    def group(self, name: str) -> str:
        """Create a security group that lets everything out and nothing in."""
        created = self.ec2.create_security_group(
            GroupName=name, Description=f"{name} of {self.name}", VpcId=self.vpc_id
        )
        return str(created["GroupId"])

    def admit(self, group_id: str, port: int, from_group_id: str) -> None:
        """Let the members of one group in on one TCP port."""
        self._ingress(group_id, {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}, from_group_id)

    def admit_everything(self, group_id: str, from_group_id: str) -> None:
        """Let the members of one group in on every port."""
        self._ingress(group_id, {"IpProtocol": "-1"}, from_group_id)

    def _ingress(self, group_id: str, permission: dict[str, Any], from_group_id: str) -> None:
        pair = {"UserIdGroupPairs": [{"GroupId": from_group_id}]}
        self.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission | pair])

    def brokers(self, group_id: str, port: int) -> tuple[str, ...]:
        """Place one Kafka broker in each subnet and give the bootstrap servers."""
        return tuple(
            f"{self._broker(number, subnet_id, group_id)}:{port}"
            for number, subnet_id in enumerate(self.subnet_ids, start=1)
        )

    def _broker(self, number: int, subnet_id: str, group_id: str) -> str:
        created = self.ec2.create_network_interface(
            SubnetId=subnet_id,
            Groups=[group_id],
            PrivateIpAddress=f"10.{self.second_octet}.{number}.10",
            Description=f"{self.name} broker {number}",
        )
        return str(created["NetworkInterface"]["PrivateIpAddress"])

    def endpoint(self, service: str, group_id: str) -> None:
        """Create an interface endpoint with private DNS in all subnets."""
        region = self.ec2.meta.region_name
        self.ec2.create_vpc_endpoint(
            VpcId=self.vpc_id,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{region}.{service}",
            SubnetIds=list(self.subnet_ids),
            SecurityGroupIds=[group_id],
            PrivateDnsEnabled=True,
            TagSpecifications=_named("vpc-endpoint", f"{self.name}-{service}"),
        )

    def endpoints(self, services: Sequence[str], admitted_group_id: str) -> None:
        """Create interface endpoints whose one group admits the members of another on 443."""
        group_id = self.group("endpoints")
        self.admit(group_id, HTTPS, admitted_group_id)
        for service in services:
            self.endpoint(service, group_id)

    def behind_network_acl(self, name: str, denied_port: int) -> Vpc:
        """Add a subnet whose network ACL lets everything but one TCP port in; the VPC seen from there."""
        subnet_id = _subnet(self.ec2, self.vpc_id, f"10.{self.second_octet}.200.0/24", _zones(self.ec2)[0])
        created = self.ec2.create_network_acl(
            VpcId=self.vpc_id, TagSpecifications=_named("network-acl", f"{self.name}-{name}")
        )
        acl_id = str(created["NetworkAcl"]["NetworkAclId"])
        ports = {"From": denied_port, "To": denied_port}
        self._entry(acl_id, 90, "6", "deny", egress=False, PortRange=ports)
        self._entry(acl_id, 100, "-1", "allow", egress=False)
        self._entry(acl_id, 100, "-1", "allow", egress=True)
        of_subnet = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
        associations = self.ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"][0]["Associations"]
        association = next(item for item in associations if item["SubnetId"] == subnet_id)
        self.ec2.replace_network_acl_association(
            AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl_id
        )
        return replace(self, subnet_ids=(subnet_id,))

    def _entry(
        self, acl_id: str, number: int, protocol: str, action: str, *, egress: bool, **more: Any
    ) -> None:
        self.ec2.create_network_acl_entry(
            NetworkAclId=acl_id,
            RuleNumber=number,
            Protocol=protocol,
            RuleAction=action,
            Egress=egress,
            CidrBlock=EVERYWHERE,
            **more,
        )

    def nat_gateway(self) -> str:
        """Add a public subnet with a NAT gateway and lead the private subnets' traffic through it."""
        gateway_id = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=self.vpc_id)
        public = _subnet(self.ec2, self.vpc_id, f"10.{self.second_octet}.100.0/24", _zones(self.ec2)[0])
        _lead(self.ec2, self.vpc_id, [public], GatewayId=gateway_id)
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        created = self.ec2.create_nat_gateway(
            SubnetId=public,
            AllocationId=address,
            TagSpecifications=_named("natgateway", f"{self.name}-nat"),
        )
        nat_gateway_id = str(created["NatGateway"]["NatGatewayId"])
        _lead(self.ec2, self.vpc_id, self.subnet_ids, NatGatewayId=nat_gateway_id)
        return nat_gateway_id


def private_vpc(session: boto3.Session, name: str, second_octet: int) -> Vpc:
    """Create 10.<octet>.0.0/16 with private subnets only, and both DNS attributes on."""
    ec2: Any = session.client("ec2")
    created = ec2.create_vpc(CidrBlock=f"10.{second_octet}.0.0/16", TagSpecifications=_named("vpc", name))
    vpc_id = str(created["Vpc"]["VpcId"])
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsSupport={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    subnet_ids = tuple(
        _subnet(ec2, vpc_id, f"10.{second_octet}.{number}.0/24", zone)
        for number, zone in enumerate(_zones(ec2), start=1)
    )
    return Vpc(ec2, name, vpc_id, subnet_ids, second_octet)


def remove_default_vpc(session: boto3.Session) -> None:
    """Delete the default VPC, as organizations do, so that only the story's networks remain."""
    ec2: Any = session.client("ec2")
    default = [{"Name": "is-default", "Values": ["true"]}]
    for vpc in ec2.describe_vpcs(Filters=default)["Vpcs"]:
        of_it = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for subnet in ec2.describe_subnets(Filters=of_it)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        ec2.delete_vpc(VpcId=vpc["VpcId"])


def _zones(ec2: Any) -> list[str]:
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    return sorted(zone["ZoneName"] for zone in zones)[:ZONES]


def _subnet(ec2: Any, vpc_id: str, cidr_block: str, zone: str) -> str:
    created = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr_block, AvailabilityZone=zone)
    return str(created["Subnet"]["SubnetId"])


def _lead(ec2: Any, vpc_id: str, subnet_ids: Sequence[str], **target: str) -> None:
    table_id = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=EVERYWHERE, **target)
    for subnet_id in subnet_ids:
        ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id)


def _named(resource_type: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": resource_type, "Tags": [{"Key": "Name", "Value": name}]}]
