"""One automation: its runbook executed step by step, as the API tells of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kafka_trigger_guard.sandbox.automation import approvals as automation_approvals  # noqa: F401
from kafka_trigger_guard.sandbox.automation import scripts as automation_scripts  # noqa: F401
from kafka_trigger_guard.sandbox.automation.actions import (
    ACTIONS,
    EXECUTING,
    ActionFailure,
    Outcome,
    Waiting,
    Work,
)
from kafka_trigger_guard.sandbox.automation.documents import Runbook, Step, target_of
from kafka_trigger_guard.sandbox.automation.selectors import SelectorError, selected
from kafka_trigger_guard.sandbox.automation.session import AutomationSession
from kafka_trigger_guard.sandbox.automation.values import Unresolved, as_text, resolved
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.faults import fault_of_step

ENDED = ("Success", "Failed", "TimedOut", "Cancelled")
_RESOLVING = "validating and resolving the step inputs"
_NOT_AVAILABLE = "No output available yet because the step is not successfully executed"


@dataclass(slots=True)
class StepExecution:
    """What became of one step."""

    step: Step
    status: str = "InProgress"
    step_execution_id: str = field(default_factory=lambda: _uuid())
    started_at: datetime = field(default_factory=CLOCK.now)
    ended_at: datetime | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    failure: ActionFailure | None = None
    attempts: int = 0

    def end(self, status: str) -> None:
        """The step is over."""
        self.status, self.ended_at = status, CLOCK.now()


class Execution:
    """A started automation. `step()` executes the next step; `run()` goes on to the end or to an approval."""

    def __init__(
        self, runbook: Runbook, parameters: Mapping[str, Any], session: AutomationSession, about: About
    ) -> None:
        self.runbook, self.parameters, self.about = runbook, parameters, about
        self.execution_id = about.execution_id
        self.status = "InProgress"
        self.failure_message = ""
        self.started_at = CLOCK.now()
        self.ended_at: datetime | None = None
        self.steps: list[StepExecution] = []
        """The steps that were executed, in the order in which they were."""
        self.signals: list[Mapping[str, str]] = []
        self.variables = dict(runbook.variables)
        self._session = session
        self._next = runbook.steps[0].name
        self._last_status = "Success"

    def run(self) -> None:
        """Execute the steps that remain, as far as nobody has to approve."""
        while self.step():
            pass

    def step(self) -> bool:
        """Execute the next step, all its attempts; whether there is another to be executed now."""
        if self.status in ENDED:
            return False
        record = self._current()
        try:
            outcome = self._attempted(record)
        except Waiting:
            self.status = record.status = "Waiting"
            return False
        except ActionFailure as failure:
            self._failed(record, failure)
        else:
            record.end("Success")
            self._go_on(outcome.next_step or self._after(record.step))
        return self.status not in ENDED

    @property
    def current_step(self) -> StepExecution | None:
        """The step that is being executed or waits."""
        return self.steps[-1] if self.steps and self.steps[-1].ended_at is None else None

    def signal(self, decision: str, comment: str, approver: str) -> None:
        """Somebody approves or rejects."""
        self.signals.append({"decision": decision, "comment": comment, "approver": approver})

    def cancel(self) -> None:
        """Stop: the current step is cancelled, and what it says of that is done."""
        waiting = self.current_step
        rescue = ""
        if waiting is not None:
            waiting.end("Cancelled")
            rescue = target_of(waiting.step.on_cancel)
        self._last_status = "Cancelled"
        self._go_on(rescue)

    def known(self) -> dict[str, Any]:
        """Every value that a reference can name by now."""
        now = self.started_at
        known = dict(self.parameters)
        known |= {f"variable:{name}": value for name, value in self.variables.items()}
        known |= {
            f"{record.step.name}.{name}": value
            for record in self.steps
            for name, value in record.outputs.items()
        }
        return known | {
            "global:REGION": self._session.region,
            "global:ACCOUNT_ID": self.about.account,
            "global:AWS_PARTITION": self.about.partition,
            "global:DATE": now.strftime("%Y-%m-%d"),
            "global:DATE_TIME": now.strftime("%Y-%m-%d_%H.%M.%S"),
            "automation:EXECUTION_ID": self.execution_id,
        }

    def outputs(self) -> dict[str, list[str]]:
        """The outputs that the runbook declares."""
        known = self.known()
        return {name: _texts(known.get(name, _NOT_AVAILABLE)) for name in self.runbook.outputs}

    def _current(self) -> StepExecution:
        waiting = self.current_step
        if waiting is None:
            waiting = StepExecution(self.runbook.step(self._next))
            self.steps.append(waiting)
        self.status = waiting.status = "InProgress"
        return waiting

    def _attempted(self, record: StepExecution) -> Outcome:
        """The outcome of the first attempt that succeeds. Raises ActionFailure of the last one."""
        for attempt in range(1, record.step.max_attempts + 1):
            record.attempts = attempt
            try:
                return self._executed(record)
            except ActionFailure:
                if attempt == record.step.max_attempts:
                    raise
                CLOCK.skip(2.0**attempt)
        raise ActionFailure(EXECUTING, f"maxAttempts is {record.step.max_attempts}")

    def _executed(self, record: StepExecution) -> Outcome:
        step, fault = record.step, self._fault(record)
        if fault is not None and not fault.after:
            raise ActionFailure(EXECUTING, fault.message)
        try:
            record.inputs = resolved(dict(step.inputs), self.known())
        except Unresolved as name:
            raise ActionFailure(_RESOLVING, f"{{{{ {name} }}}} has no value") from None
        if step.action not in ACTIONS:
            raise ActionFailure(EXECUTING, f"The sandbox does not execute {step.action}")
        outcome = ACTIONS[step.action](self._work(record))
        record.outputs = _outputs(step, outcome)
        if fault is not None:
            record.outputs = {}
            raise ActionFailure(EXECUTING, fault.message)
        return outcome

    def _fault(self, record: StepExecution) -> Any:
        return fault_of_step(self.runbook.name, record.step.name, len(self.steps))

    def _work(self, record: StepExecution) -> Work:
        return Work(
            step=record.step,
            inputs=record.inputs,
            session=self._session,
            execution_id=self.execution_id,
            started_at=record.started_at,
            variables=self.variables,
            signals=tuple(self.signals),
        )

    def _after(self, step: Step) -> str:
        return self.runbook.after(step)

    def _failed(self, record: StepExecution, failure: ActionFailure) -> None:
        record.failure = failure
        record.end(failure.status)
        step = record.step
        if step.is_critical and self._last_status == "Success":
            self._last_status, self.failure_message = failure.status, str(failure)
        if step.on_failure == "Abort":
            self.failure_message = self.failure_message or str(failure)
            self._last_status = failure.status if self._last_status == "Success" else self._last_status
            self._go_on("")
        else:
            self._go_on("" if step.is_end else target_of(step.on_failure) or self._after(step))

    def _go_on(self, name: str) -> None:
        if name:
            self.status, self._next = "InProgress", name
        else:
            self.status, self.ended_at = self._last_status, CLOCK.now()


@dataclass(frozen=True, slots=True)
class About:
    """What the API tells of an automation beside its course."""

    execution_id: str
    account: str
    partition: str
    executed_by: str
    mode: str
    client_token: str
    request: Mapping[str, Any]


def _outputs(step: Step, outcome: Outcome) -> dict[str, Any]:
    try:
        declared = {out.name: selected(outcome.response, out.selector, out.type) for out in step.outputs}
    except SelectorError as error:
        raise ActionFailure(EXECUTING, str(error)) from None
    return {**outcome.outputs, **declared}


def _texts(value: Any) -> list[str]:
    return [as_text(item) for item in (value if isinstance(value, list) else [value])]


def _uuid() -> str:
    text = secrets.token_hex(16)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def told_step(record: StepExecution, runbook: Runbook) -> dict[str, Any]:
    """A step as GetAutomationExecution tells it. SSM API, StepExecution"""
    step, failure = record.step, record.failure
    told: dict[str, Any] = {
        **told_pending(step, runbook),
        "StepStatus": record.status,
        "StepExecutionId": record.step_execution_id,
        "ExecutionStartTime": record.started_at,
        "Inputs": {name: json.dumps(value, default=str) for name, value in record.inputs.items()},
        "Outputs": {name: _texts(value) for name, value in record.outputs.items()},
    }
    if record.ended_at is not None:
        told |= {"ExecutionEndTime": record.ended_at, "ResponseCode": "1" if failure else "0"}
    if failure is not None:
        details = {"FailureStage": failure.stage, "FailureType": failure.status}
        told["FailureMessage"] = str(failure)
        told["FailureDetails"] = {**details, "Details": {"Cause": [failure.cause]}}
    return told


def told_pending(step: Step, runbook: Runbook) -> dict[str, Any]:
    """A step that was not executed yet."""
    told: dict[str, Any] = {
        "StepName": step.name,
        "Action": step.action,
        "StepStatus": "Pending",
        "OnFailure": step.on_failure,
        "MaxAttempts": step.max_attempts,
        "IsEnd": step.is_end,
        "IsCritical": step.is_critical,
    }
    following = runbook.after(step)
    told |= {"NextStep": following} if following else {}
    return told | ({"TimeoutSeconds": step.timeout_seconds} if step.timeout_seconds else {})
