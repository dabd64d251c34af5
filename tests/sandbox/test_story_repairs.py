"""How the demo goes on: AWS Config repairs what documents can repair, and the rest is left for a person."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.demo import Demonstration, demonstration
from kafka_trigger_guard.rules.findings import Verdict

RETURNS = "returns-clerk"


@pytest.fixture(scope="module")
def found() -> Demonstration:
    """The demonstration, once."""
    return demonstration(lambda *_: None)


def red(found: Demonstration, when: str) -> set[tuple[str, str]]:
    """Function and rule of everything that is NON_COMPLIANT or UNKNOWN."""
    return {
        (trigger.trigger.function_name, finding.rule.removeprefix("kafka-trigger-"))
        for trigger in getattr(found, when).evaluation.triggers
        for finding in trigger.findings
        if finding.verdict in (Verdict.NON_COMPLIANT, Verdict.UNKNOWN)
    }


def shown_red(found: Demonstration, when: str) -> set[str]:
    """The rules that AWS Config shows as NON_COMPLIANT."""
    shown = getattr(found, when).compliance
    return {result.config_rule for result in shown if result.compliance == "NON_COMPLIANT"}


def test_it_starts_with_one_fault_a_trigger(found: Demonstration) -> None:
    assert red(found, "before") == {
        ("orders-to-warehouse", "lambda-endpoint"),
        ("payments-ledger", "sts-endpoint"),
        ("shipment-notifier", "endpoint-ingress"),
        (RETURNS, "lambda-endpoint"),
        (RETURNS, "sts-endpoint"),
    }


def test_it_ends_green_except_for_what_a_network_acl_denies(found: Demonstration) -> None:
    assert red(found, "after") == {(RETURNS, "lambda-endpoint"), (RETURNS, "sts-endpoint")}


def test_aws_config_shows_the_same(found: Demonstration) -> None:
    lambda_, sts = "kafka-trigger-lambda-endpoint", "kafka-trigger-sts-endpoint"
    assert shown_red(found, "before") == {lambda_, sts, "kafka-trigger-endpoint-ingress"}
    assert shown_red(found, "after") == {lambda_, sts}


def test_every_red_result_was_given_to_its_document_once(found: Demonstration) -> None:
    shown = found.before.compliance
    reds = [(one.config_rule, one.resource_id) for one in shown if one.compliance == "NON_COMPLIANT"]
    assert sorted((repair.config_rule, repair.uuid) for repair in found.repairs) == sorted(reds)
    assert [repair.succeeded for repair in found.repairs].count(True) == 3


def test_what_is_left_says_who_must_do_what(found: Demonstration) -> None:
    left = [repair.sentence for repair in found.repairs if not repair.succeeded]
    assert len(left) == 2
    assert all("network ACL acl-" in text and text.endswith("must allow it there.") for text in left)


def test_the_snapshots_are_there_for_whatever_else_is_made_of_them(found: Demonstration) -> None:
    described = [
        moment.snapshot.responses["ec2:DescribeVpcEndpoints"] for moment in (found.before, found.after)
    ]
    before, after = (len(answer["VpcEndpoints"]) for answer in described)
    assert after == before + 2
