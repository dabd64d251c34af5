"""The stable rows: columns that dashboards may count on."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import Evaluation, evaluate
from kafka_trigger_guard.report.rows import RowFormat, rows, rows_as
from kafka_trigger_guard.rules.rows import COLUMNS
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import nat_gateway_id
from tests.networks.triggers import FUNCTION_ARN, UUID

DOCUMENTED = (
    "account,region,captured_at,uuid,function_arn,owner,state,mode,source_type,source_id,"
    "rule,verdict,severity,reason,annotation,blockers,remediation"
)
"""Written down once more: what is changed here breaks somebody's dashboard."""


def judged(network: Scenario) -> tuple[Evaluation, ...]:
    return evaluate([from_document(network.document())])


def by_nat() -> tuple[Evaluation, ...]:
    return judged(healthy().without_endpoint("lambda").nat())


def test_columns_keep_their_names_and_their_order() -> None:
    assert ",".join(COLUMNS) == DOCUMENTED
    assert rows_as(RowFormat.CSV, []) == f"{DOCUMENTED}\n"


def test_there_is_one_row_for_each_trigger_and_rule() -> None:
    found = list(rows(judged(healthy())))
    assert len(found) == len({(each["uuid"], each["rule"]) for each in found}) == 8
    assert all(tuple(each) == COLUMNS for each in found)


def test_a_row_says_what_is_wrong_how_urgent_and_whose_it_is() -> None:
    found = next(
        each
        for each in rows(by_nat(), {FUNCTION_ARN: "payments"})
        if each["rule"] == "kafka-trigger-lambda-endpoint"
    )
    expected = {
        "uuid": UUID,
        "owner": "payments",
        "mode": "on-demand",
        "verdict": "NON_COMPLIANT",
        "severity": "MEDIUM",
        "reason": "nat-path",
        "blockers": nat_gateway_id(),
        "remediation": "KafkaTriggerGuard-CreateInterfaceEndpoint",
    }
    assert {name: found[name] for name in expected} == expected


def test_a_function_without_a_readable_tag_has_no_owner() -> None:
    assert {each["owner"] for each in rows(by_nat())} == {""}


def test_all_formats_say_the_same() -> None:
    evaluations = by_nat()
    by_csv = list(csv.DictReader(StringIO(rows_as(RowFormat.CSV, evaluations))))
    by_json = json.loads(rows_as(RowFormat.JSON, evaluations))
    by_line = [json.loads(line) for line in rows_as(RowFormat.JSON_LINES, evaluations).splitlines()]
    assert by_csv == by_json == by_line == list(rows(evaluations))


def test_an_owner_that_looks_like_a_formula_is_text_in_a_spreadsheet() -> None:
    written = rows_as(RowFormat.CSV, by_nat(), {FUNCTION_ARN: "=HYPERLINK(1)\n\x1b[31m"})
    cells = {each["owner"] for each in csv.DictReader(StringIO(written))}
    assert len(cells) == 1
    assert cells.pop().startswith("'=HYPERLINK(1) ")
    assert "\x1b" not in written


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.csv", RowFormat.CSV), ("a.JSON", RowFormat.JSON), ("a.b.jsonl", RowFormat.JSON_LINES)],
)
def test_the_files_name_says_the_format(name: str, form: RowFormat) -> None:
    assert RowFormat.of(Path(name)) is form


@pytest.mark.parametrize("name", ["rows", "rows.xlsx", ".csv"])
def test_another_ending_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(
        ValueError, match=r"rows are written as \.csv, \.json, \.jsonl; end the file's name so"
    ):
        RowFormat.of(Path(name))
