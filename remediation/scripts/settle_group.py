"""Step SettleGroup: the endpoint's group, whoever made it, and what the next steps do with it.

Its name is unique in the VPC, which is how executions at the same time agree on one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from remediation.scripts.clients import own_clients, pages
from remediation.scripts.diagnosis import Clients, EndpointPlan
from remediation.scripts.endpoint_calls import DEFAULT_EGRESS
from remediation.scripts.group_rules import planned_rules
from remediation.scripts.kept_state import keep_state
from remediation.scripts.own_steps import Failed, failure_of, is_told, read_plan
from remediation.scripts.presenting import NONE
from remediation.scripts.tags import own_tags

_PAUSES_SECONDS = (2, 4, 8, 16, 0)
"""What was just created may not be described yet. AWSEC2/latest/APIReference/query-api-troubleshooting"""


def handler(events: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """GroupId (or none); the permissions of both directions; what is to be changed."""
    clients, execution_id = own_clients(), events["ExecutionId"]
    message = failure_of(clients, execution_id, "CreateGroup")
    if message and "InvalidGroup.Duplicate" not in message:
        raise Failed(message)
    ec2, plan = clients("ec2"), read_plan(events["Plan"])
    made = _named(ec2, plan) if plan["needs_group"] and not plan["group_id"] else {}
    group_id = str(made.get("GroupId") or plan["group_id"] or NONE)
    _shut(clients, made, execution_id)
    rules = planned_rules(events["Rules"], group_id)
    tags = own_tags(execution_id, events["TriggerId"], events["Document"])
    return {
        **keep_state(ec2, EndpointPlan(**plan), group_id, tags, execution_id),
        "GroupId": group_id,
        "Ingress": [rule["Permission"] for rule in rules if rule["Direction"] == "ingress"],
        "Egress": [rule["Permission"] for rule in rules if rule["Direction"] == "egress"],
    }


def _shut(clients: Clients, made: Mapping[str, Any], execution_id: str) -> None:
    """Look after the step RevokeDefaultEgress, for which EC2 may not have known yet what it just created."""
    message = failure_of(clients, execution_id, "RevokeDefaultEgress")
    if not message and made.get("IpPermissionsEgress") and not is_told(clients, execution_id):
        message = f"{made['GroupId']} is let out"
    if message and "InvalidGroup.NotFound" not in message:
        raise Failed(message)
    if message:
        clients("ec2").revoke_security_group_egress(GroupId=made["GroupId"], IpPermissions=[DEFAULT_EGRESS])


def _named(ec2: Any, plan: Mapping[str, str]) -> dict[str, Any]:
    wanted = [
        {"Name": "vpc-id", "Values": [plan["vpc_id"]]},
        {"Name": "group-name", "Values": [plan["group_name"]]},
    ]
    for pause in _PAUSES_SECONDS:
        for group in pages(ec2, "describe_security_groups", "SecurityGroups", Filters=wanted):
            return group
        time.sleep(pause)
    raise Failed(f"{plan['group_name']} vanished from {plan['vpc_id']}: start the document again")
