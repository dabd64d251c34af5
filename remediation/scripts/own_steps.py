"""What this execution did until now, and ending it with a sentence."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from remediation.scripts.diagnosis import Clients


class Failed(Exception):  # noqa: N818 (the execution ends with this sentence)
    """Ends the step; the message is one sentence for people."""


def own_failures(clients: Clients, execution_id: str) -> list[tuple[str, str]]:
    """The steps of this execution that failed, with their FailureMessages, in their order.

    An execution that SSM does not know, as in a simulator, has no failures that could be read.
    """
    steps = own_execution(clients, execution_id).get("StepExecutions") or ()
    return [(step["StepName"], step["FailureMessage"]) for step in steps if step.get("FailureMessage")]


def failure_of(clients: Clients, execution_id: str, step_name: str) -> str:
    """The FailureMessage of the last failed step whose name starts so; empty if there is none."""
    found = [text for name, text in own_failures(clients, execution_id) if name.startswith(step_name)]
    return found[-1] if found else ""


def is_told(clients: Clients, execution_id: str) -> bool:
    """Whether SSM tells which of the steps failed; a simulator has no executions."""
    return bool(own_execution(clients, execution_id))


def is_cancelled(clients: Clients, execution_id: str) -> bool:
    """Whether somebody stopped this execution. systems-manager/latest/userguide/automation-statuses"""
    execution = own_execution(clients, execution_id)
    told = [step.get("StepStatus") for step in execution.get("StepExecutions") or ()]
    return bool({"Cancelled", "Cancelling"}.intersection([execution.get("AutomationExecutionStatus"), *told]))


def own_execution(clients: Clients, execution_id: str) -> dict[str, Any]:
    """What SSM tells of an execution; empty for one that it does not know."""
    try:
        answer = clients("ssm").get_automation_execution(AutomationExecutionId=execution_id)
    except ClientError as error:
        if error.response["Error"]["Code"] == "AutomationExecutionNotFoundException":
            return {}
        raise
    found: dict[str, Any] = answer["AutomationExecution"]
    return found


def read_plan(given: str | dict[str, Any]) -> dict[str, Any]:
    """A plan that Diagnose wrote as JSON; the automation may have read it already."""
    plan: dict[str, Any] = json.loads(given) if isinstance(given, str) else given
    return plan
