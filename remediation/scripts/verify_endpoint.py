"""Step Verify of KafkaTriggerGuard-CreateInterfaceEndpoint: the endpoint serves the VPC, and lets it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from remediation.scripts.clients import own_clients, pages
from remediation.scripts.group_rules import lost_rules, planned_rules, told
from remediation.scripts.own_steps import Failed, read_plan
from remediation.scripts.tags import made_by


def handler(events: Mapping[str, Any], _context: object) -> dict[str, list[str]]:
    """What this execution made and changed; raises Failed if something of the plan is not so."""
    ec2 = own_clients()("ec2")
    plan = read_plan(events["Plan"])
    if lost_rules(ec2, planned_rules(events["Rules"], events["GroupId"])):
        raise Failed(f"{events['GroupId']} lost a rule that was just added: find out who removes it")
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=plan["vpc_id"], Attribute=attribute)
        if not answer[attribute[0].upper() + attribute[1:]]["Value"]:
            raise Failed(f"{attribute} of {plan['vpc_id']} was switched off: find out who does that")
    _check_endpoint(ec2, events["EndpointId"], events["GroupId"], plan)
    return {"Created": [*_made(ec2, events["ExecutionId"], plan)] or ["nothing"]}


def _check_endpoint(ec2: Any, endpoint_id: str, group_id: str, plan: Mapping[str, Any]) -> None:
    endpoint = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    if (plan["enable_private_dns"] or not plan["endpoint_id"]) and not endpoint.get("PrivateDnsEnabled"):
        raise Failed(f"private DNS of {endpoint_id} is off: find out who switches it off")
    carried = [group["GroupId"] for group in endpoint.get("Groups") or ()]
    if (plan["add_group_to_endpoint"] or not plan["endpoint_id"]) and group_id not in carried:
        raise Failed(f"{endpoint_id} does not carry {group_id}: find out who removes it")


def _made(ec2: Any, execution_id: str, plan: Mapping[str, Any]) -> Iterator[str]:
    own = made_by(execution_id)
    if plan["enable_dns_support"] or plan["enable_dns_hostnames"]:
        yield f"{plan['vpc_id']}: DNS attributes switched on"
    for endpoint in pages(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=own):
        what = "changed" if plan["endpoint_id"] else f"interface endpoint for {endpoint['ServiceName']}"
        yield f"{endpoint['VpcEndpointId']}: {what}"
    for group in pages(ec2, "describe_security_groups", "SecurityGroups", Filters=own):
        yield f"{group['GroupId']}: security group {group['GroupName']}"
    yield from (
        told(r) for r in pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=own)
    )
