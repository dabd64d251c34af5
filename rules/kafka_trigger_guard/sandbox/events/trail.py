"""API calls as EventBridge tells of them: "AWS API Call via CloudTrail".

Calls that only read are not told, and neither are data events and calls that were refused (AWS tells of the
last with an errorCode). https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.identification import Identified

Event = dict[str, Any]
DETAIL_TYPE = "AWS API Call via CloudTrail"
_READS = re.compile(r"(Describe|Get|List|Search|Lookup|Head|Receive|Simulate|Test|Validate|BatchGet|Assume)")
_DATA = (
    "sqs",
    "sns",
    "logs",
    "cloudwatch",
    "events:PutEvents",
    "lambda:Invoke",
    "s3:PutObject",
    "s3:DeleteObject",
)
_LAMBDA_NAMES = {
    "UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "AddPermission": "AddPermission20150331v2",
    "RemovePermission": "RemovePermission20150331v2",
    "TagResource": "TagResource20170331v2",
    "UntagResource": "UntagResource20170331v2",
    "PutFunctionConcurrency": "PutFunctionConcurrency20171031",
    "DeleteFunctionConcurrency": "DeleteFunctionConcurrency20171031",
}
"""Names with another date than most, or a version.

https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
"""


def event_of(call: Identified) -> Event | None:
    """The event of a call that changed something; None for any other call."""
    if _READS.match(call.operation) or call.action.startswith(_DATA):
        return None
    prefix = call.action.split(":")[0]
    service = {"cloudwatch": "monitoring"}.get(prefix, prefix)
    detail = {
        "eventVersion": "1.11",
        "userIdentity": _identity(call),
        "eventTime": now_text(),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": _event_name(service, call.operation),
        "awsRegion": call.region,
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "Boto3",
        "requestParameters": _lowered(call.parameters),
        "responseElements": None,
        "requestID": str(uuid4()),
        "eventID": str(uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account,
        "eventCategory": "Management",
    }
    return event(f"aws.{service}", DETAIL_TYPE, call.account, call.region, detail)


def event(source: str, detail_type: str, account: str, region: str, detail: Mapping[str, Any]) -> Event:
    """An event of EventBridge. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html"""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": now_text(),
        "region": region,
        "resources": [],
        "detail": dict(detail),
    }


def now_text() -> str:
    """The present time as events write it."""
    return CLOCK.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _event_name(service: str, operation: str) -> str:
    if service != "lambda":
        return operation
    return _LAMBDA_NAMES.get(operation, f"{operation}20150331")


def _identity(call: Identified) -> Event:
    if call.caller.role_arn:
        issuer = {"type": "Role", "arn": call.caller.role_arn, "userName": call.caller.name}
        issued = {"sessionIssuer": issuer}
        return {
            "type": "AssumedRole",
            "arn": call.caller.arn,
            "accountId": call.account,
            "sessionContext": issued,
        }
    kind = "IAMUser" if call.caller.user_name else "Root"
    return {"type": kind, "arn": call.caller.arn, "accountId": call.account}


def _lowered(value: Any) -> Any:
    """Parameters begin with a small letter in CloudTrail's records."""
    if isinstance(value, Mapping):
        return {name[:1].lower() + name[1:]: _lowered(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_lowered(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
