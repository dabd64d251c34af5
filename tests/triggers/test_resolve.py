"""From a mapping and its source to a Trigger: where its pollers sit, or what is gone or was not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kafka_trigger_guard.triggers.sources import Sources, VpcConfig, VpcConnection
from kafka_trigger_guard.triggers.trigger import Mode, SourceType
from tests.networks.triggers import CLUSTER_ARN, SERVERLESS_ARN, VPC_CONNECTION_ARN
from tests.triggers.mappings import CONFIG, access, cluster, mapping, resolved


@pytest.mark.parametrize("prefixes", [("subnet:", "security_group:"), ("", "")])
def test_a_self_managed_trigger_sits_in_its_own_subnets_and_groups(prefixes: tuple[str, str]) -> None:
    """With and without the prefixes of the Lambda API; each once, in order."""
    subnet, group = prefixes
    entries = access(
        ("VPC_SUBNET", f"{subnet}subnet-2"),
        ("VPC_SUBNET", f"{subnet}subnet-1"),
        ("VPC_SUBNET", f"{subnet}subnet-2"),
        ("VPC_SECURITY_GROUP", f"{group}sg-1"),
        ("BASIC_AUTH", "arn:aws:secretsmanager:us-east-1:111122223333:secret:x"),
    )
    trigger = resolved(mapping(source_access=entries))
    (placement,) = trigger.placements
    assert (placement.subnet_ids, placement.security_group_ids) == (("subnet-2", "subnet-1"), ("sg-1",))
    assert trigger.source_type is SourceType.SELF_MANAGED
    assert trigger.source_id == "10.0.0.1:9092"


def test_a_cluster_s_pollers_sit_in_the_cluster_s_subnets_and_groups() -> None:
    """The function's own VPC settings play no part."""
    trigger = resolved(mapping(event_source_arn=CLUSTER_ARN), Sources(clusters={CLUSTER_ARN: cluster()}))
    (placement,) = trigger.placements
    assert (placement.subnet_ids, placement.security_group_ids) == (
        CONFIG.subnet_ids,
        CONFIG.security_group_ids,
    )
    assert (placement.broker_count, placement.always_enough_brokers) == (3, False)
    assert trigger.source_type is SourceType.MSK


def test_a_serverless_cluster_may_list_several_places() -> None:
    """Which one a poller uses is not documented, so all are kept."""
    other = VpcConfig(("subnet-9",), ("sg-9",))
    found = cluster(arn=SERVERLESS_ARN, serverless=True, vpc_configs=(CONFIG, other), broker_count=None)
    trigger = resolved(mapping(event_source_arn=SERVERLESS_ARN), Sources(clusters={SERVERLESS_ARN: found}))
    assert [placement.subnet_ids for placement in trigger.placements] == [CONFIG.subnet_ids, ("subnet-9",)]
    assert all(placement.always_enough_brokers for placement in trigger.placements)
    assert trigger.source_type is SourceType.MSK_SERVERLESS


def test_a_vpc_connection_has_subnets_and_groups_of_its_own() -> None:
    """Those of the account that reads, not of the cluster's."""
    connection = VpcConnection(VPC_CONNECTION_ARN, CONFIG)
    trigger = resolved(
        mapping(event_source_arn=VPC_CONNECTION_ARN), Sources(connections={VPC_CONNECTION_ARN: connection})
    )
    assert trigger.placements[0].subnet_ids == CONFIG.subnet_ids
    assert trigger.source_type is SourceType.MSK_VPC_CONNECTION


def test_a_cluster_that_a_collected_list_does_not_hold_is_gone() -> None:
    """A finding, not a crash."""
    trigger = resolved(mapping(event_source_arn=CLUSTER_ARN))
    assert (trigger.gone, trigger.unread, trigger.placements) == (CLUSTER_ARN, None, ())


def test_a_cluster_of_a_list_that_was_not_read_is_unread() -> None:
    """With the operation and why."""
    sources = Sources(clusters_read=False, unread={"kafka:ListClustersV2": "AccessDenied"})
    trigger = resolved(mapping(event_source_arn=CLUSTER_ARN), sources)
    assert trigger.gone is None
    assert trigger.unread == "kafka:ListClustersV2 was not read (AccessDenied)"


def test_a_connection_is_gone_where_aws_says_so_and_unread_otherwise() -> None:
    """A key that is missing was not collected."""
    one = mapping(event_source_arn=VPC_CONNECTION_ARN)
    assert resolved(one, Sources(gone=frozenset({VPC_CONNECTION_ARN}))).gone == VPC_CONNECTION_ARN
    assert VPC_CONNECTION_ARN in (resolved(one).unread or "")


def test_a_malformed_mapping_is_unread_whatever_its_source() -> None:
    """It still appears, and nobody knows what it needs."""
    trigger = resolved(mapping(event_source_arn=CLUSTER_ARN, unreadable="Topics is no list"))
    assert (trigger.unreadable, trigger.unread, trigger.gone) == (True, "Topics is no list", None)


def test_the_mode_is_provisioned_only_where_pollers_are_configured() -> None:
    """`{}` and null are read as not provisioned at the edge."""
    assert resolved(mapping(provisioned=True)).mode is Mode.PROVISIONED
    assert resolved(mapping()).mode is Mode.ON_DEMAND


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("PROBLEM: Connection error. Please check your event source connection configuration.", True),
        ("Your VPC must be able to connect to Lambda and STS, as well as Secrets Manager", True),
        ("OK", False),
        ("PROBLEM: SASL authentication failed.", False),
        (None, False),
    ],
)
def test_what_lambda_reports_is_evidence_of_a_connection_error(said: str | None, error: bool) -> None:
    """In any of its wordings."""
    assert resolved(mapping(last_processing_result=said)).reports_connection_error is error


def test_the_function_s_name_has_no_qualifier() -> None:
    """Exemptions name functions."""
    trigger = resolved(mapping())
    assert trigger.function_name == "orders"
    assert replace(trigger, function_arn=f"{trigger.function_arn}:live").function_name == "orders"
