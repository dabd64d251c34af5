"""The rows that the function logs: what dashboards over its log count on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kafka_trigger_guard.config.rows import MESSAGE, OWNER_TAG
from kafka_trigger_guard.rules.rows import COLUMNS
from tests.aws.canned_aws import Fault
from tests.config.cold import Guard, event
from tests.config.networks import behind_nat, canned, in_two_vpcs
from tests.config.wire import Wire, wired
from tests.networks.triggers import FUNCTION_ARN, UUID

ASKING = "tagging:GetResources"


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """One trigger that goes through a NAT gateway, of a function that has a tag."""
    found = wired(canned(behind_nat().document()), monkeypatch)
    tagged = {"ResourceARN": FUNCTION_ARN, "Tags": [{"Key": "Team", "Value": "payments"}]}
    found.replies[ASKING] = lambda _: {"ResourceTagMappingList": [tagged]}
    return found


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    found = [record for record in records if "row" in record]
    assert all(record["message"] == MESSAGE for record in found)
    return [record["row"] for record in found]


def test_every_finding_leaves_one_row_whatever_its_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wired(canned(in_two_vpcs().document()), monkeypatch)
    Guard().answer(event("scheduled"))
    found = rows(capsys)
    assert len({row["uuid"] for row in found}) == len(found) == 2
    assert all(tuple(row) == COLUMNS for row in found)


def test_a_row_says_what_aws_config_is_told_and_how_urgent_it_is(
    wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    Guard().answer(event("scheduled"))
    (row,) = rows(capsys)
    assert (row["uuid"], row["verdict"], row["severity"]) == (UUID, "NON_COMPLIANT", "MEDIUM")
    assert row["annotation"] == wire.evaluations[0]["Annotation"]
    assert row["owner"] == ""


def test_owners_are_not_asked_for_unless_a_tag_is_named(wire: Wire) -> None:
    Guard().answer(event("scheduled"))
    assert ASKING not in wire.attempts


def test_owners_are_asked_for_once_for_all_rules_that_share_a_snapshot(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(OWNER_TAG, "team")
    guard = Guard()
    guard.answer(event("scheduled"))
    guard.answer(event("scheduled", Rule="kafka-trigger-sts-endpoint"))
    assert [row["owner"] for row in rows(capsys)] == ["payments", "payments"]
    assert wire.attempts.count(ASKING) == 1


def test_a_function_that_may_not_read_tags_judges_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wire: Wire
) -> None:
    monkeypatch.setenv(OWNER_TAG, "team")
    wire.faults[ASKING] = Fault.DENIED
    Guard().answer(event("scheduled"))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}
    assert [row["owner"] for row in rows(capsys)] == [""]
