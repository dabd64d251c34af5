"""Explain triggers of snapshots: every way that each needs, hop by hop."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import Snapshot
from kafka_trigger_guard.evaluation import captured_on, rule_set
from kafka_trigger_guard.rules.explaining.explanation import Explanation, explain
from kafka_trigger_guard.rules.judge import Judge


def explanations(
    snapshots: Sequence[Snapshot],
    uuid: str,
    *,
    parameters: Mapping[str, str] | None = None,
    today: date | None = None,
) -> tuple[Explanation, ...]:
    """The explanation of the trigger with this UUID; none if no snapshot has it.

    Snapshots form one network together. Raises ParameterError for unknown parameter names and values.
    """
    rules = rule_set(None, parameters or {})
    by_rule = {rule.name: chosen for rule, chosen in rules}
    network, triggers = model(snapshots)
    judge = Judge(network)
    return tuple(
        explain(judge, trigger, judge.findings(trigger, rules, today or captured_on(snapshot)), by_rule)
        for snapshot, found in zip(snapshots, triggers, strict=True)
        for trigger in found
        if trigger.uuid == uuid
    )


def every_explanation(
    snapshots: Sequence[Snapshot],
    *,
    parameters: Mapping[str, str] | None = None,
    today: date | None = None,
) -> tuple[Explanation, ...]:
    """The explanations of all triggers; those that differ in name only share their places.

    Snapshots form one network together. Raises ParameterError for unknown parameter names and values.
    """
    rules = rule_set(None, parameters or {})
    by_rule = {rule.name: chosen for rule, chosen in rules}
    network, triggers = model(snapshots)
    judge = Judge(network)
    known: dict[Hashable, Explanation] = {}
    explained = []
    for snapshot, found in zip(snapshots, triggers, strict=True):
        for trigger in found:
            findings = judge.findings(trigger, rules, today or captured_on(snapshot))
            shape = judge.shape(trigger)
            if shape not in known:
                known[shape] = explain(judge, trigger, findings, by_rule)
            explained.append(replace(known[shape], trigger=trigger, findings=findings))
    return tuple(explained)
