"""Specification of `kafka-trigger-guard report` and of `evaluate --output html`."""

from __future__ import annotations

from pathlib import Path

import pytest

import kafka_trigger_guard.aws.organization  # noqa: F401 - before its session is replaced
from kafka_trigger_guard.sandbox import aws
from tests.aws.canned_aws import REGION
from tests.aws.canned_organization import ROLE
from tests.aws.fleet_of_accounts import fleet, spoke_account
from tests.aws.test_aggregator import CENTRAL, MEMBER, OF_A_PACK, TRIGGERS, aggregator
from tests.aws.test_aggregator import recorded as recorded_by
from tests.cli.running import Guard, recorded
from tests.networks.healthy import healthy
from tests.report.html_reports import behind_nat

HERE = "kafka-trigger-guard.html"


def test_report_writes_one_file_and_says_what_is_in_it(guard: Guard, red: Path, tmp_path: Path) -> None:
    ran = guard("report", "--snapshot", red)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == f"{HERE}: 1 of 1 Kafka triggers needs attention\n"
    text = (tmp_path / HERE).read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "blocked" in text


def test_report_ends_with_0_where_all_is_well(guard: Guard, green: Path, tmp_path: Path) -> None:
    ran = guard("report", "--snapshot", green, "--out", tmp_path / "here.html")
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'here.html'}: All Kafka triggers are well\n")


def test_report_takes_volumes_and_prices(guard: Guard, tmp_path: Path) -> None:
    """300 GB a day are 9,125 GB a month; at 0.10 a GB NAT charges 912.50."""
    file = recorded(behind_nat(), tmp_path / "nat.json")
    guard("report", "--snapshot", file, "--gb-per-day", "300", "--price", "nat-gb=0.10")
    assert "USD 912.50" in (tmp_path / HERE).read_text(encoding="utf-8")


def test_report_judges_by_parameters(guard: Guard, tmp_path: Path) -> None:
    file = recorded(behind_nat(), tmp_path / "nat.json")
    assert guard("report", "--snapshot", file).code == 1
    assert guard("report", "--snapshot", file, "--parameter", "AllowNat=true").code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--gb-per-day", "much"), "--gb-per-day much: write GB a day as 120.5"),
        (("--price", "nat=1"), "--price nat=1: write NAME=VALUE"),
        (("--parameter", "AllowNat=maybe"), "AllowNat"),
        (("--out", "nowhere/x.html"), "there is no directory"),
        (("--aggregator", "all"), "--aggregator reads one aggregator of one account and Region"),
        (("--aggregator", "all", "--gb-per-day", "3"), "--aggregator shows what was recorded"),
    ],
)
def test_report_refuses_bad_input_in_one_line_and_writes_nothing(
    guard: Guard, green: Path, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    ran = guard("report", "--snapshot", green, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / HERE).exists()


def test_report_of_triggers_that_were_not_listed_ends_with_2_and_says_so(
    guard: Guard, tmp_path: Path
) -> None:
    file = recorded(healthy().not_collected("lambda:ListEventSourceMappings"), tmp_path / "unlisted.json")
    ran = guard("report", "--snapshot", file)
    assert ran.code == 2
    assert "lambda:ListEventSourceMappings failed" in ran.err
    assert "the triggers themselves are not known" in (tmp_path / HERE).read_text(encoding="utf-8")


def test_an_interrupted_report_leaves_the_old_file(
    guard: Guard, red: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / HERE).write_text("old")
    monkeypatch.setattr("os.fsync", interrupted)
    assert guard("report", "--snapshot", red).code == 130
    assert (tmp_path / HERE).read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == [HERE, "red.json"]


def test_evaluate_writes_the_same_page_of_the_rules_and_triggers_asked_for(guard: Guard, red: Path) -> None:
    ran = guard("evaluate", "--snapshot", red, "--output", "html", "--rule", "kafka-trigger-egress")
    assert ran.code == 0
    assert ran.out.startswith("<!doctype html>")
    assert "All Kafka triggers are well" in ran.out
    ran = guard("evaluate", "--snapshot", red, "--output", "html")
    assert (ran.code, "1 of 1 Kafka triggers needs attention" in ran.out) == (1, True)


def test_report_of_an_organization_names_accounts_that_refuse(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canned = fleet(2, 6).install(monkeypatch)
    canned.denying = {"300000000004", spoke_account(1)}
    ran = guard("report", "--organization", "--role-name", ROLE, "--region", REGION)
    assert (ran.code, ran.out) == (1, f"{HERE}: All Kafka triggers that were read are well\n")
    assert all(f"not evaluated: {account}" in ran.err for account in canned.denying)
    text = (tmp_path / HERE).read_text(encoding="utf-8")
    assert "2 parts were not read" in text
    assert "Not evaluated: 300000000004 (sts:AssumeRole: AccessDenied" in text
    assert "7 accounts, 6 of them without Kafka triggers" in text


def test_report_of_an_aggregator_reads_what_aws_config_recorded(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with aws() as sandbox:
        session = sandbox.session(account=CENTRAL)
        monkeypatch.setattr("boto3.Session", lambda **_: session)
        aggregator(sandbox, CENTRAL, MEMBER)
        recorded_by(sandbox, MEMBER, OF_A_PACK, {TRIGGERS[0]: "NON_COMPLIANT", TRIGGERS[1]: "COMPLIANT"})
        ran = guard("report", "--aggregator", "all")
    assert (ran.code, ran.out, ran.err) == (1, f"{HERE}: 1 of 2 Kafka triggers needs attention\n", "")
    text = (tmp_path / HERE).read_text(encoding="utf-8")
    assert "Findings only" in text
    assert TRIGGERS[0] in text


def test_report_of_an_aggregator_that_does_not_exist_names_it(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with aws() as sandbox:
        session = sandbox.session(account=CENTRAL)
        monkeypatch.setattr("boto3.Session", lambda **_: session)
        ran = guard("report", "--aggregator", "nowhere")
    assert ran.code == 2
    assert "the aggregator nowhere in us-east-1 failed" in ran.err
    assert not (tmp_path / HERE).exists()


def test_the_demo_ends_with_the_report_before_and_after_the_repairs(guard: Guard, tmp_path: Path) -> None:
    ran = guard("demo", "--out", tmp_path)
    before, after = tmp_path / "before.html", tmp_path / "after.html"
    assert ran.out.splitlines()[-2:] == [f"  {before}", f"  {after}"]
    assert "4 of 6 Kafka triggers need attention" in before.read_text(encoding="utf-8")
    assert "1 of 6 Kafka triggers needs attention" in after.read_text(encoding="utf-8")
    assert "NAT charges" in before.read_text(encoding="utf-8")


def test_the_demo_refuses_a_place_where_no_report_can_be(guard: Guard, tmp_path: Path) -> None:
    ran = guard("demo", "--out", tmp_path / "nowhere")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no directory" in ran.err
