"""Evaluate snapshots: every Kafka trigger in them, under every rule asked for."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import ApiError, Snapshot
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.judge import Judge, RuleSet
from kafka_trigger_guard.rules.parameters import ParameterError, parse
from kafka_trigger_guard.rules.registry import BY_NAME, RULES
from kafka_trigger_guard.rules.rule import Rule
from kafka_trigger_guard.triggers.trigger import Trigger


@dataclass(frozen=True, slots=True)
class TriggerFindings:
    """A trigger, where it stands, and one finding per rule."""

    trigger: Trigger
    findings: tuple[Finding, ...]
    vpc_id: str | None = None
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()

    @property
    def uuid(self) -> str:
        """The event source mapping's UUID."""
        return self.trigger.uuid

    @property
    def contradicted(self) -> bool:
        """Whether no rule complains although Lambda itself reports a connection error."""
        clean = (Verdict.COMPLIANT, Verdict.NOT_APPLICABLE)
        green = bool(self.findings) and all(finding.verdict in clean for finding in self.findings)
        return green and self.trigger.reports_connection_error


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The findings of one snapshot; `not_collected` tells what AWS did not answer, by operation."""

    account: str
    region: str
    captured_at: str
    not_collected: Mapping[str, ApiError]
    triggers: tuple[TriggerFindings, ...]
    triggers_listed: bool = True
    """Whether the triggers themselves were read; if not, nothing is known of this account and Region."""


def evaluate(
    snapshots: Sequence[Snapshot],
    *,
    rules: Sequence[str] | None = None,
    parameters: Mapping[str, str] | None = None,
    today: date | None = None,
) -> tuple[Evaluation, ...]:
    """Judge every Kafka trigger of the snapshots, which form one network together.

    `rules` are names, all if None. `parameters` are `Name` for every rule that has it, or `rule-name.Name`
    for one; exemptions are judged as of `today`, by default the day each snapshot was captured. Raises
    ParameterError for unknown rules, names and values, SnapshotError for a malformed list of triggers.
    """
    chosen = rule_set(rules, parameters or {})
    with _undisturbed():
        return _evaluate(snapshots, chosen, today)


def _evaluate(snapshots: Sequence[Snapshot], chosen: RuleSet, today: date | None) -> tuple[Evaluation, ...]:
    network, triggers = model(snapshots)
    judge = Judge(network)
    return tuple(
        Evaluation(
            snapshot.account,
            snapshot.region,
            snapshot.captured_at,
            snapshot.errors,
            tuple(_judged(judge, trigger, chosen, today or captured_on(snapshot)) for trigger in found),
            "lambda:ListEventSourceMappings" in snapshot.responses,
        )
        for snapshot, found in zip(snapshots, triggers, strict=True)
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without garbage collection: it would only walk the snapshots, which stay alive, again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _judged(judge: Judge, trigger: Trigger, rules: RuleSet, today: date) -> TriggerFindings:
    situation = judge.grounds(trigger)[0].situation
    return TriggerFindings(
        trigger,
        judge.findings(trigger, rules, today),
        situation.vpc.id if situation.vpc is not None else None,
        situation.placement.subnet_ids,
        situation.group_ids,
    )


def rule_set(names: Sequence[str] | None, parameters: Mapping[str, str]) -> RuleSet:
    """Rules by name with the parameters meant for each. Raises ParameterError."""
    unknown = [name for name in names or () if name not in BY_NAME]
    if unknown:
        raise ParameterError(f"unknown rule {unknown[0]}; rules are {', '.join(BY_NAME)}")
    _check_names(parameters)
    chosen = [rule for rule in RULES if names is None or rule.name in names]
    return tuple((rule, parse(rule.parameters, _meant_for(rule, parameters))) for rule in chosen)


def _meant_for(rule: Rule, parameters: Mapping[str, str]) -> dict[str, str]:
    accepted = {parameter.name for parameter in rule.parameters}
    general = {name: value for name, value in parameters.items() if name in accepted}
    own = {
        name.partition(".")[2]: value
        for name, value in parameters.items()
        if name.partition(".")[0] == rule.name
    }
    return general | own


def _check_names(parameters: Mapping[str, str]) -> None:
    """Every parameter must be one that a rule has."""
    everywhere = sorted({parameter.name for rule in RULES for parameter in rule.parameters})
    for written in parameters:
        rule_name, dot, name = written.rpartition(".")
        rule = BY_NAME.get(rule_name)
        if dot and rule is None:
            raise ParameterError(f"unknown rule {rule_name} in parameter {written}")
        accepted = [p.name for p in rule.parameters] if rule is not None else everywhere
        if name not in accepted:
            raise ParameterError(f"unknown parameter {written}; accepted are {', '.join(accepted)}")


def captured_on(snapshot: Snapshot) -> date:
    """The day on which a snapshot was captured, in UTC."""
    return datetime.fromisoformat(snapshot.captured_at).astimezone(UTC).date()
