"""Who looks at endpoints in a passing state, so that the state passes: see endpoint_states."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.vpcs import VPCBackend

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.ec2.endpoint_states import look
from kafka_trigger_guard.sandbox.ec2.endpoints import remove_endpoint

_moto_describe: Any = VPCBackend.describe_vpc_endpoints


@correct(VPCBackend, "describe_vpc_endpoints")
def _describe(ec2: Any, vpc_end_point_ids: list[str] | None, filters: Any = None) -> Any:
    wanted = tuple(vpc_end_point_ids or ec2.vpc_end_points)
    looked_at(ec2, *wanted)
    return _moto_describe(ec2, vpc_end_point_ids, filters)


def looked_at(ec2: Any, *endpoint_ids: str) -> None:
    """Time passes for these endpoints."""
    for endpoint in list(look(ec2, *endpoint_ids)):
        remove_endpoint(ec2, endpoint)


def looked_at_by_group(ec2: Any, group_id: str) -> None:
    """Time passes for the endpoints that carry a group."""
    carrying = [item.id for item in ec2.vpc_end_points.values() if group_id in item.security_group_ids]
    looked_at(ec2, *carrying)
