"""A diagnosis as the outputs of the step Diagnose: what is decided, what would be called, what is next."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from remediation.scripts.clients import own_clients
from remediation.scripts.diagnosis import Clients, Decision, Diagnosis, Inputs
from remediation.scripts.failures import explained
from remediation.scripts.own_steps import Failed, own_execution

Diagnose = Callable[[Clients, Inputs], Diagnosis]
Present = Callable[[Diagnosis, Mapping[str, str]], dict[str, Any]]

NONE = "none"
"""Stands for an output that has no value: a branch compares it, and no output is empty."""


def diagnosed(diagnose: Diagnose, present: Present, events: Mapping[str, str]) -> dict[str, Any]:
    """The outputs of Diagnose; `present` adds the document's own. Raises Failed with one sentence."""
    clients = own_clients()
    try:
        diagnosis = diagnose(clients, events)
        approve = diagnosis.decision is Decision.APPLY and _approvers(clients, events["ExecutionId"])
    except (ClientError, BotoCoreError) as error:
        raise Failed(
            f"{events['EventSourceMappingId']} could not be diagnosed: {explained(error)}."
        ) from None
    outputs = present(diagnosis, events)
    return {
        "Decision": diagnosis.decision.value,
        "Next": _next_step(diagnosis.decision, events, bool(approve)),
        "Sentence": diagnosis.sentence,
        "TriggerId": diagnosis.trigger_id or NONE,
        "Affected": list(diagnosis.affected),
        "Question": _question(diagnosis, outputs["Calls"]),
        **outputs,
    }


def call_text(service: str, api: str, parameters: Mapping[str, Any]) -> str:
    """One AWS call as the output Calls shows it."""
    return json.dumps({"service": service, "api": api, "parameters": parameters})


def _approvers(clients: Clients, execution_id: str) -> list[str]:
    """The parameter Approvers of this execution, read where SSM keeps it: a list cannot be branched on."""
    found: list[str] = own_execution(clients, execution_id).get("Parameters", {}).get("Approvers", [])
    return [approver for approver in found if approver]


def _next_step(decision: Decision, events: Mapping[str, str], approve: bool) -> str:
    if decision is not Decision.APPLY:
        return decision.value
    if events["DryRun"] != "false":
        return "dry-run"
    if not approve:
        return "apply"
    return "approve-and-notify" if events["NotificationTopicArn"] else "approve"


def _question(diagnosis: Diagnosis, calls: list[str]) -> str:
    """What approvers are asked, at most 4096 characters.

    systems-manager/latest/userguide/automation-action-approve (Message)
    """
    told = [json.loads(call) for call in calls]
    names = ", ".join(dict.fromkeys(f"{call['service']}:{call['api']}" for call in told)) or NONE
    parts = [diagnosis.sentence, f"Calls: {names}.", *diagnosis.affected]
    text = " ".join(parts).replace('"', "'")
    return text if len(text) <= 4096 else f"{text[:4095]}…"
