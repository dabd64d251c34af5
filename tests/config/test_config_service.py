"""Specification of the embedded AWS Config, with the real function behind its rules."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kafka_trigger_guard.sandbox import Aws, aws
from kafka_trigger_guard.sandbox.config.service import ROLE_NAME, Config
from kafka_trigger_guard.sandbox.story.triggers import Story, build
from tests.config.cold import Guard, context_in, messages
from tests.config.test_handler import RULES

LAMBDA, STS = RULES[:2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Recording:
    """A function that only remembers its events, and the last token it was given."""

    events: list[Mapping[str, Any]]

    def __call__(self, event: Mapping[str, Any], _: Any) -> None:
        self.events.append(event)

    @property
    def token(self) -> str:
        """The result token of the last event."""
        return str(self.events[-1]["resultToken"])


@pytest.fixture
def sandbox() -> Iterator[Aws]:
    with aws() as running:
        yield running


@pytest.fixture
def client(sandbox: Aws) -> Any:
    """The account's AWS Config client."""
    return sandbox.session().client("config")


@pytest.fixture
def function() -> Recording:
    return Recording([])


@pytest.fixture
def config(sandbox: Aws, function: Recording) -> Config:
    """AWS Config with one rule that is due."""
    config = Config(sandbox.session(), function)
    config.put_rule(LAMBDA)
    config.run_all()
    return config


def evaluation(resource_id: str, compliance: str, hours: int = 0, **more: str) -> dict[str, Any]:
    """One evaluation, ordered by a time some hours after midnight."""
    return {
        "ComplianceResourceType": "AWS::Lambda::EventSourceMapping",
        "ComplianceResourceId": resource_id,
        "ComplianceType": compliance,
        "OrderingTimestamp": NOW + timedelta(hours=hours),
        **more,
    }


def shown(config: Config) -> dict[str, str]:
    """What AWS Config shows, by resource."""
    return {each.resource_id: each.compliance for each in config.compliance()}


def refused(code: str, call: Callable[..., Any], **parameters: Any) -> None:
    """The call is refused with this code."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code


def test_a_later_result_replaces_an_earlier_one_and_not_the_other_way_round(
    config: Config, function: Recording, client: Any
) -> None:
    for compliance, hours in (("COMPLIANT", 2), ("NON_COMPLIANT", 1), ("NON_COMPLIANT", 3), ("COMPLIANT", 0)):
        put = [evaluation("a", compliance, hours)]
        client.put_evaluations(Evaluations=put, ResultToken=function.token)
    assert shown(config) == {"a": "NON_COMPLIANT"}


def test_what_does_not_apply_any_more_is_cleaned_up(config: Config, function: Recording, client: Any) -> None:
    put = [evaluation("a", "COMPLIANT"), evaluation("b", "NON_COMPLIANT")]
    client.put_evaluations(Evaluations=put, ResultToken=function.token)
    client.put_evaluations(Evaluations=[evaluation("b", "NOT_APPLICABLE", 1)], ResultToken=function.token)
    assert shown(config) == {"a": "COMPLIANT"}


def test_a_trial_records_nothing(config: Config, function: Recording, client: Any) -> None:
    client.put_evaluations(
        Evaluations=[evaluation("a", "COMPLIANT")], ResultToken=function.token, TestMode=True
    )
    assert shown(config) == {}


@pytest.mark.parametrize(
    ("put", "code"),
    [
        ([evaluation("a", "INSUFFICIENT_DATA")], "InvalidParameterValueException"),
        ([evaluation("a", "COMPLIANT", Annotation="x" * 257)], "InvalidParameterValueException"),
        ([evaluation(f"{number}", "COMPLIANT") for number in range(101)], "InvalidParameterValueException"),
    ],
)
def test_evaluations_that_aws_refuses_are_refused(
    config: Config, function: Recording, client: Any, put: list[dict[str, Any]], code: str
) -> None:
    refused(code, client.put_evaluations, Evaluations=put, ResultToken=function.token)
    assert shown(config) == {}


@pytest.mark.usefixtures("config")
def test_a_token_of_nobody_is_refused(client: Any) -> None:
    refused("InvalidResultTokenException", client.put_evaluations, Evaluations=[], ResultToken="x")


def test_a_running_evaluation_is_not_started_again(config: Config, client: Any) -> None:
    client.start_config_rules_evaluation(ConfigRuleNames=[LAMBDA])
    refused("LimitExceededException", client.start_config_rules_evaluation, ConfigRuleNames=[LAMBDA])
    assert client.describe_config_rules()["ConfigRules"][0]["ConfigRuleState"] == "EVALUATING"
    assert config.run_started() == (LAMBDA,)
    client.start_config_rules_evaluation(ConfigRuleNames=[LAMBDA])


@pytest.mark.usefixtures("config")
def test_an_unknown_rule_is_refused(client: Any) -> None:
    code = "NoSuchConfigRuleException"
    refused(code, client.start_config_rules_evaluation, ConfigRuleNames=["no-such"])
    refused(code, client.get_compliance_details_by_config_rule, ConfigRuleName="no-such")


def test_details_come_in_pages(config: Config, function: Recording, client: Any) -> None:
    put = [evaluation(f"{number:03}", "COMPLIANT") for number in range(95)]
    client.put_evaluations(Evaluations=put, ResultToken=function.token)
    pages = client.get_paginator("get_compliance_details_by_config_rule").paginate(ConfigRuleName=LAMBDA)
    assert [len(page["EvaluationResults"]) for page in pages] == [10] * 9 + [5]
    assert len(shown(config)) == 95


def test_a_function_that_fails_is_tried_three_times(sandbox: Aws) -> None:
    attempts = []

    def failing(event: Mapping[str, Any], _: Any) -> None:
        attempts.append(event["resultToken"])
        raise RuntimeError("no")

    config = Config(sandbox.session(), failing)
    config.put_rule(LAMBDA)
    with pytest.raises(RuntimeError):
        config.run_all()
    assert len(attempts) == 3
    assert len(set(attempts)) == 1


class TestStory:
    """The demo's five triggers under the real functions."""

    @pytest.fixture
    def story(self, sandbox: Aws) -> Story:
        return build(sandbox.session())

    @pytest.fixture
    def guard(self, monkeypatch: pytest.MonkeyPatch) -> Guard:
        monkeypatch.setenv("EXECUTION_ROLE_NAME", ROLE_NAME)
        return Guard()

    @pytest.fixture
    def config(self, sandbox: Aws, story: Story, guard: Guard) -> Config:
        assert story
        config = Config(sandbox.session(), guard.answer)
        for rule in RULES:
            config.put_rule(rule)
        config.run_all()
        return config

    def red(self, config: Config) -> set[tuple[str, str]]:
        found = [each for each in config.compliance() if each.compliance == "NON_COMPLIANT"]
        return {(each.config_rule, each.resource_id) for each in found}

    def test_each_trigger_is_red_where_its_fault_is_and_nowhere_else(
        self, config: Config, story: Story
    ) -> None:
        assert self.red(config) == {
            (LAMBDA, story.orders_through_nat),
            (STS, story.payments_without_sts),
            (LAMBDA, story.returns_denied_by_network_acl),
            (STS, story.returns_denied_by_network_acl),
            ("kafka-trigger-endpoint-ingress", story.shipments_refused_by_endpoint),
        }

    def test_a_deleted_trigger_disappears(self, config: Config, story: Story, sandbox: Aws) -> None:
        functions: Any = sandbox.session().client("lambda")
        functions.delete_event_source_mapping(UUID=story.orders_through_nat)
        config.run_all()
        assert story.orders_through_nat not in {each.resource_id for each in config.compliance()}
        assert story.invoices_healthy in {each.resource_id for each in config.compliance()}

    def test_the_watch_function_starts_what_a_repair_changes(
        self, config: Config, story: Story, sandbox: Aws, guard: Guard
    ) -> None:
        here, context = {"account": config.account, "region": "us-east-1"}, context_in(config.account)
        assert guard.watch(messages(here), context) == []
        assert config.run_started() == ()
        red = next(
            each
            for each in config.compliance()
            if each.resource_id == story.shipments_refused_by_endpoint and each.compliance == "NON_COMPLIANT"
        )
        group_id = red.annotation.split()[1]
        ec2: Any = sandbox.session().client("ec2")
        open_to_all = {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [{"CidrIp": "10.30.0.0/16"}],
        }
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[open_to_all])
        soon = int((datetime.now(UTC) + timedelta(seconds=1)).timestamp() * 1000)
        assert guard.watch(messages(here, sent_at=soon), context) == []
        assert config.run_started() == ("kafka-trigger-endpoint-ingress",)
        assert ("kafka-trigger-endpoint-ingress", story.shipments_refused_by_endpoint) not in self.red(config)
