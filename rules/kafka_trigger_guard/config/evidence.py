"""Evidence: one log record per finding that AWS Config is told is NON_COMPLIANT, with the whole path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from kafka_trigger_guard.config.telemetry import logger
from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.rules.explaining.explanation import Destination, Place, explain
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.triggers.trigger import Trigger

if TYPE_CHECKING:
    from kafka_trigger_guard.config.results import Result
    from kafka_trigger_guard.config.snapshots import Account


def record_evidence(account: Account, rule: str, parameters: Parameters, results: Iterable[Result]) -> None:
    """Log why: each finding that is NON_COMPLIANT, or UNKNOWN where unknown counts as that."""
    red = {Verdict.NON_COMPLIANT}
    if parameters.unknown_as is Verdict.NON_COMPLIANT:
        red.add(Verdict.UNKNOWN)
    for result in results:
        for trigger, finding in result.judged:
            if finding.verdict in red:
                evidence = _evidence(account, rule, parameters, trigger, finding)
                logger.info("A Kafka trigger is reported NON_COMPLIANT", evidence=evidence)


def _evidence(
    account: Account, rule: str, parameters: Parameters, trigger: Trigger, finding: Finding
) -> dict[str, Any]:
    explanation = explain(account.judge, trigger, [finding], {rule: parameters})
    return {
        "rule": rule,
        "uuid": trigger.uuid,
        "function_arn": trigger.function_arn,
        "source": trigger.source_id,
        "verdict": finding.verdict.value,
        "reason": finding.reason.value,
        "annotation": finding.annotation,
        "blockers": _plain(finding.blockers),
        "captured_at": account.snapshot.captured_at,
        "not_collected": account.not_collected,
        "remedies": _plain(tuple(each for each in explanation.remedies if rule in each.rules)),
        "places": [_place(place, rule) for place in explanation.places],
    }


def _place(place: Place, rule: str) -> dict[str, Any]:
    concerned = tuple(each for each in place.destinations if _concerns(each, rule))
    told = replace(place, destinations=concerned)
    plain: dict[str, Any] = _plain(told)
    return plain


def _concerns(destination: Destination, rule: str) -> bool:
    """Whether the rule asks for the destination, or owns a hop on the way there."""
    journeys = (journey for way in destination.ways for journey in way.journeys)
    return destination.rule == rule or any(step.rule == rule for j in journeys for step in j.steps)


def _plain(value: Any) -> Any:
    """What explains, as JSON knows it: every part by its name, and the answer of what has one."""
    if isinstance(value, Answer):
        return value.name
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not is_dataclass(value):
        return value
    parts = {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    return parts | ({"answer": value.answer.name} if hasattr(value, "answer") else {})
