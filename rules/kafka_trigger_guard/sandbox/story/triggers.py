"""The story of the demo: six Kafka triggers, of which two are well, made with plain boto3 calls."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import boto3

from kafka_trigger_guard.sandbox.story.networks import HTTPS, Vpc, private_vpc, remove_default_vpc

KAFKA_PORT = 9092
_HANDLER = "def handler(event, context):\n    return None\n"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@dataclass(frozen=True, slots=True)
class Story:
    """The UUIDs of the triggers, each named for what is the matter with it."""

    orders_through_nat: str
    payments_without_sts: str
    shipments_refused_by_endpoint: str
    clickstream_provisioned: str
    invoices_healthy: str
    returns_denied_by_network_acl: str


def build(session: boto3.Session) -> Story:
    """Build everything in the session's account and Region."""
    remove_default_vpc(session)
    return Story(
        orders_through_nat=_orders(session),
        payments_without_sts=_payments(session),
        shipments_refused_by_endpoint=_shipments(session),
        clickstream_provisioned=_clickstream(session),
        invoices_healthy=_invoices(session),
        returns_denied_by_network_acl=_returns(session),
    )


def _orders(session: boto3.Session) -> str:
    """Kafka on EC2 behind a NAT gateway, no endpoints: every payload is billed per GB."""
    vpc = private_vpc(session, "orders", 10)
    vpc.nat_gateway()
    return _self_managed(session, vpc, vpc.group("trigger"), "orders-to-warehouse", "orders")


def _payments(session: boto3.Session) -> str:
    """An MSK cluster in a VPC without NAT that has an endpoint for lambda and none for sts."""
    vpc = private_vpc(session, "payments", 20)
    group_id = vpc.group("msk")
    vpc.admit_everything(group_id, group_id)
    vpc.endpoints(["lambda"], group_id)
    cluster = _provisioned_cluster(session, vpc, group_id, {"Sasl": {"Iam": {"Enabled": True}}})
    return _trigger(session, "payments-ledger", "payments", EventSourceArn=cluster)


def _shipments(session: boto3.Session) -> str:
    """Kafka on EC2 with all endpoints, whose group admits the web servers and not the trigger."""
    vpc = private_vpc(session, "shipments", 30)
    vpc.endpoints(["lambda", "sts"], vpc.group("web-servers"))
    return _self_managed(session, vpc, vpc.group("trigger"), "shipment-notifier", "shipments")


def _clickstream(session: boto3.Session) -> str:
    """MSK Serverless read in provisioned mode: no endpoint and no NAT gateway is needed."""
    vpc = private_vpc(session, "clickstream", 40)
    group_id = vpc.group("msk")
    vpc.admit_everything(group_id, group_id)
    network = {"SubnetIds": list(vpc.subnet_ids), "SecurityGroupIds": [group_id]}
    iam = {"Sasl": {"Iam": {"Enabled": True}}}
    kafka: Any = session.client("kafka")
    cluster = kafka.create_cluster_v2(
        ClusterName=vpc.name, Serverless={"VpcConfigs": [network], "ClientAuthentication": iam}
    )
    return _trigger(
        session,
        "clickstream-archiver",
        "clickstream",
        EventSourceArn=cluster["ClusterArn"],
        ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 10},
    )


def _invoices(session: boto3.Session) -> str:
    """An MSK cluster with a password, and an endpoint for every service the poller calls."""
    vpc = private_vpc(session, "invoices", 50)
    group_id = vpc.group("msk")
    vpc.admit_everything(group_id, group_id)
    vpc.endpoints(["lambda", "sts", "secretsmanager"], group_id)
    cluster = _provisioned_cluster(session, vpc, group_id, {"Sasl": {"Scram": {"Enabled": True}}})
    secrets: Any = session.client("secretsmanager")
    login = {"username": "invoice-indexer", "password": "only-in-the-sandbox"}
    secret = secrets.create_secret(Name="AmazonMSK_invoices", SecretString=json.dumps(login))
    access = {"Type": "SASL_SCRAM_512_AUTH", "URI": secret["ARN"]}
    return _trigger(
        session,
        "invoice-indexer",
        "invoices",
        EventSourceArn=cluster,
        SourceAccessConfigurations=[access],
    )


def _returns(session: boto3.Session) -> str:
    """Kafka on EC2 whose endpoints stand in a subnet that a network ACL closes: a person must decide."""
    vpc = private_vpc(session, "returns", 60)
    group_id = vpc.group("trigger")
    vpc.behind_network_acl("endpoints", denied_port=HTTPS).endpoints(["lambda", "sts"], group_id)
    return _self_managed(session, vpc, group_id, "returns-clerk", "returns")


def _self_managed(session: boto3.Session, vpc: Vpc, group_id: str, function: str, topic: str) -> str:
    brokers = vpc.group("brokers")
    vpc.admit(brokers, KAFKA_PORT, group_id)
    servers = vpc.brokers(brokers, KAFKA_PORT)
    return _trigger(
        session,
        function,
        topic,
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(servers)}},
        SourceAccessConfigurations=_network(vpc.subnet_ids, group_id),
    )


def _network(subnet_ids: Sequence[str], group_id: str) -> list[dict[str, str]]:
    subnets = [{"Type": "VPC_SUBNET", "URI": f"subnet:{subnet_id}"} for subnet_id in subnet_ids]
    return [*subnets, {"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{group_id}"}]


def _provisioned_cluster(
    session: boto3.Session, vpc: Vpc, group_id: str, authentication: dict[str, Any]
) -> str:
    nodes = {
        "ClientSubnets": list(vpc.subnet_ids),
        "InstanceType": "kafka.m7g.large",
        "SecurityGroups": [group_id],
    }
    kafka: Any = session.client("kafka")
    created = kafka.create_cluster_v2(
        ClusterName=vpc.name,
        Provisioned={
            "BrokerNodeGroupInfo": nodes,
            "KafkaVersion": "3.8.x",
            "NumberOfBrokerNodes": len(vpc.subnet_ids),
            "ClientAuthentication": authentication,
        },
    )
    return str(created["ClusterArn"])


def _trigger(session: boto3.Session, function: str, topic: str, **source: Any) -> str:
    aws_lambda: Any = session.client("lambda")
    iam: Any = session.client("iam")
    role = iam.create_role(
        RoleName=f"{function}-{session.region_name}", AssumeRolePolicyDocument=json.dumps(_TRUST)
    )
    aws_lambda.create_function(
        FunctionName=function,
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Code={"ZipFile": _code()},
    )
    mapping = aws_lambda.create_event_source_mapping(
        FunctionName=function, Topics=[topic], StartingPosition="LATEST", **source
    )
    return str(mapping["UUID"])


def _code() -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as files:
        files.writestr("index.py", _HANDLER)
    return archive.getvalue()
