"""What an execution left behind, found again by its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remediation.scripts.clients import pages
from remediation.scripts.tags import EXECUTION, MADE, holders_of, made_by, prior_key, priors_of, tags_of

Item = dict[str, Any]
"""One object as EC2 describes it."""

VPC_ATTRIBUTES = ("EnableDnsHostnames", "EnableDnsSupport")
"""In the order in which they are switched off again: hostnames need support."""
ENDPOINT_ATTRIBUTES = ("PrivateDnsEnabled", "SecurityGroupIds", "State")


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
    own, made = made_by(execution_id), made_by(execution_id, MADE)
    endpoints = pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=made)
    kept = _keeping(ENDPOINT_ATTRIBUTES, execution_id)
    changed = pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=kept)
    kept = _keeping(VPC_ATTRIBUTES, execution_id)
    return Traces(
        execution_id=execution_id,
        rules=tuple(pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=own)),
        groups=tuple(pages(ec2, "describe_security_groups", "SecurityGroups", Filters=made)),
        endpoints=tuple(e for e in endpoints if not _leaving(e)),
        changed_endpoints=tuple(e for e in changed if not _leaving(e) and not is_made(e, execution_id)),
        changed_vpcs=tuple(pages(ec2, "describe_vpcs", "Vpcs", Filters=kept)),
    )


def _keeping(attributes: tuple[str, ...], execution_id: str) -> list[dict[str, Any]]:
    """The filter of a Describe call for what this execution keeps a value of."""
    return [{"Name": "tag-key", "Values": [prior_key(name, execution_id) for name in attributes]}]


def is_made(item: Mapping[str, Any], execution_id: str) -> bool:
    """Whether this execution created it."""
    return tags_of(item).get(MADE) == execution_id


def restorable(item: Mapping[str, Any], execution_id: str) -> dict[str, str]:
    """Attributes that this execution changed and that no other one needs so, and what they were."""
    priors = priors_of(item, execution_id)
    return {name: value for name, value in priors.items() if not holders_of(item, name, value, execution_id)}


def _leaving(endpoint: Mapping[str, Any]) -> bool:
    return str(endpoint["State"]).lower() in ("deleting", "deleted")


def is_others(item: Mapping[str, Any], execution_id: str) -> bool:
    """Whether another execution made or changed it."""
    return tags_of(item).get(EXECUTION, execution_id) != execution_id
