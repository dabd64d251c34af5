"""Event source mappings and their Kafka sources: Lambda's and MSK's dictionaries as typed objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from kafka_trigger_guard.aws.modelling.reading import (
    MALFORMED,
    Reader,
    flag,
    listed,
    mapping,
    maybe_text,
    objects,
    text,
    texts,
)
from kafka_trigger_guard.aws.snapshot import SnapshotError
from kafka_trigger_guard.triggers.sources import (
    ClientAuthentication,
    Cluster,
    EventSourceMapping,
    Node,
    SourceAccess,
    Sources,
    VpcConfig,
    VpcConnection,
)

Item = Mapping[str, Any]
_GONE = ("NotFoundException", "ResourceNotFoundException")


def mappings(reader: Reader) -> list[EventSourceMapping]:
    """The snapshot's Kafka mappings; a malformed one is kept, with what is wrong.

    None where the list was not read. Raises SnapshotError where it is no list.
    """
    operation = "lambda:ListEventSourceMappings"
    answer = reader.snapshot.responses.get(operation)
    if answer is None:
        return []
    raw = answer.get("EventSourceMappings") if isinstance(answer, dict) else None
    if not isinstance(raw, list):
        raise SnapshotError(
            f"malformed snapshot: {operation} holds no list EventSourceMappings; record it again"
        )
    found = [event_source_mapping(item, index) for index, item in enumerate(raw)]
    return [one for one in found if one is not None]


def event_source_mapping(item: Any, index: int) -> EventSourceMapping | None:
    """lambda:ListEventSourceMappings: one mapping; None for sources other than Kafka."""
    if not isinstance(item, dict):
        return _unreadable({}, index, "the mapping is no object")
    arn = item.get("EventSourceArn")
    if isinstance(arn, str) and ":kafka:" not in arn:
        return None
    if arn is None and not item.get("SelfManagedEventSource"):
        return _unreadable(item, index, "it names no event source")
    try:
        return _mapping(item)
    except MALFORMED as error:
        return _unreadable(item, index, str(error).strip("'\""))


def _unreadable(item: Item, index: int, what: str) -> EventSourceMapping:
    def said(name: str) -> str:
        found = item.get(name)
        return found if isinstance(found, str) else ""

    return EventSourceMapping(
        uuid=said("UUID") or f"mapping-{index}",
        arn=said("EventSourceMappingArn"),
        function_arn=said("FunctionArn"),
        state=said("State"),
        event_source_arn=said("EventSourceArn") or None,
        unreadable=f"lambda:ListEventSourceMappings holds a malformed mapping: {what}",
    )


def _mapping(item: Item) -> EventSourceMapping:
    endpoints = mapping(mapping(item, "SelfManagedEventSource"), "Endpoints")
    access = objects(item, "SourceAccessConfigurations")
    destination = mapping(mapping(item, "DestinationConfig"), "OnFailure")
    return EventSourceMapping(
        uuid=text(item, "UUID"),
        arn=maybe_text(item, "EventSourceMappingArn") or "",
        function_arn=maybe_text(item, "FunctionArn") or "",
        state=maybe_text(item, "State") or "",
        topics=texts(item, "Topics"),
        last_processing_result=maybe_text(item, "LastProcessingResult"),
        event_source_arn=maybe_text(item, "EventSourceArn"),
        bootstrap_servers=texts(endpoints, "KAFKA_BOOTSTRAP_SERVERS"),
        source_access=tuple(SourceAccess(text(a, "Type"), text(a, "URI")) for a in access),
        provisioned=bool(mapping(item, "ProvisionedPollerConfig")),
        on_failure=maybe_text(destination, "Destination"),
    )


def sources(reader: Reader, others: Sequence[Reader] = ()) -> Sources:
    """All clusters, connections and execution roles of a snapshot.

    Of `others`, the owners of clusters to which connections lead, only what tells brokers is taken.
    """
    errors = reader.snapshot.errors
    bootstrap = dict(_bootstraps(reader))
    nodes = dict(reader.keyed_items("kafka:ListNodes", "NodeInfoList", lambda _, item: _node(item)))
    raw = reader.items("kafka:ListClustersV2", "ClusterInfoList", _checked_cluster)
    clusters = [_cluster(item, bootstrap, nodes) for item in raw]
    by_arn = {cluster.arn: cluster for cluster in clusters}
    unread = {operation: error.code for operation, error in errors.items()}
    unread |= {operation: gap.why for (_, _, operation), gap in reader.gaps.items()}
    return Sources(
        clusters=by_arn,
        connections={c.arn: c for c in _connections(reader, others, bootstrap, by_arn)},
        clusters_read="kafka:ListClustersV2" not in unread,
        gone=frozenset(_gone(reader)),
        unread=unread,
        roles=dict(_roles(reader)),
    )


def _gone(reader: Reader) -> list[str]:
    """Sources of which AWS says that they do not exist."""
    errors = reader.snapshot.errors.items()
    return [
        key.partition(" ")[2]
        for key, error in errors
        if error.code in _GONE and key.startswith("kafka:Describe")
    ]


def _bootstraps(reader: Reader) -> list[tuple[str, dict[str, str]]]:
    found = []
    for key, answer in reader.keyed("kafka:GetBootstrapBrokers"):
        strings = reader.one("kafka:GetBootstrapBrokers", key, answer, _strings)
        if strings is not None:
            found.append((key, strings))
    return found


def _strings(answer: Item) -> dict[str, str]:
    return {name: value for name, value in answer.items() if isinstance(value, str)}


def _checked_cluster(item: Item) -> Item:
    """A cluster whose parts have the right shapes. Raises on others."""
    _cluster(item, {}, {})
    return item


def _vpc_configs(item: Item) -> tuple[VpcConfig, ...]:
    serverless = mapping(item, "Serverless")
    if serverless:
        return tuple(
            VpcConfig(texts(config, "SubnetIds"), texts(config, "SecurityGroupIds"))
            for config in objects(serverless, "VpcConfigs")
        )
    group = mapping(mapping(item, "Provisioned"), "BrokerNodeGroupInfo")
    listed(group, "ClientSubnets")
    return (VpcConfig(texts(group, "ClientSubnets"), texts(group, "SecurityGroups")),)


def _cluster(
    item: Item, bootstrap: Mapping[str, dict[str, str]], nodes: Mapping[str, list[Node | None]]
) -> Cluster:
    """kafka:ListClustersV2: one cluster with its nodes and bootstrap strings."""
    arn, provisioned = text(item, "ClusterArn"), mapping(item, "Provisioned")
    count = provisioned.get("NumberOfBrokerNodes")
    known = nodes.get(arn)
    return Cluster(
        arn,
        bool(mapping(item, "Serverless")),
        _vpc_configs(item),
        count if isinstance(count, int) else None,
        _authentication(provisioned),
        tuple(node for node in known if node is not None) or None if known is not None else None,
        bootstrap.get(arn),
    )


def _authentication(provisioned: Item) -> ClientAuthentication:
    """Which listeners are open. kafka API ClientAuthentication, EncryptionInTransit"""
    authentication = mapping(provisioned, "ClientAuthentication")
    transit = mapping(mapping(provisioned, "EncryptionInfo"), "EncryptionInTransit")
    encryption = maybe_text(transit, "ClientBroker")
    iam = flag(mapping(mapping(authentication, "Sasl"), "Iam"), "Enabled") if authentication else None
    return ClientAuthentication(
        iam,
        None if encryption is None else encryption in ("TLS", "TLS_PLAINTEXT"),
        None if encryption is None else encryption in ("PLAINTEXT", "TLS_PLAINTEXT"),
    )


def _node(item: Item) -> Node | None:
    """kafka:ListNodes: one broker node; controllers and ZooKeeper nodes are none of a poller's."""
    info = mapping(item, "BrokerNodeInfo")
    if not info:
        return None
    endpoints = texts(info, "Endpoints")
    number = info.get("BrokerId")
    name = endpoints[0] if endpoints else f"broker {int(number) if number is not None else '?'}"
    return Node(name, maybe_text(info, "ClientVpcIpAddress"), maybe_text(info, "ClientSubnet"))


def _connections(
    reader: Reader,
    others: Sequence[Reader],
    bootstrap: Mapping[str, dict[str, str]],
    clusters: Mapping[str, Cluster],
) -> list[VpcConnection]:
    found = []
    for key, answer in reader.keyed("kafka:DescribeVpcConnection"):
        connection = reader.one("kafka:DescribeVpcConnection", key, answer, partial(_connection, key))
        if connection is not None:
            target = connection.target_cluster_arn or ""
            cluster = clusters.get(target) or _cluster_of(others, target)
            found.append(
                replace(
                    connection,
                    bootstrap=bootstrap.get(key) or bootstrap.get(target) or _told_by(others, target),
                    broker_count=cluster.broker_count if cluster is not None else None,
                )
            )
    return found


def _connection(key: str, answer: Item) -> VpcConnection:
    """kafka:DescribeVpcConnection."""
    listed(answer, "Subnets")
    return VpcConnection(
        key,
        VpcConfig(texts(answer, "Subnets"), texts(answer, "SecurityGroups")),
        maybe_text(answer, "TargetClusterArn"),
        maybe_text(answer, "Authentication"),
        state=maybe_text(answer, "State") or "",
    )


def _told_by(others: Sequence[Reader], arn: str) -> Mapping[str, str] | None:
    """A cluster's bootstrap strings from its owner's snapshot."""
    return next((found for other in others for key, found in _bootstraps(other) if key == arn), None)


def _cluster_of(others: Sequence[Reader], arn: str) -> Cluster | None:
    """A cluster from its owner's snapshot."""
    for other in others:
        for item in other.items("kafka:ListClustersV2", "ClusterInfoList", _checked_cluster):
            if item.get("ClusterArn") == arn:
                return _cluster(item, {}, {})
    return None


def _roles(reader: Reader) -> list[tuple[str, str]]:
    found = []
    for key, answer in reader.keyed("lambda:GetFunctionConfiguration"):
        role = reader.one("lambda:GetFunctionConfiguration", key, answer, lambda a: text(a, "Role"))
        if role is not None:
            found.append((key, role))
    return found
