"""Step Diagnose of KafkaTriggerGuard-Rollback: what would be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.clients import own_clients
from remediation.scripts.diagnosis import Decision
from remediation.scripts.failures import explained
from remediation.scripts.own_steps import Failed, own_execution
from remediation.scripts.presenting import call_text
from remediation.scripts.undoing import Undoing, undoing

_RUNNING = ("Pending", "InProgress", "Waiting", "Cancelling", "PendingApproval", "Scheduled")
"""systems-manager/latest/userguide/automation-statuses"""


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """Decision, Next, Sentence, Calls and Affected: what others use stays, and is told there."""
    clients, execution_id = own_clients(), events["ExecutionId"]
    try:
        execution = own_execution(clients, execution_id)
        status = str(execution.get("AutomationExecutionStatus", ""))
        if status in _RUNNING:
            said = (
                f"Execution {execution_id} is {status}: wait for its end or stop it, then start this again."
            )
            return _told(Decision.PERSON, "person", said, Undoing((), ()))
        plan = undoing(clients("ec2"), execution_id, execution.get("ExecutionStartTime"))
    except (ClientError, BotoCoreError) as error:
        raise Failed(f"{execution_id} could not be looked up: {explained(error)}.") from None
    if not plan.steps:
        why = "; ".join(plan.kept) or "nothing that exists carries its tag"
        said = f"Nothing of execution {execution_id} is undone: {why}."
        return _told(Decision.NOTHING, "nothing", said, plan)
    following = "apply" if events["DryRun"] == "false" else "dry-run"
    said = f"Execution {execution_id} is undone by {len(plan.steps)} calls."
    return _told(Decision.APPLY, following, said, plan)


def _told(decision: Decision, following: str, sentence: str, plan: Undoing) -> dict[str, Any]:
    return {
        "Decision": decision.value,
        "Next": following,
        "Sentence": sentence,
        "Calls": [call_text("ec2", step.api, step.parameters) for step in plan.steps],
        "Affected": list(plan.kept),
    }
