"""Specification of every document: its plan changes nothing, its run repairs, its rollback leaves nothing."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.aws.automation import Execution
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.sandbox.oversight import Recording, recorded_calls
from tests.remediation.faults import BY_NAME, EGRESS, FAULTS, LAMBDA, Fault
from tests.remediation.places import Place
from tests.remediation.running import BAD, DOCUMENT_OF, NAMES, ROLLBACK, run, start, verdicts, worse
from tests.remediation.situations import central_endpoint
from tests.remediation.state import state

_READING = ("Describe", "Get", "List", "Search")
_NO_CHANGE = ("config:StartConfigRulesEvaluation", "sts:AssumeRole")


@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_is_planned_then_repaired_once_and_can_be_undone(account: boto3.Session, name: str) -> None:
    fault = BY_NAME[name]
    place = fault.place(account)
    before = state(account)
    planned = told_by_a_dry_run(place, fault)
    assert state(account) == before
    ended, called = repaired(place, fault)
    assert called == planned
    once = state(account)
    assert once != before
    nothing_is_left_to_do(place, fault)
    assert state(account) == once
    undone = start(account, ROLLBACK, ExecutionId=ended.execution_id)
    assert undone.succeeded, undone.failure
    assert state(account) == before


def told_by_a_dry_run(place: Place, fault: Fault) -> list[str]:
    """The actions of the calls that a dry run tells; it makes none of them."""
    with recorded_calls() as recording:
        ended = run(place, fault.rule, DryRun="true", **fault.parameters)
    assert ended.succeeded, ended.failure
    assert ended.said("Decision") == ("apply",)
    assert changes(recording, DOCUMENT_OF[fault.rule]) == []
    told = [json.loads(text) for text in ended.said("Calls")]
    assert told
    return [f"{call['service']}:{call['api']}" for call in told]


def repaired(place: Place, fault: Fault) -> tuple[Execution, list[str]]:
    """The run after which the rule is green and no rule is worse, with the actions that it called."""
    before = verdicts(place)
    assert before[fault.rule] is Verdict.NON_COMPLIANT
    with recorded_calls() as recording:
        ended = run(place, fault.rule, **fault.parameters)
    assert ended.succeeded, ended.failure
    after = verdicts(place)
    assert after[fault.rule] is Verdict.COMPLIANT
    assert worse(before, after) == []
    return ended, changes(recording, DOCUMENT_OF[fault.rule])


def nothing_is_left_to_do(place: Place, fault: Fault) -> None:
    """A second run says why it does nothing."""
    again = run(place, fault.rule, **fault.parameters)
    assert again.succeeded, again.failure
    assert again.said("Decision") == ("nothing",)
    assert again.said("Sentence") != ()


def changes(recording: Recording, role: str) -> list[str]:
    """The actions of a role that changed something, in their order."""
    actions = [call.action for call in recording.by(role) if not call.refused]
    return [a for a in actions if not a.split(":")[1].startswith(_READING) and a not in _NO_CHANGE]


def test_every_document_has_a_fault_that_it_repairs() -> None:
    assert {DOCUMENT_OF[fault.rule] for fault in FAULTS} | {ROLLBACK} == set(NAMES)


def test_a_rollbacks_dry_run_tells_its_calls_and_makes_none(account: boto3.Session) -> None:
    fault = BY_NAME["payload goes through a NAT gateway"]
    ended = run(fault.place(account), fault.rule)
    once = state(account)
    planned = start(account, ROLLBACK, ExecutionId=ended.execution_id, DryRun="true")
    assert planned.succeeded, planned.failure
    told = [json.loads(text)["api"] for text in planned.said("Calls")]
    assert {"DeleteVpcEndpoints", "DeleteSecurityGroup"} <= set(told)
    assert state(account) == once


def test_a_trigger_is_found_by_its_functions_name(account: boto3.Session) -> None:
    fault = BY_NAME["the brokers admit nobody"]
    place = fault.place(account)
    assert run(place, fault.rule, uuid="orders").succeeded
    assert verdicts(place)[fault.rule] is Verdict.COMPLIANT


def test_all_faults_of_one_trigger_are_repaired_one_after_the_other(account: boto3.Session) -> None:
    place = BY_NAME["no service has an endpoint"].place(account)
    place.without_egress()
    place.without_ingress(place.broker_group)
    for _ in range(2):
        red = [rule for rule, verdict in verdicts(place).items() if verdict in BAD]
        for rule in red:
            assert run(place, rule).succeeded
    assert not any(verdict in BAD for verdict in verdicts(place).values())


def test_what_is_made_carries_the_execution_the_trigger_and_the_document(account: boto3.Session) -> None:
    fault = BY_NAME["payload goes through a NAT gateway"]
    place = fault.place(account)
    ended = run(place, fault.rule)
    ec2: Any = place.ec2
    made = ec2.describe_vpc_endpoints(VpcEndpointIds=[place.endpoint_id("lambda")])["VpcEndpoints"][0]
    tags = {tag["Key"]: tag["Value"] for tag in made["Tags"]}
    assert tags["KafkaTriggerGuard:Execution"] == ended.execution_id
    assert tags["KafkaTriggerGuard:Trigger"] == place.uuid
    assert tags["KafkaTriggerGuard:Document"] == DOCUMENT_OF[fault.rule]


def test_a_central_endpoint_comes_to_serve_when_the_vpc_s_dns_is_switched_on(account: boto3.Session) -> None:
    """A zone leads to it, so its own private DNS is off and stays so."""
    place = central_endpoint(account)
    before = state(account)
    assert verdicts(place)[LAMBDA] is Verdict.NON_COMPLIANT
    ended = run(place, LAMBDA, AllowVpcDnsChange="true")
    assert ended.succeeded, ended.failure
    assert verdicts(place)[LAMBDA] is Verdict.COMPLIANT
    undone = start(account, ROLLBACK, ExecutionId=ended.execution_id)
    assert undone.succeeded, undone.failure
    assert state(account) == before


def test_an_exempt_trigger_is_left_alone(account: boto3.Session) -> None:
    """The templates hand the rules' exemptions on as a list."""
    place = BY_NAME["nothing is let out"].place(account)
    before = state(account)
    ended = run(place, EGRESS, Exempt=["other@2999-12-31", "orders@2999-12-31"])
    assert ended.succeeded, ended.failure
    assert ended.said("Decision") == ("nothing",)
    assert state(account) == before
