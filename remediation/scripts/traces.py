"""What an execution left behind, found again by its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remediation.scripts.clients import pages
from remediation.scripts.tags import EXECUTION, made_by, prior_keys, priors_of, tags_of

Item = dict[str, Any]
"""One object as EC2 describes it."""

VPC_ATTRIBUTES = ("EnableDnsHostnames", "EnableDnsSupport")
"""In the order in which they are switched off again: hostnames need support."""
ENDPOINT_ATTRIBUTES = ("PrivateDnsEnabled", "SecurityGroupIds")


@dataclass(frozen=True, slots=True)
class Traces:
    """The objects that carry an execution's tags."""

    execution_id: str
    rules: tuple[Item, ...]
    groups: tuple[Item, ...]
    endpoints: tuple[Item, ...]
    """Created."""
    changed_endpoints: tuple[Item, ...]
    changed_vpcs: tuple[Item, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(
            self.rules or self.groups or self.endpoints or self.changed_endpoints or self.changed_vpcs
        )


def traces_of(ec2: Any, execution_id: str) -> Traces:
    """All that this execution made or changed and that still exists."""
    own = made_by(execution_id)
    endpoints = pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=own)
    keys = prior_keys(ENDPOINT_ATTRIBUTES)
    changed = _changed(pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=keys), execution_id)
    vpcs = pages(ec2, "describe_vpcs", "Vpcs", Filters=prior_keys(VPC_ATTRIBUTES))
    return Traces(
        execution_id=execution_id,
        rules=tuple(pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=own)),
        groups=tuple(pages(ec2, "describe_security_groups", "SecurityGroups", Filters=own)),
        endpoints=tuple(e for e in endpoints if not priors_of(e, execution_id) and not _leaving(e)),
        changed_endpoints=tuple(e for e in changed if not _leaving(e)),
        changed_vpcs=tuple(_changed(vpcs, execution_id)),
    )


def _changed(items: list[Item], execution_id: str) -> list[Item]:
    return [item for item in items if priors_of(item, execution_id)]


def _leaving(endpoint: Mapping[str, Any]) -> bool:
    return str(endpoint["State"]).lower() in ("deleting", "deleted")


def is_others(item: Mapping[str, Any], execution_id: str) -> bool:
    """Whether another execution made or changed it."""
    return tags_of(item).get(EXECUTION, execution_id) != execution_id
