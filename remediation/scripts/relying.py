"""What other Kafka triggers would miss if it were taken away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from remediation.scripts.exits import HTTPS
from remediation.scripts.spans import Spans, block, both
from remediation.scripts.traces import Item


class Other(NamedTuple):
    """A trigger that polls: its place, and the endpoint services that it needs; none in provisioned mode."""

    name: str
    vpc_id: str
    group_ids: frozenset[str]
    spans: Spans
    services: frozenset[str]


def relier_on_endpoint(others: Iterable[Other], endpoint: Item) -> str:
    """Who calls the endpoint's service in its VPC; empty for nobody."""
    return _reason(
        each
        for each in others
        if each.vpc_id == endpoint["VpcId"] and endpoint["ServiceName"] in each.services
    )


def relier_on_names(others: Iterable[Other], vpc_id: str) -> str:
    """Who needs a VPC's DNS attributes for its endpoints."""
    return _reason(each for each in others if each.vpc_id == vpc_id and each.services)


def relier_on_rule(others: Iterable[Other], rule: Item) -> str:
    """Who is let out or in by a security group rule: a group that it carries is the rule's own, or the one
    that the rule names, or its addresses are in the rule's range."""
    return _reason(each for each in others if _is_let_through(each, rule))


def _is_let_through(other: Other, rule: Item) -> bool:
    if (rule.get("FromPort"), rule.get("ToPort")) == HTTPS[0] and not other.services:
        return False
    if rule["IsEgress"]:
        return rule["GroupId"] in other.group_ids
    if rule.get("CidrIpv4"):
        return bool(both(other.spans, (block(rule["CidrIpv4"]),)))
    return rule.get("ReferencedGroupInfo", {}).get("GroupId") in other.group_ids


def _reason(reliers: Iterable[Other]) -> str:
    names = list(dict.fromkeys(each.name for each in reliers))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"trigger {names[0]}{more} relies on it" if names else ""
