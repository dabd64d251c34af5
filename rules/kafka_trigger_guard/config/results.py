"""What AWS Config is told: one result per trigger, or per function, under one rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kafka_trigger_guard.evaluation import captured_on
from kafka_trigger_guard.rules.annotations import LONGEST
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.parameters import EvaluatedResourceType, Parameters
from kafka_trigger_guard.rules.registry import BY_NAME
from kafka_trigger_guard.triggers.trigger import Trigger

if TYPE_CHECKING:
    from kafka_trigger_guard.config.snapshots import Account

_WORST_FIRST = (Verdict.NON_COMPLIANT, Verdict.UNKNOWN, Verdict.COMPLIANT, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Result:
    """One resource's result; `judged` are the findings it stands for, the worst first."""

    resource_type: str
    resource_id: str
    compliance: Verdict
    annotation: str
    judged: tuple[tuple[Trigger, Finding], ...]


def results_of(
    account: Account,
    rule: str,
    parameters: Parameters,
    touched: Collection[str] | None = None,
) -> tuple[Result, ...]:
    """Every trigger's result under one rule, or those of the triggers in `touched` (by UUID).

    A function's result is that of its worst trigger, so it needs all triggers of a touched function.
    """
    by_function = parameters.evaluated_resource_type is EvaluatedResourceType.FUNCTION
    grouped: dict[str, dict[str, Trigger]] = {}
    for trigger in account.triggers:
        resource_id = trigger.function_name if by_function else trigger.uuid
        grouped.setdefault(resource_id, {})[trigger.uuid] = trigger
    rules, today = ((BY_NAME[rule], parameters),), captured_on(account.snapshot)
    return tuple(
        _result(
            parameters,
            resource_id,
            [(trigger, account.judge.findings(trigger, rules, today)[0]) for trigger in triggers.values()],
        )
        for resource_id, triggers in sorted(grouped.items())
        if touched is None or any(uuid in touched for uuid in triggers)
    )


def _result(parameters: Parameters, resource_id: str, judged: Iterable[tuple[Trigger, Finding]]) -> Result:
    worst_first = sorted(judged, key=lambda pair: (_WORST_FIRST.index(pair[1].verdict), pair[0].uuid))
    trigger, worst = worst_first[0]
    unknown = worst.verdict is Verdict.UNKNOWN
    return Result(
        parameters.evaluated_resource_type.value,
        resource_id,
        parameters.unknown_as if unknown else worst.verdict,
        worst.annotation if len(worst_first) == 1 else _naming(trigger, worst.annotation),
        tuple(worst_first),
    )


def _naming(trigger: Trigger, annotation: str) -> str:
    """The annotation with the trigger it is about, if there is room for both."""
    named = f"{annotation} ({trigger.uuid})"
    return named if len(named) <= LONGEST else annotation
