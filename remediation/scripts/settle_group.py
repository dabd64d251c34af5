"""Step SettleGroup: the endpoint's group, whoever made it, and what the next steps do with it.

Its name is unique in the VPC, which is how executions at the same time agree on one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from remediation.scripts.clients import own_clients, pages
from remediation.scripts.diagnosis import EndpointPlan
from remediation.scripts.endpoint_calls import DEFAULT_EGRESS
from remediation.scripts.group_rules import planned_rules
from remediation.scripts.kept_state import keep_state
from remediation.scripts.own_steps import Failed, failure_of, read_plan
from remediation.scripts.presenting import NONE
from remediation.scripts.tags import own_tags

_PAUSES_SECONDS = (2, 4, 8, 16, 0)
"""What was just created may not be described yet. AWSEC2/latest/APIReference/query-api-troubleshooting"""


def handler(events: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """GroupId (or none); the permissions of both directions; what is to be changed."""
    clients = own_clients()
    message = failure_of(clients, events["ExecutionId"], "CreateGroup")
    if message and "InvalidGroup.Duplicate" not in message:
        raise Failed(message)
    unshut = failure_of(clients, events["ExecutionId"], "RevokeDefaultEgress")
    if unshut and "InvalidGroup.NotFound" not in unshut:
        raise Failed(unshut)
    plan = read_plan(events["Plan"])
    group_id = plan["group_id"] or (_named(clients("ec2"), plan) if plan["needs_group"] else NONE)
    if unshut:
        clients("ec2").revoke_security_group_egress(GroupId=group_id, IpPermissions=[DEFAULT_EGRESS])
    rules = planned_rules(events["Rules"], group_id)
    tags = own_tags(events["ExecutionId"], events["TriggerId"], events["Document"])
    return {
        **keep_state(clients("ec2"), EndpointPlan(**plan), group_id, tags, events["ExecutionId"]),
        "GroupId": group_id,
        "Ingress": [rule["Permission"] for rule in rules if rule["Direction"] == "ingress"],
        "Egress": [rule["Permission"] for rule in rules if rule["Direction"] == "egress"],
    }


def _named(ec2: Any, plan: Mapping[str, str]) -> str:
    wanted = [
        {"Name": "vpc-id", "Values": [plan["vpc_id"]]},
        {"Name": "group-name", "Values": [plan["group_name"]]},
    ]
    for pause in _PAUSES_SECONDS:
        for group in pages(ec2, "describe_security_groups", "SecurityGroups", Filters=wanted):
            return str(group["GroupId"])
        time.sleep(pause)
    raise Failed(f"{plan['group_name']} vanished from {plan['vpc_id']}: start the document again")
