"""Resolve an event source mapping and its source into a Trigger."""

from __future__ import annotations

from kafka_trigger_guard.triggers.brokers import (
    bootstrap_brokers,
    connection_brokers,
    node_brokers,
    serverless_brokers,
)
from kafka_trigger_guard.triggers.needs import needs_of
from kafka_trigger_guard.triggers.sources import (
    Cluster,
    EventSourceMapping,
    SourceAccess,
    Sources,
    VpcConfig,
    VpcConnection,
)
from kafka_trigger_guard.triggers.trigger import Mode, Placement, SourceType, Trigger


def resolve(mapping: EventSourceMapping, sources: Sources, account: str, region: str) -> Trigger:
    """The mapping's Trigger; what cannot be resolved is told by its `gone` and `unread`."""
    source_type = _source_type(mapping, sources)
    role_arn = sources.roles.get(mapping.function_arn)
    placements, gone, unread = _placements(mapping, source_type, sources)
    return Trigger(
        uuid=mapping.uuid,
        arn=mapping.arn,
        function_arn=mapping.function_arn,
        account=account,
        region=region,
        state=mapping.state,
        mode=Mode.PROVISIONED if mapping.provisioned else Mode.ON_DEMAND,
        source_type=source_type,
        source_id=mapping.event_source_arn or ",".join(mapping.bootstrap_servers),
        topics=mapping.topics,
        last_processing_result=mapping.last_processing_result,
        placements=placements,
        needs=needs_of(mapping, region, role_arn),
        role_arn=role_arn,
        gone=gone,
        unread=unread,
        unreadable=mapping.unreadable is not None,
    )


def _source_type(mapping: EventSourceMapping, sources: Sources) -> SourceType:
    arn = mapping.event_source_arn
    if arn is None:
        return SourceType.SELF_MANAGED
    if ":vpc-connection/" in arn:
        return SourceType.MSK_VPC_CONNECTION
    cluster = sources.clusters.get(arn)
    return SourceType.MSK_SERVERLESS if cluster is not None and cluster.serverless else SourceType.MSK


_Resolved = tuple[tuple[Placement, ...], str | None, str | None]
"""Placements, what is gone, what was not read."""


def _placements(mapping: EventSourceMapping, source_type: SourceType, sources: Sources) -> _Resolved:
    if mapping.unreadable is not None:
        return (), None, mapping.unreadable
    arn = mapping.event_source_arn
    if arn is None:
        return (_self_managed(mapping),), None, None
    if arn in sources.gone:
        return (), arn, None
    if source_type is SourceType.MSK_VPC_CONNECTION:
        connection = sources.connections.get(arn)
        if connection is None:
            return (), None, _why(sources, f"kafka:DescribeVpcConnection {arn}")
        return (_of_connection(connection),), None, None
    cluster = sources.clusters.get(arn)
    if cluster is not None:
        return tuple(_of_cluster(cluster, config, mapping) for config in cluster.vpc_configs), None, None
    if sources.clusters_read:
        return (), arn, None
    return (), None, _why(sources, "kafka:ListClustersV2")


def _why(sources: Sources, operation: str) -> str:
    reason = sources.unread.get(operation, "")
    return f"{operation} was not read" + (f" ({reason})" if reason else "")


def _self_managed(mapping: EventSourceMapping) -> Placement:
    """Pollers sit in the mapping's own subnets and groups. lambda API SourceAccessConfiguration"""
    return Placement(
        _ids(mapping.source_access, "VPC_SUBNET", "subnet:"),
        _ids(mapping.source_access, "VPC_SECURITY_GROUP", "security_group:"),
        bootstrap_brokers(mapping.bootstrap_servers),
    )


def _ids(access: tuple[SourceAccess, ...], wanted: str, prefix: str) -> tuple[str, ...]:
    uris = (entry.uri.removeprefix(prefix) for entry in access if entry.type == wanted)
    return tuple(dict.fromkeys(uris))


def _of_cluster(cluster: Cluster, config: VpcConfig, mapping: EventSourceMapping) -> Placement:
    """Pollers use the cluster's subnets and groups. lambda/latest/dg/with-msk-cluster-network"""
    serverless = cluster.serverless
    brokers = serverless_brokers(config) if serverless else node_brokers(cluster, config, mapping)
    return Placement(
        config.subnet_ids,
        config.security_group_ids,
        brokers,
        broker_count=cluster.broker_count,
        always_in_vpc=True,
        always_enough_brokers=cluster.serverless,
    )


def _of_connection(connection: VpcConnection) -> Placement:
    """Pollers are assumed to use the connection's own subnets and groups; AWS does not document it."""
    return Placement(
        connection.vpc_config.subnet_ids,
        connection.vpc_config.security_group_ids,
        connection_brokers(connection),
        broker_count=connection.broker_count,
        always_in_vpc=True,
    )
