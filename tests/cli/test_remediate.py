"""Specification of `remediate`: the plan, the question, the repair, and what is said of both."""

from __future__ import annotations

import io
import json
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest

from kafka_trigger_guard.sandbox import Aws, aws
from kafka_trigger_guard.sandbox.faults import failing_call, failing_step
from kafka_trigger_guard.sandbox.oversight import recorded_calls
from tests.cli.running import Guard, recorded
from tests.networks.healthy import healthy
from tests.remediation.faults import BY_NAME
from tests.remediation.places import Place, place
from tests.remediation.running import deploy
from tests.remediation.state import state

REGION = "us-east-1"
REPAIRED_BY = "KafkaTriggerGuard-CreateInterfaceEndpoint"
_UNDO = re.compile(r"^ +(aws ssm start-automation-execution .*Rollback.*)$", re.MULTILINE)


class _Terminal(io.StringIO):
    """Somebody at a terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sandbox(guard: Guard) -> Iterator[Aws]:
    """An account with all documents and their roles."""
    del guard  # its environment comes first
    with aws(REGION) as running:
        deploy(running.session())
        yield running


@pytest.fixture
def behind_nat(sandbox: Aws) -> Place:
    """A trigger whose payload goes through a NAT gateway."""
    return BY_NAME["payload goes through a NAT gateway"].place(sandbox.session())


def remediate(guard: Guard, built: Place, *options: str) -> Any:
    """Run the command for the place's trigger."""
    return guard("remediate", built.uuid, "--region", REGION, *options)


def undo(session: boto3.Session, out: str) -> None:
    """Do what the command said undoes the repair, the last first."""
    ssm: Any = session.client("ssm")
    for written in reversed(_UNDO.findall(out)):
        words = shlex.split(written)
        parameters = json.loads(words[words.index("--parameters") + 1])
        started = ssm.start_automation_execution(
            DocumentName=words[words.index("--document-name") + 1], Parameters=parameters
        )
        ended = ssm.get_automation_execution(AutomationExecutionId=started["AutomationExecutionId"])
        assert ended["AutomationExecution"]["AutomationExecutionStatus"] == "Success"


def test_a_dry_run_shows_the_calls_their_cost_and_who_is_affected(guard: Guard, behind_nat: Place) -> None:
    before = state(behind_nat.session)
    ran = remediate(guard, behind_nat, "--dry-run")
    assert (ran.code, ran.err) == (1, "")
    assert f"{REPAIRED_BY}: " in ran.out
    assert "ec2:CreateVpcEndpoint" in ran.out
    assert '"PrivateDnsEnabled": true' in ran.out
    assert "costs a month: 3 zones cost USD" in " ".join(ran.out.split())
    assert "affects: " in ran.out
    assert state(behind_nat.session) == before


def test_with_yes_the_trigger_is_repaired_and_judged_again(guard: Guard, behind_nat: Place) -> None:
    ran = remediate(guard, behind_nat, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert f"✓ {REPAIRED_BY} Success" in ran.out
    assert behind_nat.endpoint_id("lambda") in ran.out
    assert guard("evaluate", "--region", REGION, "--uuid", behind_nat.uuid).code == 0


def test_the_command_that_it_prints_undoes_the_repair(guard: Guard, behind_nat: Place) -> None:
    before = state(behind_nat.session)
    undo(behind_nat.session, remediate(guard, behind_nat, "--yes").out)
    assert state(behind_nat.session) == before


def test_all_faults_of_a_trigger_are_repaired_at_once(guard: Guard, sandbox: Aws) -> None:
    built = place(sandbox.session(), services=())
    built.without_egress()
    built.without_ingress(built.broker_group)
    ran = remediate(guard, built, "--yes")
    assert (ran.code, ran.err) == (0, ""), ran.out


def test_a_second_run_has_nothing_to_do(guard: Guard, behind_nat: Place) -> None:
    remediate(guard, behind_nat, "--yes")
    ran = remediate(guard, behind_nat, "--yes")
    assert ran.code == 0
    assert "Nothing is wrong with it" in ran.out


def test_only_what_a_named_rule_says_is_repaired(guard: Guard, behind_nat: Place) -> None:
    behind_nat.without_ingress(behind_nat.broker_group)
    ran = remediate(guard, behind_nat, "--yes", "--rule", "kafka-trigger-broker-access")
    assert ran.code == 0
    assert "KafkaTriggerGuard-AuthorizeBrokerIngress" in ran.out
    assert REPAIRED_BY not in ran.out
    assert guard("evaluate", "--region", REGION).code == 1


def test_without_a_terminal_and_without_yes_nothing_starts(guard: Guard, behind_nat: Place) -> None:
    before = state(behind_nat.session)
    ran = remediate(guard, behind_nat)
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err
    assert ran.err.count("\n") == 1
    assert state(behind_nat.session) == before


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("y\n", 0)])
def test_on_a_terminal_it_asks(
    guard: Guard, behind_nat: Place, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal(answer))
    ran = remediate(guard, behind_nat)
    assert ran.code == code
    assert "Start 1 document now?" in ran.err
    assert ("To undo it" in ran.out) == (code == 0)


def test_what_needs_a_person_is_named_with_the_account(guard: Guard, sandbox: Aws) -> None:
    built = place(sandbox.session())
    acl_id = built.network_acl_id()
    built.ec2.create_network_acl_entry(
        NetworkAclId=acl_id,
        RuleNumber=1,
        Protocol="-1",
        RuleAction="deny",
        Egress=True,
        CidrBlock="0.0.0.0/0",
    )
    ran = remediate(guard, built, "--yes")
    assert ran.code == 1
    assert "a person who may change account 123456789012 must" in " ".join(ran.out.split())
    assert acl_id in ran.out
    assert "To undo it" not in ran.out


def test_a_failed_repair_says_why_and_exits_1(guard: Guard, behind_nat: Place) -> None:
    before = state(behind_nat.session)
    with failing_call("ec2:CreateVpcEndpoint", nth=None, code="VpcEndpointLimitExceeded"):
        ran = remediate(guard, behind_nat, "--yes")
    assert ran.code == 1
    assert f"✗ {REPAIRED_BY} Failed" in ran.out
    assert "quota" in ran.out
    assert "Traceback" not in ran.out
    assert state(behind_nat.session) == before


def test_a_throttled_start_is_repeated(guard: Guard, behind_nat: Place) -> None:
    with failing_call("ssm:StartAutomationExecution", code="ThrottlingException"):
        assert remediate(guard, behind_nat, "--yes").code == 0


def test_a_waiting_approval_says_whom_it_waits_for(guard: Guard, behind_nat: Place) -> None:
    approver = "arn:aws:iam::123456789012:user/network-team"
    approving = Thread(target=approve, args=(behind_nat.session,))
    approving.start()
    ran = remediate(guard, behind_nat, "--yes", "--parameter", f"Approvers={approver}")
    approving.join()
    assert ran.code == 0, ran.out
    assert f"waiting for {approver} to approve" in ran.err


def approve(session: boto3.Session) -> None:
    """Approve the first execution that waits, once somebody has asked how it is."""
    ssm: Any = session.client("ssm")
    waiting = [{"Key": "ExecutionStatus", "Values": ["Waiting"]}]
    with recorded_calls() as recording:
        for _ in range(6_000):
            found = ssm.describe_automation_executions(Filters=waiting)["AutomationExecutionMetadataList"]
            if found:
                break
            time.sleep(0.05)
        seen = len(recording.calls)
        while not any(call.action == "ssm:GetAutomationExecution" for call in recording.calls[seen:]):
            time.sleep(0.05)
    id_ = found[0]["AutomationExecutionId"]
    ssm.send_automation_signal(AutomationExecutionId=id_, SignalType="Approve")


def test_a_document_that_is_not_deployed_exits_2_with_the_command_that_deploys(guard: Guard) -> None:
    with aws(REGION) as sandbox:
        built = BY_NAME["payload goes through a NAT gateway"].place(sandbox.session())
        ran = remediate(guard, built, "--dry-run")
    assert ran.code == 2
    assert f"the document {REPAIRED_BY} is not deployed" in ran.err
    assert "kafka-trigger-guard deploy" in ran.err


def test_a_role_that_is_not_deployed_exits_2_with_the_command_that_deploys(
    guard: Guard, behind_nat: Place
) -> None:
    iam: Any = behind_nat.session.client("iam")
    iam.delete_role(RoleName=REPAIRED_BY)
    ran = remediate(guard, behind_nat, "--dry-run")
    assert ran.code == 2
    assert f":role/{REPAIRED_BY} is not deployed" in ran.err
    assert "kafka-trigger-guard deploy" in ran.err


def test_an_unknown_trigger_exits_2(guard: Guard, behind_nat: Place) -> None:
    del behind_nat
    ran = guard("remediate", "00000000-0000-4000-8000-000000000000", "--region", REGION, "--dry-run")
    assert ran.code == 2
    assert "no Kafka trigger has the UUID" in ran.err


def test_a_recorded_trigger_is_told_with_the_commands_that_start_its_documents(
    guard: Guard, tmp_path: Path
) -> None:
    scenario = healthy().without_endpoint("sts")
    file = recorded(scenario, tmp_path / "red.json")
    uuid = json.loads(guard("evaluate", "--snapshot", file, "--output", "json").out)["triggers"][0]["uuid"]
    ran = guard("remediate", uuid, "--snapshot", file, "--dry-run")
    assert (ran.code, ran.err) == (1, "")
    (command,) = [line.strip() for line in ran.out.splitlines() if line.strip().startswith("aws ssm")]
    words = shlex.split(command)
    parameters = json.loads(words[words.index("--parameters") + 1])
    assert parameters["Rule"] == ["kafka-trigger-sts-endpoint"]
    assert parameters["EventSourceMappingId"] == [uuid]
    assert parameters["AutomationAssumeRole"][0].endswith(f":role/{REPAIRED_BY}")


def test_a_recorded_trigger_cannot_be_repaired(guard: Guard, red: Path) -> None:
    ran = guard("remediate", "any", "--snapshot", red, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert "--dry-run" in ran.err


def test_an_option_of_a_document_must_have_a_value_that_it_takes(guard: Guard, red: Path) -> None:
    ran = guard("remediate", "any", "--snapshot", red, "--dry-run", "--parameter", "IngressScope=all")
    assert ran.code == 2
    assert "accepted are vpc and trigger" in ran.err


def test_a_rule_that_does_not_exist_is_refused(guard: Guard, red: Path) -> None:
    assert guard("remediate", "any", "--snapshot", red, "--dry-run", "--rule", "no-such-rule").code == 2


def test_a_failed_step_after_the_change_is_rolled_back_and_told(guard: Guard, behind_nat: Place) -> None:
    before = state(behind_nat.session)
    with failing_step("Verify", document=REPAIRED_BY, message="Nobody knows."):
        ran = remediate(guard, behind_nat, "--yes")
    assert ran.code == 1
    assert state(behind_nat.session) == before


def test_a_trigger_of_an_organization_is_repaired_in_its_own_account(guard: Guard, sandbox: Aws) -> None:
    organizations: Any = sandbox.session().client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    created = organizations.create_account(Email="orders@example.com", AccountName="orders")
    member = sandbox.session(account=created["CreateAccountStatus"]["AccountId"])
    deploy(member)
    built = BY_NAME["payload goes through a NAT gateway"].place(member)
    role = "OrganizationAccountAccessRole"
    ran = remediate(guard, built, "--organization", "--role-name", role, "--yes")
    assert ran.code == 0, ran.err
    assert built.endpoint_id("lambda") in ran.out
