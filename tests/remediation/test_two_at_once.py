"""Specification of two executions at once in one VPC: one endpoint, one group, no rule twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.automation.executions import Execution, execution, held
from tests.remediation.faults import BY_NAME, Fault
from tests.remediation.places import Place, second_trigger
from tests.remediation.running import DOCUMENT_OF, automation, deploy, verdicts

_SHARED = (
    "payload goes through a NAT gateway",
    "the lambda endpoint's private DNS is off",
    "the VPC's DNS hostnames are off",
    "nothing is let out",
    "the endpoints admit nobody",
    "the brokers admit nobody",
)
Course = Callable[[Execution, Execution], None]


def in_turns(first: Execution, second: Execution) -> None:
    """One step of each, until both have ended."""
    while any([first.step(), second.step()]):
        pass


def after(steps: int) -> Course:
    """The second runs to its end when the first has done so many steps."""

    def course(first: Execution, second: Execution) -> None:
        for _ in range(steps):
            first.step()
        second.run()
        first.run()

    return course


def started(place: Place, fault: Fault, uuid: str) -> Execution:
    """An execution that has not done any step yet."""
    wanted = {"EventSourceMappingId": uuid, "Rule": fault.rule, **fault.parameters}
    with held():
        return execution(automation(place.session).start(DOCUMENT_OF[fault.rule], wanted))


def both(account: boto3.Session, fault: Fault, course: Course) -> tuple[Execution, Execution]:
    """Two triggers of one VPC are repaired at once; what must hold then."""
    place = fault.place(account)
    other = second_trigger(place)
    executions = started(place, fault, place.uuid), started(place, fault, other)
    course(*executions)
    assert [each.failure_message for each in executions] == ["", ""]
    assert [each.status for each in executions] == ["Success", "Success"]
    for uuid in (place.uuid, other):
        assert verdicts(place, uuid)[fault.rule] is Verdict.COMPLIANT
    check_nothing_is_twice(place)
    return executions


def check_nothing_is_twice(place: Place) -> None:
    """No service has two endpoints, no name two groups, no group a rule twice."""
    ec2: Any = place.ec2
    services = [endpoint["ServiceName"] for endpoint in ec2.describe_vpc_endpoints()["VpcEndpoints"]]
    groups = [group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"]]
    parts = ("GroupId", "IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "ReferencedGroupInfo")
    rules = [
        json.dumps([rule.get(part) for part in parts], sort_keys=True)
        for rule in ec2.describe_security_group_rules()["SecurityGroupRules"]
    ]
    for listed in (services, groups, rules):
        assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize("name", _SHARED)
def test_two_executions_step_by_step(account: boto3.Session, name: str) -> None:
    both(account, BY_NAME[name], in_turns)


@pytest.mark.parametrize("name", ["payload goes through a NAT gateway", "the brokers admit nobody"])
def test_a_whole_execution_between_the_diagnosis_and_the_change_of_another(
    account: boto3.Session, name: str
) -> None:
    both(account, BY_NAME[name], after(1))


@pytest.mark.acceptance
@pytest.mark.parametrize("name", _SHARED)
def test_a_whole_execution_between_any_two_steps_of_another(name: str) -> None:
    steps, total = 1, 2
    while steps < total:
        with aws() as sandbox:
            deploy(sandbox.session())
            first, _ = both(sandbox.session(), BY_NAME[name], after(steps))
            steps, total = steps + 1, len(first.steps)
