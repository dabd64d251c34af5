"""What endpoints that were read already serve, as far as it decides what else to read."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from kafka_trigger_guard.aws.calls import Answers, Calls, Read
from kafka_trigger_guard.aws.needs import Needs

_CALLED_BY_ROLE: Final = ("secretsmanager", "sqs", "sns", "s3")
_ANYONE: Final = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def unserved_services(calls: Answers, vpc_id: str, needs: Needs) -> frozenset[str]:
    """The services that a VPC's triggers need and that no interface endpoint answers for by private DNS."""
    if not _resolves_private_names(calls, vpc_id):
        return needs.services
    endpoints = [e for e in calls.items("ec2:DescribeVpcEndpoints") if e.get("VpcId") == vpc_id]
    return frozenset(s for s in needs.services if not any(_answers(e, s, calls.region) for e in endpoints))


def read_execution_roles(calls: Calls, needs: Mapping[str, Needs], far: Collection[str]) -> None:
    """Read the functions whose execution role a narrowed policy may refuse, in their VPC or in one behind it.

    Only the role is kept: a function's environment may hold secrets.
    """
    narrowed = (need for vpc_id, need in needs.items() if is_narrowed(calls, need, {vpc_id, *far}))
    read_functions(calls, {arn for need in narrowed for arn in need.function_arns})


def read_functions(calls: Calls, arns: Collection[str]) -> None:
    """Read the execution roles of functions."""
    kept = ("FunctionName", "FunctionArn", "Role")
    calls.read(
        *(
            Read("lambda:GetFunctionConfiguration", [{"FunctionName": arn}], key=arn, only=kept)
            for arn in sorted(arns)
        )
    )


def is_narrowed(calls: Answers, needs: Needs, vpc_ids: Collection[str]) -> bool:
    """Whether some endpoint in these VPCs has a policy that may refuse what an execution role calls."""
    services = [service for service in _CALLED_BY_ROLE if service in needs.services]
    endpoints = [e for e in calls.items("ec2:DescribeVpcEndpoints") if e.get("VpcId") in vpc_ids]
    return any(_serves(e, s, calls.region) and not _is_open(e) for e in endpoints for s in services)


def _resolves_private_names(calls: Answers, vpc_id: str) -> bool:
    attributes = calls.answers("ec2:DescribeVpcAttribute").get(vpc_id, {})
    switches = (attributes.get(name) or {} for name in ("EnableDnsSupport", "EnableDnsHostnames"))
    return all(switch.get("Value") is True for switch in switches)


def _answers(endpoint: Mapping[str, Any], service: str, region: str) -> bool:
    return (
        _serves(endpoint, service, region)
        and endpoint.get("VpcEndpointType") == "Interface"
        and str(endpoint.get("State")).lower() == "available"
        and endpoint.get("PrivateDnsEnabled") is True
    )


def _serves(endpoint: Mapping[str, Any], service: str, region: str) -> bool:
    """A service's name is `<reversed DNS suffix of the partition>.<region>.<service>`."""
    return str(endpoint.get("ServiceName")).endswith(f".amazonaws.{region}.{service}")


def _is_open(endpoint: Mapping[str, Any]) -> bool:
    """Whether an endpoint's policy is absent or as AWS makes it: anyone may do anything."""
    try:
        policy = json.loads(endpoint.get("PolicyDocument") or "{}")
    except ValueError:
        return False
    statements = policy.get("Statement", []) if isinstance(policy, dict) else None
    if not isinstance(statements, list):
        statements = [statements]
    return not policy or (bool(statements) and all(_allows_everything(s) for s in statements))


def _allows_everything(statement: object) -> bool:
    return (
        isinstance(statement, dict)
        and statement.get("Effect") == "Allow"
        and statement.get("Principal") in _ANYONE
        and statement.get("Action") in ("*", ["*"])
        and statement.get("Resource") in ("*", ["*"])
        and not statement.get("Condition")
    )
