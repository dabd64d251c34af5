"""Live places in the embedded AWS: one Kafka trigger each, with which all is well until a test breaks it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import boto3

from kafka_trigger_guard.sandbox.story.networks import Vpc, private_vpc, remove_default_vpc

KAFKA_PORT = 9092
ALL_SERVICES = ("lambda", "sts", "secretsmanager", "sqs")


@dataclass(frozen=True, slots=True)
class Place:
    """A trigger, and what a test may break of its network."""

    session: boto3.Session
    vpc: Vpc
    uuid: str
    trigger_group: str
    broker_group: str
    endpoint_group: str

    @property
    def ec2(self) -> Any:
        return self.vpc.ec2

    @property
    def functions(self) -> Any:
        client: Any = self.session.client("lambda")
        return client

    def endpoint_id(self, service: str) -> str:
        """The id of the service's endpoint."""
        name = f"com.amazonaws.{self.session.region_name}.{service}"
        wanted = [
            {"Name": "vpc-id", "Values": [self.vpc.vpc_id]},
            {"Name": "service-name", "Values": [name]},
        ]
        return str(self.ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"][0]["VpcEndpointId"])

    def without_endpoints(self, *services: str) -> None:
        """Delete the endpoints of some services."""
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.endpoint_id(service) for service in services])

    def without_egress(self, group_id: str = "") -> None:
        """Let the group (the trigger's, if none is named) out to nothing."""
        for group in self._groups(group_id or self.trigger_group):
            self.ec2.revoke_security_group_egress(
                GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"]
            )

    def without_ingress(self, group_id: str) -> None:
        """Let nobody in by a group."""
        for group in self._groups(group_id):
            self.ec2.revoke_security_group_ingress(
                GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
            )

    def egress_to(self, port: int, *, group_id: str = "", cidr: str = "") -> None:
        """Let the trigger's group out on one TCP port, to a group or a range."""
        peer: dict[str, Any] = {"UserIdGroupPairs": [{"GroupId": group_id}]} if group_id else {}
        peer |= {"IpRanges": [{"CidrIp": cidr}]} if cidr else {}
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}
        self.ec2.authorize_security_group_egress(GroupId=self.trigger_group, IpPermissions=[permission])

    def ingress_from(self, group_id: str, port: int, cidr: str) -> None:
        """Let a range in by a group on one TCP port."""
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}
        self.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])

    def main_route_table_id(self) -> str:
        """The VPC's main route table."""
        wanted = [
            {"Name": "vpc-id", "Values": [self.vpc.vpc_id]},
            {"Name": "association.main", "Values": ["true"]},
        ]
        return str(self.ec2.describe_route_tables(Filters=wanted)["RouteTables"][0]["RouteTableId"])

    def network_acl_id(self) -> str:
        """The VPC's default network ACL."""
        wanted = [{"Name": "vpc-id", "Values": [self.vpc.vpc_id]}]
        return str(self.ec2.describe_network_acls(Filters=wanted)["NetworkAcls"][0]["NetworkAclId"])

    def _groups(self, group_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
        return found


def place(
    session: boto3.Session, name: str = "orders", octet: int = 10, services: Sequence[str] = ALL_SERVICES
) -> Place:
    """Kafka on instances, a password, an SQS queue for failures, and an endpoint for each of the services."""
    remove_default_vpc(session)
    vpc = private_vpc(session, name, octet)
    trigger, brokers, endpoints = vpc.group("trigger"), vpc.group("brokers"), vpc.group("endpoints")
    vpc.admit(endpoints, 443, trigger)
    for service in services:
        vpc.endpoint(service, endpoints)
    vpc.admit(brokers, KAFKA_PORT, trigger)
    servers = list(vpc.brokers(brokers, KAFKA_PORT))
    uuid = mapping(
        session,
        name,
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}},
        SourceAccessConfigurations=[*network(vpc, trigger), _password(session, name)],
        DestinationConfig={"OnFailure": {"Destination": _arn(session, "sqs", f"{name}-failed")}},
    )
    return Place(session, vpc, uuid, trigger, brokers, endpoints)


def msk_place(session: boto3.Session, name: str = "payments", octet: int = 20) -> Place:
    """An MSK cluster with IAM, whose one group is the trigger's and the brokers', and its two endpoints."""
    remove_default_vpc(session)
    vpc = private_vpc(session, name, octet)
    group, endpoints = vpc.group("msk"), vpc.group("endpoints")
    vpc.admit_everything(group, group)
    vpc.admit(endpoints, 443, group)
    for service in ("lambda", "sts"):
        vpc.endpoint(service, endpoints)
    nodes = {
        "ClientSubnets": list(vpc.subnet_ids),
        "InstanceType": "kafka.m7g.large",
        "SecurityGroups": [group],
    }
    kafka: Any = session.client("kafka")
    cluster = kafka.create_cluster_v2(
        ClusterName=name,
        Provisioned={
            "BrokerNodeGroupInfo": nodes,
            "KafkaVersion": "3.8.x",
            "NumberOfBrokerNodes": len(vpc.subnet_ids),
            "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        },
    )
    uuid = mapping(session, name, EventSourceArn=cluster["ClusterArn"])
    return Place(session, vpc, uuid, group, group, endpoints)


def second_trigger(beside: Place, name: str = "refunds") -> str:
    """Another trigger in the same subnets, with the same group and brokers; its UUID."""
    given = beside.functions.get_event_source_mapping(UUID=beside.uuid)
    kept = ("SelfManagedEventSource", "SourceAccessConfigurations", "DestinationConfig")
    return mapping(beside.session, name, **{part: given[part] for part in kept})


def mapping(session: boto3.Session, name: str, **source: Any) -> str:
    """A function of that name and the mapping that triggers it; the mapping's UUID."""
    functions: Any = session.client("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=_role(session, name),
        Handler="index.handler",
        Code={"ZipFile": _code()},
    )
    created = functions.create_event_source_mapping(
        FunctionName=name, Topics=[name], StartingPosition="LATEST", **source
    )
    return str(created["UUID"])


def _role(session: boto3.Session, name: str) -> str:
    iam: Any = session.client("iam")
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    return str(iam.create_role(RoleName=f"{name}-runs", AssumeRolePolicyDocument=policy)["Role"]["Arn"])


def network(vpc: Vpc, group_id: str) -> list[dict[str, str]]:
    """Where a mapping's pollers sit."""
    subnets = [{"Type": "VPC_SUBNET", "URI": f"subnet:{subnet_id}"} for subnet_id in vpc.subnet_ids]
    return [*subnets, {"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{group_id}"}]


def _password(session: boto3.Session, name: str) -> dict[str, str]:
    secrets: Any = session.client("secretsmanager")
    secret = secrets.create_secret(Name=f"{name}-login", SecretString="{}")
    return {"Type": "SASL_SCRAM_512_AUTH", "URI": str(secret["ARN"])}


def _arn(session: boto3.Session, service: str, name: str) -> str:
    sts: Any = session.client("sts")
    return f"arn:aws:{service}:{session.region_name}:{sts.get_caller_identity()['Account']}:{name}"


@cache
def _code() -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as files:
        files.writestr("index.py", "def handler(event, context): ...")
    return archive.getvalue()
