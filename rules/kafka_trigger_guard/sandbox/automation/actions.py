"""The actions of a runbook that the sandbox executes, each a function of the step's resolved inputs.

systems-manager/latest/userguide/automation-actions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from kafka_trigger_guard.sandbox.automation.choices import chosen
from kafka_trigger_guard.sandbox.automation.documents import Step
from kafka_trigger_guard.sandbox.automation.selectors import SelectorError, selected
from kafka_trigger_guard.sandbox.automation.session import AutomationSession
from kafka_trigger_guard.sandbox.clock import CLOCK

EXECUTING = "Execute/Cancelling action"
POLLING = "Poll action status for completion"
_GUIDE = "Please refer to Automation Service Troubleshooting Guide for more diagnosis details."
_WAIT_SECONDS = 3600
_POLL_SECONDS = 15
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS = (86_400, 3_600, 60, 1)
_TAGGED = ("EC2", "ManagedInstance")


class ActionFailure(Exception):  # noqa: N818 (AWS says that a step fails)
    """The step fails; the message is the step's FailureMessage."""

    def __init__(self, stage: str, cause: str, status: str = "Failed") -> None:
        super().__init__(f"Step fails when it is {stage}. {cause.rstrip('.')}. {_GUIDE}")
        self.stage, self.cause, self.status = stage, cause, status


class Waiting(Exception):  # noqa: N818 (not an error)
    """The step waits for somebody."""


@dataclass(frozen=True, slots=True)
class Work:
    """What an action has to do: the step, its inputs and the surroundings."""

    step: Step
    inputs: Mapping[str, Any]
    session: AutomationSession
    execution_id: str
    started_at: datetime
    variables: dict[str, Any]
    signals: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action gave: the response that selectors look into, its own outputs, where to go on."""

    response: Any = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    next_step: str = ""


Action = Callable[[Work], Outcome]
ACTIONS: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    """Register the function that executes an action."""

    def register(function: Action) -> Action:
        ACTIONS[name] = function
        return function

    return register


@action("aws:executeAwsApi")
def execute_aws_api(work: Work) -> Outcome:
    """Call an API; everything beside Service and Api is a parameter of the call.

    systems-manager/latest/userguide/automation-action-executeawsapi
    """
    return Outcome(_called(work, set()))


@action("aws:assertAwsResourceProperty")
def assert_aws_resource_property(work: Work) -> Outcome:
    """Fail unless the property has one of the desired values.

    systems-manager/latest/userguide/automation-action-assertAwsResourceProperty
    """
    value = _property(work)
    desired = [_comparable(item) for item in work.inputs["DesiredValues"]]
    if value not in desired:
        raise ActionFailure(
            EXECUTING,
            f'Property value "{value}" from the API output is not in desired values. Desired values: '
            f"{json.dumps(desired)}",
        )
    return Outcome()


@action("aws:waitForAwsResourceProperty")
def wait_for_aws_resource_property(work: Work) -> Outcome:
    """Ask until the property has one of the desired values; time passes without waiting.

    systems-manager/latest/userguide/automation-action-waitForAwsResourceProperty
    """
    desired = [_comparable(item) for item in work.inputs["DesiredValues"]]
    for _ in range(0, work.step.timeout_seconds or _WAIT_SECONDS, _POLL_SECONDS):
        if _property(work, missing="") in desired:
            return Outcome()
        CLOCK.skip(_POLL_SECONDS)
    raise ActionFailure(POLLING, "Action timed out", "TimedOut")


@action("aws:sleep")
def sleep(work: Work) -> Outcome:
    """Let the time pass: Duration (ISO 8601) or until Timestamp.

    systems-manager/latest/userguide/automation-action-sleep
    """
    if "Duration" in work.inputs:
        CLOCK.skip(_seconds(str(work.inputs["Duration"])))
    elif "Timestamp" in work.inputs:
        until = datetime.fromisoformat(str(work.inputs["Timestamp"]).replace("Z", "+00:00"))
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        CLOCK.skip(max(0.0, (until - CLOCK.now()).total_seconds()))
    else:
        raise ActionFailure(EXECUTING, "Either Duration or Timestamp must be given")
    return Outcome()


@action("aws:branch")
def branch(work: Work) -> Outcome:
    """Go on with the first choice that holds."""
    try:
        return Outcome(next_step=chosen(work.inputs["Choices"], str(work.inputs.get("Default", ""))))
    except (KeyError, TypeError, ValueError) as error:
        raise ActionFailure(EXECUTING, f"The choices cannot be evaluated: {error}") from None


@action("aws:createTags")
def create_tags(work: Work) -> Outcome:
    """Put tags on EC2 resources or on managed instances.

    systems-manager/latest/userguide/automation-action-createtag
    """
    kind = str(work.inputs.get("ResourceType", "EC2"))
    if kind not in _TAGGED:
        raise ActionFailure(EXECUTING, f"Resources of type {kind} cannot be tagged")
    ids, tags = work.inputs["ResourceIds"], work.inputs["Tags"]
    if kind == "EC2":
        _call(work, "ec2", "create_tags", {"Resources": ids, "Tags": tags})
    for resource_id in ids if kind == "ManagedInstance" else ():
        tagged = {"ResourceType": kind, "ResourceId": resource_id, "Tags": tags}
        _call(work, "ssm", "add_tags_to_resource", tagged)
    return Outcome()


@action("aws:updateVariable")
def update_variable(work: Work) -> Outcome:
    """Set a variable of the runbook. systems-manager/latest/userguide/automation-action-update-variable"""
    name = str(work.inputs["Name"]).removeprefix("variable:")
    if name not in work.variables:
        raise ActionFailure(EXECUTING, f"The runbook declares no variable {name}")
    work.variables[name] = work.inputs["Value"]
    return Outcome()


def _called(work: Work, not_parameters: set[str]) -> Any:
    own = {"Service", "Api"} | not_parameters
    given = {name: value for name, value in work.inputs.items() if name not in own}
    return _call(work, str(work.inputs.get("Service", "")), str(work.inputs.get("Api", "")), given)


def _call(work: Work, service: str, api: str, parameters: Mapping[str, Any]) -> Any:
    """Call an API by its name, PascalCase or snake_case, as the automation's role."""
    try:
        client = work.session.client(service)
        method = api if hasattr(client, api) else xform_name(api)
        if not api or not hasattr(client, method):
            raise ActionFailure(EXECUTING, f"{service} has no API {api}")
        return getattr(client, method)(**parameters)
    except (ClientError, BotoCoreError) as error:
        raise ActionFailure(EXECUTING, str(error)) from None


def _property(work: Work, missing: str | None = None) -> str:
    response = _called(work, {"PropertySelector", "DesiredValues"})
    try:
        return str(selected(response, str(work.inputs["PropertySelector"]), "String"))
    except SelectorError as error:
        if missing is not None:
            return missing
        raise ActionFailure(EXECUTING, str(error)) from None


def _comparable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _seconds(duration: str) -> int:
    parts = _DURATION.fullmatch(duration)
    if parts is None:
        raise ActionFailure(EXECUTING, f"{duration} is no ISO 8601 duration")
    return sum(int(text or 0) * unit for text, unit in zip(parts.groups(), _UNITS, strict=True))
