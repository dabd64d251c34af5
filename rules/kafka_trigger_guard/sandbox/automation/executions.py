"""SSM Automation in the sandbox: what a test needs beside `ssm`'s own API.

`ssm.start_automation_execution` executes a document at once, to its end or to an approval that it waits
for; `ssm.send_automation_signal` lets it go on. Nothing is slept: `CLOCK.skip(seconds)` lets time pass, and
steps that sleep or poll do it themselves. To interleave two executions, start them held:

    with held():
        first, second = start(...), start(...)      # execution ids
    execution(first).step(); execution(second).step(); execution(first).run()

`failing_step` and `failing_call` of `sandbox.faults` inject faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.ssm.models import ssm_backends

from kafka_trigger_guard.sandbox.automation.execution import Execution
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.faults import failing_call, failing_step

__all__ = ["CLOCK", "Execution", "execution", "executions_of", "failing_call", "failing_step", "held"]

_ATTRIBUTE = "kafka_trigger_guard_automations"
_HOLDING: list[object] = []


@contextmanager
def held() -> Iterator[None]:
    """Executions that are started meanwhile do not run by themselves."""
    token = object()
    _HOLDING.append(token)
    try:
        yield
    finally:
        _HOLDING.remove(token)


def is_held() -> bool:
    """Whether executions wait for `step()` and `run()`."""
    return bool(_HOLDING)


def executions_of(account: str, region: str) -> dict[str, Execution]:
    """The executions of an account and Region by id, oldest first; they end with the sandbox."""
    backend: Any = ssm_backends[account][region]
    if not hasattr(backend, _ATTRIBUTE):
        setattr(backend, _ATTRIBUTE, {})
    found: dict[str, Execution] = getattr(backend, _ATTRIBUTE)
    return found


def execution(execution_id: str) -> Execution:
    """An execution of any account and Region; KeyError for an unknown id."""
    for regions in ssm_backends.values():
        for backend in regions.values():
            found = getattr(backend, _ATTRIBUTE, {}).get(execution_id)
            if found is not None:
                return found  # type: ignore[no-any-return]
    raise KeyError(execution_id)
