"""Step Verify of the documents that add security group rules: every planned rule is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remediation.scripts.clients import own_clients, pages
from remediation.scripts.group_rules import lost_rules, planned_rules, told
from remediation.scripts.own_steps import Failed
from remediation.scripts.tags import made_by


def handler(events: Mapping[str, Any], _context: object) -> dict[str, list[str]]:
    """The rules that this execution made, as sentences; raises Failed if one of the plan is missing."""
    ec2 = own_clients()("ec2")
    missing = lost_rules(ec2, planned_rules(events["Rules"], events["GroupId"]))
    own = made_by(events["ExecutionId"])
    made = pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=own)
    if missing:
        raise Failed(f"{missing[0]['GroupId']} lost a rule that was just added: find out who removes it")
    return {"Created": [told(rule) for rule in made] or ["nothing: somebody else added the rules meanwhile"]}
