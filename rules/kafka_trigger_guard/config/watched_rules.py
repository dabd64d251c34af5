"""The account's Config rules that this function answers, and which of their results would change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdklib import InvalidParametersError

from kafka_trigger_guard.config.invocation import RULE, rule_of
from kafka_trigger_guard.config.telemetry import logger

if TYPE_CHECKING:
    from kafka_trigger_guard.config.snapshots import Account
    from kafka_trigger_guard.rules.parameters import Parameters

_PAGE = 100
_DELETED = ("DELETING", "DELETING_RESULTS")
_RECORDED = ("COMPLIANT", "NON_COMPLIANT")

Recorded = Mapping[tuple[str, str], tuple[str, str]]
"""By resource type and id, the compliance and, where NON_COMPLIANT, the annotation."""


@dataclass(frozen=True, slots=True)
class WatchedRule:
    """A Config rule of ours: its name in the account, which rule it runs and with which parameters."""

    config_rule_name: str
    rule: str
    parameters: Parameters


def watched_rules(config: Any) -> list[WatchedRule]:
    """The rules whose InputParameter `Rule` names one of ours, whatever they are called."""
    pages = config.get_paginator("describe_config_rules").paginate()
    found = [_watched(rule) for page in pages for rule in page["ConfigRules"]]
    return [rule for rule in found if rule is not None]


def would_change(config: Any, rule: WatchedRule, account: Account) -> bool:
    """Whether an evaluation would record anything else than what AWS Config has."""
    return _recorded(config, rule.config_rule_name) != _expected(rule, account)


def _watched(described: Mapping[str, Any]) -> WatchedRule | None:
    from kafka_trigger_guard.rules.registry import BY_NAME

    custom = (described.get("Source") or {}).get("Owner") == "CUSTOM_LAMBDA"
    if not custom or described.get("ConfigRuleState") in _DELETED:
        return None
    try:
        given = json.loads(described.get("InputParameters") or "{}")
    except ValueError:
        return None
    if not isinstance(given, dict) or given.get(RULE) not in BY_NAME:
        return None
    name = str(described["ConfigRuleName"])
    try:
        rule, parameters = rule_of({str(key): str(value) for key, value in given.items()})
    except InvalidParametersError as error:
        logger.error("Config rule %s cannot be evaluated: %s", name, error)
        return None
    return WatchedRule(name, rule, parameters)


def _recorded(config: Any, config_rule_name: str) -> Recorded:
    pages = config.get_paginator("get_compliance_details_by_config_rule").paginate(
        ConfigRuleName=config_rule_name,
        ComplianceTypes=list(_RECORDED),
        PaginationConfig={"PageSize": _PAGE},
    )
    recorded = {}
    for page in pages:
        for result in page["EvaluationResults"]:
            qualifier = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
            resource = (qualifier["ResourceType"], qualifier["ResourceId"])
            recorded[resource] = _told(result["ComplianceType"], result.get("Annotation", ""))
    return recorded


def _expected(rule: WatchedRule, account: Account) -> Recorded:
    if not account.has_triggers:
        return {}
    from kafka_trigger_guard.config.results import results_of

    results = results_of(account, rule.rule, rule.parameters)
    return {
        (result.resource_type, result.resource_id): _told(result.compliance.value, result.annotation)
        for result in results
        if result.compliance.value in _RECORDED
    }


def _told(compliance: str, annotation: str) -> tuple[str, str]:
    return compliance, annotation if compliance == "NON_COMPLIANT" else ""
