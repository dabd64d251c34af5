"""Specification of the table: red first, greens in one line, nothing wider than the terminal."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from kafka_trigger_guard.report.evaluation_table import evaluation_table
from kafka_trigger_guard.report.page import Page
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, CAPTURED_AT, REGION
from tests.report.evaluated import judged

ERROR = "PROBLEM: Connection error. Please check your event source connection configuration."


def _table(*scenarios: Scenario, page: Page | None = None) -> str:
    return evaluation_table(judged(*scenarios), page or Page())


def test_a_red_finding_shows_rule_and_annotation() -> None:
    text = _table(healthy().without_endpoint("sts"))
    assert "✗ kafka-trigger-sts-endpoint\n    no-path: " in text
    assert "✓ lambda-endpoint, " in text


def test_triggers_with_faults_come_first() -> None:
    scenario = healthy()
    broken = scenario.trigger | {
        "UUID": "7a1b6a4e-0000-4000-8000-000000000009",
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["10.0.0.132:9092"]}},
    }
    text = _table(scenario.add("lambda:ListEventSourceMappings", broken))
    assert text.index("000000000009") < text.index("000000000001")


def test_totals_count_every_verdict() -> None:
    text = _table(healthy().without_secret())
    assert "1 Kafka trigger\n✗ 0 NON_COMPLIANT  ? 0 UNKNOWN  ✓ 7 COMPLIANT  · 1 NOT_APPLICABLE\n" in text


def test_what_was_not_collected_is_named() -> None:
    text = _table(healthy().not_collected("ec2:DescribeNetworkAcls"))
    assert "Not collected:\n  ec2:DescribeNetworkAcls: UnauthorizedOperation" in text


def test_an_account_without_kafka_triggers_says_so() -> None:
    scenario = healthy()
    scenario.items("lambda:ListEventSourceMappings").clear()
    title, nothing = (
        f"{ACCOUNT} {REGION}, captured {CAPTURED_AT}",
        "No Kafka trigger: there is nothing to judge.",
    )
    assert _table(scenario) == f"{title}\n\n{nothing}\n\n"


def test_a_contradicted_trigger_is_flagged() -> None:
    text = _table(healthy().mapping(LastProcessingResult=ERROR))
    assert "⚠ No rule complains, yet Lambda reports" in text
    assert "⚠ 1 flagged" in text


def test_a_trigger_without_contradiction_is_not_flagged() -> None:
    assert "⚠" not in _table(healthy().mapping(LastProcessingResult="OK"))
    assert "⚠" not in _table(healthy().without_endpoint("sts").mapping(LastProcessingResult=ERROR))


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("unicode", [True, False])
def test_nothing_is_wider_than_the_page(width: int, unicode: bool) -> None:
    name = "n[red]\x1b[31m注" * 2000
    scenario = healthy().without_endpoint("sts").not_collected("ec2:DescribeVpcPeeringConnections", "x" * 200)
    scenario.mapping(
        FunctionArn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
        UUID="u" * 10_000,
        LastProcessingResult=ERROR * 100,
        State="E" * 1000,
    )
    text = _table(scenario, page=Page(width, None, unicode))
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert unicode or text.isascii()


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:[red]orders[/red]"
    assert "[red]orders[/red]" in _table(healthy().mapping(FunctionArn=arn), page=Page(80, "truecolor"))


def test_colours_appear_only_where_the_page_has_them() -> None:
    assert "\x1b[" in _table(healthy(), page=Page(80, "standard"))
    assert "\x1b" not in _table(healthy())


def test_accounts_without_kafka_triggers_are_one_line() -> None:
    """An organization of 200 accounts of which one has triggers."""
    idle = healthy()
    idle.items("lambda:ListEventSourceMappings").clear()
    (quiet,) = judged(idle)
    others = [replace(quiet, account=f"{number:012}") for number in range(199)]
    text = evaluation_table([*others, *judged(healthy())], Page())
    assert text.count("captured") == 1
    assert f"No Kafka trigger in 199 accounts ({REGION}): there is nothing to judge there.\n" in text


def test_an_idle_account_that_refused_something_is_not_folded() -> None:
    """What was not collected stays visible."""
    idle = healthy().not_collected("kafka:ListClustersV2")
    idle.items("lambda:ListEventSourceMappings").clear()
    (quiet,) = judged(idle)
    text = evaluation_table([quiet, replace(quiet, account="000000000002")], Page())
    assert text.count("kafka:ListClustersV2: UnauthorizedOperation") == 2
