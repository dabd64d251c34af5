"""The Lambda function of all Config rules: `kafka_trigger_guard.config.handler.handler`.

The engine is loaded with the first question that needs it, not with this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import boto3  # noqa: F401  (by itself it is imported faster than through rdklib)
from rdklib import Evaluator

from kafka_trigger_guard.config.changes import inflated
from kafka_trigger_guard.config.function import LambdaContext, function_of
from kafka_trigger_guard.config.invocation import Invocation, MessageType, invocation_of
from kafka_trigger_guard.config.refusals import InvocationError
from kafka_trigger_guard.config.roles import Role
from kafka_trigger_guard.config.rule import KafkaTriggerRule
from kafka_trigger_guard.config.telemetry import logger
from kafka_trigger_guard.config.warm import Warm

_WARM = Warm()


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answer one event of AWS Config; what cannot be answered fails the invocation with its reason.

    Returns how many evaluations were recorded, those of deleted triggers included.
    """
    _WARM.meter.begin()
    logger.append_keys(function_request_id=context.aws_request_id, correlation_id=None)
    try:
        return _answer(event, context)
    except Exception as error:
        logger.error("The event is not answered: %s", error, error_type=type(error).__name__)
        raise


def _answer(event: Mapping[str, Any], context: LambdaContext) -> dict[str, int]:
    function = function_of(context)
    asked = invocation_of(event, function)
    logger.set_correlation_id(asked.correlation_id)
    _WARM.admission(function).admit(asked.account, function)
    role = _WARM.roles.assume(asked.role_arn, asked.region)
    far_accounts = _WARM.far_accounts(asked.account, role, function)
    rule = KafkaTriggerRule(asked, role, _WARM.snapshots, far_accounts)
    recorded = _recorded(asked, role, rule, context)
    _report(asked, rule, role)
    return {"evaluations": recorded}


def _recorded(asked: Invocation, role: Role, rule: KafkaTriggerRule, context: LambdaContext) -> int:
    """Run the rule under rdklib, which returns an error dictionary where it should fail."""
    event, types = dict(asked.event), None
    if asked.message_type is not MessageType.SCHEDULED:
        event = inflated(asked.event, asked.message, role.client("config"))
        types = [json.loads(event["invokingEvent"])["configurationItem"]["resourceType"]]
    answer = Evaluator(rule, types, is_applicable_status=True).handle(event, context)
    if isinstance(answer, list):
        return len(answer)
    told = [
        answer.get(part) for part in ("customerErrorCode", "customerErrorMessage", "internalErrorDetails")
    ]
    raise InvocationError(": ".join(dict.fromkeys(str(part) for part in told if part)))


def _report(asked: Invocation, rule: KafkaTriggerRule, role: Role) -> None:
    account = rule.account
    if account is not None and rule.results:
        from kafka_trigger_guard.config.evidence import record_evidence
        from kafka_trigger_guard.config.rows import record_rows

        record_evidence(account, asked.rule, asked.parameters, rule.results)
        record_rows(account, role, rule.results)
    verdicts = [finding.verdict for result in rule.results for _, finding in result.judged]
    _WARM.meter.emit(asked.rule, verdicts, account.age_seconds if account is not None else None)
