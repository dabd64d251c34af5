"""Which brokers a poller connects to, and on which ports."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.triggers.brokers import (
    bootstrap_brokers,
    connection_brokers,
    node_brokers,
    serverless_brokers,
)
from kafka_trigger_guard.triggers.sources import ClientAuthentication, Cluster, Node, VpcConnection
from kafka_trigger_guard.triggers.trigger import Broker
from tests.networks.triggers import VPC_CONNECTION_ARN
from tests.triggers.mappings import CONFIG, access, cluster, mapping

SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:x"
NODES = (Node("b-1", "10.0.0.4", "subnet-1"), Node("b-2", "10.0.0.20", "subnet-2"))
EVERY_LISTENER = {
    "BootstrapBrokerString": "b-1:9092,b-2:9092",
    "BootstrapBrokerStringTls": "b-1:9094,b-2:9094",
    "BootstrapBrokerStringSaslScram": "b-1:9096,b-2:9096",
    "BootstrapBrokerStringSaslIam": "b-1:9098,b-2:9098",
}


def ports(found: Cluster, *secret_types: str) -> list[int]:
    """The ports of a cluster's first broker, for a mapping with these secrets."""
    brokers = node_brokers(
        found, CONFIG, mapping(source_access=access(*((kind, SECRET) for kind in secret_types)))
    )
    return [first for first, _ in brokers[0].ports]


def test_bootstrap_servers_are_hosts_and_ports() -> None:
    """Several in one text, blanks, repetitions, and Kafka's port where none is written."""
    found = bootstrap_brokers(("a:9094, b", "a:9094", ""))
    assert [(broker.host, broker.ports) for broker in found] == [
        ("a", ((9094, 9094),)),
        ("b", ((9092, 9092),)),
    ]


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "9" * 5000])
def test_a_port_that_is_none_is_some_port(port: str) -> None:
    """And the broker says that nobody knows which."""
    (broker,) = bootstrap_brokers((f"a:{port}",))
    assert broker.ports == ((1, 65535),)
    assert "not a number" in broker.unread


@pytest.mark.parametrize(
    ("secrets", "port"),
    [
        (["CLIENT_CERTIFICATE_TLS_AUTH", "SASL_SCRAM_512_AUTH"], 9094),
        (["SASL_SCRAM_512_AUTH"], 9096),
        ([], 9098),
    ],
)
def test_lambda_chooses_mtls_then_scram_then_iam(secrets: list[str], port: int) -> None:
    """Of a cluster that offers everything, and never a weaker one."""
    assert ports(cluster(nodes=NODES, bootstrap=EVERY_LISTENER), *secrets) == [port]


@pytest.mark.parametrize(
    ("open_listeners", "port"),
    [(["BootstrapBrokerStringTls", "BootstrapBrokerString"], 9094), (["BootstrapBrokerString"], 9092)],
)
def test_without_iam_it_takes_tls_then_plaintext(open_listeners: list[str], port: int) -> None:
    """As far as the cluster opens them."""
    bootstrap = {name: EVERY_LISTENER[name] for name in open_listeners}
    assert ports(cluster(nodes=NODES, bootstrap=bootstrap)) == [port]


@pytest.mark.parametrize(
    ("authentication", "expected"),
    [
        (ClientAuthentication(iam=True), [9098]),
        (ClientAuthentication(iam=False, tls=True), [9094]),
        (ClientAuthentication(iam=False, tls=False, plaintext=True), [9092]),
        (ClientAuthentication(iam=None, tls=True), [9094, 9098]),
        (ClientAuthentication(), [9092, 9094, 9098]),
    ],
)
def test_where_bootstrap_strings_were_not_read_the_cluster_s_settings_tell(
    authentication: ClientAuthentication, expected: list[int]
) -> None:
    """Or leave several ports possible, which the broker says."""
    found = cluster(nodes=NODES, authentication=authentication)
    assert ports(found) == expected
    unread = node_brokers(found, CONFIG, mapping())[0].unread
    assert bool(unread) == (len(expected) > 1)


def test_nodes_are_brokers_at_their_own_addresses() -> None:
    """With their subnets, which tell their zones."""
    found = node_brokers(cluster(nodes=NODES, bootstrap=EVERY_LISTENER), CONFIG, mapping())
    assert [(broker.name, broker.host, broker.subnet_id) for broker in found] == [
        ("b-1", "10.0.0.4", "subnet-1"),
        ("b-2", "10.0.0.20", "subnet-2"),
    ]


def test_nodes_that_were_not_read_are_one_broker_somewhere_in_the_subnets() -> None:
    """It names the operation."""
    (broker,) = node_brokers(cluster(bootstrap=EVERY_LISTENER), CONFIG, mapping())
    assert (broker.host, broker.subnet_ids) == (None, CONFIG.subnet_ids)
    assert "kafka:ListNodes" in broker.unread


def test_serverless_speaks_iam_on_9098_anywhere_in_its_subnets() -> None:
    """It shows no interfaces."""
    (broker,) = serverless_brokers(CONFIG)
    assert (broker.ports, broker.subnet_ids, broker.unread) == (((9098, 9098),), CONFIG.subnet_ids, "")


def connection(**fields: object) -> tuple[Broker, ...]:
    return connection_brokers(VpcConnection(VPC_CONNECTION_ARN, CONFIG, **fields))  # type: ignore[arg-type]


def test_a_vpc_connection_s_ports_come_from_the_string_of_its_authentication() -> None:
    """One port a broker."""
    strings = {
        "BootstrapBrokerStringVpcConnectivitySaslIam": "b-1:14001,b-2:14002",
        "BootstrapBrokerStringVpcConnectivityTls": "b-1:14011",
    }
    found = connection(authentication="SASL_IAM", bootstrap=strings)
    assert [broker.ports for broker in found] == [((14001, 14001),), ((14002, 14002),)]
    assert [b.ports for b in connection(authentication="TLS", bootstrap=strings)] == [((14011, 14011),)]


def test_without_the_string_any_multi_vpc_port_may_be_meant() -> None:
    """It names the operation."""
    (broker,) = connection()
    assert broker.ports == ((14001, 14100),)
    assert "kafka:GetBootstrapBrokers" in broker.unread
