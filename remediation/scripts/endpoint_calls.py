"""The calls by which an endpoint plan is carried out, as the steps of the document make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remediation.scripts.diagnosis import Authorization, EndpointPlan
from remediation.scripts.group_rules import NEW_GROUP, Rule, rules_of
from remediation.scripts.tags import creating_tags, kept_tags

Call = tuple[str, dict[str, Any]]
"""An EC2 operation and its parameters."""
Tags = list[dict[str, str]]

DEFAULT_EGRESS = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
"""What EC2 gives a new group; an endpoint calls nobody. vpc/latest/userguide/creating-security-groups"""
GROUP_DESCRIPTION = "Interface endpoint for Lambda Kafka triggers (kafka-trigger-guard)"


def rules_of_plan(plan: EndpointPlan) -> list[Rule]:
    """The ingress of the endpoint's group, and the egress from the trigger's group to it."""
    ingress = Authorization(plan.group_id, "ingress", plan.group_permissions)
    pair = {"GroupId": plan.egress_peer_group_id or plan.group_id or NEW_GROUP}
    way_out = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}
    egress = Authorization(plan.egress_group_id, "egress", (way_out,))
    return rules_of((ingress, egress) if plan.egress_group_id else (ingress,))


def calls_of(plan: EndpointPlan, tags: Tags, execution_id: str) -> Iterator[Call]:
    """Everything that is called; `new` stands for the id of a group that is still to be made.

    Whom private DNS leads to the endpoint is let in before it does.
    """
    made = creating_tags(tags, execution_id)
    if plan.needs_group and not plan.group_id:
        about = {"GroupName": plan.group_name, "Description": GROUP_DESCRIPTION, "VpcId": plan.vpc_id}
        yield "CreateSecurityGroup", {**about, "TagSpecifications": tagged("security-group", made)}
        yield "RevokeSecurityGroupEgress", {"GroupId": NEW_GROUP, "IpPermissions": [DEFAULT_EGRESS]}
    group_id = plan.group_id or NEW_GROUP
    for object_id, priors in kept_values(plan, group_id).items():
        yield "CreateTags", {"Resources": [object_id], "Tags": [*tags, *kept_tags(priors, execution_id)]}
    yield from _rule_calls(plan, tagged("security-group-rule", tags))
    if plan.add_group_to_endpoint:
        yield "ModifyVpcEndpoint", {"VpcEndpointId": plan.endpoint_id, "AddSecurityGroupIds": [group_id]}
    if plan.enable_dns_support or plan.enable_dns_hostnames:
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            yield "ModifyVpcAttribute", {"VpcId": plan.vpc_id, attribute: {"Value": True}}
    if not plan.endpoint_id:
        yield "CreateVpcEndpoint", _creation(plan, group_id, tagged("vpc-endpoint", made))
    if plan.enable_private_dns:
        yield "ModifyVpcEndpoint", {"VpcEndpointId": plan.endpoint_id, "PrivateDnsEnabled": True}


def _rule_calls(plan: EndpointPlan, specifications: list[dict[str, Any]]) -> Iterator[Call]:
    rules = rules_of_plan(plan)
    for direction, api in (("ingress", "Ingress"), ("egress", "Egress")):
        permissions = [rule["Permission"] for rule in rules if rule["Direction"] == direction]
        group_ids = [rule["GroupId"] for rule in rules if rule["Direction"] == direction]
        if permissions:
            parameters = {"GroupId": group_ids[0], "IpPermissions": permissions}
            yield f"AuthorizeSecurityGroup{api}", {**parameters, "TagSpecifications": specifications}


def _creation(plan: EndpointPlan, group_id: str, specifications: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "VpcEndpointType": "Interface",
        "VpcId": plan.vpc_id,
        "ServiceName": plan.service_name,
        "SubnetIds": list(plan.subnet_ids),
        "SecurityGroupIds": [group_id],
        "PrivateDnsEnabled": True,
        "TagSpecifications": specifications,
    }


def kept_values(plan: EndpointPlan, group_id: str) -> dict[str, dict[str, str]]:
    """What the plan changes of an endpoint and a VPC that are there, by id: how it was, by attribute."""
    added = {"SecurityGroupIds": f"without {group_id}"} if plan.add_group_to_endpoint else {}
    named = {"PrivateDnsEnabled": "false"} if plan.enable_private_dns else {}
    off = {"EnableDnsSupport": plan.enable_dns_support, "EnableDnsHostnames": plan.enable_dns_hostnames}
    found = {
        plan.endpoint_id: {**added, **named},
        plan.vpc_id: {name: "false" for name, wanted in off.items() if wanted},
    }
    return {object_id: priors for object_id, priors in found.items() if priors}


def tagged(kind: str, tags: Tags) -> list[dict[str, Any]]:
    """TagSpecifications of a call that creates something."""
    return [{"ResourceType": kind, "Tags": tags}]
