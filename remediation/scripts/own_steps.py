"""What this execution did until now, and ending it with a sentence."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from remediation.scripts.diagnosis import Clients


class Failed(Exception):  # noqa: N818 (the execution ends with this sentence)
    """Ends the step; the message is one sentence for people."""


def own_failure(clients: Clients, execution_id: str) -> tuple[str, str]:
    """The step of this execution that failed last and its FailureMessage; two empty texts if none did.

    An execution that SSM does not know, as in a simulator, has no failure that could be read.
    """
    execution = own_execution(clients, execution_id)
    failed = [step for step in execution.get("StepExecutions") or () if step.get("FailureMessage")]
    return (failed[-1]["StepName"], failed[-1]["FailureMessage"]) if failed else ("", "")


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
