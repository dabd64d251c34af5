"""The whole loop as it is deployed: a change, its event, the queue, the functions of the uploaded package,
AWS Config, and the repair; no call is made by hand, and roles may do only what the templates allow them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kafka_trigger_guard.cli import run
from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.aws import Aws
from kafka_trigger_guard.sandbox.events.trail import event
from kafka_trigger_guard.sandbox.loop import Loop, running_loop
from kafka_trigger_guard.sandbox.oversight import Recording, enforced_iam, recorded_calls
from tests.conftest import Figure
from tests.deploy.places import MANAGEMENT, REGION, acting, delegated, organized, ready
from tests.deploy.templates import TEMPLATES, listed, of_type, statements_of
from tests.remediation.places import Place, place

INGRESS = "kafka-trigger-endpoint-ingress"
OF_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
}
"""What the Lambda service itself does with a function's role, which is no call of the function's."""

WITH_A_KEY = {"kms:Decrypt", "kms:GenerateDataKey"}
"""Allowed where KmsKeyArn is given only."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A place with a healthy trigger, judged once, and everything that watches it."""

    sandbox: Aws
    loop: Loop
    place: Place
    recording: Recording

    def red(self) -> dict[str, set[str]]:
        """The triggers that AWS Config shows as red, by rule."""
        config: Any = self.place.session.client("config")
        found = {}
        for rule in RULES:
            details = config.get_compliance_details_by_config_rule(
                ConfigRuleName=rule.name, ComplianceTypes=["NON_COMPLIANT"]
            )
            results = [each["EvaluationResultIdentifier"] for each in details["EvaluationResults"]]
            found[rule.name] = {each["EvaluationResultQualifier"]["ResourceId"] for each in results}
        return {name: ids for name, ids in found.items() if ids}

    def allowed(self, role: str) -> set[str]:
        """The actions that the template gives a role, by its logical id."""
        properties = of_type(TEMPLATES["single-account.yaml"], "AWS::IAM::Role")[role]
        return {action for statement in statements_of(properties) for action in listed(statement["Action"])}


def judged_once(sandbox: Aws, loop: Loop, recording: Recording) -> Deployed:
    deployed = Deployed(sandbox, loop, place(sandbox.session()), recording)
    loop.evaluate_all()
    loop.run_until_quiet()
    assert (loop.failures, deployed.red()) == ([], {})
    loop.evaluations.clear()
    return deployed


@pytest.fixture
def deployed(request: pytest.FixtureRequest, built: Path) -> Iterator[Deployed]:
    """A single account whose repairs start as the test's parameter says."""
    given = [f"--parameter={each}" for each in request.param]
    with aws(REGION) as sandbox, running_loop() as loop, enforced_iam(), recorded_calls() as recording:
        ready(sandbox.session())
        assert run(["deploy", "single", "--region", REGION, "--package", str(built), *given]) == 0
        yield judged_once(sandbox, loop, recording)


BY_CONFIG = ["Remediation=auto"]
BY_EVENTS = ["Remediation=auto", "RemediationTrigger=eventbridge"]


@pytest.mark.parametrize("deployed", [BY_CONFIG, BY_EVENTS], ids=["config", "eventbridge"], indirect=True)
def test_a_revoked_rule_is_seen_judged_and_repaired_without_a_call_by_hand(deployed: Deployed) -> None:
    deployed.place.without_ingress(deployed.place.endpoint_group)
    deployed.loop.run_until_quiet()
    assert deployed.loop.failures == []
    assert deployed.red() == {}
    assert set(deployed.loop.evaluations) == {INGRESS}
    by_config = [(INGRESS, deployed.place.uuid)]
    assert deployed.loop.remediations == (by_config if _by_config(deployed) else [])
    called = deployed.recording.actions("KafkaTriggerGuard-AuthorizeEndpointIngress")
    assert "ec2:AuthorizeSecurityGroupIngress" in called


def _by_config(deployed: Deployed) -> bool:
    config: Any = deployed.place.session.client("config")
    found = config.describe_remediation_configurations(ConfigRuleNames=[INGRESS])
    return bool(found["RemediationConfigurations"][0]["Automatic"])


@pytest.mark.parametrize("deployed", [["Remediation=off"]], indirect=True)
class TestWatching:
    def test_a_fault_turns_red_and_green_again_within_minutes(self, deployed: Deployed) -> None:
        """Nobody repairs; the topic is told once."""
        group = deployed.place.endpoint_group
        before = deployed.place.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        deployed.place.without_ingress(group)
        deployed.loop.run_until_quiet()
        assert deployed.red() == {INGRESS: {deployed.place.uuid}}
        permissions = before["IpPermissions"]
        deployed.place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)
        deployed.loop.run_until_quiet()
        assert deployed.red() == {}
        assert deployed.loop.evaluations == [INGRESS, INGRESS]
        told = [each for each in deployed.loop.deliveries if "findings" in each.target]
        assert len(told) == 1

    def test_a_thousand_irrelevant_changes_cost_no_evaluation(
        self, deployed: Deployed, figure: Figure
    ) -> None:
        change = {"eventSource": "ec2.amazonaws.com", "eventName": "RevokeSecurityGroupIngress"}
        assumed = len([c for c in deployed.recording.calls if c.action == "lambda:ListEventSourceMappings"])
        for _ in range(1000):
            told = event("aws.ec2", "AWS API Call via CloudTrail", MANAGEMENT, REGION, change)
            deployed.loop.put(told)
        deployed.loop.run_until_quiet()
        readings = [c for c in deployed.recording.calls if c.action == "lambda:ListEventSourceMappings"]
        figure(f"loop: 1,000 irrelevant changes, 0 evaluations, {len(readings) - assumed} readings")
        assert deployed.loop.evaluations == []
        assert len(readings) - assumed <= 2
        assert deployed.loop.failures == []

    def test_the_functions_call_what_their_roles_allow_and_nothing_else(self, deployed: Deployed) -> None:
        deployed.place.without_ingress(deployed.place.endpoint_group)
        deployed.loop.run_until_quiet()
        for role, key in (
            ("KafkaTriggerGuard-RuleFunction-us-east-1", "RuleFunctionRole"),
            ("KafkaTriggerGuard-WatchFunction-us-east-1", "WatchFunctionRole"),
        ):
            called = deployed.recording.actions(role) - OF_LAMBDA
            assert called == deployed.allowed(key) - OF_LAMBDA - WITH_A_KEY
        assert deployed.recording.actions("KafkaTriggerGuardRead") <= deployed.allowed("ReadRole")


def test_a_members_change_is_followed_by_the_central_account(built: Path) -> None:
    """The member forwards the event, the central functions read and judge, and the member is told."""
    with aws(REGION) as sandbox, running_loop() as loop, recorded_calls() as recording:
        accounts = organized(sandbox.session(), "central", "orders")
        delegated(sandbox.session(), accounts["central"])
        ready(sandbox.session(account=accounts["central"]))
        with acting(sandbox, accounts["central"]):
            assert run(["deploy", "central", "--region", REGION, "--package", str(built)]) == 0
            assert run(["deploy", "members", "--region", REGION, "--parameter=Remediation=auto"]) == 0
        deployed = Deployed(sandbox, loop, place(sandbox.session(account=accounts["orders"])), recording)
        loop.evaluate_all()
        settle(deployed)
        loop.evaluations.clear()
        deployed.place.without_ingress(deployed.place.endpoint_group)
        settle(deployed)
        assert set(loop.evaluations) == {INGRESS}
        assert loop.remediations == [(INGRESS, deployed.place.uuid)]


def settle(deployed: Deployed) -> None:
    """Everything that is due is done, by roles that may do only what they are allowed, and all is green."""
    with enforced_iam():
        deployed.loop.run_until_quiet()
    assert (deployed.loop.failures, deployed.red()) == ([], {})
