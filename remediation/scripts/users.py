"""Who else uses what an execution made: what is in use is not taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from remediation.scripts.clients import pages
from remediation.scripts.relying import Other, relier_on_endpoint, relier_on_names, relier_on_rule
from remediation.scripts.tags import ADOPTED, EXECUTION, holders_of, priors_of, tags_of
from remediation.scripts.traces import Item, Traces, is_others, restorable


def kept_endpoints(ec2: Any, traces: Traces, others: Iterable[Other]) -> dict[str, str]:
    """Endpoints that stay as they are, each with the reason: another execution, trigger or somebody else uses
    what was created, another trigger what was changed."""
    reasons = {
        e["VpcEndpointId"]: _adopter(traces, e)
        or relier_on_endpoint(others, e)
        or _admitting_others(ec2, traces, e)
        for e in traces.endpoints
    }
    for changed in traces.changed_endpoints:
        if restorable(changed, traces.execution_id).keys() - {ADOPTED[0]}:
            reasons[changed["VpcEndpointId"]] = relier_on_endpoint(others, changed)
    return {endpoint_id: reason for endpoint_id, reason in reasons.items() if reason}


def kept_rules(traces: Traces, endpoints: Iterable[str], others: Iterable[Other]) -> dict[str, str]:
    """Rules outside of created groups that stay, each with the reason: other triggers rely on them, or on one
    of the `endpoints` that stay, to which they lead."""
    if not others:
        return {}
    staying = [e for e in (*traces.endpoints, *traces.changed_endpoints) if e["VpcEndpointId"] in endpoints]
    carried = {group["GroupId"]: e["VpcEndpointId"] for e in staying for group in e.get("Groups") or ()}
    going = {group["GroupId"] for group in traces.groups}
    reasons = {}
    for rule in (rule for rule in traces.rules if rule["GroupId"] not in going):
        ends = (rule["GroupId"], rule.get("ReferencedGroupInfo", {}).get("GroupId"))
        led = [f"it leads to {carried[end]}" for end in ends if end in carried]
        reasons[rule["SecurityGroupRuleId"]] = relier_on_rule(others, rule) or "".join(led[:1])
    return {rule_id: reason for rule_id, reason in reasons.items() if reason}


def kept_groups(ec2: Any, traces: Traces, kept: Mapping[str, str]) -> dict[str, str]:
    """Created groups that stay, each with the reason; `kept` are the endpoints that do."""
    reasons = {group["GroupId"]: _group_user(ec2, traces, group["GroupId"], kept) for group in traces.groups}
    return {group_id: reason for group_id, reason in reasons.items() if reason}


def kept_vpcs(ec2: Any, traces: Traces, since: datetime | None, others: Iterable[Other]) -> dict[str, str]:
    """VPCs whose DNS attributes stay: another trigger or an endpoint that came since needs them.

    `since` is when the execution started; None if nobody knows that any more.
    """
    going = {e["VpcEndpointId"] for e in (*traces.endpoints, *traces.changed_endpoints)}
    reasons = {}
    for vpc in traces.changed_vpcs:
        if restorable(vpc, traces.execution_id) and relier_on_names(others, vpc["VpcId"]):
            reasons[vpc["VpcId"]] = relier_on_names(others, vpc["VpcId"])
            continue
        by_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
        for endpoint in pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=by_vpc):
            if endpoint["VpcEndpointId"] not in going and _came_since(endpoint, traces.execution_id, since):
                reasons[vpc["VpcId"]] = f"{endpoint['VpcEndpointId']} has private DNS since"
    return reasons


def kept_changes(traces: Traces) -> list[str]:
    """Changes that stay, as sentences: another execution needs them too, and takes them back if undone."""
    execution_id = traces.execution_id
    objects = [(e["VpcEndpointId"], e) for e in traces.changed_endpoints]
    objects += [(vpc["VpcId"], vpc) for vpc in traces.changed_vpcs]
    return [
        f"{name} of {object_id} stays: execution {holder} needs it too"
        for object_id, item in objects
        for name, value in priors_of(item, execution_id).items()
        for holder in holders_of(item, name, value, execution_id)[:1]
    ]


def _came_since(endpoint: Item, execution_id: str, since: datetime | None) -> bool:
    if not endpoint.get("PrivateDnsEnabled"):
        return False
    created = endpoint.get("CreationTimestamp")
    return is_others(endpoint, execution_id) or bool(since and created and created > since)


def _adopter(traces: Traces, endpoint: Item) -> str:
    """Another execution that found the endpoint made, and relies on it."""
    holders = holders_of(endpoint, *ADOPTED, traces.execution_id)
    return f"execution {holders[0]} needs it too" if holders else ""


def _admitting_others(ec2: Any, traces: Traces, endpoint: Item) -> str:
    """A rule of the endpoint's groups that somebody else added; of groups not ours, another execution."""
    own = {group["GroupId"] for group in traces.groups}
    group_ids = [group["GroupId"] for group in endpoint.get("Groups") or ()]
    by_groups = [{"Name": "group-id", "Values": group_ids}]
    if not group_ids:
        return ""
    for rule in pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=by_groups):
        tagged = EXECUTION in tags_of(rule) or rule["GroupId"] in own
        if tagged and not rule["IsEgress"] and not _is_own(rule, traces):
            return f"{rule['SecurityGroupRuleId']} of {rule['GroupId']} admits others to it"
    return ""


def _group_user(ec2: Any, traces: Traces, group_id: str, kept: Mapping[str, str]) -> str:
    going = {
        interface
        for endpoint in traces.endpoints
        if endpoint["VpcEndpointId"] not in kept
        for interface in endpoint.get("NetworkInterfaceIds") or ()
    } | {
        interface
        for endpoint in traces.changed_endpoints
        if endpoint["VpcEndpointId"] not in kept
        and restorable(endpoint, traces.execution_id).get("SecurityGroupIds") == f"without {group_id}"
        for interface in endpoint.get("NetworkInterfaceIds") or ()
    }
    carrying = [{"Name": "group-id", "Values": [group_id]}]
    for interface in pages(ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=carrying):
        if interface["NetworkInterfaceId"] not in going:
            return f"{interface['NetworkInterfaceId']} carries it"
    return _inner_user(ec2, traces, group_id) or _referring(ec2, traces, group_id)


def _inner_user(ec2: Any, traces: Traces, group_id: str) -> str:
    within = [{"Name": "group-id", "Values": [group_id]}]
    for rule in pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=within):
        if not rule["IsEgress"] and not _is_own(rule, traces):
            return f"{rule['SecurityGroupRuleId']} was added to it"
    return ""


def _referring(ec2: Any, traces: Traces, group_id: str) -> str:
    """A rule of another group that names this one; such a group cannot be deleted.

    AWSEC2/latest/APIReference/API_DeleteSecurityGroup
    """
    for name in ("ip-permission.group-id", "egress.ip-permission.group-id"):
        naming = [{"Name": name, "Values": [group_id]}]
        others = [
            g["GroupId"] for g in pages(ec2, "describe_security_groups", "SecurityGroups", Filters=naming)
        ]
        others = [other for other in others if other != group_id]
        if not others:
            continue
        within = [{"Name": "group-id", "Values": others}]
        for rule in pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=within):
            named = rule.get("ReferencedGroupInfo", {}).get("GroupId") == group_id
            if named and not _is_own(rule, traces):
                return f"{rule['SecurityGroupRuleId']} of {rule['GroupId']} names it"
    return ""


def _is_own(rule: Item, traces: Traces) -> bool:
    return tags_of(rule).get(EXECUTION) == traces.execution_id
