"""SSM Automation in the sandbox: how automations fail, wait, take on roles, run side by side; and the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from kafka_trigger_guard.sandbox.automation.executions import (
    CLOCK,
    execution,
    executions_of,
    failing_call,
    failing_step,
    held,
)
from tests.sandbox.account import refused
from tests.sandbox.answers import check_answers
from tests.sandbox.automating import (
    WHO,
    Automations,
    calling,
    failing,
    making_vpc,
    script,
    sleeping,
    statuses,
    step_of,
    vpcs,
)

ROLE_GIVEN: dict[str, Any] = {
    "assumeRole": "{{ AutomationAssumeRole }}",
    "parameters": {"AutomationAssumeRole": {"type": "AWS::IAM::Role::Arn"}},
}


class TestFailing:
    """What follows when a step fails."""

    def test_the_automation_ends_at_the_first_failure(self, automations: Automations) -> None:
        told = automations.ran(failing("Run"), making_vpc())
        assert statuses(told) == {"Run": "Failed", "Make": "Pending"}
        assert vpcs(automations) == 0

    def test_another_step_can_clean_up_and_the_automation_still_fails_with_the_cause(
        self, automations: Automations
    ) -> None:
        told = automations.ran(
            failing("Run", onFailure="step:Undo"), sleeping("Skipped", isEnd=True), making_vpc("Undo")
        )
        assert statuses(told) == {"Run": "Failed", "Undo": "Success", "Skipped": "Pending"}
        assert told["AutomationExecutionStatus"] == "Failed"
        assert "nothing works" in told["FailureMessage"]

    def test_it_goes_on_after_a_failure_that_is_not_critical(self, automations: Automations) -> None:
        told = automations.ran(failing("Run", onFailure="Continue"), making_vpc())
        assert statuses(told) == {"Run": "Failed", "Make": "Success"}
        assert told["AutomationExecutionStatus"] == "Success"

    def test_a_step_is_attempted_as_often_as_it_says(self, automations: Automations) -> None:
        with failing_call("ec2:CreateVpc", nth=1):
            told = automations.ran(making_vpc(maxAttempts=2))
        assert told["AutomationExecutionStatus"] == "Success"
        assert vpcs(automations) == 1

    @pytest.mark.parametrize(("after", "made"), [(False, 0), (True, 1)])
    def test_a_test_can_let_a_step_fail_before_or_after_its_work(
        self, automations: Automations, after: bool, made: int
    ) -> None:
        with failing_step("Make", after=after):
            told = automations.ran(sleeping("First"), making_vpc())
        assert statuses(told) == {"First": "Success", "Make": "Failed"}
        assert "An error was injected" in told["FailureMessage"]
        assert vpcs(automations) == made

    def test_a_test_can_let_the_second_step_fail(self, automations: Automations) -> None:
        with failing_step(2):
            told = automations.ran(sleeping("First"), making_vpc(), sleeping("Third"))
        assert statuses(told) == {"First": "Success", "Make": "Failed", "Third": "Pending"}

    def test_a_call_whose_answer_is_lost_took_effect(self, automations: Automations) -> None:
        with failing_call("ec2:CreateVpc", code="VpcLimitExceeded", after=True):
            told = automations.ran(making_vpc())
        assert "VpcLimitExceeded" in told["FailureMessage"]
        assert vpcs(automations) == 1


class TestApproval:
    """aws:approve, and what lets it go on."""

    @pytest.fixture
    def asked(self, automations: Automations) -> tuple[Automations, str]:
        inputs = {"Approvers": ["arn:aws:iam::123456789012:role/Network"], "Message": "May I?"}
        approve = {"name": "Ask", "action": "aws:approve", "inputs": inputs, "timeoutSeconds": 3600}
        automations.document(approve, making_vpc())
        return automations, automations.start()

    def test_it_waits_until_it_is_approved(self, asked: tuple[Automations, str]) -> None:
        automations, execution_id = asked
        told = automations.told(execution_id)
        assert (told["AutomationExecutionStatus"], told["CurrentStepName"]) == ("Waiting", "Ask")
        automations.ssm.send_automation_signal(AutomationExecutionId=execution_id, SignalType="Approve")
        told = automations.told(execution_id)
        assert statuses(told) == {"Ask": "Success", "Make": "Success"}
        assert step_of(told, "Ask")["Outputs"]["ApprovalStatus"] == ["Approved"]

    def test_a_rejection_fails_the_automation_and_says_who_and_why(
        self, asked: tuple[Automations, str]
    ) -> None:
        automations, execution_id = asked
        automations.ssm.send_automation_signal(
            AutomationExecutionId=execution_id, SignalType="Reject", Payload={"Comment": ["not this week"]}
        )
        told = automations.told(execution_id)
        assert statuses(told) == {"Ask": "Failed", "Make": "Pending"}
        assert "rejected by arn:aws:iam::123456789012:root: not this week" in told["FailureMessage"]

    def test_it_times_out(self, asked: tuple[Automations, str]) -> None:
        automations, execution_id = asked
        CLOCK.skip(3601)
        assert automations.told(execution_id)["AutomationExecutionStatus"] == "TimedOut"

    def test_it_can_be_cancelled(self, asked: tuple[Automations, str]) -> None:
        automations, execution_id = asked
        automations.ssm.stop_automation_execution(AutomationExecutionId=execution_id, Type="Cancel")
        told = automations.told(execution_id)
        assert told["AutomationExecutionStatus"] == "Cancelled"
        assert statuses(told) == {"Ask": "Cancelled", "Make": "Pending"}
        with refused("InvalidAutomationStatusUpdateException"):
            automations.ssm.stop_automation_execution(AutomationExecutionId=execution_id)

    def test_whoever_is_not_among_the_approvers_is_refused(
        self, asked: tuple[Automations, str], sandbox: Aws
    ) -> None:
        _, execution_id = asked
        sts: Any = sandbox.session().client("sts")
        role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/Other", RoleSessionName="me")
        session = sandbox.session()
        other: Any = session.client(
            "ssm",
            aws_access_key_id=role["Credentials"]["AccessKeyId"],
            aws_secret_access_key=role["Credentials"]["SecretAccessKey"],
            aws_session_token=role["Credentials"]["SessionToken"],
        )
        with refused("InvalidAutomationSignalException"):
            other.send_automation_signal(AutomationExecutionId=execution_id, SignalType="Approve")

    def test_nothing_else_waits_for_a_signal(self, automations: Automations) -> None:
        automations.document(sleeping("Rest"))
        with refused("InvalidAutomationSignalException"):
            automations.ssm.send_automation_signal(
                AutomationExecutionId=automations.start(), SignalType="Approve"
            )


class TestRole:
    """As whom the calls are made."""

    def test_api_steps_and_scripts_call_as_the_role(self, automations: Automations) -> None:
        automations.document(
            calling("Api", "sts", "GetCallerIdentity", {"Arn": "$.Arn"}), script("Script", WHO), **ROLE_GIVEN
        )
        execution_id = automations.start(AutomationAssumeRole=automations.role_arn)
        told = automations.told(execution_id)
        expected = f"arn:aws:sts::123456789012:assumed-role/Remediation/Automation-{execution_id}"
        assert step_of(told, "Api")["Outputs"]["Arn"] == [expected]
        assert step_of(told, "Script")["Outputs"]["Payload"] == [expected]

    def test_without_a_role_the_calls_are_those_of_whoever_started_it(self, automations: Automations) -> None:
        told = automations.ran(calling("Api", "sts", "GetCallerIdentity", {"Account": "$.Account"}))
        assert step_of(told, "Api")["Outputs"]["Account"] == ["123456789012"]

    @pytest.mark.parametrize("name", ["Missing", "Lambda"])
    def test_a_role_that_automation_cannot_assume_is_refused(
        self, automations: Automations, name: str
    ) -> None:
        iam: Any = automations.session.client("iam")
        iam.create_role(RoleName="Lambda", AssumeRolePolicyDocument='{"Statement": []}')
        automations.document(making_vpc(), **ROLE_GIVEN)
        with refused("InvalidAutomationExecutionParametersException", "unable to be assumed"):
            automations.start(AutomationAssumeRole=f"arn:aws:iam::123456789012:role/{name}")

    def test_a_script_works_in_the_region_of_its_execution(self, sandbox: Aws) -> None:
        automations = Automations(check_answers(sandbox.session("eu-west-1")))
        body = """
from boto3 import Session
from boto3.session import Session as Other
import boto3
def handler(events, context):
    sessions = [Session(), Other()]
    clients = [boto3.client("ec2"), boto3.client("ec2", region_name="us-west-2")]
    return [session.region_name for session in sessions] + [client.meta.region_name for client in clients]
"""
        told = automations.ran(script("Where", body))
        assert step_of(told, "Where")["Outputs"]["Payload"] == [
            "eu-west-1",
            "eu-west-1",
            "eu-west-1",
            "us-west-2",
        ]


class TestInterleaving:
    """Several executions at once."""

    def test_held_executions_take_their_steps_in_the_order_of_the_test(
        self, automations: Automations
    ) -> None:
        count = calling("Count", "ec2", "DescribeVpcs")
        count["outputs"] = [{"Name": "Ids", "Selector": "$.Vpcs[*].VpcId", "Type": "StringList"}]
        automations.document(making_vpc(), count)
        with held():
            first, second = automations.start(), automations.start()
        assert vpcs(automations) == 0
        assert execution(first).step()
        assert execution(second).step()
        execution(first).run()
        execution(second).run()
        seen = [step_of(automations.told(item), "Count")["Outputs"]["Ids"] for item in (first, second)]
        assert seen[0] == seen[1]
        assert not execution(first).step()


class TestApi:
    """What the API refuses and lists."""

    def test_parameters_are_checked_against_the_document(self, automations: Automations) -> None:
        declared = {
            "Id": {"type": "String", "allowedPattern": "^[a-z]+$"},
            "DryRun": {"type": "String", "allowedValues": ["true", "false"], "default": "false"},
            "Names": {"type": "StringList", "default": [], "maxItems": 2},
            "Count": {"type": "Integer", "default": 1},
        }
        automations.document(sleeping("Rest"), parameters=declared)
        told = automations.told(automations.start(Id="abc", Names=["a", "b"]))
        assert told["Parameters"] == {"Id": ["abc"], "DryRun": ["false"], "Names": ["a", "b"], "Count": ["1"]}
        for wrong in (
            {},
            {"Id": "ABC"},
            {"Id": ["a", "b"]},
            {"Id": "abc", "DryRun": "maybe"},
            {"Id": "abc", "Names": ["a", "b", "c"]},
            {"Id": "abc", "Count": "one"},
            {"Id": "abc", "Unknown": "x"},
        ):
            with refused("InvalidAutomationExecutionParametersException"):
                automations.start(**wrong)

    def test_unknown_documents_versions_and_executions_are_refused(self, automations: Automations) -> None:
        automations.document(sleeping("Rest"))
        with refused("AutomationDefinitionNotFoundException"):
            automations.start("Missing")
        with refused("AutomationDefinitionVersionNotFoundException"):
            automations.ssm.start_automation_execution(DocumentName="Repair", DocumentVersion="7")
        with refused("AutomationExecutionNotFoundException"):
            automations.told("00000000-0000-0000-0000-000000000000")

    def test_a_document_is_named_by_arn_too_and_runs_in_the_version_asked_for(
        self, automations: Automations
    ) -> None:
        automations.document(sleeping("First"))
        later = json.dumps({"schemaVersion": "0.3", "mainSteps": [sleeping("Later")]})
        automations.ssm.update_document(
            Name="Repair", Content=later, DocumentVersion="$LATEST", DocumentFormat="JSON"
        )
        arn = "arn:aws:ssm:us-east-1:123456789012:document/Repair"
        assert statuses(automations.told(automations.start(arn))) == {"First": "Success"}
        started = automations.ssm.start_automation_execution(DocumentName=arn, DocumentVersion="2")
        assert statuses(automations.told(started["AutomationExecutionId"])) == {"Later": "Success"}

    def test_a_document_of_another_account_runs_once_it_is_shared(
        self, automations: Automations, sandbox: Aws
    ) -> None:
        automations.document(sleeping("Rest"))
        arn = "arn:aws:ssm:us-east-1:123456789012:document/Repair"
        member: Any = sandbox.session(account="210987654321").client("ssm")
        with refused("AutomationDefinitionNotFoundException"):
            member.start_automation_execution(DocumentName=arn)
        automations.ssm.modify_document_permission(
            Name="Repair", PermissionType="Share", AccountIdsToAdd=["210987654321"]
        )
        started = member.start_automation_execution(DocumentName=arn)["AutomationExecutionId"]
        assert member.get_automation_execution(AutomationExecutionId=started)["AutomationExecution"]
        assert executions_of("123456789012", "us-east-1") == {}

    def test_the_same_client_token_starts_one_execution(self, automations: Automations) -> None:
        automations.document(making_vpc())
        token = "01234567-89ab-cdef-0123-456789abcdef"
        started = [
            automations.ssm.start_automation_execution(DocumentName="Repair", ClientToken=token)
            for _ in range(2)
        ]
        assert started[0]["AutomationExecutionId"] == started[1]["AutomationExecutionId"]
        assert vpcs(automations) == 1

    def test_executions_and_their_steps_are_listed_by_filter_and_page(self, automations: Automations) -> None:
        automations.document(sleeping("One"), failing("Two"))
        automations.document(sleeping("Rest"), name="Other")
        ids = [automations.start(), automations.start("Other")]
        listed = automations.ssm.describe_automation_executions(MaxResults=1)
        assert listed["AutomationExecutionMetadataList"][0]["AutomationExecutionId"] == ids[1]
        failed = automations.ssm.describe_automation_executions(
            Filters=[{"Key": "ExecutionStatus", "Values": ["Failed"]}]
        )["AutomationExecutionMetadataList"]
        assert [item["AutomationExecutionId"] for item in failed] == ids[:1]
        steps = automations.ssm.describe_automation_step_executions(
            AutomationExecutionId=ids[0], Filters=[{"Key": "StepExecutionStatus", "Values": ["Failed"]}]
        )["StepExecutions"]
        assert [step["StepName"] for step in steps] == ["Two"]

    @pytest.mark.parametrize(
        "step",
        [sleeping("Rest", nextStep="Nowhere"), sleeping("Rest", onFailure="Retry"), sleeping("A b")],
    )
    def test_a_runbook_that_leads_nowhere_is_not_created(
        self, automations: Automations, step: dict[str, Any]
    ) -> None:
        with refused("InvalidDocumentContent"):
            automations.document(step)

    def test_a_document_has_at_most_64_kb(self, automations: Automations) -> None:
        automations.document(sleeping("Rest"), description="x" * 65_000)
        with refused("MaxDocumentSizeExceeded"):
            automations.document(sleeping("Rest"), name="Larger", description="x" * 66_000)
