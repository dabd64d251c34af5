"""Specification of a failure: wherever it strikes, the account is left as it was and the cause is told."""

from __future__ import annotations

import boto3
import pytest

from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.automation import execution
from kafka_trigger_guard.sandbox.faults import failing_call, failing_step
from tests.remediation.faults import BY_NAME, Fault
from tests.remediation.running import DOCUMENT_OF, deploy, run
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
    """The steps of a run in which nothing fails, but for the last: an automation ends there however it goes.

    systems-manager/latest/userguide/automation-actions (isEnd)
    """
    with aws() as sandbox:
        deploy(sandbox.session())
        ended = run(fault.place(sandbox.session()), fault.rule, **fault.parameters)
        return [record.step.name for record in execution(ended.execution_id).steps][:-1]


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
