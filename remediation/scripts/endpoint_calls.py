"""The calls by which an endpoint plan is carried out, as the steps of the document make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remediation.scripts.diagnosis import Authorization, EndpointPlan
from remediation.scripts.group_rules import NEW_GROUP, Rule, rules_of
from remediation.scripts.tags import PRIOR

Call = tuple[str, dict[str, Any]]
"""An EC2 operation and its parameters."""
Tags = list[dict[str, str]]

GROUP_DESCRIPTION = "Interface endpoint for Lambda Kafka triggers (kafka-trigger-guard)"


def rules_of_plan(plan: EndpointPlan) -> list[Rule]:
    """The ingress of the endpoint's group, and the egress from the trigger's group to it."""
    ingress = Authorization(plan.group_id, "ingress", plan.group_permissions)
    pair = {"GroupId": plan.egress_peer_group_id or plan.group_id or NEW_GROUP}
    way_out = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}
    egress = Authorization(plan.egress_group_id, "egress", (way_out,))
    return rules_of((ingress, egress) if plan.egress_group_id else (ingress,))


def vpc_tags(plan: EndpointPlan, tags: Tags, execution_id: str) -> Tags:
    """The tags that keep the VPC's DNS attributes as they are."""
    off = {"EnableDnsSupport": plan.enable_dns_support, "EnableDnsHostnames": plan.enable_dns_hostnames}
    kept = [{"Key": PRIOR + name, "Value": f"false@{execution_id}"} for name, wanted in off.items() if wanted]
    return [*tags, *kept]


def calls_of(plan: EndpointPlan, tags: Tags, execution_id: str) -> Iterator[Call]:
    """Everything that is called; `new` stands for the id of a group that is still to be made."""
    if plan.enable_dns_support or plan.enable_dns_hostnames:
        yield "CreateTags", {"Resources": [plan.vpc_id], "Tags": vpc_tags(plan, tags, execution_id)}
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            yield "ModifyVpcAttribute", {"VpcId": plan.vpc_id, attribute: {"Value": True}}
    if plan.needs_group and not plan.group_id:
        about = {"GroupName": plan.group_name, "Description": GROUP_DESCRIPTION, "VpcId": plan.vpc_id}
        yield "CreateSecurityGroup", {**about, "TagSpecifications": tagged("security-group", tags)}
    rules, specifications = rules_of_plan(plan), tagged("security-group-rule", tags)
    for direction, api in (("ingress", "Ingress"), ("egress", "Egress")):
        permissions = [rule["Permission"] for rule in rules if rule["Direction"] == direction]
        group_ids = [rule["GroupId"] for rule in rules if rule["Direction"] == direction]
        if permissions:
            parameters = {"GroupId": group_ids[0], "IpPermissions": permissions}
            yield f"AuthorizeSecurityGroup{api}", {**parameters, "TagSpecifications": specifications}
    yield from _endpoint_calls(plan, tags, execution_id)


def _endpoint_calls(plan: EndpointPlan, tags: Tags, execution_id: str) -> Iterator[Call]:
    group_id = plan.group_id or NEW_GROUP
    if not plan.endpoint_id:
        created = {
            "VpcEndpointType": "Interface",
            "VpcId": plan.vpc_id,
            "ServiceName": plan.service_name,
            "SubnetIds": list(plan.subnet_ids),
            "SecurityGroupIds": [group_id],
            "PrivateDnsEnabled": True,
        }
        yield "CreateVpcEndpoint", {**created, "TagSpecifications": tagged("vpc-endpoint", tags)}
    elif changes(plan):
        added = [group_id] if plan.add_group_to_endpoint else []
        kept = endpoint_tags(plan, group_id, tags, execution_id)
        yield "CreateTags", {"Resources": [plan.endpoint_id], "Tags": kept}
        change = {"AddSecurityGroupIds": added, "PrivateDnsEnabled": True}
        yield "ModifyVpcEndpoint", {"VpcEndpointId": plan.endpoint_id, **change}


def changes(plan: EndpointPlan) -> bool:
    """Whether an existing endpoint is changed."""
    return bool(plan.endpoint_id) and (plan.add_group_to_endpoint or plan.enable_private_dns)


def endpoint_tags(plan: EndpointPlan, group_id: str, tags: Tags, execution_id: str) -> Tags:
    """The tags that keep what an endpoint was before it is changed."""
    priors = {
        "SecurityGroupIds": f"without {group_id}" if plan.add_group_to_endpoint else "",
        "PrivateDnsEnabled": "false" if plan.enable_private_dns else "",
    }
    kept = [
        {"Key": PRIOR + name, "Value": f"{value}@{execution_id}"} for name, value in priors.items() if value
    ]
    return [*tags, *kept]


def tagged(kind: str, tags: Tags) -> list[dict[str, Any]]:
    """TagSpecifications of a call that creates something."""
    return [{"ResourceType": kind, "Tags": tags}]
