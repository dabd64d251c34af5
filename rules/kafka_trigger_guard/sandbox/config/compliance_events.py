"""How AWS Config tells EventBridge that a result changed.

https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kafka_trigger_guard.sandbox.config.records import Change, Recorded, Records
from kafka_trigger_guard.sandbox.events.trail import Event, event, now_text

DETAIL_TYPE = "Config Rules Compliance Change"


def changed_event(account: str, region: str, records: Records, change: Change) -> Event:
    """The event of one changed result."""
    kind, resource_id = change.resource
    detail: dict[str, Any] = {
        "resourceId": resource_id,
        "resourceType": kind,
        "awsRegion": region,
        "awsAccountId": account,
        "configRuleName": change.rule,
        "configRuleARN": records.rules.get(change.rule, {}).get("ConfigRuleArn", ""),
        "recordVersion": "1.0",
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": _told(change, change.new),
        "notificationCreationTime": now_text(),
    }
    if change.old is not None:
        detail["oldEvaluationResult"] = _told(change, change.old)
    return event("aws.config", DETAIL_TYPE, account, region, detail)


def _told(change: Change, recorded: Recorded) -> dict[str, Any]:
    qualifier = {
        "configRuleName": change.rule,
        "resourceType": change.resource[0],
        "resourceId": change.resource[1],
    }
    told = {
        "evaluationResultIdentifier": {
            "evaluationResultQualifier": qualifier,
            "orderingTimestamp": _text(recorded.ordered_at),
        },
        "complianceType": recorded.compliance,
        "resultRecordedTime": _text(recorded.recorded_at),
        "configRuleInvokedTime": _text(recorded.invoked_at),
    }
    return told | ({"annotation": recorded.annotation} if recorded.annotation else {})


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
