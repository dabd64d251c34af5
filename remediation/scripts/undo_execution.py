"""Step Undo of KafkaTriggerGuard-Rollback: the calls, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.clients import own_clients
from remediation.scripts.failures import explained
from remediation.scripts.finished import undoing_finished
from remediation.scripts.own_steps import Failed
from remediation.scripts.undoing import undo


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """Sentence, Undone and Left (in use by others); raises Failed with what AWS refused."""
    clients, execution_id = own_clients(), events["ExecutionId"]
    _, plan = undoing_finished(clients, events)
    try:
        done, failed = undo(clients("ec2"), plan.steps)
    except (ClientError, BotoCoreError) as error:
        raise Failed(f"Execution {execution_id} could not be undone: {explained(error)}.") from None
    if failed:
        raise Failed(
            f"Execution {execution_id} is not all undone: {'; '.join(failed)}. Then start this again."
        )
    left = f" What others use stays: {'; '.join(plan.kept)}." if plan.kept else ""
    said = f"Execution {execution_id} is undone: {'; '.join(done)}.{left}"
    return {"Sentence": said, "Undone": done, "Left": list(plan.kept)}
