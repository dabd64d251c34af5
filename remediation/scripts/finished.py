"""How to undo an execution that has ended, as KafkaTriggerGuard-Rollback does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.diagnosis import Clients
from remediation.scripts.failures import explained
from remediation.scripts.other_triggers import other_triggers, own_triggers
from remediation.scripts.own_steps import Failed, own_execution
from remediation.scripts.reading import ForbiddenError, Reading, UnreadError, lacking
from remediation.scripts.traces import traces_of
from remediation.scripts.undoing import Undoing, undoing_traces

_RUNNING = ("Pending", "InProgress", "Waiting", "Cancelling", "PendingApproval", "Scheduled")
"""systems-manager/latest/userguide/automation-statuses"""


def undoing_finished(clients: Clients, events: Mapping[str, str]) -> tuple[str, Undoing]:
    """The execution's status if it has not ended, and how to undo it. Raises Failed with one sentence."""
    execution_id = events["ExecutionId"]
    try:
        execution = own_execution(clients, execution_id)
        status = str(execution.get("AutomationExecutionStatus", ""))
        if status in _RUNNING:
            return status, Undoing((), ())
        return "", _undoing(clients, events, execution)
    except ForbiddenError as error:
        raise Failed(lacking(error, events["AutomationAssumeRole"])) from None
    except UnreadError as error:
        raise Failed(f"Who relies on execution {execution_id} could not be read: {error}.") from None
    except (ClientError, BotoCoreError) as error:
        raise Failed(f"{execution_id} could not be looked up: {explained(error)}.") from None


def _undoing(clients: Clients, events: Mapping[str, str], execution: Mapping[str, Any]) -> Undoing:
    ec2 = clients("ec2")
    traces = traces_of(ec2, events["ExecutionId"])
    asked = bool(traces) and events["IgnoreOtherTriggers"] == "false"
    others = other_triggers(Reading(clients), own_triggers(execution, traces)) if asked else ()
    return undoing_traces(ec2, traces, execution.get("ExecutionStartTime"), others)
