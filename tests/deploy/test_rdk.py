"""A rule directory as RDK lays it out, loaded as Lambda loads it, under rdklib's Evaluator."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdklib import ComplianceType, ConfigRule

from kafka_trigger_guard.config.rule import KafkaTriggerRule
from kafka_trigger_guard.rules.registry import BY_NAME
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.config.service import Config
from kafka_trigger_guard.sandbox.story import triggers as story
from tests.test_documents import ROOT

NAME = "KAFKA_TRIGGER_LAMBDA_ENDPOINT"
PAGE = (ROOT / "docs" / "rdk.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The directory, with the files that the page shows."""
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(block("python"))
    (folder / "parameters.json").write_text(block("json"))
    return folder


@pytest.fixture
def module(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module as Lambda imports it: by name, from the folder that the zip was unpacked to."""
    monkeypatch.syspath_prepend(str(directory))
    yield importlib.import_module(NAME)
    sys.modules.pop(NAME)


def parameters(directory: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((directory / "parameters.json").read_text())["Parameters"]
    return told


def test_rdk_finds_what_it_needs(directory: Path, module: Any) -> None:
    told = parameters(directory)
    assert told["RuleName"] == directory.name == module.__name__
    assert told["SourceRuntime"].endswith("-lib")
    assert told["SourcePeriodic"] == "TwentyFour_Hours"
    assert "SourceEvents" not in told
    assert json.loads(told["InputParameters"])["Rule"] in BY_NAME
    assert callable(module.lambda_handler)


def test_its_handler_answers_aws_config(directory: Path, module: Any) -> None:
    given = json.loads(parameters(directory)["InputParameters"])
    del given["ExecutionRoleName"]  # the embedded AWS Config gives its own
    with aws() as sandbox:
        told = story.build(sandbox.session())
        config = Config(sandbox.session(), module.lambda_handler)
        config.put_rule(NAME, rule=given.pop("Rule"), **given)
        config.run_all()
        compliance = {each.resource_id: each.compliance for each in config.compliance()}
    assert compliance[told.orders_through_nat] == ComplianceType.NON_COMPLIANT
    assert compliance[told.invoices_healthy] == ComplianceType.COMPLIANT


def test_the_rule_is_one_of_rdklibs() -> None:
    assert issubclass(KafkaTriggerRule, ConfigRule)
    for name in ("evaluate_periodic", "evaluate_change", "evaluate_parameters", "get_execution_role_arn"):
        assert getattr(KafkaTriggerRule, name) is not getattr(ConfigRule, name)
