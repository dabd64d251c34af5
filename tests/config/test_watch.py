"""Specification of the watch function: messages in, StartConfigRulesEvaluation requests out."""

from collections import Counter
from typing import Any

import pytest

from tests.aws.canned_aws import Fault
from tests.config.cold import Guard, context_in, event, messages
from tests.config.networks import behind_nat, canned, without_triggers
from tests.config.test_handler import RULES
from tests.config.wire import ACCOUNT, CENTRAL, Wire, config_rule, wired

HERE = {"account": ACCOUNT, "region": "us-east-1"}
START = "config:StartConfigRulesEvaluation"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXECUTION_ROLE_NAME", "KafkaTriggerGuardRead")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """An account with the eight rules, about whose trigger AWS Config knows nothing yet."""
    wire = wired(canned(behind_nat().document()), monkeypatch)
    wire.rules = [config_rule(rule) for rule in RULES]
    return wire


def evaluate_all(wire: Wire) -> None:
    """What AWS Config records when every rule is evaluated now."""
    guard = Guard()
    for rule in wire.rules:
        name = rule["ConfigRuleName"]
        wire.forget_requests()
        wire.recorded.pop(name, None)
        guard.answer(event("scheduled", name=name, Rule=name))
        for each in wire.evaluations:
            wire.record(name, each["ComplianceResourceId"], each["ComplianceType"], each["Annotation"])
    wire.forget_requests()


def started(wire: Wire) -> list[str]:
    """The rules whose evaluation was started."""
    return [name for call in wire.parameters(START) for name in call["ConfigRuleNames"]]


def test_rules_without_results_are_started_if_they_would_have_some(wire: Wire) -> None:
    assert Guard().watch(messages(HERE)) == []
    assert started(wire) == sorted(set(RULES) - {"kafka-trigger-endpoint-ingress"})


def test_a_thousand_messages_that_change_nothing_start_no_evaluation(wire: Wire) -> None:
    evaluate_all(wire)
    guard = Guard()
    for _ in range(100):
        assert guard.watch(messages(*[HERE] * 10)) == []
    assert started(wire) == []
    assert wire.attempts.count("lambda:ListEventSourceMappings") == 1


def test_only_the_rules_whose_result_would_change_are_started(wire: Wire) -> None:
    evaluate_all(wire)
    group = next(g for g in wire.items["ec2:DescribeSecurityGroups"] if g["GroupName"] == "broker")
    group["IpPermissions"] = []
    Guard().watch(messages(HERE))
    assert started(wire) == ["kafka-trigger-broker-access"]


def test_another_reason_for_the_same_compliance_is_a_change(wire: Wire) -> None:
    evaluate_all(wire)
    (known,) = wire.recorded["kafka-trigger-lambda-endpoint"]
    known["Annotation"] = "no-path: something else."
    Guard().watch(messages(HERE))
    assert started(wire) == ["kafka-trigger-lambda-endpoint"]


def test_a_deleted_trigger_is_a_change_for_every_rule_that_shows_it(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate_all(wire)
    gone = wired(canned(without_triggers().document()), monkeypatch)
    gone.rules, gone.recorded = wire.rules, wire.recorded
    Guard().watch(messages(HERE))
    assert set(started(gone)) == set(RULES) - {"kafka-trigger-endpoint-ingress"}


def test_rules_are_found_by_their_parameter_whatever_they_are_called(wire: Wire) -> None:
    wire.rules = [
        config_rule("lambda-conformance-pack-x1y2", "kafka-trigger-lambda-endpoint"),
        config_rule("kafka-trigger-sts-endpoint", "something-else"),
        config_rule("s3-bucket-ssl", owner="AWS", rule="kafka-trigger-sts-endpoint"),
        config_rule("deleted", "kafka-trigger-sts-endpoint") | {"ConfigRuleState": "DELETING"},
        {"ConfigRuleName": "no-parameters", "Source": {"Owner": "CUSTOM_LAMBDA"}},
        config_rule("broken", "kafka-trigger-sts-endpoint", AllowNat="maybe"),
    ]
    assert Guard().watch(messages(HERE)) == []
    assert started(wire) == ["lambda-conformance-pack-x1y2"]


def test_rules_on_later_pages_are_found(wire: Wire) -> None:
    others = [config_rule(f"other-{number}", "not-ours") for number in range(60)]
    wire.rules = [*others, config_rule("ours", "kafka-trigger-lambda-endpoint")]
    Guard().watch(messages(HERE))
    assert started(wire) == ["ours"]


def test_at_most_25_rules_are_started_by_one_call(wire: Wire) -> None:
    wire.rules = [config_rule(f"copy-{number:02}", "kafka-trigger-lambda-endpoint") for number in range(60)]
    Guard().watch(messages(HERE))
    assert [len(call["ConfigRuleNames"]) for call in wire.parameters(START)] == [25, 25, 10]
    assert len(set(started(wire))) == 60


def test_a_place_without_our_rules_costs_one_call(wire: Wire) -> None:
    wire.rules = []
    assert Guard().watch(messages(HERE)) == []
    assert Counter(wire.attempts) == {"sts:AssumeRole": 1, "config:DescribeConfigRules": 1}


def test_messages_of_one_place_are_folded(wire: Wire) -> None:
    Guard().watch(messages(*[HERE] * 10))
    assert len(wire.parameters(START)) == 1
    assert wire.attempts.count("config:DescribeConfigRules") == 1


def test_a_forwarded_eventbridge_event_is_a_message(wire: Wire) -> None:
    forwarded = {"version": "0", "source": "aws.ec2", "detail-type": "AWS API Call via CloudTrail", **HERE}
    assert Guard().watch(messages(forwarded)) == []
    assert started(wire)


def test_a_snapshot_from_before_the_message_is_not_used(wire: Wire) -> None:
    guard = Guard()
    guard.watch(messages(HERE))
    guard.watch(messages(HERE, sent_at=4_000_000_000_000))
    assert wire.attempts.count("lambda:ListEventSourceMappings") == 2


def test_an_evaluation_that_still_runs_is_retried_later_and_not_lost(wire: Wire) -> None:
    wire.faults[START] = Fault.THROTTLED
    guard = Guard()
    batch = messages(HERE, HERE)
    assert guard.watch(batch) == ["0", "1"]
    wire.faults.clear()
    wire.forget_requests()
    assert guard.watch(batch) == []
    assert "kafka-trigger-lambda-endpoint" in started(wire)


@pytest.mark.parametrize("code", ["LimitExceededException", "ResourceInUseException"])
def test_a_refused_start_is_not_waited_for(wire: Wire, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore would take LimitExceededException for throttling and try for a minute."""
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    refuse(wire, code)
    assert Guard().watch(messages(HERE)) == ["0"]
    assert wire.attempts.count(START) == 1


def refuse(wire: Wire, code: str) -> None:
    """AWS Config answers a start with this error."""
    answered = wire._body

    def body(operation: str, *told: Any) -> tuple[int, bytes]:
        if operation == START:
            return 400, f'{{"__type": "{code}", "message": "busy"}}'.encode()
        return answered(operation, *told)

    wire._body = body  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize(
    "body",
    ["", "nonsense", "[]", "{}", '{"account": "1234", "region": "us-east-1"}', '{"account": "111122223333"}'],
)
def test_a_message_that_names_no_place_fails_alone(wire: Wire, body: str) -> None:
    assert Guard().watch(messages(body, HERE)) == ["0"]
    assert started(wire)


def test_a_foreign_account_fails_alone_and_no_role_of_it_is_assumed(wire: Wire) -> None:
    foreign = {"account": "444455556666", "region": "us-east-1"}
    assert Guard().watch(messages(foreign, HERE)) == ["0"]
    assert {call["RoleArn"].split(":")[4] for call in wire.parameters("sts:AssumeRole")} == {ACCOUNT}


def test_the_central_function_watches_the_accounts_it_is_told_of(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ACCOUNTS", ACCOUNT)
    assert Guard().watch(messages(HERE), context_in(CENTRAL)) == []
    assert {key for operation, key in wire.signed if operation != "sts:AssumeRole"} == {f"ASIA{ACCOUNT}"}


@pytest.mark.parametrize(
    "operation",
    [
        "sts:AssumeRole",
        "config:DescribeConfigRules",
        "config:GetComplianceDetailsByConfigRule",
        "lambda:ListEventSourceMappings",
    ],
)
@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.THROTTLED, Fault.DROPPED])
def test_a_failing_operation_brings_the_messages_again_and_starts_nothing(
    wire: Wire, operation: str, fault: Fault
) -> None:
    wire.faults[operation] = fault
    assert Guard().watch(messages(HERE, HERE)) == ["0", "1"]
    assert started(wire) == []


def test_what_there_is_no_time_for_comes_again(wire: Wire) -> None:
    assert Guard().watch(messages(HERE), context_in(remaining=5_000)) == ["0"]
    assert wire.attempts == []


def test_without_the_roles_name_every_message_comes_again(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EXECUTION_ROLE_NAME")
    assert Guard().watch(messages(HERE)) == ["0"]
    assert "set EXECUTION_ROLE_NAME" in capsys.readouterr().out
    assert wire.attempts == []


def test_nothing_is_put_by_the_watch_function(wire: Wire) -> None:
    Guard().watch(messages(HERE))
    assert wire.puts == []
