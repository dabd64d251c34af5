"""Step AuthorizeRest: the rules that have no step of their own.

Also where the steps before it lead when they fail: a rule that somebody else added meanwhile is no failure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from remediation.scripts.authorizations import SLOTS, is_plain
from remediation.scripts.clients import own_clients
from remediation.scripts.group_rules import authorize, missing_rules, planned_rules
from remediation.scripts.own_steps import Failed, failure_of, is_told
from remediation.scripts.presenting import NONE
from remediation.scripts.tags import own_tags

_MADE_GOOD = ("InvalidPermission.Duplicate", "InvalidGroup.NotFound")
"""Another added the rule, or EC2 does not know yet what it has just created: the rule is tried again here.
AWSEC2/latest/APIReference/query-api-troubleshooting (eventual consistency)"""


def handler(events: Mapping[str, Any], _context: object) -> dict[str, list[str]]:
    """Add what is missing and tell it; raises Failed if a step before failed for another reason."""
    clients = own_clients()
    ec2 = clients("ec2")
    message = failure_of(clients, events["ExecutionId"], "AuthorizeRule")
    if message and not any(code in message for code in _MADE_GOOD):
        raise Failed(message)
    wanted = planned_rules(events["Rules"], events["GroupId"])
    missing = missing_rules(ec2, wanted)
    stepped = [rule for rule in wanted[:SLOTS] if is_plain(rule)] if events["GroupId"] == NONE else wanted
    if any(rule in missing for rule in stepped) and not is_told(clients, events["ExecutionId"]):
        raise Failed(f"a step did not add its rule to {missing[0]['GroupId']}")
    tags = own_tags(events["ExecutionId"], events["TriggerId"], events["Document"])
    for rule in missing:
        authorize(ec2, rule, tags)
    return {"Authorized": [json.dumps(rule) for rule in missing]}
