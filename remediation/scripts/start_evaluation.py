"""Step StartEvaluation: AWS Config evaluates the rules that ask this question again, whatever their names.

A conformance pack adds a suffix to the names of its rules; their InputParameter `Rule` stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from remediation.scripts.clients import own_clients, pages

_MOST = 25
"""Rules of one call. Config API, StartConfigRulesEvaluation"""
_NO_FAILURE = ("LimitExceededException", "ResourceInUseException", "NoSuchConfigRuleException")
"""An evaluation is in progress or was started in the last minute; a rule is gone. The same page."""


def handler(events: Mapping[str, str], _context: object) -> dict[str, list[str]]:
    """The names of the rules whose evaluation was started."""
    config = own_clients()("config")
    try:
        found = pages(config, "describe_config_rules", "ConfigRules")
    except EndpointConnectionError:
        found = []
    asking = [rule["ConfigRuleName"] for rule in found if _asks(rule, events["Rule"])][:_MOST]
    if not asking:
        return {"Started": []}
    try:
        config.start_config_rules_evaluation(ConfigRuleNames=asking)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NO_FAILURE:
            raise
        return {"Started": []}
    return {"Started": asking}


def _asks(rule: Mapping[str, Any], name: str) -> bool:
    try:
        parameters = json.loads(rule.get("InputParameters") or "{}")
    except ValueError:
        return False
    wanted = isinstance(parameters, dict) and parameters.get("Rule") == name
    return wanted and rule.get("ConfigRuleState", "ACTIVE") == "ACTIVE"
