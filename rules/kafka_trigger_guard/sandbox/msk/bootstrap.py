"""The bootstrap strings of an MSK cluster: one per way to authenticate, each with its port.

https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kafka_trigger_guard.sandbox.msk.records import Cluster

PLAINTEXT, TLS, SCRAM, IAM = "", "Tls", "SaslScram", "SaslIam"
PRIVATE_PORTS = {PLAINTEXT: 9092, TLS: 9094, SCRAM: 9096, IAM: 9098}
PUBLIC_PORTS = {TLS: 9194, SCRAM: 9196, IAM: 9198}
IPV6_PORTS = {PLAINTEXT: 20092, TLS: 20094, SCRAM: 20096, IAM: 20098}
FIRST_MULTI_VPC_PORT = 14001
_LABELS = {TLS: "tls", SCRAM: "scram", IAM: "iam"}


def domain(cluster: Cluster) -> str:
    """The DNS suffix of the cluster's brokers."""
    partition, region = cluster.arn.split(":")[1], cluster.arn.split(":")[3]
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    service = "kafka" if cluster.provisioned else "kafka-serverless"
    return f"c{len(cluster.cluster_name) % 3 + 2}.{service}.{region}.{suffix}"


def broker_name(cluster: Cluster, number: int) -> str:
    """The private DNS name of one broker."""
    return f"b-{number}.{cluster.cluster_name.lower()}.{cluster.dns_label}.{domain(cluster)}"


def bootstrap_strings(cluster: Cluster) -> dict[str, str]:
    """The members of the answer to GetBootstrapBrokers."""
    if not cluster.provisioned:
        return {"BootstrapBrokerStringSaslIam": f"boot-{cluster.dns_label}.{domain(cluster)}:9098"}
    connectivity = cluster.settings["BrokerNodeGroupInfo"].get("ConnectivityInfo") or {}
    ways = listeners(cluster.settings)
    strings = {f"BootstrapBrokerString{way}": _private(cluster, way) for way in ways}
    if (connectivity.get("PublicAccess") or {}).get("Type") == "SERVICE_PROVIDED_EIPS":
        strings |= {f"BootstrapBrokerStringPublic{way}": _public(cluster, way) for way in ways if way}
    for way in _enabled((connectivity.get("VpcConnectivity") or {}).get("ClientAuthentication") or {}):
        strings[f"BootstrapBrokerStringVpcConnectivity{way}"] = _multi_vpc(cluster, way)
    if connectivity.get("NetworkType") == "DUAL":
        strings |= {f"BootstrapBrokerString{way}Ipv6": _ipv6(cluster, way) for way in ways}
    return strings


def listeners(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The listeners a provisioned cluster opens, from its authentication and its encryption."""
    authentication = settings.get("ClientAuthentication") or {"Unauthenticated": {"Enabled": True}}
    transit = (settings.get("EncryptionInfo") or {}).get("EncryptionInTransit") or {}
    client_broker = transit.get("ClientBroker") or "TLS"
    unauthenticated = bool((authentication.get("Unauthenticated") or {}).get("Enabled"))
    ways = set(_enabled(authentication))
    if unauthenticated and client_broker != "TLS":
        ways.add(PLAINTEXT)
    if unauthenticated and client_broker != "PLAINTEXT":
        ways.add(TLS)
    return tuple(way for way in PRIVATE_PORTS if way in ways)


def _enabled(authentication: Mapping[str, Any]) -> Iterator[str]:
    sasl = authentication.get("Sasl") or {}
    if _is_on(authentication.get("Tls")):
        yield TLS
    if _is_on(sasl.get("Scram")):
        yield SCRAM
    if _is_on(sasl.get("Iam")):
        yield IAM


def _is_on(setting: Mapping[str, Any] | None) -> bool:
    given = setting or {}
    return bool(given.get("Enabled", bool(given.get("CertificateAuthorityArnList"))))


def _private(cluster: Cluster, way: str) -> str:
    return _joined(f"{broker_name(cluster, number)}:{PRIVATE_PORTS[way]}" for number in _told(cluster))


def _ipv6(cluster: Cluster, way: str) -> str:
    return _joined(f"{broker_name(cluster, number)}:{IPV6_PORTS[way]}" for number in _told(cluster))


def _public(cluster: Cluster, way: str) -> str:
    port = PUBLIC_PORTS[way]
    return _joined(f"{_labelled(cluster, number, '-public')}:{port}" for number in _told(cluster))


def _multi_vpc(cluster: Cluster, way: str) -> str:
    label = f".{_LABELS[way]}"
    first = FIRST_MULTI_VPC_PORT - 1
    return _joined(f"{_labelled(cluster, number, label)}:{first + number}" for number in _told(cluster))


def _told(cluster: Cluster) -> list[int]:
    """The brokers of a bootstrap string: MSK names three at most."""
    return [broker.number for broker in cluster.brokers[:3]]


def _labelled(cluster: Cluster, number: int, label: str) -> str:
    return broker_name(cluster, number).replace(f"b-{number}.", f"b-{number}{label}.", 1)


def _joined(servers: Iterator[str]) -> str:
    return ",".join(servers)
