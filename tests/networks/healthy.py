"""Healthy triggers of every kind: the starting points of the scenarios."""

from __future__ import annotations

from tests.networks import shapes, triggers
from tests.networks.builder import BROKER_ADDRESSES, TRIGGER_SUBNETS, VPC_CIDR, Scenario
from tests.networks.shapes import group_id, permission, subnet_id, vpc_id

BROKER_SUBNETS = ("broker-a", "broker-b", "broker-c")


def healthy() -> Scenario:
    """A self-managed Kafka trigger with a secret and an SQS destination; all eight rules are green."""
    scenario = _network("lambda", "sts", "secretsmanager", "sqs")
    scenario.group("broker", ingress=[permission(9092, groups=[group_id("trigger")])])
    for zone, address in BROKER_ADDRESSES.items():
        scenario.interface(f"broker-{zone}", f"broker-{zone}", address, ["broker"])
    source = triggers.self_managed_source(
        [f"{address}:9092" for address in BROKER_ADDRESSES.values()],
        [subnet_id(name) for name in TRIGGER_SUBNETS],
        [group_id("trigger")],
    )
    scenario.add("lambda:ListEventSourceMappings", triggers.mapping() | source)
    return scenario.with_secret("BASIC_AUTH").with_destination()


def healthy_msk() -> Scenario:
    """A trigger on a provisioned MSK cluster with IAM, whose group `msk` lets its own members in."""
    scenario = _network("lambda", "sts")
    _own_group(scenario, 9098)
    subnets = [subnet_id(name) for name in TRIGGER_SUBNETS]
    scenario.add("kafka:ListClustersV2", triggers.provisioned_cluster(subnets, [group_id("msk")], 3))
    nodes = []
    for number, name in enumerate(TRIGGER_SUBNETS, start=1):
        address = f"10.0.0.{16 * number - 12}"
        scenario.interface(f"broker-{number}", name, address, ["msk"])
        nodes.append(triggers.broker_node(number, subnet_id(name), address))
    scenario.responses["kafka:ListNodes"][triggers.CLUSTER_ARN] = {"NodeInfoList": nodes}
    scenario.responses["kafka:GetBootstrapBrokers"][triggers.CLUSTER_ARN] = triggers.bootstrap_strings(
        3, [9096, 9098]
    )
    return _msk_mapping(scenario, triggers.CLUSTER_ARN)


def healthy_serverless() -> Scenario:
    """A trigger on an MSK Serverless cluster."""
    scenario = _network("lambda", "sts")
    _own_group(scenario, 9098)
    subnets = [subnet_id(name) for name in TRIGGER_SUBNETS]
    scenario.add("kafka:ListClustersV2", triggers.serverless_cluster(subnets, [group_id("msk")]))
    scenario.responses["kafka:GetBootstrapBrokers"][triggers.SERVERLESS_ARN] = (
        triggers.serverless_bootstrap_string()
    )
    return _msk_mapping(scenario, triggers.SERVERLESS_ARN)


def healthy_vpc_connection() -> Scenario:
    """A trigger on another account's MSK cluster, over a VPC connection."""
    scenario = _network("lambda", "sts")
    _own_group(scenario, (14001, 14100))
    subnets = [subnet_id(name) for name in TRIGGER_SUBNETS]
    connection = triggers.vpc_connection(subnets, [group_id("msk")], vpc_id())
    scenario.responses["kafka:DescribeVpcConnection"][triggers.VPC_CONNECTION_ARN] = connection
    scenario.responses["kafka:GetBootstrapBrokers"][triggers.OTHER_CLUSTER_ARN] = dict(
        triggers.multi_vpc_bootstrap_strings(3)
    )
    return _msk_mapping(scenario, triggers.VPC_CONNECTION_ARN)


def _network(*services: str) -> Scenario:
    """The network that all healthy triggers share, with endpoints for these services."""
    scenario = Scenario().vpc("main", VPC_CIDR).add("ec2:DescribeDhcpOptions", shapes.dhcp_options())
    for number, zone in enumerate("abc"):
        scenario.subnet(f"trigger-{zone}", f"10.0.0.{16 * number}/28", zone)
        scenario.subnet(f"broker-{zone}", f"10.0.0.{128 + 16 * number}/28", zone)
    scenario.subnet("endpoint-a", "10.0.0.64/28", "a").subnet("endpoint-b", "10.0.0.80/28", "b")
    scenario.route_table("private", TRIGGER_SUBNETS)
    scenario.group("trigger", egress=[permission(cidrs=["0.0.0.0/0"])])
    scenario.group("endpoint", ingress=[permission(443, groups=[group_id("trigger")])])
    for service in services:
        scenario.endpoint(service)
    scenario.responses["lambda:GetFunctionConfiguration"][triggers.FUNCTION_ARN] = (
        triggers.function_configuration()
    )
    return scenario


def _own_group(scenario: Scenario, ports: int | tuple[int, int]) -> None:
    """The group of an MSK cluster: its members reach each other on the broker ports, and everything else."""
    own = group_id("msk")
    scenario.group("msk", ingress=[permission(ports, groups=[own])], egress=[permission(cidrs=["0.0.0.0/0"])])
    scenario.ingress("endpoint", permission(443, groups=[own]))


def _msk_mapping(scenario: Scenario, arn: str) -> Scenario:
    source = {
        "EventSourceArn": arn,
        "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "orders"},
    }
    return scenario.add("lambda:ListEventSourceMappings", triggers.mapping() | source)
