"""Step Diagnose of KafkaTriggerGuard-Rollback: what would be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remediation.scripts.clients import own_clients
from remediation.scripts.diagnosis import Decision
from remediation.scripts.finished import undoing_finished
from remediation.scripts.presenting import call_text
from remediation.scripts.undoing import Undoing


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """Decision, Next, Sentence, Calls and Affected: what others use stays, and is told there."""
    execution_id = events["ExecutionId"]
    status, plan = undoing_finished(own_clients(), events)
    if status:
        said = f"Execution {execution_id} is {status}: wait for its end or stop it, then start this again."
        return _told(Decision.PERSON, "person", said, plan)
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
