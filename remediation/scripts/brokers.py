"""Where the brokers of a trigger are, and on which ports they listen.

lambda/latest/dg/with-kafka-cluster-network, with-msk-cluster-network, msk-cluster-auth.
"""

from __future__ import annotations

from typing import NamedTuple

from remediation.scripts.pollers import access_of, cluster_of, connection_of
from remediation.scripts.reading import Item, Reading, UnreadError
from remediation.scripts.spans import Spans


class Broker(NamedTuple):
    """One broker: a host, or any address of subnets (`anywhere`), or `unread` says why it is not known;
    `shut` says which VPC connection does not carry."""

    name: str
    ports: Spans
    host: str = ""
    unread: str = ""
    anywhere: bool = False
    shut: str = ""


def brokers_of(reading: Reading, mapping: Item) -> tuple[Broker, ...]:
    """The brokers that a mapping's pollers connect to, from each of its places. Raises UnreadError."""
    arn = mapping.get("EventSourceArn")
    if not arn:
        endpoints = (mapping.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
        servers = ",".join(endpoints.get("KAFKA_BOOTSTRAP_SERVERS") or []).split(",")
        names = dict.fromkeys(name.strip() for name in servers if name.strip())
        return tuple(_server(name) for name in names)
    if ":vpc-connection/" in arn:
        return _connected(reading, arn)
    cluster = cluster_of(reading, arn)
    if cluster.get("Serverless"):
        return (Broker("MSK Serverless", ((9098, 9098),), anywhere=True),)
    return _nodes(reading, arn, _ports(reading, cluster, mapping))


def _server(name: str) -> Broker:
    """A bootstrap server; without a port Kafka's 9092."""
    host, colon, port = name.rpartition(":")
    if not colon:
        return Broker(name, ((9092, 9092),), name)
    number = _port(port)
    if number:
        return Broker(name, ((number, number),), host)
    return Broker(name, ((1, 65535),), host, f"the port of {name} is not a number")


def _port(text: str) -> int:
    return int(text) if text.isdecimal() and 0 < int(text) < 65536 else 0


def _nodes(reading: Reading, arn: str, ports: Spans) -> tuple[Broker, ...]:
    unsure = "" if len(ports) == 1 else f"kafka:GetBootstrapBrokers does not tell the listener of {arn}"
    try:
        listed = reading.ask("kafka", "list_nodes", "NodeInfoList", ClusterArn=arn)
    except UnreadError as error:
        return (Broker(arn, ports, unread=str(error)),)
    found = []
    for info in (item["BrokerNodeInfo"] for item in listed if item.get("BrokerNodeInfo")):
        name = (info.get("Endpoints") or [f"broker {info.get('BrokerId')}"])[0]
        host = info.get("ClientVpcIpAddress") or ""
        found.append(
            Broker(name, ports, host, unsure if host else f"kafka:ListNodes tells no address of {name}")
        )
    return tuple(found) or (Broker(arn, ports, unread=f"kafka:ListNodes lists no broker of {arn}"),)


_LISTENERS = {
    "BootstrapBrokerStringSaslIam": 9098,
    "BootstrapBrokerStringTls": 9094,
    "BootstrapBrokerString": 9092,
    "BootstrapBrokerStringSaslScram": 9096,
}


def _ports(reading: Reading, cluster: Item, mapping: Item) -> Spans:
    """mTLS secret, SCRAM secret, IAM, TLS, plaintext, in that order. lambda/latest/dg/msk-cluster-auth"""
    strings = _bootstrap(reading, cluster["ClusterArn"])
    names = _listeners(strings, cluster["Provisioned"], mapping)
    ports = {
        _port((strings.get(name) or "").split(",")[0].rpartition(":")[2]) or _LISTENERS[name]
        for name in names
    }
    return tuple((port, port) for port in sorted(ports))


def _listeners(strings: Item, provisioned: Item, mapping: Item) -> list[str]:
    if access_of(mapping, "CLIENT_CERTIFICATE_TLS_AUTH"):
        return ["BootstrapBrokerStringTls"]
    if access_of(mapping, "SASL_SCRAM_512_AUTH", "SASL_SCRAM_256_AUTH"):
        return ["BootstrapBrokerStringSaslScram"]
    order = list(_LISTENERS)[:3]
    if strings:
        return [name for name in order if strings.get(name)][:1] or order
    authentication = provisioned.get("ClientAuthentication") or {}
    sasl = authentication.get("Sasl") or {}
    iam = bool((sasl.get("Iam") or {}).get("Enabled")) if authentication else None
    transit = (provisioned.get("EncryptionInfo") or {}).get("EncryptionInTransit") or {}
    broker = transit.get("ClientBroker")
    known = (iam, *(kind in broker if broker else None for kind in ("TLS", "PLAINTEXT")))
    possible = []
    for name, opened in zip(order, known, strict=True):
        if opened is not False:
            possible.append(name)
        if opened:
            break
    return possible or order


def _bootstrap(reading: Reading, arn: str) -> Item:
    try:
        found: Item = reading.ask("kafka", "get_bootstrap_brokers", ClusterArn=arn)
    except UnreadError:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


_SHUT = ("INACTIVE", "DEACTIVATING", "DELETING", "FAILED", "REJECTED", "REJECTING")
"""States in which a VPC connection carries nothing. kafka API VpcConnectionState"""


def _connected(reading: Reading, arn: str) -> tuple[Broker, ...]:
    found = connection_of(reading, arn)
    target = found.get("TargetClusterArn") or arn
    kind = (found.get("Authentication") or "").upper().removeprefix("SASL_")
    suffix = {"TLS": "Tls", "SCRAM": "SaslScram", "IAM": "SaslIam"}.get(kind)
    suffixes = [suffix] if suffix else ["SaslIam", "SaslScram", "Tls"]
    strings = _bootstrap(reading, target)
    keys = [f"BootstrapBrokerStringVpcConnectivity{each}" for each in suffixes]
    text = next((strings[key] for key in keys if strings.get(key)), "")
    names = [name.strip() for name in text.split(",") if name.strip()]
    state = found.get("State") or ""
    shut = f"{arn} is {state}" if state in _SHUT else ""
    return tuple(_remote(name)._replace(shut=shut) for name in names or [target])


def _remote(name: str) -> Broker:
    """A listener of a VPC connection. msk/latest/developerguide/mvpc-cross-account-user-action"""
    port = _port(name.rpartition(":")[2])
    if port:
        return Broker(name, ((port, port),), anywhere=True)
    return Broker(
        name, ((14001, 14100),), unread=f"kafka:GetBootstrapBrokers tells no port of {name}", anywhere=True
    )
