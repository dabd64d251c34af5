"""What the calls of a diagnosis do to a snapshot document: a small EC2 for the laws of the remediation."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Iterable
from typing import Any

from remediation.scripts.diagnosis import Diagnosis, EndpointPlan
from tests.networks import shapes
from tests.networks.gateways import interface_endpoint
from tests.networks.shapes import Json

Action = tuple[str, Any]
"""One thing that a diagnosis would do, by kind; what it needs stands in the plan."""

OWN_GROUP = shapes.group_id("made-by-the-document")


def actions_of(diagnosis: Diagnosis) -> list[Action]:
    """Everything that the diagnosis would do, each permission by itself."""
    found: list[Action] = [
        ("permission", (each.group_id, each.direction, permission))
        for each in diagnosis.authorizations
        for permission in each.permissions
    ]
    plan = diagnosis.endpoint
    if plan is None:
        return found
    wanted = {
        "group": plan.needs_group,
        "egress": bool(plan.egress_group_id),
        "support": plan.enable_dns_support,
        "hostnames": plan.enable_dns_hostnames,
        "wait": plan.endpoint_pending,
        "private-dns": plan.enable_private_dns,
        "create": not plan.endpoint_id,
    }
    return found + [(kind, plan) for kind, is_wanted in wanted.items() if is_wanted]


def applied(document: Json, actions: Iterable[Action]) -> Json:
    """The document after the actions."""
    after = copy.deepcopy(document)
    for kind, what in actions:
        _ACTIONS[kind](after, what)
    return after


def _listed(document: Json, operation: str, member: str) -> list[Json]:
    found: list[Json] = document["responses"][operation][member]
    return found


def _group(document: Json, group_id: str) -> Json:
    groups = _listed(document, "ec2:DescribeSecurityGroups", "SecurityGroups")
    return next(each for each in groups if each["GroupId"] == group_id)


def _endpoint(document: Json, endpoint_id: str) -> Json:
    endpoints = _listed(document, "ec2:DescribeVpcEndpoints", "VpcEndpoints")
    return next(each for each in endpoints if each["VpcEndpointId"] == endpoint_id)


def _authorize(document: Json, what: tuple[str, str, Json]) -> None:
    group_id, direction, permission = what
    side = "IpPermissions" if direction == "ingress" else "IpPermissionsEgress"
    listed = _group(document, group_id)[side]
    assert permission not in listed, "AWS refuses a duplicate rule"
    listed.append(dict(permission))


def _make_group(document: Json, plan: EndpointPlan) -> None:
    group_id = plan.group_id or OWN_GROUP
    if not plan.group_id:
        groups = _listed(document, "ec2:DescribeSecurityGroups", "SecurityGroups")
        assert all(each["GroupName"] != plan.group_name for each in groups), "AWS refuses a second one"
        made = shapes.security_group(plan.group_name) | {"GroupId": OWN_GROUP, "VpcId": plan.vpc_id}
        groups.append(made)
    _group(document, group_id)["IpPermissions"] += [dict(each) for each in plan.group_permissions]
    if plan.add_group_to_endpoint:
        endpoint = _endpoint(document, plan.endpoint_id)
        carried = endpoint["Groups"] or _carried(document, endpoint)
        endpoint["Groups"] = [*carried, {"GroupId": group_id, "GroupName": plan.group_name}]
        _carry(document, endpoint)


def _carried(document: Json, endpoint: Json) -> list[Json]:
    interfaces = _listed(document, "ec2:DescribeNetworkInterfaces", "NetworkInterfaces")
    own = [i for i in interfaces if i["NetworkInterfaceId"] in endpoint["NetworkInterfaceIds"]]
    return list(own[0]["Groups"]) if own else []


def _carry(document: Json, endpoint: Json) -> None:
    for each in _listed(document, "ec2:DescribeNetworkInterfaces", "NetworkInterfaces"):
        if each["NetworkInterfaceId"] in endpoint["NetworkInterfaceIds"]:
            each["Groups"] = list(endpoint["Groups"])


def _let_out(document: Json, plan: EndpointPlan) -> None:
    peer = plan.egress_peer_group_id or plan.group_id or OWN_GROUP
    permission = shapes.permission(443, groups=[peer])
    _authorize(document, (plan.egress_group_id, "egress", permission))


def _attribute(name: str) -> Any:
    def turn_on(document: Json, plan: EndpointPlan) -> None:
        document["responses"]["ec2:DescribeVpcAttribute"][plan.vpc_id][name] = {"Value": True}

    return turn_on


def _wait(document: Json, plan: EndpointPlan) -> None:
    endpoint = _endpoint(document, plan.endpoint_id)
    assert endpoint["State"].lower() == "pending", "nothing else becomes available by itself"
    endpoint["State"] = "available"


def _serve_privately(document: Json, plan: EndpointPlan) -> None:
    _refuse_conflicts(document, plan)
    _endpoint(document, plan.endpoint_id)["PrivateDnsEnabled"] = True


def _refuse_conflicts(document: Json, plan: EndpointPlan) -> None:
    """One endpoint of a VPC holds the private DNS name of a service, or a hosted zone of that name."""
    for each in _listed(document, "ec2:DescribeVpcEndpoints", "VpcEndpoints"):
        same = each["VpcId"] == plan.vpc_id and each["ServiceName"] == plan.service_name
        holds = each.get("PrivateDnsEnabled") and each["State"].lower() != "deleted"
        foreign = each.get("ServiceRegion", document["region"]) != document["region"]
        interface = each["VpcEndpointType"] == "Interface"
        assert not (same and holds and interface and not foreign), "conflicting DNS domain"
    zones = document["responses"]["route53:ListHostedZonesByVPC"].get(
        plan.vpc_id, {"HostedZoneSummaries": []}
    )
    names = {each["Name"].rstrip(".") for each in zones["HostedZoneSummaries"]}
    name = f"{plan.service}.{document['region']}.amazonaws.com"
    assert name not in names, "conflicting DNS domain"


def _create(document: Json, plan: EndpointPlan) -> None:
    _refuse_conflicts(document, plan)
    groups = [plan.group_id or OWN_GROUP]
    present = {g["GroupId"] for g in _listed(document, "ec2:DescribeSecurityGroups", "SecurityGroups")}
    if groups[0] not in present:
        groups = [shapes.group_id("default")]
    subnets = _listed(document, "ec2:DescribeSubnets", "Subnets")
    chosen = [each for each in subnets if each["SubnetId"] in plan.subnet_ids]
    zones = [each["AvailabilityZone"] for each in chosen]
    assert len(zones) == len(set(zones)) == len(plan.subnet_ids), "AWS takes one subnet of each zone"
    interfaces = []
    for subnet in chosen:
        name = f"made-{plan.service}-{subnet['SubnetId']}"
        made = shapes.interface(name, subnet, _free(document, subnet), groups, kind="vpc_endpoint")
        _listed(document, "ec2:DescribeNetworkInterfaces", "NetworkInterfaces").append(made)
        interfaces.append(made["NetworkInterfaceId"])
    endpoint = interface_endpoint(
        plan.service, list(plan.subnet_ids), interfaces, groups, name=f"made-{plan.service}"
    )
    endpoint |= {"ServiceName": plan.service_name, "ServiceRegion": document["region"], "VpcId": plan.vpc_id}
    _listed(document, "ec2:DescribeVpcEndpoints", "VpcEndpoints").append(endpoint)


def _free(document: Json, subnet: Json) -> str:
    interfaces = _listed(document, "ec2:DescribeNetworkInterfaces", "NetworkInterfaces")
    used = {each["PrivateIpAddress"] for each in interfaces}
    addresses = [str(each) for each in ipaddress.ip_network(subnet["CidrBlock"])]
    return next(each for each in addresses[4:-1] if each not in used)


_ACTIONS: dict[str, Any] = {
    "permission": _authorize,
    "group": _make_group,
    "egress": _let_out,
    "support": _attribute("EnableDnsSupport"),
    "hostnames": _attribute("EnableDnsHostnames"),
    "wait": _wait,
    "private-dns": _serve_privately,
    "create": _create,
}
