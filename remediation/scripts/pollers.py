"""From an event source mapping to what its pollers are: where they sit, what they call, where brokers are.

lambda/latest/dg/with-kafka-cluster-network, with-msk-cluster-network, msk-cluster-auth, kafka-scaling-modes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from remediation.scripts.reading import GoneError, Item, Reading, UnreadError
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


class Place(NamedTuple):
    """Where pollers may sit, and the brokers that they connect to from there."""

    subnet_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    brokers: tuple[Broker, ...]


class Need(NamedTuple):
    """A service that pollers call, its Region, and the calls: action, resources, by Lambda itself or not."""

    service: str
    region: str
    calls: tuple[tuple[str, tuple[str, ...], bool], ...]


class Poller(NamedTuple):
    """One Kafka event source mapping as far as the network is concerned."""

    uuid: str
    state: str
    provisioned: bool
    function_arn: str
    region: str
    account: str
    places: tuple[Place, ...]
    needs: tuple[Need, ...]


def is_kafka(mapping: Item) -> bool:
    """Whether the mapping reads from Kafka."""
    return bool(mapping.get("SelfManagedEventSource")) or ":kafka:" in (mapping.get("EventSourceArn") or "")


def poller_of(reading: Reading, mapping: Item) -> Poller:
    """The mapping with its source resolved. Raises GoneError if that does not exist, UnreadError."""
    function_arn = mapping["FunctionArn"]
    region, account = function_arn.split(":")[3:5]
    return Poller(
        mapping["UUID"],
        mapping.get("State") or "",
        bool(mapping.get("ProvisionedPollerConfig")),
        function_arn,
        region,
        account,
        _places(reading, mapping),
        tuple(_needs(mapping, function_arn, region)),
    )


def access_of(mapping: Item, *types: str) -> list[str]:
    """The URIs of the mapping's SourceAccessConfigurations of some types, of all without types."""
    access = mapping.get("SourceAccessConfigurations") or []
    uris = [entry["URI"] for entry in access if not types or entry["Type"] in types]
    return list(dict.fromkeys(uri.removeprefix("subnet:").removeprefix("security_group:") for uri in uris))


def _needs(mapping: Item, function_arn: str, region: str) -> list[Need]:
    """Lambda and STS always; a secret's and a destination's service, called by the execution role."""
    unqualified = ":".join(function_arn.split(":")[:7])
    invoked = tuple(dict.fromkeys((function_arn, unqualified)))
    assume: tuple[tuple[str, tuple[str, ...], bool], ...] = (("sts:AssumeRole", ("role",), True),)
    if access_of(mapping, "IAM_OAUTHBEARER_AUTH"):
        assume += (("sts:GetWebIdentityToken", (), False),)
    found = [
        Need("lambda", region, (("lambda:InvokeFunction", invoked, True),)),
        Need("sts", region, assume),
    ]
    secrets = [uri for uri in access_of(mapping) if _service_of(uri) == "secretsmanager"]
    for where in dict.fromkeys(arn.split(":")[3] for arn in secrets):
        there = [arn for arn in secrets if arn.split(":")[3] == where]
        calls = tuple(("secretsmanager:GetSecretValue", (arn,), False) for arn in there)
        found.append(Need("secretsmanager", where, calls))
    return found + _destination(mapping, region)


def _destination(mapping: Item, region: str) -> list[Need]:
    arn = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
    actions = {"sqs": ["SendMessage"], "sns": ["Publish"], "s3": ["PutObject", "ListBucket"]}
    service = _service_of(arn)
    if service not in actions:
        return []
    resources = (arn, f"{arn}/*") if service == "s3" else (arn,)
    calls = tuple((f"{service}:{action}", resources, False) for action in actions[service])
    return [Need(service, arn.split(":")[3] or region, calls)]


def _service_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""


def _places(reading: Reading, mapping: Item) -> tuple[Place, ...]:
    arn = mapping.get("EventSourceArn")
    if not arn:
        endpoints = (mapping.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
        servers = ",".join(endpoints.get("KAFKA_BOOTSTRAP_SERVERS") or []).split(",")
        names = dict.fromkeys(name.strip() for name in servers if name.strip())
        subnet_ids, group_ids = access_of(mapping, "VPC_SUBNET"), access_of(mapping, "VPC_SECURITY_GROUP")
        return (Place(tuple(subnet_ids), tuple(group_ids), tuple(_server(name) for name in names)),)
    if ":vpc-connection/" in arn:
        return (_connection(reading, arn),)
    cluster = reading.ask("kafka", "describe_cluster_v2", ClusterArn=arn)["ClusterInfo"]
    if cluster.get("Serverless"):
        brokers = (Broker("MSK Serverless", ((9098, 9098),), anywhere=True),)
        return tuple(
            Place(tuple(config.get("SubnetIds") or ()), tuple(config.get("SecurityGroupIds") or ()), brokers)
            for config in cluster["Serverless"].get("VpcConfigs") or []
        )
    group = cluster["Provisioned"]["BrokerNodeGroupInfo"]
    nodes = _nodes(reading, arn, _ports(reading, cluster, mapping))
    return (Place(tuple(group["ClientSubnets"]), tuple(group.get("SecurityGroups") or ()), nodes),)


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


def _connection(reading: Reading, arn: str) -> Place:
    """Pollers are assumed in the connection's own subnets and groups; AWS does not document it."""
    found = reading.ask("kafka", "describe_vpc_connection", Arn=arn)
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
    brokers = tuple(_remote(name)._replace(shut=shut) for name in names or [target])
    return Place(tuple(found["Subnets"]), tuple(found.get("SecurityGroups") or ()), brokers)


def _remote(name: str) -> Broker:
    """A listener of a VPC connection. msk/latest/developerguide/mvpc-cross-account-user-action"""
    port = _port(name.rpartition(":")[2])
    if port:
        return Broker(name, ((port, port),), anywhere=True)
    return Broker(
        name, ((14001, 14100),), unread=f"kafka:GetBootstrapBrokers tells no port of {name}", anywhere=True
    )


def mappings_of(reading: Reading, identifier: str) -> list[Item]:
    """The Kafka mappings that a UUID or a function name stands for; none if there is no such mapping."""
    try:
        if re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", identifier):
            found = [reading.ask("lambda", "get_event_source_mapping", UUID=identifier)]
        else:
            name = {"FunctionName": identifier}
            found = reading.ask("lambda", "list_event_source_mappings", "EventSourceMappings", **name)
    except GoneError:
        return []
    return [mapping for mapping in found if is_kafka(mapping)]
