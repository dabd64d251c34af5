"""SSM Automation: start a document, follow its execution to the end, and read what it says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import boto3

from kafka_trigger_guard.aws.calls import client_of
from kafka_trigger_guard.aws.failures import FAILURES, api_error, without_credentials

_ENDED: Final = {
    "Success",
    "Failed",
    "TimedOut",
    "Cancelled",
    "Rejected",
    "CompletedWithSuccess",
    "CompletedWithFailure",
    "Exited",
}
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AutomationExecution.html"""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 4.0
_FULL_PAUSE: Final = 10.0
_FULL_ATTEMPTS: Final = 30
_FULL: Final = "AutomationExecutionLimitExceededException"
_UNAVAILABLE: Final = "No output available yet"
_DENIED: Final = {"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"}
Parameters = Mapping[str, str | Sequence[str]]
"""A document's parameters; lists are StringLists."""


class AutomationError(Exception):
    """A document cannot be started or followed; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution as GetAutomationExecution tells it; `outputs` are without those not available."""

    execution_id: str
    document: str
    status: str
    failure: str = ""
    step: str = ""
    action: str = ""
    approvers: tuple[str, ...] = ()
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in _ENDED

    @property
    def succeeded(self) -> bool:
        """Whether it ended well."""
        return self.status in ("Success", "CompletedWithSuccess")

    @property
    def waits(self) -> bool:
        """Whether somebody has to approve."""
        return not self.ended and self.action == "aws:approve" and self.status == "Waiting"

    def said(self, name: str) -> tuple[str, ...]:
        """The output of this name, whichever step it is of: `Calls` of `diagnose.Calls`."""
        return next((v for key, v in self.outputs.items() if key.rpartition(".")[2] == name), ())


class Automation:
    """SSM Automation of one account and Region. Retries and pauses are its own; `sleep` waits for seconds."""

    def __init__(
        self,
        session: boto3.Session,
        account: str,
        region: str,
        announce: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.account, self.region = account, region
        self.partition = session.get_partition_for_region(region)
        self._ssm: Any = client_of(session, "ssm", region, announce)
        self._sleep = sleep

    def role_arn(self, document: str) -> str:
        """The role of a document, which has its name."""
        return f"arn:{self.partition}:iam::{self.account}:role/{document}"

    def start(self, document: str, parameters: Parameters) -> str:
        """Start a document by its role; its execution's id. Raises AutomationError.

        AWS starts one automation a second (general/latest/gr/ssm); botocore waits and repeats, and the token
        keeps a repeated request from starting a second one. A full queue is waited for.
        """
        given = {
            name: [value] if isinstance(value, str) else list(value) for name, value in parameters.items()
        }
        given["AutomationAssumeRole"] = [self.role_arn(document)]
        token = str(uuid4())
        for attempt in range(_FULL_ATTEMPTS):
            try:
                answer = self._ssm.start_automation_execution(
                    DocumentName=document, Parameters=given, ClientToken=token
                )
                return str(answer["AutomationExecutionId"])
            except FAILURES as error:
                if api_error(error).code != _FULL or attempt + 1 == _FULL_ATTEMPTS:
                    raise self._not_started(document, error) from None
                self._sleep(_FULL_PAUSE)
        raise AssertionError("the last attempt returns or raises")

    def follow(self, execution_id: str) -> Iterator[Execution]:
        """The execution again and again, the last time when it has ended. Raises AutomationError.

        Three a second may ask (general/latest/gr/ssm): pauses grow to four seconds.
        """
        pause = _FIRST_PAUSE
        while True:
            found = self.execution(execution_id)
            yield found
            if found.ended:
                return
            self._sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def execution(self, execution_id: str) -> Execution:
        """An execution as it is now. Raises AutomationError."""
        try:
            answer = self._ssm.get_automation_execution(AutomationExecutionId=execution_id)
            return _execution(answer["AutomationExecution"])
        except FAILURES as error:
            raise self._failed("ssm:GetAutomationExecution", error) from None

    def _not_started(self, document: str, error: Exception) -> Exception:
        reason = api_error(error)
        where = f"in account {self.account}, {self.region}"
        deploy = "install it with `kafka-trigger-guard deploy`"
        if reason.code == "AutomationDefinitionNotFoundException":
            return AutomationError(f"the document {document} is not deployed {where}; {deploy}")
        if "assume role" in reason.message.lower():
            role = self.role_arn(document)
            return AutomationError(f"the role {role} is not deployed, or SSM may not assume it; {deploy}")
        if reason.code == "InvalidAutomationExecutionParametersException":
            return AutomationError(f"{document} refuses its parameters: {reason.message}")
        return self._failed("ssm:StartAutomationExecution", error)

    def _failed(self, operation: str, error: Exception) -> Exception:
        reason = api_error(error)
        advice = (
            f"; grant the caller {operation}, and iam:PassRole on the documents' roles"
            if reason.code in _DENIED
            else ""
        )
        said = (
            f"{operation} failed in account {self.account}, {self.region} ({reason.code}: {reason.message})"
        )
        return without_credentials(error) or AutomationError(said + advice)


def as_lists(parameters: Parameters) -> dict[str, list[str]]:
    """Parameters as StartAutomationExecution takes them: every value is a list."""
    return {name: [value] if isinstance(value, str) else list(value) for name, value in parameters.items()}


def _execution(told: Mapping[str, Any]) -> Execution:
    name = str(told.get("CurrentStepName") or "")
    steps: list[dict[str, Any]] = told.get("StepExecutions") or []
    current = next((step for step in steps if step.get("StepName") == name), {})
    outputs = {key: tuple(values) for key, values in (told.get("Outputs") or {}).items()}
    return Execution(
        execution_id=str(told["AutomationExecutionId"]),
        document=str(told["DocumentName"]),
        status=str(told["AutomationExecutionStatus"]),
        failure=str(told.get("FailureMessage") or ""),
        step=name,
        action=str(told.get("CurrentAction") or current.get("Action") or ""),
        approvers=_approvers(current.get("Inputs") or {}),
        outputs={k: v for k, v in outputs.items() if not any(t.startswith(_UNAVAILABLE) for t in v)},
    )


def _approvers(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """The approvers of a waiting step: inputs are told as JSON texts."""
    try:
        found = json.loads(inputs.get("Approvers") or "[]")
    except ValueError:
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()
