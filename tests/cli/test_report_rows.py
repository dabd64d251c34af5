"""Specification of `kafka-trigger-guard report --rows`: rows for other dashboards."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.story import triggers as story
from tests.cli.running import Guard

REGION = "ap-northeast-1"


def test_rows_are_written_beside_the_report(guard: Guard, red: Path, tmp_path: Path) -> None:
    ran = guard("report", "--snapshot", red, "--rows", tmp_path / "rows.csv")
    assert (ran.code, ran.err) == (1, "")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 8
    assert {row["severity"] for row in found if row["verdict"] == "NON_COMPLIANT"} == {"HIGH"}
    assert (tmp_path / "kafka-trigger-guard.html").exists()


def test_in_an_account_the_functions_tag_names_the_owner(guard: Guard, tmp_path: Path) -> None:
    with aws(REGION) as sandbox:
        session = sandbox.session()
        story.build(session)
        (first, *others) = session.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        session.client("lambda").tag_resource(
            Resource=first["FunctionArn"], Tags={"team": "payments", "Owner": "somebody else"}
        )
        ran = guard("report", "--region", REGION, "--rows", tmp_path / "rows.json", "--owner-tag", "Team")
    assert (ran.code, ran.err) == (1, "")
    found = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    owners = {row["uuid"]: row["owner"] for row in found}
    assert owners == {first["UUID"]: "payments"} | {each["UUID"]: "" for each in others}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("rows.xlsx", "rows are written as .csv, .json, .jsonl; end the file's name so"),
        ("nowhere/rows.csv", "there is no directory"),
    ],
)
def test_rows_that_cannot_be_written_are_refused_before_anything_is_read(
    guard: Guard, red: Path, tmp_path: Path, rows: str, complaint: str
) -> None:
    ran = guard("report", "--snapshot", red, "--rows", rows)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "kafka-trigger-guard.html").exists()
