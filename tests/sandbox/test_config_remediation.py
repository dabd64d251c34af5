"""Remediation by AWS Config in the sandbox: when documents are started, with what, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from kafka_trigger_guard.sandbox.automation.executions import failing_step
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.config.service import Config
from tests.sandbox.account import refused
from tests.sandbox.answers import check_answers
from tests.sandbox.automating import Automations, calling, statuses

RULE, TYPE, ID = "endpoint", "AWS::Lambda::EventSourceMapping", "0a1b"
KEY = {"resourceType": TYPE, "resourceId": ID}
EXCEPTED = {"ResourceType": TYPE, "ResourceId": ID}
BY_ID = {"ResourceValue": {"Value": "RESOURCE_ID"}}


class Account:
    """An account with one rule whose result the test decides, and a document that names a VPC after it."""

    def __init__(self, sandbox: Aws) -> None:
        session = check_answers(sandbox.session())
        self.automations = Automations(session)
        self.client: Any = session.client("config")
        self.ec2: Any = session.client("ec2")
        self.results = {ID: "NON_COMPLIANT"}
        self.config = Config(session, self._evaluate)
        self.config.put_rule(RULE)
        tag = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "{{ EventSourceMappingId }}"}]}]
        self.automations.document(
            calling("Make", "ec2", "CreateVpc", CidrBlock="10.0.0.0/16", TagSpecifications=tag),
            assumeRole="{{ AutomationAssumeRole }}",
            parameters={
                "EventSourceMappingId": {"type": "String"},
                "AutomationAssumeRole": {"type": "String"},
            },
        )

    def _evaluate(self, event: Mapping[str, Any], _: Any) -> None:
        evaluations = [
            {
                "ComplianceResourceType": TYPE,
                "ComplianceResourceId": resource_id,
                "ComplianceType": compliance,
                "OrderingTimestamp": datetime.now(UTC),
            }
            for resource_id, compliance in self.results.items()
        ]
        self.client.put_evaluations(Evaluations=evaluations, ResultToken=event["resultToken"])

    def put(self, **more: Any) -> None:
        """Put the remediation, automatic unless more is said."""
        role = {"StaticValue": {"Values": [self.automations.role_arn]}}
        configuration = {
            "ConfigRuleName": RULE,
            "TargetType": "SSM_DOCUMENT",
            "TargetId": "Repair",
            "Parameters": {"EventSourceMappingId": BY_ID, "AutomationAssumeRole": role},
            "Automatic": True,
        }
        self.client.put_remediation_configurations(RemediationConfigurations=[{**configuration, **more}])

    @property
    def made(self) -> list[str]:
        """The names of the VPCs that the document has made."""
        vpcs = self.ec2.describe_vpcs(Filters=[{"Name": "tag-key", "Values": ["Name"]}])["Vpcs"]
        return [vpc["Tags"][0]["Value"] for vpc in vpcs]

    def status(self) -> dict[str, Any]:
        """The status of the one resource's remediation."""
        told = self.client.describe_remediation_execution_status(ConfigRuleName=RULE, ResourceKeys=[KEY])
        return dict(told["RemediationExecutionStatuses"][0])

    def exceptions(self) -> list[str]:
        """The resources that are excepted."""
        told = self.client.describe_remediation_exceptions(ConfigRuleName=RULE)["RemediationExceptions"]
        return [exception["ResourceId"] for exception in told]


@pytest.fixture
def account(sandbox: Aws) -> Account:
    return Account(sandbox)


def test_a_red_result_starts_the_document_with_the_resources_id(account: Account) -> None:
    account.put()
    assert account.config.remediate() == ()
    account.config.run_all()
    assert account.config.remediate() == ((RULE, ID),)
    assert account.made == [ID]
    status = account.status()
    assert (status["State"], status["ResourceKey"]) == ("SUCCEEDED", KEY)
    assert [(step["Name"], step["State"]) for step in status["StepDetails"]] == [("Make", "SUCCEEDED")]


def test_once_is_enough_until_the_rule_is_evaluated_again(account: Account) -> None:
    account.put()
    account.config.run_all()
    account.config.remediate()
    assert account.config.remediate() == ()
    account.config.run_all()
    assert account.config.remediate() == ((RULE, ID),)


@pytest.mark.parametrize("compliance", ["COMPLIANT", "NOT_APPLICABLE"])
def test_no_other_result_starts_it(account: Account, compliance: str) -> None:
    account.put()
    account.results = {ID: compliance}
    account.config.run_all()
    assert account.config.remediate() == ()


def test_manual_remediation_waits_for_a_person(account: Account) -> None:
    account.put(Automatic=False)
    account.config.run_all()
    assert account.config.remediate() == ()
    answer = account.client.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=[KEY])
    assert answer["FailedItems"] == []
    assert account.made == [ID]


def test_a_failed_document_is_tried_again_until_config_adds_an_exception(account: Account) -> None:
    account.put(MaximumAutomaticAttempts=3, RetryAttemptSeconds=300)
    account.config.run_all()
    with failing_step("Make"):
        attempts = [account.config.remediate() for _ in range(5)]
    assert [len(attempt) for attempt in attempts] == [1, 1, 1, 0, 0]
    assert account.status()["State"] == "FAILED"
    assert "injected" in account.status()["StepDetails"][0]["ErrorMessage"]
    assert account.exceptions() == [ID]
    account.config.run_all()
    assert account.config.remediate() == ()


def test_failures_that_are_far_apart_add_no_exception(account: Account) -> None:
    account.put(MaximumAutomaticAttempts=2, RetryAttemptSeconds=60)
    account.config.run_all()
    with failing_step("Make"):
        account.config.remediate()
        CLOCK.skip(61)
        account.config.remediate()
    assert account.exceptions() == []
    assert account.config.remediate() == ()


def test_a_second_attempt_may_succeed(account: Account) -> None:
    account.put()
    account.config.run_all()
    with failing_step("Make"):
        account.config.remediate()
    account.config.remediate()
    assert (account.made, account.status()["State"]) == ([ID], "SUCCEEDED")


def test_a_document_that_cannot_be_started_has_failed(account: Account) -> None:
    account.put(TargetId="Missing", MaximumAutomaticAttempts=1)
    account.config.run_all()
    account.config.remediate()
    step = account.status()["StepDetails"][0]
    assert (step["State"], "AutomationDefinitionNotFound" in step["ErrorMessage"]) == ("FAILED", True)
    assert account.exceptions() == [ID]


def test_an_exception_keeps_a_resource_from_being_remediated(account: Account) -> None:
    account.put()
    account.config.run_all()
    soon = CLOCK.now() + timedelta(hours=1)
    account.client.put_remediation_exceptions(
        ConfigRuleName=RULE, ResourceKeys=[EXCEPTED], Message="ticket 7", ExpirationTime=soon
    )
    assert account.config.remediate() == ()
    CLOCK.skip(3601)
    assert account.config.remediate() == ((RULE, ID),)


def test_a_deleted_exception_lets_it_be_remediated_again(account: Account) -> None:
    account.put()
    account.config.run_all()
    account.client.put_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=[EXCEPTED])
    account.client.delete_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=[EXCEPTED])
    assert account.config.remediate() == ((RULE, ID),)
    with refused("NoSuchRemediationExceptionException"):
        account.client.delete_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=[EXCEPTED])


def test_only_red_results_can_be_excepted(account: Account) -> None:
    account.put()
    with refused("InvalidParameterValueException", "not NON_COMPLIANT"):
        account.client.put_remediation_exceptions(ConfigRuleName=RULE, ResourceKeys=[EXCEPTED])


def test_while_it_waits_for_approval_it_is_in_progress_and_not_started_again(account: Account) -> None:
    approve = {"name": "Ask", "action": "aws:approve", "inputs": {"Approvers": ["arn:aws:iam::1:role/x"]}}
    account.automations.document(
        approve, name="Asking", parameters={"AutomationAssumeRole": {"type": "String"}}
    )
    role = {"StaticValue": {"Values": [account.automations.role_arn]}}
    account.put(TargetId="Asking", Parameters={"AutomationAssumeRole": role})
    account.config.run_all()
    account.config.remediate()
    account.config.run_all()
    assert account.config.remediate() == ()
    assert account.status()["State"] == "IN_PROGRESS"
    failed = account.client.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=[KEY])
    assert failed["FailedItems"] == [KEY]
    with refused("RemediationInProgressException"):
        account.client.delete_remediation_configuration(ConfigRuleName=RULE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ConfigRuleName": "unknown"},
        {"TargetType": "LAMBDA"},
        {"Parameters": {"EventSourceMappingId": BY_ID}},
        {"Parameters": {"EventSourceMappingId": {"ResourceValue": {"Value": "RESOURCE_TYPE"}}}},
        {"Parameters": {"EventSourceMappingId": {}}},
        {"Parameters": {"AutomationAssumeRole": {"StaticValue": {"Values": ["x" * 257]}}}},
        {"MaximumAutomaticAttempts": 25, "RetryAttemptSeconds": 2_678_001},
    ],
)
def test_what_config_does_not_accept_is_refused(account: Account, wrong: dict[str, Any]) -> None:
    with refused("InvalidParameterValueException"):
        account.put(**wrong)
    told = account.client.describe_remediation_configurations(ConfigRuleNames=[RULE])
    assert told["RemediationConfigurations"] == []


def test_a_rule_with_a_remediation_is_deleted_after_it(account: Account) -> None:
    account.put()
    told = account.client.describe_remediation_configurations(ConfigRuleNames=[RULE, "unknown"])
    assert [item["TargetId"] for item in told["RemediationConfigurations"]] == ["Repair"]
    with refused("ResourceInUseException", "remediation"):
        account.client.delete_config_rule(ConfigRuleName=RULE)
    account.client.delete_remediation_configuration(ConfigRuleName=RULE)
    account.client.delete_config_rule(ConfigRuleName=RULE)
    with refused("NoSuchRemediationConfigurationException"):
        account.client.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=[KEY])


def test_a_member_account_runs_the_document_that_is_shared_with_it(sandbox: Aws) -> None:
    central = Automations(sandbox.session())
    central.document(calling("Who", "sts", "GetCallerIdentity", {"Account": "$.Account"}))
    central.ssm.modify_document_permission(
        Name="Repair", PermissionType="Share", AccountIdsToAdd=["210987654321"]
    )
    member: Any = sandbox.session(account="210987654321")
    config: Any = member.client("config")
    Config(member, lambda _event, _context: None).put_rule(RULE)
    shared = "arn:aws:ssm:us-east-1:123456789012:document/Repair"
    config.put_remediation_configurations(
        RemediationConfigurations=[
            {"ConfigRuleName": RULE, "TargetType": "SSM_DOCUMENT", "TargetId": shared, "Automatic": False}
        ]
    )
    config.start_remediation_execution(ConfigRuleName=RULE, ResourceKeys=[KEY])
    ssm = member.client("ssm")
    listed = ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    told = ssm.get_automation_execution(AutomationExecutionId=listed[0]["AutomationExecutionId"])
    assert statuses(told["AutomationExecution"]) == {"Who": "Success"}
