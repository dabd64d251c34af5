"""After a failure: undo what this execution did, and say in one sentence what happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.clients import own_clients
from remediation.scripts.failures import cause, explained
from remediation.scripts.own_steps import is_cancelled, own_failures
from remediation.scripts.undoing import PATIENCE_SECONDS, Undoing, undo

UndoingOf = Callable[[Any, str], Undoing]
"""How to undo an execution, by a client of EC2 and the execution's id."""
_SETTLING_SECONDS, _SCANS = 5, 6
"""What was created last may not be found by its tag at once.
AWSEC2/latest/APIReference/query-api-troubleshooting (eventual consistency)"""
_PATIENCE_WHEN_CANCELLED_SECONDS = 45
"""A cancelled automation has two minutes in all; an endpoint takes longer to go.
systems-manager/latest/userguide/automation-actions (onCancel)"""


def rolled_back(events: Mapping[str, Any], undoing_of: UndoingOf) -> dict[str, Any]:
    """Sentence, Undone and Left; it never fails, so that the cause is told."""
    clients, execution_id = own_clients(), events["ExecutionId"]
    try:
        why = _why(own_failures(clients, execution_id))
        cancelled = is_cancelled(clients, execution_id)
    except (ClientError, BotoCoreError) as error:
        why = f"a step failed, and its message cannot be read: {explained(error)}"
        cancelled = False
    patience = _PATIENCE_WHEN_CANCELLED_SECONDS if cancelled else PATIENCE_SECONDS
    try:
        plan = _agreed(clients("ec2"), execution_id, undoing_of)
        done, failed = undo(clients("ec2"), plan.steps, patience)
    except (ClientError, BotoCoreError) as error:
        return _told(why, [], [explained(error)], execution_id)
    return _told(why, done, [*failed, *plan.kept], execution_id)


def _agreed(ec2: Any, execution_id: str, undoing_of: UndoingOf) -> Undoing:
    """What is to be undone, when two scans see the same."""
    plan = undoing_of(ec2, execution_id)
    for _ in range(_SCANS):
        time.sleep(_SETTLING_SECONDS)
        before, plan = plan, undoing_of(ec2, execution_id)
        if plan == before:
            break
    return plan


def _why(failures: list[tuple[str, str]]) -> str:
    """The step that failed first of those that tell the same, and its cause."""
    if not failures:
        return "the execution was stopped, or a step failed"
    why = cause(failures[-1][1])
    step = next(name for name, message in failures if cause(message) == why)
    if step.startswith("Approve"):
        return f"no approver approved this ({why}): one must allow it when the document is started again"
    return f"step {step} failed: {why}"


def _told(why: str, done: list[str], left: list[str], execution_id: str) -> dict[str, Any]:
    if left:
        end = f"not all is as it was: {'; '.join(left)}; start KafkaTriggerGuard-Rollback with {execution_id}"
    else:
        end = "all that this execution did is undone" if done else "nothing was changed"
    return {"Sentence": f"{why[0].upper()}{why[1:]}; {end}.", "Undone": done, "Left": left}
