"""Specification of `evaluate`: outputs, choices and exit codes."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.running import Guard, recorded
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, REGION
from tests.networks.triggers import UUID


def test_nothing_non_compliant_exits_0(guard: Guard, green: Path) -> None:
    ran = guard("evaluate", "--snapshot", green)
    assert (ran.code, ran.err) == (0, "")
    assert "✗ 0 NON_COMPLIANT" in ran.out


def test_something_non_compliant_exits_1(guard: Guard, red: Path) -> None:
    ran = guard("evaluate", "--snapshot", red)
    assert (ran.code, ran.err) == (1, "")
    assert "✗ kafka-trigger-sts-endpoint" in ran.out


def test_something_unknown_exits_1(guard: Guard, tmp_path: Path) -> None:
    file = recorded(healthy().not_collected("ec2:DescribeNetworkAcls"), tmp_path / "s.json")
    ran = guard("evaluate", "--snapshot", file)
    assert ran.code == 1
    assert "✗ 0 NON_COMPLIANT" in ran.out


def test_an_empty_account_exits_0_and_says_so(guard: Guard, tmp_path: Path) -> None:
    scenario = healthy()
    scenario.items("lambda:ListEventSourceMappings").clear()
    file = recorded(scenario, tmp_path / "s.json")
    assert "No Kafka trigger" in guard("evaluate", "--snapshot", file).out
    ran = guard("evaluate", "--snapshot", file, "--output", "json")
    assert ran.code == 0
    assert json.loads(ran.out)["triggers"] == []


def test_json_is_one_object_for_one_snapshot(guard: Guard, red: Path) -> None:
    ran = guard("evaluate", "--snapshot", red, "--output", "json")
    assert ran.code == 1
    assert json.loads(ran.out)["account"] == ACCOUNT


def test_json_is_an_array_for_several_snapshots(guard: Guard, green: Path, tmp_path: Path) -> None:
    other = healthy().without_endpoint("sts")
    other.region = "eu-west-1"
    file = recorded(other, tmp_path / "other.json")
    ran = guard("evaluate", "--snapshot", green, "--snapshot", file, "--output", "json")
    assert [found["region"] for found in json.loads(ran.out)] == [REGION, "eu-west-1"]
    assert ran.code == 1


def test_csv_has_a_row_per_rule(guard: Guard, red: Path) -> None:
    ran = guard("evaluate", "--snapshot", red, "--output", "csv")
    assert len(list(csv.DictReader(StringIO(ran.out)))) == 8


def test_chosen_rules_alone_are_judged(guard: Guard, red: Path) -> None:
    names = ["kafka-trigger-egress", "kafka-trigger-lambda-endpoint"]
    ran = guard("evaluate", "--snapshot", red, "--output", "json", "--rule", names[0], "--rule", names[1])
    (trigger,) = json.loads(ran.out)["triggers"]
    assert {finding["rule"] for finding in trigger["findings"]} == set(names)
    assert ran.code == 0


def test_chosen_triggers_alone_are_judged(guard: Guard, tmp_path: Path) -> None:
    scenario = healthy()
    scenario.add("lambda:ListEventSourceMappings", scenario.trigger | {"UUID": "other"})
    file = recorded(scenario, tmp_path / "s.json")
    ran = guard("evaluate", "--snapshot", file, "--output", "json", "--uuid", "other")
    assert [trigger["uuid"] for trigger in json.loads(ran.out)["triggers"]] == ["other"]


def test_parameters_hold_for_every_rule_that_has_them(guard: Guard, tmp_path: Path) -> None:
    file = recorded(healthy().without_endpoint("lambda").nat(), tmp_path / "s.json")
    assert guard("evaluate", "--snapshot", file).code == 1
    assert guard("evaluate", "--snapshot", file, "--parameter", "AllowNat=true").code == 0


def test_parameters_may_be_meant_for_one_rule(guard: Guard, tmp_path: Path) -> None:
    file = recorded(healthy().without_endpoint("sts").nat(), tmp_path / "s.json")
    assert guard("evaluate", "--snapshot", file).code == 0
    chosen = "kafka-trigger-sts-endpoint.AllowNat=false"
    assert guard("evaluate", "--snapshot", file, "--parameter", chosen).code == 1


def test_out_writes_a_file_and_nothing_to_standard_output(guard: Guard, red: Path, tmp_path: Path) -> None:
    ran = guard("evaluate", "--snapshot", red, "--output", "json", "--out", tmp_path / "findings.json")
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    assert json.loads((tmp_path / "findings.json").read_text())["triggers"][0]["uuid"] == UUID


@pytest.mark.parametrize("output", ["table", "csv"])
def test_no_output_in_a_pipe_has_escape_codes(guard: Guard, tmp_path: Path, output: str) -> None:
    scenario = healthy().mapping(LastProcessingResult="\x1b[31m", State="\x1b[2J")
    ran = guard("evaluate", "--snapshot", recorded(scenario, tmp_path / "s.json"), "--output", output)
    assert "\x1b" not in ran.out


def test_the_table_fits_80_columns(guard: Guard, tmp_path: Path) -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{'x' * 10_000}"
    file = recorded(healthy().without_endpoint("sts").mapping(FunctionArn=arn), tmp_path / "s.json")
    ran = guard("evaluate", "--snapshot", file)
    assert max(cell_len(line) for line in ran.out.splitlines()) <= 80


def test_a_compressed_snapshot_is_read_too(guard: Guard, tmp_path: Path, green: Path) -> None:
    import gzip

    (tmp_path / "s.json.gz").write_bytes(gzip.compress(green.read_bytes()))
    assert guard("evaluate", "--snapshot", tmp_path / "s.json.gz").code == 0
