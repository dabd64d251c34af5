"""aws:approve: the automation waits until the approvers have decided, or the time is over.

systems-manager/latest/userguide/automation-action-approve
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from kafka_trigger_guard.sandbox.automation.actions import (
    EXECUTING,
    POLLING,
    ActionFailure,
    Outcome,
    Waiting,
    Work,
    action,
)
from kafka_trigger_guard.sandbox.clock import CLOCK

_A_WEEK = 604_800


@action("aws:approve")
def approve(work: Work) -> Outcome:
    """Succeed with the required number of approvals; one rejection fails the step.

    The topic is told first, by the automation's role: AmazonSSMAutomationRole lets it publish to Automation*.
    """
    if work.inputs.get("NotificationArn") and not work.signals:
        _tell(work)
    rejected = next((signal for signal in work.signals if signal["decision"] == "Reject"), None)
    if rejected is not None:
        comment = f": {rejected['comment']}" if rejected.get("comment") else ""
        raise ActionFailure(POLLING, f"The approval was rejected by {rejected['approver']}{comment}")
    approvals = [signal for signal in work.signals if signal["decision"] == "Approve"]
    if len(approvals) >= int(work.inputs.get("MinRequiredApprovals", 1)):
        return Outcome(outputs={"ApprovalStatus": "Approved", "ApproverDecisions": _decisions(work.signals)})
    deadline = work.started_at + timedelta(seconds=work.step.timeout_seconds or _A_WEEK)
    if CLOCK.now() >= deadline:
        raise ActionFailure(POLLING, "Action timed out", "TimedOut")
    raise Waiting


def _tell(work: Work) -> None:
    sns = work.session.client("sns")
    try:
        sns.publish(TopicArn=work.inputs["NotificationArn"], Message=str(work.inputs.get("Message", "")))
    except (ClientError, BotoCoreError) as error:
        raise ActionFailure(EXECUTING, str(error)) from None


def _decisions(signals: tuple[Mapping[str, str], ...]) -> str:
    return json.dumps([{"approver": s["approver"], "decision": s["decision"]} for s in signals])
