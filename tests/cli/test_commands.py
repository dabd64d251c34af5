"""Specification of `explain`, `rules`, `demo` and the program itself."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.cells import cell_len

from kafka_trigger_guard import __version__
from kafka_trigger_guard.rules.registry import RULES
from tests.cli.running import Guard
from tests.networks.triggers import UUID


def test_explain_shows_every_path_and_exits_like_evaluate(guard: Guard, red: Path, green: Path) -> None:
    assert guard("explain", UUID, "--snapshot", green).code == 0
    ran = guard("explain", UUID, "--snapshot", red)
    assert ran.code == 1
    assert "✗ sts on TCP 443: not reached" in ran.out
    assert max(cell_len(line) for line in ran.out.splitlines()) <= 80


def test_explain_as_json(guard: Guard, red: Path) -> None:
    document = json.loads(guard("explain", UUID, "--snapshot", red, "--output", "json").out)
    assert document["uuid"] == UUID


def test_explain_as_svg_into_a_file(guard: Guard, red: Path, tmp_path: Path) -> None:
    ran = guard("explain", UUID, "--snapshot", red, "--output", "svg", "--out", tmp_path / "paths.svg")
    assert (ran.code, ran.out) == (1, "")
    assert ET.parse(tmp_path / "paths.svg").getroot().tag.endswith("svg")


def test_rules_lists_every_rule_with_parameters_and_remediation(guard: Guard) -> None:
    text = guard("rules").out
    for rule in RULES:
        assert rule.name in text
        assert all(parameter.name in text for parameter in rule.parameters)
        assert rule.document is None or rule.document in text
    assert max(cell_len(line) for line in text.splitlines()) <= 80


def test_rules_as_json(guard: Guard) -> None:
    documents = json.loads(guard("rules", "--output", "json").out)
    assert [document["name"] for document in documents] == [rule.name for rule in RULES]
    defaults = {p["name"]: p["default"] for p in documents[0]["parameters"]}
    assert defaults["AllowNat"] == "false"


def test_version(guard: Guard) -> None:
    assert guard("--version").out == f"kafka-trigger-guard {__version__}\n"


@pytest.mark.parametrize("command", [[], ["evaluate"], ["explain"], ["snapshot"], ["rules"]])
def test_help_has_examples_and_fits_80_columns(guard: Guard, command: list[str]) -> None:
    ran = guard(*command, "--help")
    assert ran.code == 0
    assert "Examples:" in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_without_arguments_there_is_help(guard: Guard) -> None:
    ran = guard()
    assert (ran.code, ran.err) == (0, "")
    assert "Commands:" in ran.out


def test_the_demo_tells_the_story(guard: Guard) -> None:
    ran = guard("demo")
    assert (ran.code, ran.err) == (0, "")
    for function, fault in {
        "orders-to-warehouse": "nat-path",
        "payments-ledger": "no-path",
        "shipment-notifier": "endpoint-ingress-denied",
        "returns-clerk": "network-acl-denies",
    }.items():
        assert f"✗ {function}" in ran.out
        assert f"{fault}: " in ran.out
    for function in ("clickstream-archiver", "invoice-indexer"):
        assert f"✓ {function}" in ran.out
    assert "✗ lambda on TCP 443: not reached" in ran.out
    assert ran.out.count("KafkaTriggerGuard-CreateInterfaceEndpoint: Success") == 2
    assert "KafkaTriggerGuard-AuthorizeEndpointIngress: Success" in ran.out
    left = ran.out.split("What is left needs a person:")[1]
    assert left.count("✗ ") == left.count("✗ returns-clerk, ") == 2
    assert "The network team must allow it there." in " ".join(left.split())
    assert max(cell_len(line) for line in ran.out.splitlines() if not line.endswith(".html")) <= 80
