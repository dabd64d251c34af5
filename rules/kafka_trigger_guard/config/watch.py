"""The Lambda function behind the queue of changes: `kafka_trigger_guard.config.watch.handler`.

It starts an evaluation of those Config rules only whose recorded results would change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config

from kafka_trigger_guard.config.function import ACCOUNT_ID, Function, LambdaContext, function_of
from kafka_trigger_guard.config.refusals import InvocationError
from kafka_trigger_guard.config.roles import Role
from kafka_trigger_guard.config.telemetry import logger
from kafka_trigger_guard.config.warm import Warm
from kafka_trigger_guard.config.watched_rules import watched_rules, would_change

EXECUTION_ROLE_NAME = "EXECUTION_ROLE_NAME"
_RULES_PER_CALL = 25
_LAST_MOMENT_MILLISECONDS = 20_000
_WARM = Warm()

BatchResponse = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Place:
    """An account and Region in which something changed."""

    account: str
    region: str


@dataclass(slots=True)
class Changes:
    """The messages of one place, and when the newest of them was sent."""

    message_ids: list[str]
    newest: datetime


def handler(event: Mapping[str, Any], context: LambdaContext) -> BatchResponse:
    """Answer a batch of messages; those that must come again are in `batchItemFailures`.

    A message body is a JSON object with `account` and `region`, as every EventBridge event is.
    lambda/latest/dg/services-sqs-errorhandling (ReportBatchItemFailures)
    """
    _WARM.meter.begin()
    logger.append_keys(function_request_id=context.aws_request_id)
    function = function_of(context)
    places, failed = _folded(event.get("Records") or [])
    for place, changes in places.items():
        logger.set_correlation_id(f"{place.account}/{place.region}/{changes.newest.isoformat()}")
        try:
            _check_time(context)
            _follow(place, changes, function)
        except Exception as error:
            logger.error("%s is retried: %s", place, error, error_type=type(error).__name__)
            failed += changes.message_ids
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _folded(records: Sequence[Mapping[str, Any]]) -> tuple[dict[Place, Changes], list[str]]:
    """Messages by place, and the ids of those that are none of ours, which the queue gives up in the end."""
    places: dict[Place, Changes] = {}
    failed = []
    for record in records:
        message_id, sent_at = str(record["messageId"]), _sent_at(record)
        place = _place(str(record.get("body") or ""))
        if place is None:
            logger.error("Message %s names no account and region", message_id)
            failed.append(message_id)
            continue
        changes = places.setdefault(place, Changes([], sent_at))
        changes.message_ids.append(message_id)
        changes.newest = max(changes.newest, sent_at)
    return places, failed


def _place(body: str) -> Place | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    account, region = (told.get("account"), told.get("region")) if isinstance(told, dict) else (None, None)
    if not isinstance(account, str) or not ACCOUNT_ID.fullmatch(account):
        return None
    return Place(account, region) if isinstance(region, str) and region else None


def _sent_at(record: Mapping[str, Any]) -> datetime:
    milliseconds = (record.get("attributes") or {}).get("SentTimestamp")
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds else datetime.now(UTC)


def _check_time(context: LambdaContext) -> None:
    if context.get_remaining_time_in_millis() < _LAST_MOMENT_MILLISECONDS:
        raise InvocationError("no time is left in this invocation")


def _follow(place: Place, changes: Changes, function: Function) -> None:
    _WARM.admission(function).admit(place.account, function)
    role = _role(place, function)
    rules = watched_rules(role.client("config"))
    if not rules:
        logger.info("No Config rule runs here")
        return
    far_accounts = _WARM.far_accounts(place.account, role, function)
    account = _WARM.snapshots.account(place.account, role, changes.newest, far_accounts)
    due = [rule.config_rule_name for rule in rules if would_change(role.client("config"), rule, account)]
    for names in _chunks(sorted(due)):
        _start(role, names)
    logger.info("Followed changes", messages=len(changes.message_ids), rules=len(rules), started=due)


def _role(place: Place, function: Function) -> Role:
    name = os.environ.get(EXECUTION_ROLE_NAME, "").strip("/")
    if not name:
        raise InvocationError(f"set {EXECUTION_ROLE_NAME} to the name of the role that reads each account")
    role_arn = f"arn:{function.partition}:iam::{place.account}:role/{name}"
    return _WARM.roles.assume(role_arn, place.region)


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _RULES_PER_CALL):
        yield names[start : start + _RULES_PER_CALL]


def _start(role: Role, names: Sequence[str]) -> None:
    """Start evaluations, without waiting for one that is still running: its message comes again.

    config API, StartConfigRulesEvaluation: at most 25 rules a call, LimitExceededException while one runs.
    """
    client: Any = role.session.client(
        "config",
        region_name=role.region,
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )
    client.start_config_rules_evaluation(ConfigRuleNames=list(names))
