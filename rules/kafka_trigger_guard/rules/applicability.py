"""Which rules apply to which triggers; the first match wins."""

from __future__ import annotations

from datetime import date

from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import doubted
from kafka_trigger_guard.rules.findings import Judgement, Reason, non_compliant, not_applicable
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.rule import Rule
from kafka_trigger_guard.triggers.trigger import Mode, SourceType, Trigger


def left_out(trigger: Trigger, parameters: Parameters, today: date) -> Judgement | None:
    """Exempt or disabled triggers, which no rule judges."""
    for exemption in parameters.exempt:
        if exemption.id in (trigger.uuid, trigger.function_name) and today <= exemption.last_day:
            return not_applicable(Reason.EXEMPT, f"exempt until {exemption.last_day.isoformat()}")
    if trigger.disabled and not parameters.include_disabled:
        return not_applicable(Reason.DISABLED, f"the trigger's state is {trigger.state}")
    return None


def not_applicable_to(rule: Rule, case: Case) -> Judgement | None:
    """Why the rule does not judge the case: the source is gone or unread, or nothing of it is needed."""
    missing = _source_missing(rule, case)
    if missing is not None:
        return missing
    if case.trigger.unreadable:
        return _unread(case)
    return _outside_vpc(rule, case) or _by_mode(rule, case) or rule.not_needed(case) or _unread(case)


def _source_missing(rule: Rule, case: Case) -> Judgement | None:
    gone = case.situation.gone
    if gone is None:
        return None
    text = f"{gone.id} does not exist any more"
    if rule.when_source_missing:
        return non_compliant(Reason.SOURCE_MISSING, text, gone)
    return not_applicable(Reason.SOURCE_MISSING, text)


def _outside_vpc(rule: Rule, case: Case) -> Judgement | None:
    if rule.outside_vpc or case.trigger.source_type is not SourceType.SELF_MANAGED:
        return None
    if case.situation.doubt is not None or case.situation.placement.subnet_ids:
        return None
    return not_applicable(Reason.NOT_IN_VPC, "the trigger has no VPC settings")


def _by_mode(rule: Rule, case: Case) -> Judgement | None:
    """AWS carries the calls of provisioned pollers. lambda/latest/dg/with-msk-cluster-network"""
    if rule.in_provisioned_mode or case.trigger.mode is Mode.ON_DEMAND:
        return None
    return not_applicable(Reason.PROVISIONED_MODE, "AWS carries the calls of provisioned pollers")


def _unread(case: Case) -> Judgement | None:
    return doubted(case.situation.doubt) if case.situation.doubt is not None else None
