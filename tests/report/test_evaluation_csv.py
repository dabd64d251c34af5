"""Specification of evaluations as CSV: one row per trigger and rule."""

import csv
from io import StringIO

from kafka_trigger_guard.report.evaluation_csv import COLUMNS, evaluation_csv
from kafka_trigger_guard.rules.registry import RULES
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, REGION, acl_id, group_id, subnet_id
from tests.report.evaluated import judged


def _rows(scenario: Scenario) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(evaluation_csv(judged(scenario)))))


def test_there_is_one_row_per_rule_with_all_columns() -> None:
    rows = _rows(healthy())
    assert [row["rule"] for row in rows] == [rule.name for rule in RULES]
    assert all(tuple(row) == COLUMNS for row in rows)


def test_lists_are_joined_with_spaces() -> None:
    row = _rows(healthy())[0]
    assert row["subnet_ids"] == " ".join(subnet_id(f"trigger-{zone}") for zone in "abc")
    assert row["source.type"] == "self-managed"


def test_blockers_are_ids_joined_with_spaces() -> None:
    scenario = healthy().acl("shut", [], ["trigger-a", "trigger-b"]).acl("closed", [], ["trigger-c"])
    row = next(row for row in _rows(scenario) if row["rule"] == "kafka-trigger-broker-access")
    assert row["blockers"] == f"{acl_id('shut')} {acl_id('closed')}"


def test_remediation_is_told_by_document_and_parameters() -> None:
    row = next(row for row in _rows(healthy().egress("trigger")) if row["rule"] == "kafka-trigger-egress")
    assert row["remediation.document"] == "KafkaTriggerGuard-AuthorizeTriggerEgress"
    assert "Rule=kafka-trigger-egress" in row["remediation.parameters"].split()
    assert row["blockers"] == group_id("trigger")


def test_an_account_without_triggers_is_a_header_alone() -> None:
    scenario = healthy()
    scenario.items("lambda:ListEventSourceMappings").clear()
    assert evaluation_csv(judged(scenario)) == ",".join(COLUMNS) + "\n"


def test_the_flag_has_a_column() -> None:
    rows = _rows(healthy().mapping(LastProcessingResult="PROBLEM: Connection error"))
    assert all(row["flag"].startswith("No rule complains") for row in rows)


def test_no_cell_is_a_formula_and_none_breaks_its_row() -> None:
    scenario = healthy().mapping(
        LastProcessingResult='=HYPERLINK("http://evil")\r\n"x",\x00\x1b', Topics=["@SUM(1)", "-1"]
    )
    text = evaluation_csv(judged(scenario))
    assert len(text.splitlines()) == 1 + len(RULES)
    row = _rows(scenario)[0]
    assert row["last_processing_result"].startswith("'=HYPERLINK")
    assert row["topics"].startswith("'@SUM")
    assert "\x00" not in text
    assert "\x1b" not in text
    assert row["account"] == ACCOUNT
    assert row["region"] == REGION
