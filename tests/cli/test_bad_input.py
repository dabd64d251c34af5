"""Specification of bad input: exit code 2 and one line on standard error that says what to do."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Guard, Ran, recorded
from tests.networks.healthy import healthy


def _refused(ran: Ran, *words: str) -> None:
    """One line on standard error with these words, nothing on standard output, exit code 2."""
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("kafka-trigger-guard: ")
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


def test_a_missing_file(guard: Guard) -> None:
    _refused(guard("evaluate", "--snapshot", "absent.json"), "absent.json", "no such file")


def test_a_directory_as_snapshot(guard: Guard, tmp_path: Path) -> None:
    _refused(guard("evaluate", "--snapshot", tmp_path), str(tmp_path), "cannot be read")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "not a snapshot"),
        ("{}", "names no `format`"),
        ('{"format": 2}', "format 2 is not supported"),
        ('{"format": 1}', "malformed snapshot"),
        ("\x00\x01", "not JSON"),
    ],
)
def test_a_file_that_is_no_snapshot(guard: Guard, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "s.json").write_text(content)
    _refused(guard("evaluate", "--snapshot", tmp_path / "s.json"), said, "s.json")


def test_an_unknown_rule(guard: Guard, green: Path) -> None:
    ran = guard("evaluate", "--snapshot", green, "--rule", "no-such-rule")
    _refused(ran, "unknown rule no-such-rule", "kafka-trigger-egress")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("NoSuch=1", "unknown parameter NoSuch"),
        ("MinimumBrokers=many", "MinimumBrokers=many: expected a whole number"),
        ("no-such-rule.AllowNat=true", "unknown rule no-such-rule"),
        ("kafka-trigger-egress.MinimumZones=1", "unknown parameter kafka-trigger-egress.MinimumZones"),
        ("AllowNat", "write it as Name=Value"),
        ("=true", "write it as Name=Value"),
    ],
)
@pytest.mark.parametrize("command", [["evaluate"], ["explain", "some-uuid"]])
def test_a_bad_parameter(guard: Guard, green: Path, written: str, said: str, command: list[str]) -> None:
    _refused(guard(*command, "--snapshot", green, "--parameter", written), said)


def test_an_unknown_uuid(guard: Guard, green: Path) -> None:
    _refused(guard("evaluate", "--snapshot", green, "--uuid", "nobody"), "no Kafka trigger", "nobody")
    _refused(guard("explain", "nobody", "--snapshot", green), "no Kafka trigger", "nobody")


@pytest.mark.parametrize("output", ["pdf", "yaml", ""])
def test_an_output_that_does_not_exist_names_those_that_do(guard: Guard, green: Path, output: str) -> None:
    ran = guard("evaluate", "--snapshot", green, "--output", output)
    _refused(ran, "'table', 'json', 'csv'")


@pytest.mark.parametrize("option", ["--organization", "--role-name"])
def test_options_that_do_not_exist(guard: Guard, option: str) -> None:
    _refused(guard("evaluate", option), option)


@pytest.mark.parametrize("command", ["repair", "reports", "deployment", "evalute"])
def test_commands_that_do_not_exist(guard: Guard, command: str) -> None:
    _refused(guard(command), command)


def test_missing_arguments(guard: Guard) -> None:
    _refused(guard("explain"), "UUID", "explain --help")
    _refused(guard("snapshot"), "--out")


def test_files_and_an_account_at_once(guard: Guard, green: Path) -> None:
    _refused(guard("evaluate", "--snapshot", green, "--region", "us-east-1"), "use one kind")


def test_a_region_and_all_regions_at_once(guard: Guard) -> None:
    _refused(guard("evaluate", "--region", "us-east-1", "--all-regions"), "--all-regions")


def test_the_same_account_and_region_twice(guard: Guard, green: Path, red: Path) -> None:
    _refused(guard("evaluate", "--snapshot", green, "--snapshot", red), "green.json", "red.json")


def test_an_unknown_region(guard: Guard) -> None:
    _refused(guard("evaluate", "--region", "us-eest-1"), "no AWS Region us-eest-1")


def test_no_region(guard: Guard) -> None:
    _refused(guard("evaluate"), "--region")


def test_no_credentials(guard: Guard) -> None:
    _refused(guard("evaluate", "--region", "us-east-1"), "no usable AWS credentials", "--profile")


def test_an_unknown_profile(guard: Guard) -> None:
    _refused(guard("evaluate", "--profile", "nobody", "--region", "us-east-1"), "no AWS profile nobody")


@pytest.mark.parametrize("place", ["absent/out.json", "."])
def test_a_place_where_nothing_can_be_written(guard: Guard, green: Path, place: str) -> None:
    _refused(guard("evaluate", "--snapshot", green, "--out", place), "--out")


def test_triggers_that_could_not_be_listed_are_no_empty_account(guard: Guard, tmp_path: Path) -> None:
    file = recorded(healthy().not_collected("lambda:ListEventSourceMappings"), tmp_path / "s.json")
    ran = guard("evaluate", "--snapshot", file, "--output", "json")
    assert ran.code == 2
    assert json.loads(ran.out)["triggers"] == []
    assert "lambda:ListEventSourceMappings failed (UnauthorizedOperation" in ran.err
    assert ran.err.count("\n") == 1


def test_a_snapshot_without_the_triggers_listing(guard: Guard, tmp_path: Path) -> None:
    file = recorded(healthy().absent("lambda:ListEventSourceMappings"), tmp_path / "s.json")
    ran = guard("evaluate", "--snapshot", file)
    assert ran.code == 2
    assert "lambda:ListEventSourceMappings failed (NotCollected" in ran.err
    assert "No Kafka trigger" not in ran.out


def test_what_a_file_says_cannot_steer_the_terminal(guard: Guard, tmp_path: Path) -> None:
    ran = guard("evaluate", "--snapshot", tmp_path / "\x1b[31m\nabsent")
    _refused(ran)
    assert "\x1b" not in ran.err


@pytest.mark.parametrize(
    "malformed", [5, "x", [], {}, None, [5], {"Vpcs": [5]}, {"EventSourceMappings": [5]}]
)
def test_no_malformed_answer_ends_in_a_traceback(guard: Guard, tmp_path: Path, malformed: object) -> None:
    for operation in healthy().responses:
        scenario = healthy()
        scenario.responses[operation] = malformed  # type: ignore[assignment]
        ran = guard("evaluate", "--snapshot", recorded(scenario, tmp_path / "s.json"))
        assert "defect" not in ran.err, operation
        assert ran.code in (0, 1, 2)
        assert ran.err.count("\n") == (1 if ran.code == 2 else 0)


def test_a_uuid_is_not_called_unknown_where_triggers_were_not_listed(guard: Guard, tmp_path: Path) -> None:
    file = recorded(healthy().not_collected("lambda:ListEventSourceMappings"), tmp_path / "s.json")
    for command in (["evaluate", "--uuid", "any"], ["explain", "any"]):
        _refused(guard(*command, "--snapshot", file), "lambda:ListEventSourceMappings failed")
