"""Step FindConfigRules: the AWS Config rules that ask this question, whatever they are called.

A conformance pack adds a suffix to the names of its rules; their InputParameter `Rule` stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import EndpointConnectionError

from remediation.scripts.clients import own_clients, pages
from remediation.scripts.presenting import NONE

MOST = 3
"""Rules of one question that are evaluated again; others follow when their period is over."""


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """Count (a text) and Name1 to Name3."""
    try:
        found = pages(own_clients()("config"), "describe_config_rules", "ConfigRules")
    except EndpointConnectionError:
        found = []
    asking = [rule["ConfigRuleName"] for rule in found if _asks(rule, events["Rule"])][:MOST]
    names = [*asking, *[NONE] * MOST]
    return {"Count": str(len(asking)), **{f"Name{n + 1}": names[n] for n in range(MOST)}}


def _asks(rule: Mapping[str, Any], name: str) -> bool:
    try:
        parameters = json.loads(rule.get("InputParameters") or "{}")
    except ValueError:
        return False
    wanted = isinstance(parameters, dict) and parameters.get("Rule") == name
    return wanted and rule.get("ConfigRuleState", "ACTIVE") == "ACTIVE"
