"""Faults that a test puts into the sandbox: a step of an automation fails, or an API call is refused.

with failing_step("Apply"):                 # or the number of the step that is executed, from 1
with failing_step("Apply", after=True):     # the step has done its work and fails then
with failing_call("ec2:CreateVpcEndpoint", code="VpcEndpointLimitExceeded"):
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_MESSAGE = "An error was injected."


@dataclass(slots=True, eq=False)
class StepFault:
    """One step, by name or number, of the executions of one document, or of any."""

    step: str | int
    document: str
    after: bool
    message: str

    def hits(self, document: str, name: str, number: int) -> bool:
        """Whether it is meant for this step."""
        return self.document in ("", document) and self.step in (name, number)


@dataclass(slots=True, eq=False)
class CallFault:
    """The n-th call of one API, or every call of it."""

    action: str
    nth: int | None
    code: str
    message: str
    after: bool
    calls: int = 0

    def hits(self, action: str) -> bool:
        """Whether this call fails; counts it."""
        if action != self.action:
            return False
        self.calls += 1
        return self.nth is None or self.calls == self.nth


_STEP_FAULTS: list[StepFault] = []
_CALL_FAULTS: list[CallFault] = []


@contextmanager
def failing_step(
    step: str | int, *, document: str = "", after: bool = False, message: str = _MESSAGE
) -> Iterator[StepFault]:
    """Let all attempts of a step fail, before or after it did its work."""
    fault = StepFault(step, document, after, message)
    _STEP_FAULTS.append(fault)
    try:
        yield fault
    finally:
        _STEP_FAULTS.remove(fault)


@contextmanager
def failing_call(
    action: str,
    *,
    nth: int | None = 1,
    code: str = "InternalError",
    message: str = _MESSAGE,
    after: bool = False,
) -> Iterator[CallFault]:
    """Let the n-th call of an API (`ec2:CreateVpcEndpoint`) fail, every one if `nth` is None.

    With `after` the call takes effect and its answer is lost.
    """
    fault = CallFault(action, nth, code, message, after)
    _CALL_FAULTS.append(fault)
    try:
        yield fault
    finally:
        _CALL_FAULTS.remove(fault)


def fault_of_step(document: str, name: str, number: int) -> StepFault | None:
    """The fault that this step meets."""
    return next((fault for fault in _STEP_FAULTS if fault.hits(document, name, number)), None)


def fault_of_call(action: str) -> CallFault | None:
    """The fault that this call meets."""
    hit = [fault for fault in _CALL_FAULTS if fault.hits(action)]
    return hit[0] if hit else None


def any_call_faults() -> bool:
    """Whether any call may fail."""
    return bool(_CALL_FAULTS)
