"""Lambda's and MSK's dictionaries as typed objects."""

from __future__ import annotations

from typing import Any

import pytest

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.triggers.trigger import Mode, SourceType, Trigger
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.judging import findings


def read(scenario: Scenario) -> tuple[Trigger, ...]:
    """The triggers of one snapshot."""
    return model([from_document(scenario.document())])[1][0]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sqs:us-east-1:111122223333:queue",
        "arn:aws:kinesis:us-east-1:111122223333:stream/x",
        "arn:aws:dynamodb:us-east-1:111122223333:table/x/stream/y",
        "arn:aws:mq:us-east-1:111122223333:broker:x",
    ],
)
def test_mappings_of_other_sources_are_no_triggers(arn: str) -> None:
    """Lambda lists them all."""
    other: dict[str, Any] = triggers.mapping("7a1b6a4e-0000-4000-8000-00000000ffff") | {"EventSourceArn": arn}
    found = read(healthy().add("lambda:ListEventSourceMappings", other))
    assert [trigger.uuid for trigger in found] == [triggers.UUID]


@pytest.mark.parametrize(
    ("config", "mode"),
    [
        ({"MinimumPollers": 1}, Mode.PROVISIONED),
        ({"PollerGroupName": "x"}, Mode.PROVISIONED),
        ({}, Mode.ON_DEMAND),
        (None, Mode.ON_DEMAND),
    ],
)
def test_an_empty_poller_configuration_is_on_demand(config: object, mode: Mode) -> None:
    """That is how one returns to on-demand mode."""
    assert read(healthy().mapping(ProvisionedPollerConfig=config))[0].mode is mode


def test_a_malformed_mapping_still_appears_with_what_it_tells() -> None:
    """UUID, ARN and state, as far as they are text."""
    (found,) = read(healthy().mapping(Topics="orders", UUID=17))
    assert (found.uuid, found.state, found.unreadable) == ("mapping-0", "Enabled", True)
    assert "Topics" in (found.unread or "") or "UUID" in (found.unread or "")


def test_a_mapping_that_is_no_object_still_appears() -> None:
    """Nothing is dropped in silence."""
    scenario = healthy()
    scenario.items("lambda:ListEventSourceMappings").append("x")  # type: ignore[arg-type]
    assert [trigger.unreadable for trigger in read(scenario)] == [False, True]


def test_controllers_are_no_brokers() -> None:
    """kafka:ListNodes lists KRaft controllers too."""
    scenario = healthy_msk()
    nodes = scenario.responses["kafka:ListNodes"][triggers.CLUSTER_ARN]["NodeInfoList"]
    nodes.append({"NodeType": "CONTROLLER", "ControllerNodeInfo": {"Endpoints": ["c-1"]}})
    assert len(read(scenario)[0].placements[0].brokers) == 3


def test_a_source_is_told_by_its_arn_and_the_cluster_s_kind() -> None:
    """Four kinds."""
    assert read(healthy())[0].source_type is SourceType.SELF_MANAGED
    assert read(healthy_msk())[0].source_type is SourceType.MSK


def test_a_cluster_whose_nodes_were_not_read_names_the_operation() -> None:
    """Their addresses and interfaces are not guessed."""
    finding = findings(healthy_msk().absent("kafka:ListNodes", triggers.CLUSTER_ARN))["broker_access"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert "kafka:ListNodes" in finding.annotation
