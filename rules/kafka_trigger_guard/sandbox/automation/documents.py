"""Automation runbooks (schema 0.3), read from the text that CreateDocument stored.

systems-manager/latest/userguide/automation-actions (the properties that all actions share)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SCHEMA = "0.3"
_STEP_NAME = re.compile(r"[a-zA-Z0-9_]{1,128}")
_ABOUT = ("name", "action", "description", "inputs", "outputs")
_COURSE = ("maxAttempts", "timeoutSeconds", "onFailure", "onCancel", "isEnd", "isCritical", "nextStep")
_TO_STEP = "step:"


class InvalidRunbook(Exception):  # noqa: N818 (AWS calls it an invalid document)
    """A runbook that AWS would not accept; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter that a runbook declares."""

    name: str
    type: str
    rules: Mapping[str, Any]

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return "default" not in self.rules


@dataclass(frozen=True, slots=True)
class Output:
    """A value that a step takes out of its response by a selector."""

    name: str
    selector: str
    type: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a runbook."""

    name: str
    action: str
    inputs: Mapping[str, Any]
    outputs: tuple[Output, ...]
    max_attempts: int
    timeout_seconds: int | None
    on_failure: str
    on_cancel: str
    is_end: bool
    is_critical: bool
    next_step: str


@dataclass(frozen=True, slots=True)
class Runbook:
    """A document of type Automation in one version."""

    name: str
    version: str
    assume_role: str
    parameters: tuple[Declared, ...]
    variables: Mapping[str, Any]
    steps: tuple[Step, ...]
    outputs: tuple[str, ...]

    def step(self, name: str) -> Step:
        """The step of that name; KeyError if there is none."""
        return next((step for step in self.steps if step.name == name), None) or _missing(name)

    def after(self, step: Step) -> str:
        """The step that follows when nothing else is said; empty at the end."""
        if step.is_end:
            return ""
        if step.next_step:
            return step.next_step
        following = self.steps[self.steps.index(step) + 1 :]
        return following[0].name if following else ""


def runbook_of(name: str, version: str, content: Mapping[str, Any]) -> Runbook:
    """The runbook of a document's content. Raises InvalidRunbook."""
    if str(content.get("schemaVersion")) != _SCHEMA:
        raise InvalidRunbook(f"schemaVersion {content.get('schemaVersion')} is not supported; it must be 0.3")
    steps = tuple(_step(given) for given in content.get("mainSteps") or ())
    _check_steps(steps)
    declared = tuple(
        Declared(parameter, str(rules.get("type", "")), rules)
        for parameter, rules in (content.get("parameters") or {}).items()
    )
    return Runbook(
        name=name,
        version=version,
        assume_role=str(content.get("assumeRole") or ""),
        parameters=declared,
        variables=_variables(content.get("variables") or {}),
        steps=steps,
        outputs=tuple(content.get("outputs") or ()),
    )


def target_of(reaction: str) -> str:
    """The step that `step:name` names; empty for Abort and Continue."""
    return reaction.removeprefix(_TO_STEP) if reaction.startswith(_TO_STEP) else ""


def _step(given: Mapping[str, Any]) -> Step:
    unknown = sorted(set(given) - {*_ABOUT, *_COURSE})
    if unknown:
        raise InvalidRunbook(f"step {given.get('name')}: unknown property {unknown[0]}")
    on_failure = str(given.get("onFailure", "Abort"))
    return Step(
        name=str(given.get("name", "")),
        action=str(given.get("action", "")),
        inputs=given.get("inputs") or {},
        outputs=tuple(
            Output(item["Name"], item["Selector"], item.get("Type", "String"))
            for item in given.get("outputs") or ()
        ),
        max_attempts=int(given.get("maxAttempts", 1)),
        timeout_seconds=int(given["timeoutSeconds"]) if "timeoutSeconds" in given else None,
        on_failure=on_failure,
        on_cancel=str(given.get("onCancel", "Abort")),
        is_end=_flag(given.get("isEnd", False)),
        is_critical=_flag(given.get("isCritical", on_failure != "Continue")),
        next_step=str(given.get("nextStep", "")),
    )


def _flag(value: object) -> bool:
    return str(value).lower() == "true"


def _variables(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: rules.get("default") for name, rules in declared.items()}


def _check_steps(steps: tuple[Step, ...]) -> None:
    if not steps:
        raise InvalidRunbook("a runbook has at least one step")
    names = [step.name for step in steps]
    for step in steps:
        if not _STEP_NAME.fullmatch(step.name):
            raise InvalidRunbook(f"{step.name!r} is no name of a step")
        if names.count(step.name) > 1:
            raise InvalidRunbook(f"two steps are called {step.name}")
        reactions = (step.next_step, target_of(step.on_failure), target_of(step.on_cancel))
        missing = next((name for name in reactions if name and name not in names), None)
        if missing:
            raise InvalidRunbook(f"step {step.name} leads to {missing}, which does not exist")
        if step.on_failure not in ("Abort", "Continue") and not target_of(step.on_failure):
            raise InvalidRunbook(f"step {step.name}: onFailure is {step.on_failure}")


def _missing(name: str) -> Step:
    raise KeyError(name)
