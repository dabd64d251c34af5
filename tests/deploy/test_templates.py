"""The templates: generated, clean, small enough, and as AWS Config and StackSets demand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from deploy.generate import written
from deploy.templates.changes import CHANGES, LARGEST_PATTERN
from kafka_trigger_guard.rules.registry import RULES
from tests.conftest import Figure
from tests.deploy.templates import NAMES, STACKS, TEMPLATES, of_type, size

LARGEST_STACK, LARGEST_PACK, LARGEST_INPUT = 1_000_000, 51_200, 1_024
MOST_PACK_PARAMETERS = 60
CONFIG_RULE = "AWS::Config::ConfigRule"


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return written()


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_template_is_what_the_generator_writes(name: str, generated: dict[str, str]) -> None:
    assert TEMPLATES[name].text == generated[name]


def test_every_rule_and_document_is_in_the_templates() -> None:
    policies = Path("remediation/documents").glob("*.policy.json")
    documents = {path.name.removesuffix(".policy.json") for path in policies}
    for name in ("single-account.yaml", "member.yaml"):
        names = {each["Name"] for each in of_type(TEMPLATES[name], "AWS::SSM::Document").values()}
        assert names == documents
    for name in ("single-account.yaml", "member.yaml", "conformance-pack.yaml"):
        rules = of_type(TEMPLATES[name], CONFIG_RULE).values()
        assert {each["InputParameters"]["Rule"] for each in rules} == {rule.name for rule in RULES}


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_finds_nothing(name: str) -> None:
    assert [
        str(match) for match in lint(TEMPLATES[name].text, config=ManualArgs(regions=["us-east-1"]))
    ] == []


def test_cfn_lint_finds_nothing_in_the_documents_as_objects() -> None:
    """It cannot read content that is text, which is why its rule E3051 is off in the templates."""
    resources = {}
    for key, properties in of_type(TEMPLATES["member.yaml"], "AWS::SSM::Document").items():
        content = yaml.safe_load(properties["Content"])
        resources[key] = {"Type": "AWS::SSM::Document", "Properties": {**properties, "Content": content}}
    assert len(resources) >= 5
    template = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
    assert [str(match) for match in lint(template, config=ManualArgs(regions=["us-east-1"]))] == []


def test_cfn_lint_would_find_something() -> None:
    broken = TEMPLATES["central.yaml"].text.replace("AWS::SQS::Queue", "AWS::SQS::Queues", 1)
    assert lint(broken, config=ManualArgs(regions=["us-east-1"]))


def test_the_templates_stay_below_the_limits(figure: Figure) -> None:
    """AWSCloudFormation/latest/UserGuide/cloudformation-limits; config API, PutConformancePack."""
    sizes = {name: len(TEMPLATES[name].text.encode()) for name in NAMES}
    figure("templates: " + ", ".join(f"{name} {bytes_:,} bytes" for name, bytes_ in sizes.items()))
    assert all(sizes[name] < LARGEST_STACK for name in STACKS)
    assert sizes["conformance-pack.yaml"] < LARGEST_PACK


@pytest.mark.parametrize("name", NAMES)
def test_neither_macros_nor_nested_stacks(name: str) -> None:
    """Service-managed StackSets support neither transforms nor what would need another template."""
    text = TEMPLATES[name].text
    assert "Transform" not in TEMPLATES[name].body
    assert "Fn::Transform" not in text
    assert not {"AWS::CloudFormation::Stack", "AWS::Serverless::Function"} & {
        resource["Type"] for resource in TEMPLATES[name].resources.values()
    }


class TestRules:
    @pytest.mark.parametrize("name", ["single-account.yaml", "member.yaml", "conformance-pack.yaml"])
    def test_are_periodic_and_have_no_scope(self, name: str) -> None:
        rules = of_type(TEMPLATES[name], CONFIG_RULE)
        assert len(rules) == len(RULES)
        for rule in rules.values():
            assert "Scope" not in rule
            (detail,) = rule["Source"]["SourceDetails"]
            assert detail["MessageType"] == "ScheduledNotification"
            assert detail["MaximumExecutionFrequency"] == {"Ref": "Schedule"}

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
    def test_are_given_every_parameter_they_have(self, rule: Any) -> None:
        for name in ("single-account.yaml", "member.yaml", "conformance-pack.yaml"):
            given = next(
                each["InputParameters"]
                for each in of_type(TEMPLATES[name], CONFIG_RULE).values()
                if each["InputParameters"]["Rule"] == rule.name
            )
            assert set(given) == {"Rule", "ExecutionRoleName", *(each.name for each in rule.parameters)}

    def test_input_parameters_fit_with_the_longest_exemption(self) -> None:
        """config API, ConfigRule.InputParameters: at most 1024 characters."""
        parameters = TEMPLATES["member.yaml"].parameters
        for rule in of_type(TEMPLATES["member.yaml"], CONFIG_RULE).values():
            longest = {name: _longest(value, parameters) for name, value in rule["InputParameters"].items()}
            assert size(longest) <= LARGEST_INPUT


def _longest(value: Any, parameters: Any) -> str:
    """The longest text that a parameter may have."""
    if isinstance(value, str):
        return value
    name = value["Ref"] if "Ref" in value else value["Fn::If"][1]["Ref"]
    described = parameters[name]
    allowed = [str(each) for each in described.get("AllowedValues", ["99999"])]
    return "x" * described["MaxLength"] if "MaxLength" in described else max(allowed, key=len)


class TestConformancePack:
    """config/latest/developerguide/cpack-prerequisites; config API, PutConformancePack."""

    def test_holds_rules_alone(self) -> None:
        kinds = {resource["Type"] for resource in TEMPLATES["conformance-pack.yaml"].resources.values()}
        assert kinds == {CONFIG_RULE}

    def test_names_rules_without_intrinsic_functions(self) -> None:
        for rule in of_type(TEMPLATES["conformance-pack.yaml"], CONFIG_RULE).values():
            assert isinstance(rule["ConfigRuleName"], str)

    def test_uses_no_pseudo_parameter_but_no_value(self) -> None:
        text = json.dumps(TEMPLATES["conformance-pack.yaml"].body)
        assert (
            text.replace("AWS::NoValue", "")
            .replace("AWS::Lambda::", "")
            .replace(CONFIG_RULE, "")
            .count("AWS::")
            == 0
        )

    def test_asks_for_at_most_sixty_parameters(self) -> None:
        assert len(TEMPLATES["conformance-pack.yaml"].parameters) <= MOST_PACK_PARAMETERS


class TestChanges:
    @pytest.mark.parametrize("name", STACKS)
    def test_no_event_pattern_is_longer_than_eventbridge_takes(self, name: str) -> None:
        for rule in of_type(TEMPLATES[name], "AWS::Events::Rule").values():
            assert size(rule["EventPattern"]) <= LARGEST_PATTERN

    def test_lambda_events_carry_the_date_of_the_api(self) -> None:
        names = [name for each in CHANGES for name in each.event_names if each.source == "aws.lambda"]
        assert all(name.endswith("EventSourceMapping20150331") for name in names)

    def test_every_other_event_is_an_operation_of_its_service(self) -> None:
        from botocore.session import get_session

        for each in CHANGES:
            if each.source != "aws.lambda":
                model = get_session().get_service_model(each.source.removeprefix("aws."))
                assert set(each.event_names) <= set(model.operation_names), each.name

    def test_what_fails_is_no_change(self) -> None:
        assert all(each.pattern["detail"]["errorCode"] == [{"exists": False}] for each in CHANGES)


def test_functions_run_as_the_package_is_built() -> None:
    """python3.13 on arm64, with what could not be answered kept, logs that end, and reserved executions."""
    for name in ("single-account.yaml", "central.yaml"):
        functions = of_type(TEMPLATES[name], "AWS::Lambda::Function")
        assert len(functions) == 2
        for function in functions.values():
            assert function["Runtime"] == "python3.13"
            assert function["Architectures"] == [{"Ref": "Architecture"}]
            assert "ReservedConcurrentExecutions" in function
        assert TEMPLATES[name].parameters["Architecture"]["Default"] == "arm64"
        assert "DeadLetterConfig" in functions["RuleFunction"]
        queues = of_type(TEMPLATES[name], "AWS::SQS::Queue")
        assert "RedrivePolicy" in queues["ChangesQueue"]
        groups = of_type(TEMPLATES[name], "AWS::Logs::LogGroup")
        assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_alarms_watch_errors_throttles_and_what_was_lost() -> None:
    for name in ("single-account.yaml", "central.yaml"):
        alarms = of_type(TEMPLATES[name], "AWS::CloudWatch::Alarm")
        watched = {
            (each["MetricName"], json.dumps(each["Dimensions"][0]["Value"])) for each in alarms.values()
        }
        for function in ("RuleFunction", "WatchFunction"):
            for metric in ("Errors", "Throttles"):
                assert (metric, json.dumps({"Ref": function})) in watched
        for queue in ("FailedEvaluationsQueue", "FailedChangesQueue"):
            value = json.dumps({"Fn::GetAtt": [queue, "QueueName"]})
            assert ("ApproximateNumberOfMessagesVisible", value) in watched
