"""Specification of a change that two executions need: neither takes it from the other."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.automation.executions import Execution
from kafka_trigger_guard.sandbox.faults import failing_step
from kafka_trigger_guard.sandbox.oversight import recorded_calls
from tests.remediation.faults import BY_NAME, Fault
from tests.remediation.places import Place, second_trigger
from tests.remediation.running import DOCUMENT_OF, ROLLBACK, deploy, run, start, verdicts
from tests.remediation.state import state
from tests.remediation.test_two_at_once import started

_CHANGED = ("the lambda endpoint's private DNS is off", "the VPC's DNS hostnames are off")
_MADE = "payload goes through a NAT gateway"


def pair(account: boto3.Session, fault: Fault) -> tuple[Place, Execution, Execution]:
    """Two executions for two triggers of one VPC; neither has done a step."""
    place = fault.place(account)
    other = second_trigger(place)
    return place, started(place, fault, place.uuid), started(place, fault, other)


def executed(fault: Fault) -> list[str]:
    """The steps of a run that nobody disturbs, after the diagnosis and until the last."""
    with aws() as sandbox:
        deploy(sandbox.session())
        _, execution, _ = pair(sandbox.session(), fault)
        execution.run()
        return [record.step.name for record in execution.steps][1:-1]


@pytest.mark.parametrize(
    ("name", "step"),
    [(name, step) for name in _CHANGED for step in ("SettleGroup", "SettleEndpoint", "StartEvaluation")],
)
def test_a_stale_execution_that_fails_leaves_what_another_did(
    account: boto3.Session, name: str, step: str
) -> None:
    check_failing(account, BY_NAME[name], step, 1)


def test_an_endpoint_that_another_execution_adopted_stays_when_its_maker_fails() -> None:
    fault = BY_NAME[_MADE]
    done = executed(fault).index("WaitForEndpoint")
    with aws() as sandbox:
        deploy(sandbox.session())
        check_failing(sandbox.session(), fault, "WaitForEndpoint", done)


@pytest.mark.acceptance
@pytest.mark.parametrize("name", [*_CHANGED, _MADE])
def test_a_stale_execution_that_fails_at_any_step_leaves_what_another_did(name: str) -> None:
    """The first goes on after the second's diagnosis, or right before the step of it that fails."""
    fault = BY_NAME[name]
    for number, step in enumerate(executed(fault)):
        for done in (1, number + 1):
            with aws() as sandbox:
                account = sandbox.session()
                deploy(account)
                check_failing(account, fault, step, done)


def check_failing(account: boto3.Session, fault: Fault, step: str, done: int) -> None:
    """The second fails at a step after so many of its steps came before the first's whole run."""
    place, first, second = pair(account, fault)
    first.step()
    for _ in range(done):
        second.step()
    first.run()
    assert first.status == "Success"
    with failing_step(step, message="A meteorite fell"):
        second.run()
    assert verdicts(place)[fault.rule] is Verdict.COMPLIANT, (step, done)
    if second.status == "Failed":
        assert f":{second.execution_id}" not in json.dumps(state(account)["Tags"]), (step, done)


@pytest.mark.parametrize("name", _CHANGED)
def test_the_last_of_two_that_is_undone_restores_what_was(account: boto3.Session, name: str) -> None:
    fault = BY_NAME[name]
    place = fault.place(account)
    other = second_trigger(place)
    before = state(account)
    first, second = started(place, fault, place.uuid), started(place, fault, other)
    second.step()
    first.run()
    second.run()
    assert [first.status, second.status] == ["Success", "Success"]
    undone = start(account, ROLLBACK, ExecutionId=first.execution_id)
    assert undone.succeeded, undone.failure
    assert f"stays: execution {second.execution_id} needs it too" in " ".join(undone.said("Left"))
    assert verdicts(place, other)[fault.rule] is Verdict.COMPLIANT
    for execution in (second, first):  # the first made the group that the second needed
        wanted = {"ExecutionId": execution.execution_id, "IgnoreOtherTriggers": "true"}
        assert start(account, ROLLBACK, **wanted).succeeded
    assert state(account) == before


def test_a_change_that_a_person_made_meanwhile_is_not_taken_back(account: boto3.Session) -> None:
    fault = BY_NAME["the lambda endpoint's private DNS is off"]
    place = fault.place(account)
    execution = started(place, fault, place.uuid)
    execution.step()
    place.ec2.modify_vpc_endpoint(VpcEndpointId=place.endpoint_id("lambda"), PrivateDnsEnabled=True)
    with failing_step("Verify", message="A meteorite fell"):
        execution.run()
    assert execution.status == "Failed"
    answer = place.ec2.describe_vpc_endpoints(VpcEndpointIds=[place.endpoint_id("lambda")])
    assert answer["VpcEndpoints"][0]["PrivateDnsEnabled"]


def test_an_endpoint_that_was_changed_is_never_deleted_even_without_its_prior_tags(
    account: boto3.Session,
) -> None:
    fault = BY_NAME["the lambda endpoint's private DNS is off"]
    place = fault.place(account)
    ended = run(place, fault.rule)
    endpoint_id = place.endpoint_id("lambda")
    tags = place.ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [endpoint_id]}])["Tags"]
    priors = [{"Key": tag["Key"]} for tag in tags if ":Prior:" in tag["Key"]]
    assert priors
    place.ec2.delete_tags(Resources=[endpoint_id], Tags=priors)
    with recorded_calls() as recording:
        start(account, ROLLBACK, ExecutionId=ended.execution_id)
    assert "ec2:DeleteVpcEndpoints" not in recording.actions(ROLLBACK)
    assert place.endpoint_id("lambda") == endpoint_id


def called(account: boto3.Session, document: str, parameters: dict[str, str]) -> list[str]:
    """What a document changes, in its order; the parts of an endpoint or a VPC that it modifies."""
    with recorded_calls() as recording:
        ended = start(account, document, **parameters)
    assert ended.succeeded, ended.failure
    return [_told(call.action, call.parameters) for call in recording.by(document)]


def _told(action: str, parameters: Any) -> str:
    named = ("AddSecurityGroupIds", "RemoveSecurityGroupIds", "PrivateDnsEnabled")
    part = next((name for name in named if "Modify" in action and parameters.get(name) is not None), "")
    return f"{action.removeprefix('ec2:')} {part}".strip()


_LETTING_IN = ("AuthorizeSecurityGroupIngress", "ModifyVpcEndpoint AddSecurityGroupIds")
_LEADING = ("ModifyVpcAttribute", "ModifyVpcEndpoint PrivateDnsEnabled", "CreateVpcEndpoint")
_SHUTTING = (
    "DeleteVpcEndpoints",
    "ModifyVpcEndpoint RemoveSecurityGroupIds",
    "RevokeSecurityGroupIngress",
    "DeleteSecurityGroup",
)


@pytest.mark.parametrize("name", [*_CHANGED, _MADE])
def test_the_vpc_is_let_in_before_names_lead_to_the_endpoint_and_shut_out_after(
    account: boto3.Session, name: str
) -> None:
    fault = BY_NAME[name]
    place = fault.place(account)
    wanted = {"EventSourceMappingId": place.uuid, "Rule": fault.rule, **fault.parameters}
    before = set(executions(account))
    forward = called(account, DOCUMENT_OF[fault.rule], wanted)
    execution_id = next(iter(set(executions(account)) - before))
    assert last(forward, _LETTING_IN) < first_of(forward, _LEADING)
    back = called(account, ROLLBACK, {"ExecutionId": execution_id})
    assert last(back, _LEADING) < first_of(back, _SHUTTING)
    assert [call for call in _SHUTTING if call in back] == [
        call for call in dict.fromkeys(back) if call in _SHUTTING
    ]


def executions(account: boto3.Session) -> list[str]:
    ssm: Any = account.client("ssm")
    listed = ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    return [each["AutomationExecutionId"] for each in listed]


def last(calls: list[str], of: tuple[str, ...]) -> int:
    """Where the last of some calls is; -1 without any."""
    return max((place for place, call in enumerate(calls) if call in of), default=-1)


def first_of(calls: list[str], of: tuple[str, ...]) -> int:
    """Where the first of some calls is; after all without any."""
    return next((place for place, call in enumerate(calls) if call in of), len(calls))
