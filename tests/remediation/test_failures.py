"""Specification of a failure: wherever it strikes, the account is left as it was and the cause is told."""

from __future__ import annotations

from contextlib import ExitStack

import boto3
import pytest

from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.automation.executions import execution
from kafka_trigger_guard.sandbox.faults import failing_call, failing_step
from kafka_trigger_guard.sandbox.oversight import recorded_calls
from tests.remediation.faults import BY_NAME, Fault
from tests.remediation.places import place
from tests.remediation.running import DOCUMENT_OF, ROLLBACK, deploy, run, start
from tests.remediation.state import state

_STRUCK = (
    "payload goes through a NAT gateway",
    "the lambda endpoint's private DNS is off",
    "the VPC's DNS hostnames are off",
    "nothing is let out",
    "the endpoints admit nobody",
    "the brokers admit nobody",
)
_CAUSE = "A meteorite fell"
_REFUSED_CALLS = {
    "payload goes through a NAT gateway": ("ec2:CreateSecurityGroup", "ec2:CreateVpcEndpoint"),
    "the lambda endpoint's private DNS is off": ("ec2:ModifyVpcEndpoint",),
    "the VPC's DNS hostnames are off": ("ec2:ModifyVpcAttribute",),
    "nothing is let out": ("ec2:AuthorizeSecurityGroupEgress",),
    "the endpoints admit nobody": ("ec2:AuthorizeSecurityGroupIngress",),
    "the brokers admit nobody": ("ec2:AuthorizeSecurityGroupIngress",),
}


def executed(fault: Fault) -> list[str]:
    """The steps of a run in which nothing fails, to the last."""
    with aws() as sandbox:
        deploy(sandbox.session())
        ended = run(fault.place(sandbox.session()), fault.rule, **fault.parameters)
        return [record.step.name for record in execution(ended.execution_id).steps]


_AFTER = (
    "payload goes through a NAT gateway",
    "the lambda endpoint's private DNS is off",
    "nothing is let out",
    "the brokers admit nobody",
)
_ALL = [
    pytest.param(name, after, marks=() if after and name in _AFTER else pytest.mark.acceptance)
    for name in _STRUCK
    for after in (True, False)
]


@pytest.mark.parametrize(("name", "after"), _ALL)
def test_a_failure_at_any_step_leaves_the_account_as_it_was(name: str, after: bool) -> None:
    """Before the step does its work, or after it: then its effect is there and nobody was told of it."""
    fault = BY_NAME[name]
    steps = executed(fault)
    with aws() as sandbox:
        account = sandbox.session()
        deploy(account)
        place = fault.place(account)
        before = state(account)
        for step in steps:
            with failing_step(step, document=DOCUMENT_OF[fault.rule], after=after, message=_CAUSE):
                ended = run(place, fault.rule, **fault.parameters)
            assert (step, ended.status) == (step, "Failed")
            assert _CAUSE in ended.failure, step
            assert state(account) == before, step


_STOPPED: dict[str, dict[str, str | list[str]]] = {
    "nothing is to be done": {},
    "nothing may be done": {"DryRun": "true"},
    "somebody must approve": {"Approvers": ["arn:aws:iam::123456789012:user/network-team"]},
}


@pytest.mark.parametrize("situation", _STOPPED)
@pytest.mark.parametrize(
    "name",
    [pytest.param("lambda has no endpoint", marks=pytest.mark.acceptance), "the brokers admit nobody"],
)
def test_a_failure_where_nothing_is_changed_is_told_too(
    account: boto3.Session, name: str, situation: str
) -> None:
    """At the steps of runs that end, or wait, before they change anything."""
    fault, parameters = BY_NAME[name], _STOPPED[situation]
    built = place(account) if situation == "nothing is to be done" else fault.place(account)
    steps = [
        record.step.name for record in execution(run(built, fault.rule, "", **parameters).execution_id).steps
    ]
    before = state(account)
    for step in steps:
        with failing_step(step, message=_CAUSE):
            ended = run(built, fault.rule, "", **parameters)
        assert (step, ended.status) == (step, "Failed")
        assert _CAUSE in ended.failure, step
        assert state(account) == before, step


def test_a_rollback_that_fails_itself_is_told_and_can_be_done_by_its_document(account: boto3.Session) -> None:
    fault = BY_NAME["the brokers admit nobody"]
    built = fault.place(account)
    before = state(account)
    with failing_step("Verify"), failing_step("RollBack", message=_CAUSE):
        ended = run(built, fault.rule)
    assert ended.status == "Failed"
    assert _CAUSE in ended.failure
    assert start(account, ROLLBACK, ExecutionId=ended.execution_id).succeeded
    assert state(account) == before


@pytest.mark.parametrize("after", [False, pytest.param(True, marks=pytest.mark.acceptance)])
def test_a_failure_at_any_step_of_the_rollback_document_leaves_it_to_be_started_again(
    account: boto3.Session, after: bool
) -> None:
    """Where its own step did the work, there is nothing left to do then."""
    fault = BY_NAME["the lambda endpoint's private DNS is off"]
    built = fault.place(account)
    before = state(account)
    repaired = run(built, fault.rule)
    whole = state(account)
    for step in ("Diagnose", "Decide", "Undo"):
        with failing_step(step, document=ROLLBACK, after=after, message=_CAUSE):
            ended = start(account, ROLLBACK, ExecutionId=repaired.execution_id)
        assert (step, ended.status) == (step, "Failed")
        assert _CAUSE in ended.failure, step
        assert state(account) == (before if after and step == "Undo" else whole), step
    assert start(account, ROLLBACK, ExecutionId=repaired.execution_id).succeeded
    assert state(account) == before


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("IncorrectState", "The VPC endpoint is being modified"),
        (
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain",
        ),
    ],
)
def test_private_dns_that_another_execution_turned_on_meanwhile_is_no_failure(
    account: boto3.Session, code: str, message: str
) -> None:
    """Each attempt of the step is refused, and private DNS is on all the same."""
    fault = BY_NAME["the lambda endpoint's private DNS is off"]
    built = fault.place(account)
    before = state(account)
    with ExitStack() as refused:
        for number in (2, 3, 4):  # the first call lets the VPC in
            refused.enter_context(
                failing_call("ec2:ModifyVpcEndpoint", nth=number, code=code, message=message, after=True)
            )
        ended = run(built, fault.rule)
    assert ended.succeeded, ended.failure
    assert start(account, ROLLBACK, ExecutionId=ended.execution_id).succeeded
    assert state(account) == before


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("ec2:AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound"),
        ("ec2:RevokeSecurityGroupEgress", "InvalidGroup.NotFound"),
        ("ec2:ModifyVpcEndpoint", "InvalidVpcEndpointId.NotFound"),
    ],
)
def test_what_aws_does_not_know_yet_is_tried_again(account: boto3.Session, action: str, code: str) -> None:
    fault = BY_NAME["the lambda endpoint's private DNS is off"]
    place = fault.place(account)
    with failing_call(action, nth=1, code=code, message="The ID does not exist"):
        ended = run(place, fault.rule)
    assert ended.succeeded, ended.failure


def test_what_is_described_late_is_rolled_back_too(account: boto3.Session) -> None:
    """The first scan of the rollback does not see the endpoint that was just made."""
    fault = BY_NAME["lambda has no endpoint"]
    place = fault.place(account)
    before = state(account)
    with failing_step("WaitForEndpoint", message=_CAUSE), recorded_calls() as recording:
        ended = run(place, fault.rule)
    assert ended.status == "Failed"
    names = [call.action for call in recording.by(DOCUMENT_OF[fault.rule])]
    assert names[: names.index("ec2:DeleteVpcEndpoints")].count("ec2:DescribeVpcs") >= 2
    assert state(account) == before


def test_a_failed_restoration_keeps_the_tags_so_that_it_can_be_done_again(account: boto3.Session) -> None:
    fault = BY_NAME["the lambda endpoint's private DNS is off"]
    place = fault.place(account)
    before = state(account)
    ended = run(place, fault.rule)
    with failing_call("ec2:ModifyVpcEndpoint", nth=None, code="UnauthorizedOperation", message="No."):
        assert start(account, ROLLBACK, ExecutionId=ended.execution_id).status == "Failed"
    assert start(account, ROLLBACK, ExecutionId=ended.execution_id).succeeded
    assert state(account) == before


@pytest.mark.parametrize(("name", "action"), [(n, a) for n, calls in _REFUSED_CALLS.items() for a in calls])
def test_a_refused_call_is_told_and_leaves_the_account_as_it_was(
    account: boto3.Session, name: str, action: str
) -> None:
    fault = BY_NAME[name]
    place = fault.place(account)
    before = state(account)
    with failing_call(action, nth=None, code="UnauthorizedOperation", message="You are not authorized."):
        ended = run(place, fault.rule, **fault.parameters)
    assert ended.status == "Failed"
    assert action.split(":")[1] in ended.failure
    assert state(account) == before


@pytest.mark.parametrize(("name", "action"), [(n, a) for n, calls in _REFUSED_CALLS.items() for a in calls])
def test_an_answer_that_is_lost_leaves_no_trace_or_is_made_good(
    account: boto3.Session, name: str, action: str
) -> None:
    fault = BY_NAME[name]
    place = fault.place(account)
    before = state(account)
    with failing_call(action, nth=1, after=True):
        ended = run(place, fault.rule, **fault.parameters)
    assert ended.succeeded or state(account) == before
