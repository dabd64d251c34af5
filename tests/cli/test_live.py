"""Specification of reading live accounts: the real client sends every call, and the wire ends here."""

import json
from pathlib import Path

import pytest

from tests.aws.accounts import full_account
from tests.aws.canned_aws import ACCOUNT, KEYS, LISTS, REGION, CannedAws, Fault
from tests.cli.running import Guard

_LISTING = "lambda:ListEventSourceMappings"
_OPERATIONS = sorted({*LISTS, *KEYS} - {_LISTING, "ec2:DescribeRegions"})
_FATAL = {
    Fault.EXPIRED: "have expired",
    Fault.REFUSED_KEYS: "refuses the credentials",
    Fault.UNREACHABLE: "cannot be reached",
    Fault.THROTTLED: "sts:GetCallerIdentity failed",
    Fault.DENIED: "sts:GetCallerIdentity failed",
}


@pytest.fixture
def aws(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> CannedAws:
    """An account with triggers of every kind that every session talks to; no call is tried twice."""
    del guard  # its environment comes first
    canned = full_account()
    canned.items["ec2:DescribeRegions"] = [{"RegionName": name} for name in ("us-east-1", "eu-west-1")]
    monkeypatch.setattr("boto3.Session", lambda **_: canned.session())
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    return canned


@pytest.mark.usefixtures("aws")
def test_an_account_is_read_and_judged(guard: Guard) -> None:
    ran = guard("evaluate", "--region", REGION, "--output", "json")
    document = json.loads(ran.out)
    assert (document["account"], document["region"], ran.err) == (ACCOUNT, REGION, "")
    assert document["not_collected"] == []
    kinds = {trigger["source"]["type"] for trigger in document["triggers"]}
    assert kinds == {"self-managed", "msk", "msk-serverless", "msk-vpc-connection"}


@pytest.mark.usefixtures("aws")
def test_several_regions_are_an_array_in_the_order_asked_for(guard: Guard) -> None:
    ran = guard("evaluate", "--region", "eu-west-1", "--region", REGION, "--output", "json")
    assert [found["region"] for found in json.loads(ran.out)] == ["eu-west-1", REGION]


@pytest.mark.usefixtures("aws")
def test_all_regions_are_those_enabled(guard: Guard) -> None:
    ran = guard("evaluate", "--all-regions", "--output", "json")
    assert [found["region"] for found in json.loads(ran.out)] == ["eu-west-1", "us-east-1"]


def test_an_account_without_triggers_exits_0(guard: Guard, aws: CannedAws) -> None:
    aws.items[_LISTING] = []
    ran = guard("evaluate", "--region", REGION)
    assert (ran.code, ran.err) == (0, "")
    assert "No Kafka trigger" in ran.out


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_access_denied_to_one_operation_is_named_and_exits_1(
    guard: Guard, aws: CannedAws, operation: str
) -> None:
    aws.faults[operation] = Fault.DENIED
    ran = guard("evaluate", "--region", REGION, "--output", "json")
    named = {entry["operation"].split(" ")[0] for entry in json.loads(ran.out)["not_collected"]}
    assert (ran.code, ran.err) == (1, "")
    assert operation in named


@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.THROTTLED, Fault.DROPPED, Fault.MALFORMED])
def test_triggers_that_cannot_be_listed_exit_2_with_one_line(
    guard: Guard, aws: CannedAws, fault: Fault
) -> None:
    aws.faults[_LISTING] = fault
    ran = guard("evaluate", "--region", REGION)
    assert ran.code == 2
    assert f"{_LISTING} failed" in ran.err
    assert ran.err.count("\n") == 1
    assert "No Kafka trigger" not in ran.out


@pytest.mark.parametrize("fault", _FATAL)
@pytest.mark.parametrize("command", ["evaluate", "explain", "snapshot"])
def test_an_account_that_cannot_be_read_exits_2_with_one_line(
    guard: Guard, aws: CannedAws, tmp_path: Path, fault: Fault, command: str
) -> None:
    aws.faults["sts:GetCallerIdentity"] = fault
    more = {"evaluate": (), "explain": ("uuid",), "snapshot": ("--out", tmp_path / "s.json")}[command]
    ran = guard(command, *more, "--region", REGION)
    assert (ran.code, ran.out) == (2, "")
    assert _FATAL[fault] in ran.err
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_bad_parameters_are_refused_before_any_call(guard: Guard, aws: CannedAws) -> None:
    assert guard("evaluate", "--region", REGION, "--rule", "no-such-rule").code == 2
    assert guard("evaluate", "--region", REGION, "--out", "absent/out.json").code == 2
    assert guard("snapshot", "--region", REGION, "--out", "absent/out.json").code == 2
    assert aws.attempts in ([], ["sts:GetCallerIdentity"])


@pytest.mark.usefixtures("aws")
def test_a_recorded_snapshot_gives_the_same_findings(guard: Guard, tmp_path: Path) -> None:
    live = json.loads(guard("evaluate", "--region", REGION, "--output", "json").out)
    ran = guard("snapshot", "--region", REGION, "--out", tmp_path / "s.json.gz")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{tmp_path / 's.json.gz'}: {ACCOUNT} {REGION}\n"
    again = json.loads(guard("evaluate", "--snapshot", tmp_path / "s.json.gz", "--output", "json").out)
    assert again["triggers"] == live["triggers"]


@pytest.mark.usefixtures("aws")
def test_several_regions_are_recorded_in_a_file_each(guard: Guard, tmp_path: Path) -> None:
    ran = guard("snapshot", "--all-regions", "--out", tmp_path / "s-{region}.json")
    assert ran.code == 0
    assert {path.name for path in tmp_path.glob("s-*")} == {"s-us-east-1.json", "s-eu-west-1.json"}


def test_several_regions_in_one_file_are_refused_before_reading(
    guard: Guard, aws: CannedAws, tmp_path: Path
) -> None:
    ran = guard("snapshot", "--all-regions", "--out", tmp_path / "s.json")
    assert (ran.code, ran.out) == (2, "")
    assert "{region}" in ran.err
    assert _LISTING not in aws.attempts


def test_what_a_snapshot_lacks_is_said(guard: Guard, aws: CannedAws, tmp_path: Path) -> None:
    aws.faults["ec2:DescribeNetworkAcls"] = Fault.DENIED
    ran = guard("snapshot", "--region", REGION, "--out", tmp_path / "s.json")
    assert ran.code == 0
    assert "not collected: ec2:DescribeNetworkAcls" in ran.out


def test_an_interruption_exits_130_and_leaves_no_file(
    guard: Guard, aws: CannedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    del aws
    monkeypatch.setattr("kafka_trigger_guard.aws.collect.read_triggers", interrupt)
    ran = guard("snapshot", "--region", REGION, "--out", tmp_path / "s.json")
    assert ran.code == 130
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
