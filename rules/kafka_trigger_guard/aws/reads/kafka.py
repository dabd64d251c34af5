"""Reads the Kafka triggers, and the MSK clusters and VPC connections they use."""

from collections.abc import Sequence

from kafka_trigger_guard.aws.calls import Answers, Calls, Read
from kafka_trigger_guard.aws.needs import (
    Needs,
    is_kafka,
    is_serverless,
    is_vpc_connection,
    needs_of,
    service_of,
    source_arn,
)


def read_triggers(calls: Calls) -> list[Needs]:
    """Read the mappings with a Kafka source and their sources; the needs of each trigger."""
    calls.read(Read("lambda:ListEventSourceMappings"))
    calls.retain("lambda:ListEventSourceMappings", is_kafka)
    mappings = calls.items("lambda:ListEventSourceMappings")
    _read_sources(calls, sorted({arn for m in mappings if service_of(arn := source_arn(m)) == "kafka"}))
    return needs_in(calls)


def needs_in(answers: Answers) -> list[Needs]:
    """The needs of each trigger that was read with its source."""
    sources = {cluster["ClusterArn"]: cluster for cluster in answers.items("kafka:ListClustersV2")}
    sources |= answers.answers("kafka:DescribeVpcConnection")
    mappings = answers.items("lambda:ListEventSourceMappings")
    return [needs_of(mapping, sources.get(source_arn(mapping))) for mapping in mappings]


def broker_node_addresses(calls: Calls) -> frozenset[str]:
    """The addresses of all MSK broker nodes that were read."""
    nodes = (n for answer in calls.answers("kafka:ListNodes").values() for n in answer["NodeInfoList"])
    found = ((node.get("BrokerNodeInfo") or {}).get("ClientVpcIpAddress") for node in nodes)
    return frozenset(address for address in found if address)


def _read_sources(calls: Calls, arns: Sequence[str]) -> None:
    clusters = {arn for arn in arns if not is_vpc_connection(arn)}
    connections = [arn for arn in arns if is_vpc_connection(arn)]
    calls.read(
        *([Read("kafka:ListClustersV2")] if clusters else []),
        *(Read("kafka:DescribeVpcConnection", [{"Arn": arn}], key=arn) for arn in connections),
    )
    calls.retain("kafka:ListClustersV2", lambda cluster: cluster.get("ClusterArn") in clusters)
    used = calls.items("kafka:ListClustersV2")
    described = calls.answers("kafka:DescribeVpcConnection").values()
    targets = {connection.get("TargetClusterArn") for connection in described} - {None}
    asked = sorted(targets | {cluster["ClusterArn"] for cluster in used})
    provisioned = sorted(cluster["ClusterArn"] for cluster in used if not is_serverless(cluster))
    calls.read(
        *(Read("kafka:GetBootstrapBrokers", [{"ClusterArn": arn}], key=arn) for arn in asked),
        *(Read("kafka:ListNodes", [{"ClusterArn": arn}], key=arn) for arn in provisioned),
    )
