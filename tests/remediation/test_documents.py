"""Specification of the documents as AWS takes them: built from their parts, small, valid, complete."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint_all

from remediation import build
from remediation.packing import packed

DOCUMENTS = sorted(build.DOCUMENTS.glob("*.yaml"))
POLICIES = sorted(build.DOCUMENTS.glob("*.policy.json"))
EXPECTED = {
    "KafkaTriggerGuard-AuthorizeBrokerIngress",
    "KafkaTriggerGuard-AuthorizeEndpointIngress",
    "KafkaTriggerGuard-AuthorizeTriggerEgress",
    "KafkaTriggerGuard-CreateInterfaceEndpoint",
    "KafkaTriggerGuard-Rollback",
}
LARGEST_BYTES, ROOM_FOR_PARAMETERS = 64 * 1024, 2_000
"""AWS counts the parameters of an execution in. general/latest/gr/ssm"""
RESERVED = ("aws", "amazon", "amzn", "awsec2", "awsconfigremediation", "awssupport")
"""Prefixes that AWS keeps for itself. SSM API, CreateDocument"""
REFERENCE = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
LAST = ("Report", "Undo")


def named(path: Path) -> str:
    return path.name.removesuffix(".yaml").removesuffix(".policy.json")


def content(path: Path) -> dict[str, Any]:
    return build.readable(path.read_text(encoding="utf-8"))


def without_scripts(path: Path) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = content(path)["mainSteps"]
    return [{**step, "inputs": {k: v for k, v in step["inputs"].items() if k != "Script"}} for step in steps]


def scripts(path: Path) -> Iterator[tuple[str, str]]:
    for step in content(path)["mainSteps"]:
        if step["action"] == "aws:executeScript":
            yield step["name"], step["inputs"]["Script"]


def problems(template: dict[str, Any]) -> list[str]:
    """What cfn-lint finds wrong; what it merely informs about does not count."""
    found = lint_all(json.dumps(template))
    return [str(match) for match in found if match.rule.id.startswith(("E", "W"))]


each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=named)


def test_the_committed_documents_and_policies_are_what_outlines_and_scripts_give() -> None:
    assert build.drifted() == []


def test_there_is_a_document_and_a_policy_for_each_kind_of_repair() -> None:
    assert {named(path) for path in DOCUMENTS} == EXPECTED
    assert {named(path) for path in POLICIES} == EXPECTED


@each_document
def test_a_document_is_small_enough_for_aws_with_the_parameters_of_an_execution(path: Path) -> None:
    assert len(path.read_bytes()) + ROOM_FOR_PARAMETERS <= LARGEST_BYTES


@each_document
def test_cloudformation_takes_the_document(path: Path) -> None:
    properties = {
        "Name": named(path),
        "DocumentType": "Automation",
        "DocumentFormat": "YAML",
        "UpdateMethod": "NewVersion",
        "Content": yaml.safe_load(path.read_text(encoding="utf-8")),
    }
    template = {"Resources": {"Document": {"Type": "AWS::SSM::Document", "Properties": properties}}}
    assert problems(template) == []


@pytest.mark.parametrize("path", POLICIES, ids=named)
def test_cloudformation_takes_the_policy(path: Path) -> None:
    policy = json.loads(path.read_text(encoding="utf-8"))
    properties = {"PolicyDocument": policy, "ManagedPolicyName": named(path)}
    template = {"Resources": {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}}}
    assert problems(template) == []


@pytest.mark.parametrize("path", POLICIES, ids=named)
def test_a_policy_allows_no_write_on_everything_and_no_wildcard_action(path: Path) -> None:
    for statement in json.loads(path.read_text(encoding="utf-8"))["Statement"]:
        names = [action.split(":")[1] for action in statement["Action"]]
        assert not [name for name in names if "*" in name]
        if statement["Resource"] == "*":
            assert [name for name in names if not name.startswith(("Describe", "Get", "List"))] == []


@each_document
def test_names_are_allowed_and_not_aws_own(path: Path) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_.-]{3,128}", named(path))
    assert not named(path).lower().startswith(RESERVED)
    names = [step["name"] for step in content(path)["mainSteps"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_]{3,128}", name) for name in names)


@each_document
def test_the_schema_is_automations_and_the_role_is_the_parameters(path: Path) -> None:
    found = content(path)
    assert found["schemaVersion"] == "0.3"
    assert found["assumeRole"] == "{{ AutomationAssumeRole }}"
    assert "default" not in found["parameters"]["AutomationAssumeRole"]


@each_document
def test_the_document_and_every_parameter_say_what_they_are(path: Path) -> None:
    found = content(path)
    assert f"# {named(path)}\n" in found["description"]
    for parameter in found["parameters"].values():
        assert re.match(r"\((Required|Optional)\) \S", parameter["description"])
        assert parameter["description"].startswith("(Optional)") or "default" not in parameter


@each_document
def test_every_parameter_is_a_text_from_a_list_or_of_a_pattern(path: Path) -> None:
    """But for lists: approvers are one for SSM's own step, exemptions for AWS Config's limits."""
    for name, parameter in content(path)["parameters"].items():
        if name in ("Approvers", "Exempt"):
            assert (parameter["type"], parameter["default"]) == ("StringList", [])
        else:
            assert parameter["type"] == "String"
            assert ("allowedValues" in parameter) != ("allowedPattern" in parameter)
            pattern = parameter.get("allowedPattern", "^$")
            assert pattern.startswith("^")
            assert pattern.endswith("$")
            assert parameter.get("default") in (None, "", *parameter.get("allowedValues", ()))


@each_document
def test_no_parameter_is_unused_and_none_is_missing(path: Path) -> None:
    found = content(path)
    used = set(REFERENCE.findall(json.dumps(without_scripts(path)) + found["assumeRole"]))
    parameters = {name for name in used if "." not in name and ":" not in name}
    assert parameters == set(found["parameters"])


@each_document
def test_every_reference_to_an_output_is_to_one_that_an_earlier_step_declares(path: Path) -> None:
    declared: set[str] = set()
    for step in without_scripts(path):
        mentioned = {name for name in REFERENCE.findall(json.dumps(step)) if "." in name}
        assert mentioned <= declared, step["name"]
        declared |= {f"{step['name']}.{output['Name']}" for output in step.get("outputs", ())}
    assert set(content(path)["outputs"]) <= declared


@each_document
def test_calls_declare_outputs_and_changes_are_undone_when_they_fail(path: Path) -> None:
    """AWS's own simulator does not run a call without outputs."""
    steps = {step["name"]: step for step in without_scripts(path)}
    for step in steps.values():
        if step["action"] == "aws:executeAwsApi":
            assert step["outputs"], step["name"]
            rescue = step["onFailure"].removeprefix("step:")
            assert "RollBack" in (rescue, steps[rescue].get("onFailure", "").removeprefix("step:"))
            assert step["onCancel"] == "step:RollBack"


@each_document
def test_what_fails_leads_to_a_step_that_exists_and_that_decides_how_it_ends(path: Path) -> None:
    """isCritical false: the step that failed leaves the status to those that follow."""
    names = {step["name"] for step in without_scripts(path)}
    for step in without_scripts(path):
        reaction = step.get("onFailure", "Abort")
        if reaction != "Abort":
            assert reaction.removeprefix("step:") in names
            assert step["isCritical"] is False


@each_document
def test_every_branch_leads_to_steps_that_exist_and_compares_text(path: Path) -> None:
    names = {step["name"] for step in without_scripts(path)}
    for step in without_scripts(path):
        if step["action"] == "aws:branch":
            targets = {choice["NextStep"] for choice in step["inputs"]["Choices"]}
            assert {*targets, step["inputs"]["Default"]} <= names
            assert all(isinstance(choice["StringEquals"], str) for choice in step["inputs"]["Choices"])


@each_document
def test_scripts_run_in_ssms_python_and_hold_no_reference(path: Path) -> None:
    """Two braces in a script would be taken for the start of a reference."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))["mainSteps"]
    for step in raw:
        if step["action"] == "aws:executeScript":
            assert (step["inputs"]["Runtime"], step["inputs"]["Handler"]) == ("python3.11", "handler")
            assert "{{" not in step["inputs"]["Script"]
            assert "timeoutSeconds" not in step
    for name, script in scripts(path):
        assert "{{" not in script, name
        ast.parse(script, feature_version=(3, 11))


@each_document
def test_scripts_use_the_standard_library_and_boto3_and_run_nothing_they_read(path: Path) -> None:
    for name, script in scripts(path):
        for node in ast.walk(ast.parse(script)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", None) or node.names[0].name
                assert module.split(".")[0] in {*_STANDARD, "boto3", "botocore"}, name
            if isinstance(node, ast.Name):
                assert node.id not in ("eval", "exec", "compile", "__import__", "open"), name


_STANDARD = {
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "fnmatch",
    "functools",
    "ipaddress",
    "itertools",
    "json",
    "re",
    "time",
    "typing",
}


@each_document
def test_an_automation_ends_at_a_report_or_failed(path: Path) -> None:
    steps = without_scripts(path)
    ends = {step["name"] for step in steps if step.get("isEnd")}
    assert ends <= {*LAST, "LeaveToPerson", "Fail"}
    if "RollBack" in {step["name"] for step in steps}:
        assert ends == {"LeaveToPerson", "Fail"}


@each_document
def test_a_failure_of_the_last_step_of_a_repair_is_rolled_back_too(path: Path) -> None:
    """A step with isEnd ends the automation also when it fails. SSM API, StepExecution (IsEnd)"""
    last = without_scripts(path)[-1]
    assert last.get("isEnd") or (last["name"], last["onFailure"]) == ("Report", "step:RollBack")


@each_document
def test_no_way_through_a_document_comes_to_a_step_twice(path: Path) -> None:
    """However steps succeed, fail and are cancelled."""
    steps = without_scripts(path)
    following = {step["name"]: set(_next_steps(step, steps)) for step in steps}
    reached: dict[str, set[str]] = {name: set() for name in following}
    for _ in following:
        for name, nexts in following.items():
            reached[name] = nexts.union(*(reached[each] for each in nexts))
    assert [name for name in following if name in reached[name]] == []


def _next_steps(step: dict[str, Any], steps: list[dict[str, Any]]) -> Iterator[str]:
    for reaction in (step.get("onFailure", ""), step.get("onCancel", "")):
        if reaction.startswith("step:"):
            yield reaction.removeprefix("step:")
    if step["action"] == "aws:branch":
        yield step["inputs"]["Default"]
        yield from (choice["NextStep"] for choice in step["inputs"]["Choices"])
    elif "nextStep" in step:
        yield step["nextStep"]
    elif not step.get("isEnd"):
        place = steps.index(step)
        yield from (each["name"] for each in steps[place + 1 : place + 2])


def test_a_packed_script_does_what_the_script_does() -> None:
    script = (
        "".join(
            f"def number_{place}(first, second=2, *, third=3):\n"
            f" total = first + second * third + {place}\n"
            " return {'total': total, 'parts': [part for part in (first, second, third)]}\n"
            for place in range(40)
        )
        + "def handler(events, context):\n return number_7(events['first'], third=5)\n"
    )
    results = []
    for text in (script, packed(script)):
        names: dict[str, Any] = {}
        exec(text, names)
        results.append(names["handler"]({"first": 1}, None))
    assert packed(script) != script
    assert results == [{"total": 18, "parts": [1, 2, 5]}] * 2
