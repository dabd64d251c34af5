"""Specification of the HTML report as text: self-contained, strict, small, and complete."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from kafka_trigger_guard.report.html_data import report_data
from kafka_trigger_guard.report.html_model import Report
from kafka_trigger_guard.report.html_page import headline, report_page
from kafka_trigger_guard.report.html_summary import summary_of
from kafka_trigger_guard.report.outputs import EvaluationOutput, evaluation_as
from kafka_trigger_guard.report.page import Page
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, endpoint_id
from tests.report.evaluated import judged
from tests.report.html_reports import (
    BY_NAT,
    OTHER_ACCOUNT,
    TOKYO,
    behind_nat,
    document,
    four_accounts,
    reported,
)


@pytest.fixture(scope="module")
def report() -> Report:
    return four_accounts()


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return report_page(report, written_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


def counted(report: Report, lines: str) -> dict[str, tuple[int, ...]]:
    """The counts of one summary by its keys: non-compliant, unknown, compliant, not applicable."""
    return {
        line.key: tuple(share.count for share in line.shares) for line in getattr(summary_of(report), lines)
    }


def test_its_policy_admits_its_own_style_and_script_and_nothing_else(text: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    told = policy.group(1).replace("&#39;", "'")
    assert told.startswith("default-src 'none'; ")
    assert "unsafe" not in told
    for tag in ("style", "script"):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inline is not None
        digest = base64.b64encode(hashlib.sha256(inline.group(1).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in told


def test_it_names_no_address_but_that_of_svg(text: str) -> None:
    assert set(re.findall(r"https?://[^\s\"'<]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(link|iframe|img|object|embed)\b|\son\w+=|@import|url\(", text)
    assert "innerHTML" not in text


def test_it_is_the_same_whenever_it_is_written_for_the_same(report: Report, text: str) -> None:
    assert report_page(report, written_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == text


def test_it_says_at_once_how_many_triggers_need_attention(report: Report) -> None:
    assert headline(report) == "3 of 4 Kafka triggers need attention"
    assert headline(reported(document(healthy(), "id-1", "orders"))) == "All Kafka triggers are well"
    flagged = healthy().mapping(LastProcessingResult="PROBLEM: Connection error.")
    assert headline(reported(document(flagged, "id-1", "x"))) == "No rule complains of any Kafka trigger"
    assert headline(Report((), ())) == "No Kafka triggers"


def test_it_counts_by_rule_account_and_region_worst_first(report: Report) -> None:
    assert counted(report, "by_rule")["kafka-trigger-sts-endpoint"] == (1, 0, 3, 0)
    assert counted(report, "by_account") == {OTHER_ACCOUNT: (2, 0, 0, 0), ACCOUNT: (1, 0, 1, 0)}
    assert list(counted(report, "by_account")) == [OTHER_ACCOUNT, ACCOUNT]
    assert counted(report, "by_region") == {TOKYO: (2, 0, 0, 0), "us-east-1": (1, 0, 1, 0)}


def test_one_cause_of_many_triggers_is_told_once_and_first() -> None:
    """Two triggers behind one network ACL that denies, and one of another account that lacks STS."""
    shared = healthy().without_endpoint("lambda").nat()
    second = dict(shared.trigger) | {"UUID": "7a1b6a4e-0000-4000-8000-000000000009"}
    shared.add("lambda:ListEventSourceMappings", second)
    report = reported(
        document(healthy().without_endpoint("sts"), "id-1", "one", OTHER_ACCOUNT, mark="1"),
        document(shared, "id-2", "two"),
    )
    first, other = summary_of(report).causes
    assert (first.rule, first.triggers, first.account) == ("kafka-trigger-lambda-endpoint", 2, ACCOUNT)
    assert other.triggers == 1
    assert first.repaired


def test_costs_are_those_of_the_cost_room() -> None:
    """300 GB a day in us-east-1: 9,125 GB a month at USD 0.045, as aws.amazon.com/vpc/pricing tells."""
    report = reported(document(behind_nat(), BY_NAT, "orders"), gb_per_day=("300",))
    text = report_page(report)
    (trigger,) = report.triggers
    assert trigger.cost is not None
    assert [figure.value for figure in summary_of(report).figures] == ["USD 410.63", "USD 297.48"]
    assert "saves USD 297.48 a month" in text
    assert report.totals[0].sentence in text


def test_without_volumes_it_states_no_amount() -> None:
    report = reported(document(behind_nat(), BY_NAT, "orders"))
    assert summary_of(report).figures == ()
    assert "saves USD" not in report_page(report)


def test_endpoints_that_no_trigger_needs_are_listed() -> None:
    provisioned = healthy().mapping(ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 2})
    text = report_page(reported(document(provisioned, "id-1", "orders")))
    assert "Endpoints that no trigger needs" in text
    assert endpoint_id("lambda") in text


def test_what_was_not_read_is_told_before_anything_else() -> None:
    scenario = healthy().not_collected("ec2:DescribeNetworkAcls")
    refused = "777788889999 (sts:AssumeRole: AccessDenied: no)"
    text = report_page(reported(document(scenario, "id-1", "orders"), not_evaluated=(refused,)))
    assert "2 parts were not read" in text
    assert f"Not evaluated: {refused}" in text
    assert "Not collected in 111122223333 us-east-1: ec2:DescribeNetworkAcls (UnauthorizedOperation" in text


def test_a_text_cannot_end_the_data(report: Report) -> None:
    hostile = "</script><!--<script>\u2028&"
    text = report_page(reported(document(healthy(), "id-1", hostile)))
    embedded = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert embedded is not None
    assert json.loads(embedded.group(1))["triggers"][0][3].endswith("</script><!--<script> &")
    assert text.count("</script>") == report_page(report).count("</script>") == 2


def test_triggers_of_one_network_share_their_details() -> None:
    scenario = healthy().without_endpoint("sts")
    first = scenario.trigger
    for number in range(50):
        scenario.add(
            "lambda:ListEventSourceMappings", {**first, "UUID": f"{number:08}-0000-4000-8000-000000000000"}
        )
    data = report_data(reported(document(scenario, "id-1", "orders")))
    details, triggers = data["details"], data["triggers"]
    assert isinstance(details, list)
    assert isinstance(triggers, list)
    assert (len(details), len(triggers)) == (1, 51)


def test_evaluations_alone_are_a_page_without_paths() -> None:
    text = evaluation_as(EvaluationOutput.HTML, judged(healthy().without_endpoint("sts")), Page())
    data = json.loads(re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)[0])
    assert data["shapes"][0]["places"] is None
    assert "1 of 1 Kafka triggers needs attention" in text
