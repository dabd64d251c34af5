"""An AWS Config in this process: it invokes a function for its rules and keeps what it answers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from kafka_trigger_guard.sandbox.config import operations as config_operations  # noqa: F401
from kafka_trigger_guard.sandbox.config.records import Records, records_of
from kafka_trigger_guard.sandbox.config.remediation import remediate

FUNCTION_NAME = "kafka-trigger-guard"
ROLE_NAME = "KafkaTriggerGuardRead"
_ATTEMPTS = 3
_MILLISECONDS = 900_000
_ITEM_LIMIT_BYTES = 250_000
Handler = Callable[[Mapping[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context of one invocation."""

    invoked_function_arn: str
    aws_request_id: str
    function_name: str = FUNCTION_NAME
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512

    def get_remaining_time_in_millis(self) -> int:
        """The whole time, as nothing limits an invocation here."""
        return _MILLISECONDS


@dataclass(frozen=True, slots=True)
class Compliance:
    """What AWS Config shows of one resource under one rule."""

    config_rule: str
    resource_type: str
    resource_id: str
    compliance: str
    annotation: str


class Config:
    """AWS Config of one account and Region, which invokes `handler` as Lambda would.

    Use it within `aws()`, with a session of the account whose rules these are.
    """

    def __init__(self, session: boto3.Session, handler: Handler, *, function_account: str = "") -> None:
        sts: Any = session.client("sts")
        self.account = str(sts.get_caller_identity()["Account"])
        self.region = str(session.region_name)
        self.partition = session.get_partition_for_region(self.region)
        self._client: Any = session.client("config")
        self._handler = handler
        owner = function_account or self.account
        self.function_arn = f"arn:{self.partition}:lambda:{self.region}:{owner}:function:{FUNCTION_NAME}"

    def put_rule(self, name: str, rule: str = "", scope: Sequence[str] = (), **parameters: str) -> None:
        """Add a Config rule; `rule` is what its InputParameter `Rule` says, by default its name.

        With a `scope` of resource types it also answers their changes.
        """
        details = [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]
        changes = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")
        details += [{"EventSource": "aws.config", "MessageType": change} for change in changes if scope]
        given = {"Rule": rule or name, "ExecutionRoleName": ROLE_NAME, **parameters}
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": self.function_arn, "SourceDetails": details}
        described = {
            "ConfigRuleName": name,
            "InputParameters": json.dumps(given),
            "Source": source,
            **({"Scope": {"ComplianceResourceTypes": list(scope)}} if scope else {}),
        }
        self._client.put_config_rule(ConfigRule=described)

    def run_all(self) -> None:
        """The schedule of every rule is due; raises what the function raised in its last attempt."""
        self._schedule(sorted(self._records.rules))

    def evaluate(self, name: str) -> None:
        """Ask one rule now; raises what the function raised in its last attempt."""
        self._schedule((name,))

    def run_started(self) -> tuple[str, ...]:
        """Make the evaluations that were asked for by StartConfigRulesEvaluation; their names."""
        started = tuple(self._records.started)
        self._schedule(started)
        self._records.started = [name for name in self._records.started if name not in started]
        return started

    def remediate(self) -> tuple[tuple[str, str], ...]:
        """Start the documents of automatic remediation that are due; rule and resource id of each."""
        return tuple((rule, resource[1]) for rule, resource in remediate(self.account, self.region))

    def change(self, item: Mapping[str, Any], *, diff: Mapping[str, Any] | None = None) -> None:
        """A recorded resource changed: its configuration item goes to every rule that has it in scope."""
        resource = (str(item["resourceType"]), str(item["resourceId"]))
        self._records.history[resource] = item
        told = {"configurationItem": {"awsAccountId": self.account, **item}, "configurationItemDiff": diff}
        kind = "ConfigurationItemChangeNotification"
        if len(json.dumps(told)) > _ITEM_LIMIT_BYTES:
            kind = f"Oversized{kind}"
            told = {"configurationItemSummary": {"changeType": "UPDATE", **_summary(item)}}
        for name, rule in sorted(self._records.rules.items()):
            if resource[0] in (rule.get("Scope") or {}).get("ComplianceResourceTypes", ()):
                self._invoke(name, {"messageType": kind, **told}, datetime.now(UTC))

    def compliance(self) -> tuple[Compliance, ...]:
        """What AWS Config shows: every result that applies, by rule and resource."""
        return tuple(
            Compliance(name, *resource, recorded.compliance, recorded.annotation)
            for name in sorted(self._records.rules)
            for resource, recorded in self._records.shown(name)
        )

    @property
    def _records(self) -> Records:
        return records_of(self.account, self.region)

    def _schedule(self, names: Sequence[str]) -> None:
        """Rules that are due together are asked at the same time."""
        asked_at = datetime.now(UTC)
        for name in names:
            message = {"messageType": "ScheduledNotification", "awsAccountId": self.account}
            self._invoke(name, message, asked_at)

    def _invoke(self, name: str, message: Mapping[str, Any], asked_at: datetime) -> None:
        """Invoke the function as an event: up to three attempts. lambda/latest/dg/invocation-async-retain"""
        records = self._records
        token = secrets.token_urlsafe(24)
        records.tokens[token] = (name, asked_at)
        event = self._event(records.rule(name), token, message, asked_at)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._handler(event, Context(self.function_arn, secrets.token_hex(16)))
                return
            except Exception:
                if attempt == _ATTEMPTS:
                    raise

    def _event(
        self, rule: Mapping[str, Any], token: str, message: Mapping[str, Any], asked_at: datetime
    ) -> dict[str, Any]:
        """config/latest/developerguide/evaluate-config_develop-rules_example-events"""
        created = asked_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        service_role = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
        return {
            "version": "1.0",
            "invokingEvent": json.dumps(
                {**message, "notificationCreationTime": created, "recordVersion": "1.0"}
            ),
            "ruleParameters": rule.get("InputParameters", "{}"),
            "resultToken": token,
            "eventLeftScope": False,
            "executionRoleArn": f"arn:{self.partition}:iam::{self.account}:role/{service_role}",
            "configRuleArn": rule["ConfigRuleArn"],
            "configRuleName": rule["ConfigRuleName"],
            "configRuleId": rule["ConfigRuleId"],
            "accountId": self.account,
            "evaluationMode": "DETECTIVE",
        }


def _summary(item: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("resourceType", "resourceId", "configurationItemStatus", "configurationItemCaptureTime")
    return {name: item[name] for name in kept if name in item}
