"""Specification of the roles: each document's policy allows what the document calls, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest

from kafka_trigger_guard.aws.automation import Execution
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.config_service import Config
from kafka_trigger_guard.sandbox.faults import failing_call
from kafka_trigger_guard.sandbox.oversight import enforced_iam, recorded_calls
from tests.remediation.faults import BY_NAME, EGRESS, FAULTS, LAMBDA, Fault
from tests.remediation.places import Place
from tests.remediation.policies import actions, give, policy, without
from tests.remediation.running import DOCUMENT_OF, NAMES, ROLLBACK, deploy, run, start
from tests.remediation.situations import ASKED, MORE_FAULTS, SITUATIONS

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


def asked_everything(session: boto3.Session, build: Callable[[boto3.Session], Place]) -> None:
    """Every document plans what it would do in a situation, for a function's name as for a UUID."""
    place = build(session)
    mapping = place.functions.get_event_source_mapping(UUID=place.uuid)
    name = mapping["FunctionArn"].rpartition(":")[2]
    for rule in ASKED:
        run(place, rule, uuid=name, DryRun="true")
    for rule in (LAMBDA, EGRESS):
        run(place, rule, DryRun="true", AllowNat="true")


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


def called() -> dict[str, dict[str, Fault]]:
    """Which actions each document needed over all kinds of faults, with the first fault that needed it."""
    needed: dict[str, dict[str, Fault]] = {name: {} for name in NAMES}
    for fault in (*map(BY_NAME.__getitem__, _KINDS), *MORE_FAULTS):
        with aws() as sandbox, recorded_calls() as recording:
            deploy(sandbox.session())
            scenario(sandbox.session(), fault)
        for name in NAMES:
            needed[name] |= dict.fromkeys(recording.actions(name) - set(needed[name]), fault)
    return needed


def called_in_situations() -> dict[str, set[str]]:
    """The actions that each document needs to plan in situations that few are in."""
    with recorded_calls() as recording:
        for build in SITUATIONS:
            with aws() as sandbox:
                deploy(sandbox.session())
                asked_everything(sandbox.session(), build)
    return {name: recording.actions(name) for name in NAMES}


def test_each_policy_allows_what_its_document_calls_and_nothing_else() -> None:
    repairing, planning = called(), called_in_situations()
    assert {name: sorted({*repairing[name], *planning[name]}) for name in NAMES} == {
        name: sorted(actions(policy(name))) for name in NAMES
    }


@pytest.fixture(scope="module")
def needed() -> dict[str, dict[str, Fault]]:
    """The same, once for all tests."""
    return called()


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


_DONE_WITHOUT = {
    "KafkaTriggerGuard-AuthorizeBrokerIngress": {
        "ec2:DescribeVpcEndpoints",
        "kafka:GetBootstrapBrokers",
        "route53:ListHostedZonesByVPC",
    },
    "KafkaTriggerGuard-AuthorizeEndpointIngress": {
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeVpcPeeringConnections",
        "kafka:GetBootstrapBrokers",
        "kafka:ListNodes",
        "route53:ListHostedZonesByVPC",
    },
    "KafkaTriggerGuard-AuthorizeTriggerEgress": {
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeRouteTables",
        "ec2:DescribeVpcPeeringConnections",
        "kafka:GetBootstrapBrokers",
        "route53:ListHostedZonesByVPC",
    },
    "KafkaTriggerGuard-CreateInterfaceEndpoint": {
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeVpcPeeringConnections",
        "ec2:GetManagedPrefixListEntries",
        "kafka:GetBootstrapBrokers",
        "kafka:ListNodes",
        "route53:ListHostedZonesByVPC",
        "route53resolver:ListResolverEndpoints",
    },
}
"""Reads without which these repairs go on, or end with a sentence that names no action."""


def _removable(document: str) -> list[str]:
    """The actions without which the document fails; a quota that cannot be read is taken as AWS's default."""
    spared = {"servicequotas:GetServiceQuota"} | _DONE_WITHOUT.get(document, set())
    return sorted(actions(policy(document)) - spared)


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("document", "action"), [(name, action) for name in NAMES for action in _removable(name)]
)
def test_with_iam_enforced_no_other_action_can_be_missed(
    needed: dict[str, dict[str, Fault]], document: str, action: str
) -> None:
    if action in needed[document]:
        ended = repaired_without(needed[document][action], document, action)
        assert ended.status == "Failed"
        assert action.split(":")[1] in ended.failure
    else:
        assert any(planned_without(build, document, action) for build in SITUATIONS)


def repaired_without(fault: Fault, document: str, action: str) -> Execution:
    """The repair, or its rollback, whose role may do all but one thing that it needs."""
    with aws() as sandbox:
        session = sandbox.session()
        place = prepared(session, fault.place, document, action)
        Config(session, lambda *_: None).put_rule(fault.rule)
        with enforced_iam():
            if action in (_UNDONE & actions(policy(document))) and document != ROLLBACK:
                with failing_call(_LAST_LOOK, nth=None):
                    return run(place, fault.rule, **fault.parameters)
            ended = run(place, fault.rule, **fault.parameters)
            return start(session, ROLLBACK, ExecutionId=ended.execution_id) if document == ROLLBACK else ended


def planned_without(build: Callable[[boto3.Session], Place], document: str, action: str) -> bool:
    """Whether a plan in the situation names the action that its role lacks."""
    with aws() as sandbox:
        session = sandbox.session()
        place = prepared(session, build, document, action)
        rules = [rule for rule in ASKED if DOCUMENT_OF[rule] == document]
        given = place.functions.get_event_source_mapping(UUID=place.uuid)
        name = given["FunctionArn"].rpartition(":")[2]
        nat = {"AllowNat": "true"} if {LAMBDA, EGRESS} & set(rules) else {}
        with enforced_iam():
            ended = [run(place, rule, uuid=name, DryRun="true") for rule in rules]
            ended += [run(place, rule, DryRun="true", **nat) for rule in rules]
    return any(action.split(":")[1] in each.failure + "".join(each.said("Sentence")) for each in ended)


def prepared(
    session: boto3.Session, build: Callable[[boto3.Session], Place], document: str, action: str
) -> Place:
    """A place in an account whose documents have their roles, but for one action of one of them."""
    deploy(session)
    for name in NAMES:
        give(session, name, policy(name))
    give(session, document, without(policy(document), action))
    return build(session)
