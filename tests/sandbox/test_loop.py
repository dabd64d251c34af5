"""The whole loop in the sandbox, station by station and at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from kafka_trigger_guard.sandbox.events.inputs import input_of
from kafka_trigger_guard.sandbox.events.trail import event
from kafka_trigger_guard.sandbox.loop import NeverQuietError, running_loop
from kafka_trigger_guard.sandbox.oversight import enforced_iam, recorded_calls
from tests.sandbox.looping import ACCOUNT, FUNCTIONS, HTTPS, QUEUE, REGION, RULE, Account

WAKING = """
import boto3
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/changes"
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=QUEUE, MessageBody="{}")
"""
TURNED_RED = {
    "source": ["aws.config"],
    "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
}


@pytest.fixture
def account(sandbox: Aws) -> Iterator[Account]:
    with running_loop() as loop:
        yield Account(sandbox.session(), loop)


def test_a_revoked_rule_is_noticed_judged_and_repaired_with_no_call_by_hand(account: Account) -> None:
    account.watch()
    account.judge()
    account.remediate()
    account.loop.evaluate_all()
    account.loop.run_until_quiet()
    assert account.compliance() == ["COMPLIANT"]
    account.revoke()
    account.loop.run_until_quiet()
    assert account.compliance() == ["COMPLIANT"]
    assert account.loop.remediations == [(RULE, account.group_id)]
    assert account.loop.failures == []


def test_eventbridge_can_start_the_document_when_a_result_turns_red(account: Account) -> None:
    account.judge()
    account.document()
    role = account.automations.role_arn
    template = f'{{"GroupId": [<id>], "AutomationAssumeRole": ["{role}"]}}'
    target = {
        "Id": "document",
        "Arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:automation-definition/Repair:$DEFAULT",
        "RoleArn": role,
        "InputTransformer": {"InputPathsMap": {"id": "$.detail.resourceId"}, "InputTemplate": template},
    }
    account.follow(TURNED_RED, target)
    account.revoke()
    account.loop.evaluate_all()
    account.loop.run_until_quiet()
    assert account.compliance() == ["COMPLIANT"]
    assert account.loop.evaluations == [RULE, RULE]


def test_a_burst_of_changes_elsewhere_is_folded_and_costs_no_evaluation(account: Account) -> None:
    account.watch()
    account.judge()
    account.loop.run_until_quiet()
    names = {"eventName": "RevokeSecurityGroupIngress", "requestParameters": {"groupId": "sg-0"}}
    for _ in range(1000):
        account.loop.put(event("aws.ec2", "AWS API Call via CloudTrail", ACCOUNT, REGION, names))
    account.loop.run_until_quiet()
    assert account.loop.evaluations == []
    assert account.messages("changes") == 0
    output = account.loop.functions.output(f"{FUNCTIONS}:watch").split("seen ")[1:]
    assert [int(text) for text in output][-1] >= 1000
    assert len(output) <= 3


def test_reads_and_refused_calls_are_no_events(account: Account) -> None:
    account.loop.run_until_quiet()
    account.ec2.describe_vpcs()
    with pytest.raises(account.ec2.exceptions.ClientError):
        account.ec2.authorize_security_group_ingress(GroupId=account.group_id, IpPermissions=[HTTPS])
    account.config.describe_config_rules()
    assert account.loop.events == []


def test_lambdas_events_have_dated_names(account: Account) -> None:
    account.loop.run_until_quiet()
    account.function("reader", index="")
    account.functions.update_function_configuration(FunctionName="reader", Timeout=9)
    account.functions.delete_function(FunctionName="reader")
    names = [told["detail"]["eventName"] for told in account.loop.events if told["source"] == "aws.lambda"]
    assert names == [
        "CreateFunction20150331",
        "UpdateFunctionConfiguration20150331v2",
        "DeleteFunction20150331",
    ]


def changes(account: Account) -> list[dict[str, Any]]:
    """The events of changed results that were not delivered yet."""
    return [told for told in account.loop.events if told["detail-type"] == "Config Rules Compliance Change"]


def test_a_result_that_changes_is_told_once(account: Account) -> None:
    account.judge()
    account.loop.evaluate_all()
    account.loop.run_until_quiet()
    account.loop.evaluate_all()
    account.loop.round()
    assert changes(account) == []
    account.revoke()
    account.loop.run_until_quiet()
    account.loop.evaluate_all()
    account.loop.round()
    told = changes(account)[0]
    assert (told["source"], told["detail-type"]) == ("aws.config", "Config Rules Compliance Change")
    assert told["detail"]["newEvaluationResult"]["complianceType"] == "NON_COMPLIANT"
    assert told["detail"]["oldEvaluationResult"]["complianceType"] == "COMPLIANT"
    assert (told["detail"]["resourceId"], told["detail"]["configRuleName"]) == (account.group_id, RULE)


class TestFunctions:
    """The code of the uploaded zip."""

    def test_it_is_not_mixed_up_with_modules_of_the_same_name_in_this_process(self, account: Account) -> None:
        account.judge()
        account.loop.evaluate_all()
        account.loop.run_until_quiet()
        assert account.compliance() == ["COMPLIANT"]
        assert "judging" not in sys.modules
        assert "index" not in sys.modules

    def test_it_stays_warm_until_its_code_changes(self, account: Account) -> None:
        counting = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n\n"
        arn = account.function("count", index=counting)
        assert [account.loop.functions.invoke(arn, {}) for _ in range(2)] == [1, 2]

    def test_its_calls_are_those_of_its_role(self, account: Account) -> None:
        account.judge()
        account.loop.evaluate_all()
        with recorded_calls() as recording:
            account.loop.run_until_quiet()
        assert recording.actions("judge") == {"ec2:DescribeSecurityGroups", "config:PutEvaluations"}

    def test_it_may_do_only_what_its_role_allows(self, account: Account) -> None:
        account.judge()
        account.loop.evaluate_all()
        with enforced_iam():
            account.loop.run_until_quiet()
        assert account.compliance() == []
        assert "UnauthorizedOperation" in account.loop.failures[0]

    def test_a_service_that_is_not_allowed_to_invoke_it_does_not(self, account: Account) -> None:
        account.judge()
        account.functions.remove_permission(FunctionName="judge", StatementId="service")
        account.loop.evaluate_all()
        account.loop.run_until_quiet()
        assert "config.amazonaws.com is not allowed to invoke" in account.loop.failures[0]

    def test_eventbridge_invokes_it_with_the_event(self, account: Account) -> None:
        arn = account.function("told", index="def handler(event, context):\n    print(event['source'])\n")
        account.allow("told", "events.amazonaws.com")
        account.follow({"source": ["aws.ec2"]}, {"Id": "function", "Arn": arn})
        account.loop.run_until_quiet()
        account.revoke()
        account.loop.run_until_quiet()
        assert "aws.ec2" in account.loop.functions.output(arn)


class TestQueues:
    """How messages reach a function."""

    def test_a_batch_whose_function_raises_comes_again_and_then_goes_to_the_dead_letters(
        self, account: Account
    ) -> None:
        account.watch(
            code="def handler(event, context):\n    raise ValueError('nothing works')\n", receives=2
        )
        account.revoke()
        account.loop.run_until_quiet()
        assert len(account.loop.failures) == 2
        assert "ValueError: nothing works" in account.loop.failures[0]
        assert (account.messages("changes"), account.messages("changes-failed")) == (0, 1)

    def test_only_the_messages_that_the_function_names_come_again(self, account: Account) -> None:
        account.watch(
            code="def handler(event, context):\n"
            "    last = event['Records'][-1]['messageId']\n"
            "    print(len(event['Records']))\n"
            "    several = len(event['Records']) > 1\n"
            "    return {'batchItemFailures': [{'itemIdentifier': last}] if several else []}\n"
        )
        account.revoke()
        account.admit()
        account.loop.run_until_quiet()
        assert account.loop.functions.output(f"{FUNCTIONS}:watch").split() == ["2", "1"]

    def test_a_queue_without_a_policy_for_eventbridge_gets_nothing(self, account: Account) -> None:
        account.sqs.create_queue(QueueName="closed")
        target = {"Id": "queue", "Arn": QUEUE.replace("changes", "closed")}
        account.follow({"source": ["aws.ec2"]}, target)
        account.revoke()
        account.loop.run_until_quiet()
        assert "policy does not let" in account.loop.failures[0]

    def test_a_topic_is_published_to_if_its_policy_lets_eventbridge(self, account: Account) -> None:
        sns: Any = account.session.client("sns")
        arn = sns.create_topic(Name="red")["TopicArn"]
        account.sqs.create_queue(QueueName="told")
        queue = QUEUE.replace("changes", "told")
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
        target = {"Id": "topic", "Arn": arn, "InputTransformer": {"InputTemplate": '"it is red"'}}
        account.follow({"source": ["aws.ec2"]}, target)
        account.revoke()
        account.loop.run_until_quiet()
        assert account.messages("told") == 0
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
        account.admit()
        account.loop.run_until_quiet()
        assert account.messages("told") == 1

    def test_a_disabled_rule_delivers_nothing(self, account: Account) -> None:
        account.watch()
        account.events.disable_rule(Name="changes")
        account.loop.run_until_quiet()
        account.revoke()
        account.loop.run_until_quiet()
        assert account.loop.deliveries == []


def test_what_goes_on_and_on_is_an_error(account: Account) -> None:
    account.watch(code=WAKING, receives=1000)
    account.revoke()
    account.loop.rounds = 5
    with pytest.raises(NeverQuietError):
        account.loop.run_until_quiet()


def test_an_event_crosses_to_the_bus_of_another_account_and_keeps_its_own(
    account: Account, sandbox: Aws
) -> None:
    account.watch()
    member: Any = sandbox.session(account="210987654321")
    account.events.create_event_bus(Name="central")
    paths = {"account": "$.account"}
    transformer = {"InputPathsMap": paths, "InputTemplate": '{"account": <account>}'}
    account.events.put_rule(Name="all", EventPattern='{"source": ["aws.ec2"]}', EventBusName="central")
    account.events.put_targets(
        Rule="all",
        EventBusName="central",
        Targets=[{"Id": "queue", "Arn": QUEUE, "InputTransformer": transformer}],
    )
    events = member.client("events")
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/central"
    events.put_rule(Name="forward", EventPattern='{"source": ["aws.ec2"]}')
    forward = {"Id": "bus", "Arn": bus, "RoleArn": "arn:aws:iam::210987654321:role/Forward"}
    events.put_targets(Rule="forward", Targets=[forward])
    account.loop.run_until_quiet()
    member.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    account.loop.round()
    told = [delivery.rule for delivery in account.loop.deliveries]
    assert told[-1] == "all"
    assert account.loop.failures == []


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ({}, '{"a": {"b": "x"}, "n": 1}'),
        ({"Input": "fixed"}, "fixed"),
        ({"InputPath": "$.a"}, '{"b": "x"}'),
        (
            {"InputTransformer": {"InputPathsMap": {"v": "$.a.b"}, "InputTemplate": '{"v": <v>}'}},
            '{"v": "x"}',
        ),
        ({"InputTransformer": {"InputPathsMap": {"v": "$.a.b"}, "InputTemplate": '"<v>!"'}}, '"x!"'),
        ({"InputTransformer": {"InputPathsMap": {"v": "$.n"}, "InputTemplate": "[<v>, <w>]"}}, "[1, <w>]"),
        ({"InputTransformer": {"InputPathsMap": {"v": "$.no"}, "InputTemplate": "<v>"}}, '""'),
    ],
)
def test_a_target_receives_what_its_input_says(target: dict[str, Any], text: str) -> None:
    assert input_of(target, {"a": {"b": "x"}, "n": 1}) == text
