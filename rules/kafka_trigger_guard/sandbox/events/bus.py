"""EventBridge: rules that match an event, and delivery to queues, functions, documents and other buses.

moto forwards an event to another bus as if it had come from there, and knows neither functions nor documents
as targets. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from moto.events.models import events_backends
from moto.sns.models import sns_backends
from moto.sqs.models import Message, sqs_backends

from kafka_trigger_guard.sandbox.events.inputs import input_of
from kafka_trigger_guard.sandbox.events.trail import Event
from kafka_trigger_guard.sandbox.iam.roles import session_as

DEFAULT = "default"
_SERVICE = "events.amazonaws.com"
Invoke = Callable[[str, Any, str, str], None]
"""Invokes a function by ARN with an event, for a service and the ARN that it acts for."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that reached one target, or why it did not."""

    rule: str
    target: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """An event and the enabled rules that it matched when it was put on a bus."""

    event: Event
    rules: tuple[Any, ...]


def matched(event: Event, account: str, region: str, bus: str = DEFAULT) -> Matched:
    """Put an event on a bus of an account and Region."""
    backend: Any = events_backends[account][region]
    rules = backend.event_buses[bus].rules.values()
    return Matched(event, tuple(rule for rule in rules if _matches(rule, event)))


def _matches(rule: Any, event: Event) -> bool:
    enabled = rule.state == "ENABLED" and rule.event_pattern.dump() is not None
    return bool(enabled and rule.event_pattern.matches_event(event))


def delivered(put: Matched, invoke: Invoke) -> list[Delivery]:
    """Deliver an event to the targets of the rules that it matched."""
    return [
        delivery
        for rule in put.rules
        for target in tuple(rule.targets)
        for delivery in _deliver(rule, target, put.event, invoke)
    ]


def _deliver(rule: Any, target: Mapping[str, Any], event: Event, invoke: Invoke) -> list[Delivery]:
    arn = str(target["Arn"])
    _, _, service, region, account, resource = arn.split(":", 5)
    refused = ""
    match service:
        case "sqs":
            refused = _send(rule, account, region, resource, input_of(target, event))
        case "sns":
            refused = _publish(rule, account, region, arn, input_of(target, event))
        case "lambda":
            invoke(arn, json.loads(input_of(target, event)), _SERVICE, rule.arn)
        case "ssm":
            refused = _start(rule, target, resource, input_of(target, event))
        case "events":
            bus = resource.removeprefix("event-bus/")
            refused = _not_forwarded(rule, target, bus)
            if not refused:
                return delivered(matched(event, account, region, bus), invoke)
        case _:
            refused = f"the sandbox delivers nothing to {service}"
    return [Delivery(rule.name, arn, refused)]


def _not_forwarded(rule: Any, target: Mapping[str, Any], bus: str) -> str:
    """eventbridge/latest/userguide/eb-cross-account: another account's bus needs a role."""
    _, _, _, region, account, _ = str(target["Arn"]).split(":", 5)
    if bus not in events_backends[account][region].event_buses:
        return "there is no such bus"
    return (
        ""
        if account == rule.account_id or target.get("RoleArn")
        else "the bus of another account needs a role"
    )


def _send(rule: Any, account: str, region: str, queue_name: str, body: str) -> str:
    """Send to a queue whose policy lets this rule. eventbridge/latest/userguide/eb-use-resource-based"""
    backend: Any = sqs_backends[account][region]
    queue = backend.queues.get(queue_name)
    if queue is None:
        return "there is no such queue"
    if not _admits(queue.policy, rule.arn):
        return "the queue's policy does not let the rule send"
    queue.add_message(_message(body))
    return ""


def _publish(rule: Any, account: str, region: str, topic_arn: str, body: str) -> str:
    """Publish to a topic whose policy lets this rule. eventbridge/latest/userguide/eb-use-resource-based"""
    backend: Any = sns_backends[account][region]
    topic = backend.topics.get(topic_arn)
    if topic is None:
        return "there is no such topic"
    if not _admits(topic.policy, rule.arn):
        return "the topic's policy does not let the rule publish"
    topic.publish(body)
    return ""


def _message(body: str) -> Message:
    """moto's send_message counts all messages of the queue each time."""
    message = Message(str(uuid4()), body, {})
    message.mark_sent(delay_seconds=0)
    return message


def _admits(policy: str | None, rule_arn: str) -> bool:
    statements = json.loads(policy or "{}").get("Statement") or []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal") or {}
        service = principal.get("Service") if isinstance(principal, dict) else principal
        arns = ((statement.get("Condition") or {}).get("ArnEquals") or {}).get("aws:SourceArn", rule_arn)
        if statement.get("Effect") == "Allow" and _SERVICE in _list(service) and rule_arn in _list(arns):
            return True
    return False


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _start(rule: Any, target: Mapping[str, Any], resource: str, text: str) -> str:
    """Start a document as the target's role; the input is the document's parameters."""
    name, _, version = resource.removeprefix("automation-definition/").partition(":")
    session = session_as(rule.account_id, rule.region_name, str(target["RoleArn"]), "EventBridge")
    ssm: Any = session.client("ssm")
    try:
        ssm.start_automation_execution(
            DocumentName=name, DocumentVersion=version or "$DEFAULT", Parameters=json.loads(text)
        )
    except (BotoCoreError, ClientError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
