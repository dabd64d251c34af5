"""Step Diagnose of KafkaTriggerGuard-CreateInterfaceEndpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from remediation.scripts.diagnosis import Diagnosis, EndpointPlan
from remediation.scripts.endpoint import diagnose_endpoint
from remediation.scripts.endpoint_calls import calls_of, rules_of_plan, tagged
from remediation.scripts.presenting import NONE, call_text, diagnosed
from remediation.scripts.tags import creating_tags, own_tags


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """What would be made or changed, and what is next."""
    return diagnosed(diagnose_endpoint, _present, events)


def _present(diagnosis: Diagnosis, events: Mapping[str, str]) -> dict[str, Any]:
    """Calls, the plan, what to branch on (`yes` or `none`), and what the steps need."""
    plan = diagnosis.endpoint or EndpointPlan("", "", "", needs_group=False)
    execution_id = events["ExecutionId"]
    tags = own_tags(execution_id, diagnosis.trigger_id, events["Document"])
    calls = calls_of(plan, tags, execution_id) if diagnosis.endpoint else ()
    rules, made = rules_of_plan(plan), creating_tags(tags, execution_id)
    return {
        "Calls": [call_text("ec2", *call) for call in calls],
        "Plan": json.dumps(asdict(plan)),
        "Rules": json.dumps(rules),
        "NewGroup": _yes(plan.needs_group and not plan.group_id),
        "Ingress": _yes(any(rule["Direction"] == "ingress" for rule in rules)),
        "Egress": _yes(bool(plan.egress_group_id)),
        "NewEndpoint": _yes(bool(plan.vpc_id) and not plan.endpoint_id),
        "VpcId": plan.vpc_id or NONE,
        "ServiceName": plan.service_name or NONE,
        "GroupName": plan.group_name or NONE,
        "EgressGroup": plan.egress_group_id or NONE,
        "EndpointId": plan.endpoint_id or NONE,
        "SubnetIds": list(plan.subnet_ids),
        "GroupTags": tagged("security-group", made),
        "RuleTags": tagged("security-group-rule", tags),
        "EndpointTags": tagged("vpc-endpoint", made),
    }


def _yes(wanted: bool) -> str:
    return "yes" if wanted else NONE
