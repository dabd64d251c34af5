"""What an API call needs of IAM: its own action, and those of the other things it does with it.

service-authorization/latest/reference (the column "dependent actions" of each service)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.utilities.utils import get_partition

from kafka_trigger_guard.sandbox.iam.resource_arns import created_of, resources_of
from kafka_trigger_guard.sandbox.identification import Identified

_ALLOWED_ALWAYS = ("sts:GetCallerIdentity",)
"""IAM/latest/APIReference: no permissions are required to call GetCallerIdentity."""
_Named = Callable[[Mapping[str, Any]], Any]
_PASSED_ROLES: dict[str, _Named] = {
    "lambda:CreateFunction": lambda given: given.get("Role"),
    "lambda:UpdateFunctionConfiguration": lambda given: given.get("Role"),
    "ssm:StartAutomationExecution": lambda given: _first(given, "AutomationAssumeRole"),
    "cloudformation:CreateStack": lambda given: given.get("RoleARN"),
    "cloudformation:CreateChangeSet": lambda given: given.get("RoleARN"),
}


def needed(call: Identified) -> Iterator[tuple[str, str]]:
    """The actions that a call needs, each with every ARN it is for; `*` where that is not looked at."""
    if call.action in _ALLOWED_ALWAYS:
        return
    for resource in resources_of(call):
        yield call.action, resource
    role = _named(_PASSED_ROLES, call)
    if role:
        yield "iam:PassRole", str(role)
    if call.action.startswith("ec2:"):
        for resource in created_of(call):
            yield "ec2:CreateTags", resource
    if call.action == "ec2:CreateVpcEndpoint" and call.parameters.get("PrivateDnsEnabled"):
        yield "route53:AssociateVPCWithHostedZone", f"arn:{get_partition(call.region)}:route53:::hostedzone/*"


def _first(given: Mapping[str, Any], name: str) -> str | None:
    values = (given.get("Parameters") or {}).get(name) or []
    return values[0] if values else None


def _named(named: Mapping[str, _Named], call: Identified) -> Any:
    return named[call.action](call.parameters) if call.action in named else None
