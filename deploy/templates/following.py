"""How changes reach the watch function: EventBridge rules, the queue that folds bursts, and the trigger."""

from __future__ import annotations

from deploy.templates.changes import CHANGES, DETAIL_TYPE
from deploy.templates.functions import (
    FOURTEEN_DAYS,
    TIMEOUT_SECONDS,
    WATCH,
    dead_letters,
    encrypted,
    service_trust,
)
from deploy.templates.intrinsics import Json, attribute, ref, sub, when

QUEUE, FAILED = "ChangesQueue", "FailedChangesQueue"
BUS_NAME = "kafka-trigger-guard"
WINDOW_SECONDS = 60
BATCH_SIZE = 1000
"""Messages that one invocation folds: each is an account and a Region, so that 1,000 stay far below 6 MB."""
VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS + WINDOW_SECONDS
"""lambda/latest/dg/services-sqs-configure: six times the function's timeout, plus the batching window."""
RECEIVES = 5
FORWARD_ROLE = "KafkaTriggerGuard-Forward"
_FOLDED = {
    "InputPathsMap": {"account": "$.account", "region": "$.region"},
    "InputTemplate": '{"account": <account>, "region": <region>}',
}
"""All that the watch function reads of an event, so that a batch is small."""


def queue() -> Json:
    """The queue of changes, its dead-letter queue, who may send to it, and the watch function's trigger."""
    properties = {
        "QueueName": "kafka-trigger-guard-changes",
        "VisibilityTimeout": VISIBILITY_SECONDS,
        "MessageRetentionPeriod": FOURTEEN_DAYS,
        "RedrivePolicy": {"deadLetterTargetArn": attribute(FAILED), "maxReceiveCount": RECEIVES},
        **encrypted(),
    }
    return {
        FAILED: dead_letters("kafka-trigger-guard-changes-failed"),
        QUEUE: {
            "Type": "AWS::SQS::Queue",
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": properties,
        },
        "ChangesTrigger": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": attribute(QUEUE),
                "FunctionName": ref(WATCH.key),
                "BatchSize": BATCH_SIZE,
                "MaximumBatchingWindowInSeconds": WINDOW_SECONDS,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": when("HasWatchConcurrency", {"MaximumConcurrency": ref("WatchConcurrency")}),
            },
        },
    }


def queue_policy(rules: list[str]) -> Json:
    """Lets these EventBridge rules, and no others, send to the queue.

    eventbridge/latest/userguide/eb-use-resource-based (Amazon SQS permissions)
    """
    statement = {
        "Sid": "Changes",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": attribute(QUEUE),
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
            "ArnEquals": {"aws:SourceArn": [attribute(rule) for rule in rules]},
        },
    }
    return {
        "ChangesQueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [ref(QUEUE)],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        }
    }


def changes_to_queue() -> Json:
    """In a single account: every kind of change goes to the queue."""
    rules = {f"{each.name}Changed": _rule(each.meaning, each.pattern, _to_queue()) for each in CHANGES}
    return rules | queue_policy(list(rules))


def bus() -> Json:
    """In the central account: a bus that members forward to, and the rule from it to the queue."""
    pattern = {"source": sorted({each.source for each in CHANGES}), "detail-type": [DETAIL_TYPE]}
    rule = _rule("Changes that members forward", pattern, _to_queue())
    rule["Properties"]["EventBusName"] = attribute("Bus", "Name")
    return {
        "Bus": {
            "Type": "AWS::Events::EventBus",
            "Properties": {
                "Name": BUS_NAME,
                "Description": "Changes and results of the accounts that kafka-trigger-guard judges",
                "KmsKeyIdentifier": when("HasKey", ref("KmsKeyArn")),
            },
        },
        "OrganizationBusPolicy": _bus_policy("HasOrganization", "organization", _of_organization()),
        "AccountsBusPolicy": _bus_policy(
            "HasAllowedAccounts", "accounts", {"Principal": {"AWS": ref("AllowedAccounts")}}
        ),
        "ForwardedChanges": rule,
        **queue_policy(["ForwardedChanges"]),
    }


def _of_organization() -> Json:
    condition = {"StringEquals": {"aws:PrincipalOrgID": ref("OrganizationId")}}
    return {"Principal": "*", "Condition": condition}


def _bus_policy(condition: str, sid: str, who: Json) -> Json:
    statement = {"Sid": sid, "Effect": "Allow", "Action": "events:PutEvents", "Resource": attribute("Bus")}
    return {
        "Type": "AWS::Events::EventBusPolicy",
        "Condition": condition,
        "Properties": {
            "EventBusName": attribute("Bus", "Name"),
            "StatementId": sid,
            "Statement": statement | who,
        },
    }


def forwarding() -> Json:
    """In a member: changes, and results that turn red, go to the central account's bus."""
    target = {"Id": "Bus", "Arn": _central_bus(), "RoleArn": attribute("ForwardRole")}
    rules = {f"{each.name}Changed": _rule(each.meaning, each.pattern, target) for each in CHANGES}
    rules["TurnedRed"] = _rule("Results that turn red", turned_red(), target)
    return {"ForwardRole": _forward_role(), **rules}


def turned_red(rule_prefix: str = "kafka-trigger-") -> Json:
    """The pattern of results that become NON_COMPLIANT; a conformance pack adds a suffix to rules' names.

    config/latest/developerguide/monitor-config-with-cloudwatchevents
    """
    return {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        "detail": {
            "messageType": ["ComplianceChangeNotification"],
            "configRuleName": [{"prefix": rule_prefix}],
            "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
        },
    }


def event_role(name: str, statements: list[Json]) -> Json:
    """A role for EventBridge's targets, which only rules of this account and Region may use.

    eventbridge/latest/userguide/cross-service-confused-deputy-prevention
    """
    rules = sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*")
    account = {
        "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
        "ArnLike": {"aws:SourceArn": rules},
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": sub(f"{name}-${{AWS::Region}}"),
            "PermissionsBoundary": when("HasBoundary", ref("PermissionsBoundary")),
            "AssumeRolePolicyDocument": service_trust("events.amazonaws.com", account),
            "Policies": [
                {
                    "PolicyName": "Target",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                }
            ],
        },
    }


def _forward_role() -> Json:
    statement = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": _central_bus()}
    return event_role(FORWARD_ROLE, [statement])


def _central_bus() -> Json:
    return sub(f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{CentralAccount}}:event-bus/{BUS_NAME}")


def _rule(meaning: str, pattern: Json, target: Json) -> Json:
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {"Description": meaning, "EventPattern": pattern, "Targets": [target]},
    }


def _to_queue() -> Json:
    return {"Id": "Changes", "Arn": attribute(QUEUE), "InputTransformer": _FOLDED}
