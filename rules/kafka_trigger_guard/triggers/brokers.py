"""Which brokers a poller connects to, and on which ports.

msk/latest/developerguide/port-info; lambda/latest/dg/msk-cluster-auth: mTLS secret, SCRAM secret, IAM, TLS,
plaintext, in that order, and never a weaker one.
"""

from __future__ import annotations

from kafka_trigger_guard.triggers.sources import Cluster, EventSourceMapping, VpcConfig, VpcConnection
from kafka_trigger_guard.triggers.trigger import Broker, ShutConnection, Span

_DEFAULT_PORT = 9092
_MULTI_VPC_PORTS = (14001, 14100)
_SHUT = frozenset({"INACTIVE", "DEACTIVATING", "DELETING", "FAILED", "REJECTED", "REJECTING"})
_PORTS = {
    "BootstrapBrokerStringTls": 9094,
    "BootstrapBrokerStringSaslScram": 9096,
    "BootstrapBrokerStringSaslIam": 9098,
    "BootstrapBrokerString": 9092,
}
_VPC_CONNECTIVITY = {
    "TLS": "BootstrapBrokerStringVpcConnectivityTls",
    "SASL_SCRAM": "BootstrapBrokerStringVpcConnectivitySaslScram",
    "SCRAM": "BootstrapBrokerStringVpcConnectivitySaslScram",
    "SASL_IAM": "BootstrapBrokerStringVpcConnectivitySaslIam",
    "IAM": "BootstrapBrokerStringVpcConnectivitySaslIam",
}


def bootstrap_brokers(servers: tuple[str, ...]) -> tuple[Broker, ...]:
    """Brokers of `host:port` strings; without a port Kafka's 9092."""
    names = [name.strip() for server in servers for name in server.split(",") if name.strip()]
    return tuple(_bootstrap_broker(name) for name in dict.fromkeys(names))


def _bootstrap_broker(name: str) -> Broker:
    host, colon, port = name.rpartition(":")
    if not colon:
        return Broker(name, ((_DEFAULT_PORT, _DEFAULT_PORT),), host=name)
    number = _port_number(port)
    if number is not None:
        return Broker(name, ((number, number),), host=host)
    return Broker(
        name, ((1, 65535),), host=host, unread=f"the port of bootstrap server {name} is not a number"
    )


def node_brokers(cluster: Cluster, config: VpcConfig, mapping: EventSourceMapping) -> tuple[Broker, ...]:
    """Brokers of a provisioned cluster: its nodes, or one somewhere in its subnets if they were not read."""
    ports = _cluster_ports(cluster, mapping)
    port_doubt = "" if len(ports) == 1 else f"kafka:GetBootstrapBrokers {cluster.arn} was not read"
    if cluster.nodes is None:
        unread = f"kafka:ListNodes {cluster.arn} was not read"
        return (Broker(cluster.arn, ports, None, config.subnet_ids, unread=unread),)
    return tuple(
        Broker(
            node.name,
            ports,
            node.address,
            (node.subnet_id,) if node.subnet_id else config.subnet_ids,
            (),
            port_doubt if node.address else f"kafka:ListNodes {cluster.arn} tells no address of {node.name}",
            node.subnet_id,
        )
        for node in cluster.nodes
    )


def _cluster_ports(cluster: Cluster, mapping: EventSourceMapping) -> tuple[Span, ...]:
    listeners = _listeners(cluster, mapping)
    numbers = sorted({_port_in(cluster.bootstrap, name) or _PORTS[name] for name in listeners})
    return tuple((number, number) for number in numbers)


def _listeners(cluster: Cluster, mapping: EventSourceMapping) -> tuple[str, ...]:
    """The one listener that Lambda chooses, or all that it may choose if nothing tells which are open."""
    secrets = {access.type for access in mapping.source_access}
    if "CLIENT_CERTIFICATE_TLS_AUTH" in secrets:
        return ("BootstrapBrokerStringTls",)
    if {"SASL_SCRAM_512_AUTH", "SASL_SCRAM_256_AUTH"} & secrets:
        return ("BootstrapBrokerStringSaslScram",)
    order = ("BootstrapBrokerStringSaslIam", "BootstrapBrokerStringTls", "BootstrapBrokerString")
    if cluster.bootstrap is not None:
        opened = [name for name in order if cluster.bootstrap.get(name)]
        return (opened[0],) if opened else order
    known = cluster.authentication
    possible: list[str] = []
    for name, is_open in zip(order, (known.iam, known.tls, known.plaintext), strict=True):
        if is_open is not False:
            possible.append(name)
        if is_open:
            break
    return tuple(possible) or order


def _port_in(bootstrap: object, name: str) -> int | None:
    text = bootstrap.get(name) if isinstance(bootstrap, dict) else None
    return _port_number(str(text or "").split(",")[0].rpartition(":")[2])


def _port_number(text: str) -> int | None:
    """The TCP port that a text writes, None if it writes none."""
    if not text.isdecimal() or len(text) > 5:
        return None
    return int(text) if 0 < int(text) < 65536 else None


def serverless_brokers(config: VpcConfig) -> tuple[Broker, ...]:
    """MSK Serverless speaks IAM on 9098 and shows no interfaces: any address of its subnets."""
    groups = config.security_group_ids
    return (Broker("MSK Serverless", ((9098, 9098),), None, config.subnet_ids, groups, anywhere=True),)


def connection_brokers(connection: VpcConnection) -> tuple[Broker, ...]:
    """A VPC connection's brokers: any address of its subnets, on the ports of its bootstrap string.

    One that is not there any more, or was refused, carries nothing. kafka API VpcConnectionState
    """
    names = _connection_names(connection)
    if names:
        return tuple(
            _connection_broker(name, connection, _port_number(name.rpartition(":")[2])) for name in names
        )
    return (_connection_broker(connection.target_cluster_arn or connection.arn, connection, None),)


def _connection_broker(name: str, connection: VpcConnection, port: int | None) -> Broker:
    config = connection.vpc_config
    shut = _shut(connection) if connection.state in _SHUT else None
    ports = _MULTI_VPC_PORTS if port is None else (port, port)
    unread = "" if port is not None else f"kafka:GetBootstrapBrokers tells no port of {name}"
    return Broker(
        name,
        (ports,),
        None,
        config.subnet_ids,
        config.security_group_ids,
        unread,
        anywhere=True,
        unavailable=shut,
    )


def _shut(connection: VpcConnection) -> ShutConnection:
    cluster, authentication = connection.target_cluster_arn or "", connection.authentication or ""
    return ShutConnection(connection.arn, connection.state, cluster, authentication)


def _connection_names(connection: VpcConnection) -> list[str]:
    strings = connection.bootstrap or {}
    key = _VPC_CONNECTIVITY.get((connection.authentication or "").upper())
    keys = [key] if key else sorted(set(_VPC_CONNECTIVITY.values()))
    text = next((strings[name] for name in keys if strings.get(name)), "")
    return [name.strip() for name in text.split(",") if name.strip()]
