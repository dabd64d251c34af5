"""Each action that a deployed role uses is needed: without it, it is refused, and nothing is green for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kafka_trigger_guard.cli import run
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.events.trail import event
from kafka_trigger_guard.sandbox.loop import running_loop
from kafka_trigger_guard.sandbox.oversight import Recording, enforced_iam, recorded_calls
from tests.conftest import Figure
from tests.deploy.places import MANAGEMENT, REGION, ready
from tests.deploy.templates import listed
from tests.deploy.test_loop import INGRESS, OF_LAMBDA, Deployed, judged_once

pytestmark = pytest.mark.acceptance
START = "config:StartConfigRulesEvaluation"
"""Called only where a recorded result would change."""
READ_ROLE, DOCUMENT_ROLE = "KafkaTriggerGuardRead", "KafkaTriggerGuard-AuthorizeEndpointIngress"


@contextmanager
def without(session: Any, role: str, action: str) -> Iterator[None]:
    """The role lacks an action while the block runs."""
    iam = session.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    fewer = [
        {**statement, "Action": [each for each in listed(statement["Action"]) if each != action]}
        for statement in policy["Statement"]
    ]
    kept = {**policy, "Statement": [statement for statement in fewer if statement["Action"]]}
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(kept))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))


@contextmanager
def deployed_with(built: Path, remediation: str) -> Iterator[Deployed]:
    with aws(REGION) as sandbox, running_loop() as loop, enforced_iam(), recorded_calls() as recording:
        ready(sandbox.session())
        parameter = f"--parameter=Remediation={remediation}"
        assert run(["deploy", "single", "--region", REGION, "--package", str(built), parameter]) == 0
        yield judged_once(sandbox, loop, recording)


def refused(recording: Recording, role: str) -> set[str]:
    """The actions that a role was refused, or one of which it was: a call may need several."""
    return {action for call in recording.by(role) if call.refused for action in call.needed}


def ask(deployed: Deployed) -> None:
    """The schedule is due, and something has changed."""
    change = {"eventSource": "ec2.amazonaws.com", "eventName": "RevokeSecurityGroupIngress"}
    deployed.loop.put(event("aws.ec2", "AWS API Call via CloudTrail", MANAGEMENT, REGION, change))
    deployed.loop.evaluate_all()
    deployed.loop.run_until_quiet()


def test_each_action_of_the_read_role_is_needed(built: Path, figure: Figure) -> None:
    """A trigger that is red stays red, or is not evaluated; what could not be read is never green."""
    with deployed_with(built, "off") as deployed:
        with without(deployed.place.session, READ_ROLE, START), recorded_calls() as recording:
            deployed.place.without_ingress(deployed.place.endpoint_group)
            deployed.loop.run_until_quiet()
        assert refused(recording, READ_ROLE) == {START}
        ask(deployed)
        assert deployed.red() == {INGRESS: {deployed.place.uuid}}
        used = sorted(deployed.recording.actions(READ_ROLE) - {START})
        for action in used:
            with without(deployed.place.session, READ_ROLE, action), recorded_calls() as recording:
                ask(deployed)
            assert action in refused(recording, READ_ROLE), action
            assert deployed.place.uuid in deployed.red().get(INGRESS, set()), action
            deployed.loop.failures.clear()
        figure(f"removal matrix: {len(used) + 1} actions of the read role, none in vain")


@pytest.mark.parametrize("role", ["RuleFunction", "WatchFunction"])
def test_each_action_of_a_functions_role_is_needed(built: Path, role: str) -> None:
    with deployed_with(built, "off") as deployed:
        name = f"KafkaTriggerGuard-{role}-{REGION}"
        for action in sorted(deployed.allowed(f"{role}Role") & {"sts:AssumeRole"}):
            with without(deployed.place.session, name, action), recorded_calls() as recording:
                deployed.loop.functions.close()
                ask(deployed)
            assert refused(recording, name) == {action}
            assert deployed.allowed(f"{role}Role") <= OF_LAMBDA | {
                action,
                "kms:Decrypt",
                "kms:GenerateDataKey",
            }


def test_each_action_of_a_documents_role_is_needed(built: Path, figure: Figure) -> None:
    """Without it the repair does not happen, or its end is not told to AWS Config; with it, it does."""
    with deployed_with(built, "auto") as deployed:
        deployed.place.without_ingress(deployed.place.endpoint_group)
        deployed.loop.run_until_quiet()
        assert deployed.red() == {}
        used = sorted(deployed.recording.actions(DOCUMENT_ROLE))
        assert "ec2:AuthorizeSecurityGroupIngress" in used
    for action in used:
        with deployed_with(built, "auto") as deployed:
            with without(deployed.place.session, DOCUMENT_ROLE, action), recorded_calls() as recording:
                deployed.place.without_ingress(deployed.place.endpoint_group)
                deployed.loop.run_until_quiet()
            assert action in refused(recording, DOCUMENT_ROLE), action
    figure(f"removal matrix: {len(used)} actions of {DOCUMENT_ROLE}, none in vain")
