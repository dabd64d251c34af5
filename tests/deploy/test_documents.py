"""The documents about deploying hold: parameters, permissions, arithmetic, and the README's commands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cfnlint
import pytest

from kafka_trigger_guard.sandbox.aws import Aws
from kafka_trigger_guard.sandbox.oversight import recorded_calls
from tests.deploy.conftest import Deploy
from tests.deploy.places import REGION, acting, delegated, organized, ready
from tests.deploy.templates import STACKS, TEMPLATES
from tests.test_documents import ROOT, commands

DEPLOYING = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas" / "resources"
ONLY_AFTER_FAILURES = {"cloudformation:DescribeStackEvents", "cloudformation:ListStackSetOperationResults"}
"""Calls that a test in test_lacks makes, where a deployment fails."""


def policies() -> list[list[dict[str, Any]]]:
    blocks = re.findall(r"```json\n(.*?)```", DEPLOYING, re.DOTALL)
    return [json.loads(block)["Statement"] for block in blocks]


def test_every_parameter_is_explained_and_none_is_invented() -> None:
    table = DEPLOYING[DEPLOYING.index("| parameter |") : DEPLOYING.index("## With CloudFormation alone")]
    first_column = [row.split(" | ")[0] for row in table.splitlines()[2:] if row.startswith("|")]
    explained = {name for cell in first_column for name in re.findall(r"`(\w+)`", cell)}
    assert explained == {name for template in STACKS for name in TEMPLATES[template].parameters}


def test_the_program_calls_what_its_policy_allows_and_nothing_else(
    sandbox: Aws, deploy: Deploy, undeploy: Deploy
) -> None:
    central = organized(sandbox.session(), "central", "orders")["central"]
    delegated(sandbox.session(), central)
    ready(sandbox.session(account=central))
    with recorded_calls() as recording, acting(sandbox, central):
        for change in ((), ("--parameter", "LogRetentionDays=30"), ("--dry-run",), ()):
            assert deploy("central", *change)[::2] == (0, "")
        for command, kind in (
            (deploy, "members"),
            (deploy, "members"),
            (undeploy, "members"),
            (undeploy, "central"),
            (deploy, "single"),
            (undeploy, "single"),
        ):
            code, _, err = command(kind)
            assert (kind, code, err) == (kind, 0, "")
    called = {action for call in recording.calls for action in call.needed if call.action != "sts:AssumeRole"}
    program, _ = policies()
    allowed = {action for statement in program for action in statement["Action"]}
    assert {_of_versions(action) for action in called} == allowed - ONLY_AFTER_FAILURES


def _of_versions(action: str) -> str:
    """Objects are deleted by version, which is another action."""
    return "s3:DeleteObjectVersion" if action == "s3:DeleteObject" else action


def test_cloudformations_policy_has_only_what_its_resources_need() -> None:
    """The actions that AWS's schemas of the resource types name for their handlers."""
    kinds = {each["Type"] for name in STACKS for each in TEMPLATES[name].resources.values()}
    needed = {action for kind, actions in _handlers() if kind in kinds for action in actions}
    _, creation = policies()
    allowed = {action for statement in creation for action in statement["Action"]}
    assert allowed <= needed
    for verb in ("iam:CreateRole", "iam:PassRole", "lambda:CreateFunction", "config:PutConfigRule"):
        assert verb in allowed


def _handlers() -> Iterator[tuple[str, list[str]]]:
    for path in SCHEMAS.glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        handlers = schema.get("handlers") or {}
        yield (
            schema.get("typeName", ""),
            [a for each in handlers.values() for a in each.get("permissions", ())],
        )


def _rows(text: str, heading: str) -> list[list[str]]:
    table = text[text.index(heading) :].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def _number(text: str) -> float:
    (found,) = re.findall(r"[\d,]*\d(?:\.\d+)?", text)[-1:]
    return float(found.replace(",", ""))


class TestCosts:
    ITEMS = _rows(OPERATIONS, "| item | unit price")

    @pytest.mark.parametrize("row", ITEMS, ids=lambda row: row[0])
    def test_each_item_is_its_price_times_its_quantity(self, row: list[str]) -> None:
        factors, equals, quantity = row[2].partition(" = ")
        count = _number(quantity) if equals else _number(factors)
        if equals:
            product = 1.0
            for factor in factors.split(" × "):
                product *= float(re.findall(r"\d+(?:\.\d+)?", factor)[0])
            assert product == pytest.approx(count)
        price = float(re.findall(r"\d+\.\d+", row[1])[0])
        assert round(price * count + 1e-9, 2) == pytest.approx(_number(row[3]))

    def test_the_sum_of_an_account_is_said(self) -> None:
        total = sum(_number(row[3]) for row in self.ITEMS)
        assert f"Together {total:.2f} USD a month" in OPERATIONS

    @pytest.mark.parametrize("row", _rows(OPERATIONS, "| accounts with triggers"), ids=lambda row: row[0])
    def test_fleets_are_multiples_of_one_account(self, row: list[str]) -> None:
        accounts = _number(row[0])
        of_config = sum(_number(item[3]) for item in self.ITEMS if item[0].startswith("AWS Config"))
        others = sum(_number(item[3]) for item in self.ITEMS) - of_config
        assert _number(row[1]) == pytest.approx(accounts * of_config)
        assert _number(row[2]) == pytest.approx(accounts * others)
        assert _number(row[4]) == pytest.approx(_number(row[1]) + _number(row[2]) + _number(row[3]))


class TestReadme:
    """Each command of the section Deploy, in the order in which they stand."""

    TOLD = tuple(words for words in commands(ROOT / "README.md") if words[0] in ("deploy", "undeploy"))

    def test_one_account(self, sandbox: Aws, guard: Deploy, built: Path) -> None:
        told = [words for words in self.TOLD if words[1] == "single"]
        assert [words[0] for words in told] == ["deploy", "deploy"]
        ready(sandbox.session(_region(told[0])), trail=False)
        for words in told:
            assert guard(*words, "--package", str(built))[0] == 0

    def test_an_organization(self, sandbox: Aws, guard: Deploy, built: Path) -> None:
        told = [words for words in self.TOLD if words[1] != "single"]
        assert {words[1] for words in told} == {"central", "members"}
        central = organized(sandbox.session(), "central", "orders")["central"]
        delegated(sandbox.session(), central)
        ready(sandbox.session(_region(told[0]), central), trail=False)
        with acting(sandbox, central):
            for words in told:
                package = ("--package", str(built)) if words[1] == "central" else ()
                code, _, err = guard(*words, *package)
                assert code == 0, err


def _region(words: list[str]) -> str:
    return words[words.index("--region") + 1] if "--region" in words else REGION
