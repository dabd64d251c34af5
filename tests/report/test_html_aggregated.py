"""Specification of a report of an AWS Config aggregator's results."""

from __future__ import annotations

from kafka_trigger_guard.aws.aggregator import Aggregated
from kafka_trigger_guard.report.html_aggregated import report_of_aggregator
from kafka_trigger_guard.report.html_page import report_page
from kafka_trigger_guard.rules.findings import Verdict

UUID = "7a1b6a4e-0000-4000-8000-000000000001"
LAMBDA, EGRESS = "kafka-trigger-lambda-endpoint", "kafka-trigger-egress"


def result(
    config_rule: str,
    compliance: str = "COMPLIANT",
    annotation: str = "endpoint: vpce-1.",
    resource: tuple[str, str] = ("AWS::Lambda::EventSourceMapping", UUID),
) -> Aggregated:
    where = ("111122223333", "eu-west-1")
    return Aggregated(*where, config_rule, *resource, compliance, annotation, "2026-01-01T00:00:00Z")


def test_findings_are_gathered_by_resource_and_in_the_rules_order() -> None:
    report = report_of_aggregator("all", [result(EGRESS), result(LAMBDA)])
    (trigger,) = report.triggers
    assert (trigger.uuid, trigger.account, trigger.region) == (UUID, "111122223333", "eu-west-1")
    assert [finding.rule for finding in trigger.findings] == [LAMBDA, EGRESS]


def test_a_rule_is_known_under_the_name_that_a_pack_gives_it() -> None:
    named = f"OrgConfigRule-{LAMBDA}-conformance-pack-a1b2c3"
    (trigger,) = report_of_aggregator("all", [result(named)]).triggers
    assert trigger.findings[0].rule == LAMBDA


def test_a_rule_that_is_none_of_ours_is_left_out() -> None:
    assert report_of_aggregator("all", [result("kafka-trigger-something-else")]).triggers == ()


def test_a_red_result_with_an_unknown_reason_is_unknown() -> None:
    found = [
        result(LAMBDA, "NON_COMPLIANT", "not-collected: ec2:DescribeRouteTables."),
        result(EGRESS, "NON_COMPLIANT", "trigger-egress-denied: sg-1."),
    ]
    (trigger,) = report_of_aggregator("all", found).triggers
    assert [finding.verdict for finding in trigger.findings] == [Verdict.UNKNOWN, Verdict.NON_COMPLIANT]
    assert trigger.worst is Verdict.NON_COMPLIANT


def test_of_two_results_for_one_question_the_worse_counts() -> None:
    """A rule deployed twice, alone and in a pack."""
    red = result(f"{LAMBDA}-pack-x", "NON_COMPLIANT", "nat-path: nat-1.")
    for found in ([result(LAMBDA), red], [red, result(LAMBDA)]):
        (trigger,) = report_of_aggregator("all", found).triggers
        assert trigger.worst is Verdict.NON_COMPLIANT


def test_a_function_is_named_by_its_name() -> None:
    (trigger,) = report_of_aggregator(
        "all", [result(LAMBDA, resource=("AWS::Lambda::Function", "orders"))]
    ).triggers
    assert trigger.function_name == "orders"


def test_the_page_says_that_there_are_findings_only() -> None:
    text = report_page(report_of_aggregator("all", [result(LAMBDA)]))
    assert "<strong>Findings only.</strong> AWS Config aggregator all holds" in text
    assert "AWS Config aggregator all · account 111122223333 · eu-west-1" in text
