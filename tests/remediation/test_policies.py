"""Specification of the roles: each document's policy allows what the document calls, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.aws.automation import Execution
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.config.service import Config
from kafka_trigger_guard.sandbox.faults import failing_call
from kafka_trigger_guard.sandbox.oversight import enforced_iam, recorded_calls
from tests.remediation.faults import BY_NAME, EGRESS, FAULTS, LAMBDA, Fault
from tests.remediation.places import Place
from tests.remediation.policies import actions, give, policy, without
from tests.remediation.running import DOCUMENT_OF, NAMES, ROLLBACK, deploy, run, start
from tests.remediation.situations import ASKED, MORE_FAULTS, SITUATIONS

Situation = Callable[[boto3.Session], Place]
_UNDONE = {
    "ec2:DeleteTags",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteVpcEndpoints",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:DescribeSecurityGroupRules",
}
"""What a document needs only to roll back."""
_LAST_LOOK = "config:DescribeConfigRules"
"""What every document calls after its change, so that a failure there is rolled back."""


def scenario(session: boto3.Session, fault: Fault) -> None:
    """A repair that fails at its end and is rolled back, one that succeeds, and its rollback document."""
    place = fault.place(session)
    Config(session, lambda *_: None).put_rule(fault.rule)
    with failing_call(_LAST_LOOK, nth=None):
        run(place, fault.rule, **fault.parameters)
    ended = run(place, fault.rule, **fault.parameters)
    start(session, ROLLBACK, ExecutionId=ended.execution_id)


def asked_everything(session: boto3.Session, build: Situation) -> None:
    """Every document plans what it would do in a situation, for a function's name as for a UUID."""
    place = build(session)
    mapping = place.functions.get_event_source_mapping(UUID=place.uuid)
    name = mapping["FunctionArn"].rpartition(":")[2]
    for rule in ASKED:
        run(place, rule, uuid=name, DryRun="true")
    for rule in (LAMBDA, EGRESS):
        run(place, rule, DryRun="true", AllowNat="true")


_APPROVER = "arn:aws:iam::123456789012:user/network-team"
_APPROVED = (
    "lambda has no endpoint",
    "nothing is let out",
    "the endpoints admit nobody",
    "the brokers admit nobody",
)
"""A fault of each document that may ask for an approval."""
_KINDS = (
    "payload goes through a NAT gateway",
    "payload leaves by a transit gateway",
    "the lambda endpoint's private DNS is off",
    "the VPC's DNS hostnames are off",
    "nothing is let out",
    "the cluster's group lets nothing out",
    "the endpoints admit nobody",
    "the cluster's endpoints admit nobody",
    "the brokers admit nobody",
    "the cluster's group admits nobody",
)
"""Faults that between them need every action of every document."""


def asked_for_approval(place: Place, fault: Fault) -> Execution:
    """The repair, as far as somebody must approve who is told so by a topic."""
    sns: Any = place.session.client("sns")
    topic = sns.create_topic(Name="AutomationApprovals")["TopicArn"]
    return run(place, fault.rule, Approvers=[_APPROVER], NotificationTopicArn=topic, **fault.parameters)


Needed = dict[str, dict[str, Fault]]
Planned = dict[str, dict[str, Situation]]


def called() -> Needed:
    """Which actions each document needed over all kinds of faults, with the first fault that needed it."""
    needed: Needed = {name: {} for name in NAMES}
    for fault in (*map(BY_NAME.__getitem__, _KINDS), *MORE_FAULTS):
        with aws() as sandbox, recorded_calls() as recording:
            deploy(sandbox.session())
            scenario(sandbox.session(), fault)
        for name in NAMES:
            needed[name] |= dict.fromkeys(recording.actions(name) - set(needed[name]), fault)
    for fault in map(BY_NAME.__getitem__, _APPROVED):
        with aws() as sandbox, recorded_calls() as recording:
            deploy(sandbox.session())
            asked_for_approval(fault.place(sandbox.session()), fault)
        name = DOCUMENT_OF[fault.rule]
        needed[name] |= dict.fromkeys(recording.actions(name) - set(needed[name]), fault)
    return needed


def called_in_situations() -> Planned:
    """The actions that each document needs to plan in situations that few are in."""
    planned: Planned = {name: {} for name in NAMES}
    for build in SITUATIONS:
        with aws() as sandbox, recorded_calls() as recording:
            deploy(sandbox.session())
            asked_everything(sandbox.session(), build)
        for name in NAMES:
            planned[name] |= dict.fromkeys(recording.actions(name) - set(planned[name]), build)
    return planned


def test_each_policy_allows_what_its_document_calls_and_nothing_else() -> None:
    repairing, planning = called(), called_in_situations()
    assert {name: sorted({*repairing[name], *planning[name]}) for name in NAMES} == {
        name: sorted(actions(policy(name))) for name in NAMES
    }


@pytest.fixture(scope="module")
def needed() -> Needed:
    """The same, once for all tests."""
    return called()


@pytest.fixture(scope="module")
def planned() -> Planned:
    """The same of situations."""
    return called_in_situations()


@pytest.mark.acceptance
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_with_iam_enforced_each_document_succeeds_with_its_role(account: boto3.Session, fault: Fault) -> None:
    place = fault.place(account)
    for name in NAMES:
        give(account, name, policy(name))
    with enforced_iam():
        ended = run(place, fault.rule, **fault.parameters)
        assert ended.succeeded, ended.failure
        undone = start(account, ROLLBACK, ExecutionId=ended.execution_id)
        assert undone.succeeded, undone.failure


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("document", "action"), [(name, action) for name in NAMES for action in sorted(actions(policy(name)))]
)
def test_with_iam_enforced_no_action_can_be_missed(
    needed: Needed, planned: Planned, document: str, action: str
) -> None:
    """The document ends Failed, and its one sentence names the action."""
    if action in needed[document]:
        ended = [repaired_without(needed[document][action], document, action)]
    else:
        ended = planned_without(planned[document][action], document, action)
    failed = [each.failure for each in ended if each.status == "Failed"]
    assert any(action.split(":")[1] in failure for failure in failed), [each.failure for each in ended]


def repaired_without(fault: Fault, document: str, action: str) -> Execution:
    """The repair, or its rollback, whose role may do all but one thing that it needs."""
    with aws() as sandbox:
        session = sandbox.session()
        place = prepared(session, fault.place, document, action)
        Config(session, lambda *_: None).put_rule(fault.rule)
        with enforced_iam():
            if action == "sns:Publish":
                return asked_for_approval(place, fault)
            if action in _UNDONE and document != ROLLBACK:
                with failing_call(_LAST_LOOK, nth=None):
                    return run(place, fault.rule, **fault.parameters)
            ended = run(place, fault.rule, **fault.parameters)
            return start(session, ROLLBACK, ExecutionId=ended.execution_id) if document == ROLLBACK else ended


def planned_without(build: Situation, document: str, action: str) -> list[Execution]:
    """How plans in the situation end whose role lacks an action."""
    with aws() as sandbox:
        session = sandbox.session()
        place = prepared(session, build, document, action)
        rules = [rule for rule in ASKED if DOCUMENT_OF[rule] == document]
        given = place.functions.get_event_source_mapping(UUID=place.uuid)
        name = given["FunctionArn"].rpartition(":")[2]
        nat = {"AllowNat": "true"} if {LAMBDA, EGRESS} & set(rules) else {}
        with enforced_iam():
            ended = [run(place, rule, uuid=name, DryRun="true") for rule in rules]
            return ended + [run(place, rule, DryRun="true", **nat) for rule in rules]


def prepared(session: boto3.Session, build: Situation, document: str, action: str) -> Place:
    """A place in an account whose documents have their roles, but for one action of one of them."""
    deploy(session)
    for name in NAMES:
        give(session, name, policy(name))
    give(session, document, without(policy(document), action))
    return build(session)
