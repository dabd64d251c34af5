"""Specification of what a rollback leaves: whatever another trigger that polls relies on by now."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from kafka_trigger_guard.aws.automation import Execution
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.sandbox.faults import failing_step
from tests.remediation.faults import BY_NAME
from tests.remediation.places import KAFKA_PORT, Place, mapping, network, place, second_trigger
from tests.remediation.running import BAD, ROLLBACK, run, start, verdicts
from tests.remediation.state import state

_SHARED = (
    "payload goes through a NAT gateway",
    "the lambda endpoint's private DNS is off",
    "the VPC's DNS hostnames are off",
    "nothing is let out",
    "the endpoints admit nobody",
    "the endpoints admit one subnet",
    "the brokers admit nobody",
    "the cluster's group lets nothing out",
)
"""Faults that two triggers of one VPC and one group have at once."""


def some(names: tuple[str, ...], *quick: str) -> list[Any]:
    """The names as parameters; all but the quick ones are for the acceptance."""
    return [pytest.param(name, marks=() if name in quick else pytest.mark.acceptance) for name in names]


def undone(account: boto3.Session, repaired: Execution, **parameters: str) -> Execution:
    ended = start(account, ROLLBACK, ExecutionId=repaired.execution_id, **parameters)
    assert ended.succeeded, ended.failure
    return ended


def beside(built: Place, name: str = "refunds") -> str:
    """A second trigger of the same source, in the same place."""
    given = built.functions.get_event_source_mapping(UUID=built.uuid)
    if "EventSourceArn" in given:
        return mapping(built.session, name, EventSourceArn=given["EventSourceArn"])
    return second_trigger(built, name)


def red(built: Place, uuid: str) -> set[str]:
    return {rule for rule, verdict in verdicts(built, uuid).items() if verdict in BAD}


@pytest.mark.parametrize("name", some(_SHARED, _SHARED[1], _SHARED[3]))
def test_what_another_trigger_relies_on_stays_and_is_told_until_it_does_not(
    account: boto3.Session, name: str
) -> None:
    fault = BY_NAME[name]
    built = fault.place(account)
    other = beside(built)
    before = state(account)
    repaired = run(built, fault.rule, **fault.parameters)
    whole, well = state(account), red(built, other)
    told = undone(account, repaired)
    assert red(built, other) <= well
    assert any(f"trigger {other} of refunds relies on it" in each for each in told.said("Affected"))
    assert state(account) == whole
    built.functions.update_event_source_mapping(UUID=other, Enabled=False)
    undone(account, repaired)
    assert state(account) == before


@pytest.mark.parametrize("name", some(_SHARED[:4], _SHARED[3]))
def test_what_another_trigger_relies_on_is_taken_away_if_that_is_wanted(
    account: boto3.Session, name: str
) -> None:
    fault = BY_NAME[name]
    built = fault.place(account)
    beside(built)
    before = state(account)
    repaired = run(built, fault.rule, **fault.parameters)
    undone(account, repaired, IgnoreOtherTriggers="true")
    assert state(account) == before


@pytest.mark.parametrize("name", some(_SHARED[:4], _SHARED[1]))
def test_an_execution_that_fails_restores_everything_whoever_is_there(
    account: boto3.Session, name: str
) -> None:
    """Nobody relied on it before."""
    fault = BY_NAME[name]
    built = fault.place(account)
    beside(built)
    before = state(account)
    with failing_step("Report"):
        assert run(built, fault.rule, **fault.parameters).status == "Failed"
    assert state(account) == before


@pytest.mark.acceptance
def test_a_trigger_in_another_vpc_relies_on_nothing(account: boto3.Session) -> None:
    fault = BY_NAME["lambda has no endpoint"]
    built = fault.place(account)
    place(account, "refunds", 30)
    before = state(account)
    undone(account, run(built, fault.rule))
    assert state(account) == before


def test_a_trigger_whose_source_is_gone_relies_on_nothing(account: boto3.Session) -> None:
    fault = BY_NAME["the cluster's group lets nothing out"]
    built = fault.place(account)
    gone = {"KAFKA_BOOTSTRAP_SERVERS": ["10.20.1.10:9092"]}
    group_id = built.vpc.group("short-lived")
    mapping(
        account,
        "refunds",
        SelfManagedEventSource={"Endpoints": gone},
        SourceAccessConfigurations=network(built.vpc, group_id),
    )
    before = state(account)
    repaired = run(built, fault.rule)
    built.ec2.delete_security_group(GroupId=group_id)
    undone(account, repaired)
    assert len(state(account)["SecurityGroupRules"]) < len(before["SecurityGroupRules"])


def provisioned(built: Place, uuid: str) -> None:
    """AWS carries the calls of this trigger."""
    limits = {"MinimumPollers": 1, "MaximumPollers": 2}
    built.functions.update_event_source_mapping(UUID=uuid, ProvisionedPollerConfig=limits)


def test_a_provisioned_trigger_relies_on_its_way_to_the_brokers_alone(account: boto3.Session) -> None:
    fault = BY_NAME["nothing is let out"]
    built = fault.place(account)
    provisioned(built, beside(built))
    undone(account, run(built, fault.rule))
    (group,) = built.ec2.describe_security_groups(GroupIds=[built.trigger_group])["SecurityGroups"]
    assert [permission["FromPort"] for permission in group["IpPermissionsEgress"]] == [KAFKA_PORT]


@pytest.mark.acceptance
def test_a_provisioned_trigger_does_not_rely_on_an_endpoint(account: boto3.Session) -> None:
    fault = BY_NAME["lambda has no endpoint"]
    built = fault.place(account)
    provisioned(built, beside(built))
    before = state(account)
    undone(account, run(built, fault.rule))
    assert state(account) == before


@pytest.mark.acceptance
def test_the_way_to_an_endpoint_that_stays_stays_too(account: boto3.Session) -> None:
    """The other trigger has a group of its own, so the rule of the first one's group is not its."""
    built, other = _narrow_and_wide(account)
    repaired = run(built, "kafka-trigger-lambda-endpoint")
    assert repaired.succeeded, repaired.failure
    whole = state(account)
    told = undone(account, repaired)
    endpoint_id = built.endpoint_id("lambda")
    assert any(each.endswith(f"it leads to {endpoint_id}") for each in told.said("Affected"))
    assert verdicts(built)["kafka-trigger-egress"] is Verdict.COMPLIANT
    assert state(account) == whole
    built.functions.delete_event_source_mapping(UUID=other)
    undone(account, repaired)
    assert [each for each in state(account)["Tags"] if "KafkaTriggerGuard" in each["Key"]] == []


def _narrow_and_wide(account: boto3.Session) -> tuple[Place, str]:
    """A trigger that is let out to what it needs alone, and one in the same VPC that is let out to all."""
    fault = BY_NAME["lambda has no endpoint"]
    built = fault.place(account)
    built.without_egress()
    built.egress_to(443, group_id=built.endpoint_group)
    built.egress_to(KAFKA_PORT, group_id=built.broker_group)
    given: Any = built.functions.get_event_source_mapping(UUID=built.uuid)
    wide = network(built.vpc, built.vpc.group("wide"))
    other = mapping(
        account,
        "refunds",
        SelfManagedEventSource=given["SelfManagedEventSource"],
        SourceAccessConfigurations=wide,
    )
    return built, other


@pytest.mark.acceptance
def test_an_execution_for_a_function_by_its_name_relies_on_itself_no_more(account: boto3.Session) -> None:
    """Its own trigger is known by the tags and by what the execution told."""
    fault = BY_NAME["nothing is let out"]
    built = fault.place(account)
    before = state(account)
    undone(account, run(built, fault.rule, uuid="orders"))
    assert state(account) == before
