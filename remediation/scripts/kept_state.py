"""What is changed of an endpoint and a VPC that are there, looked at anew, and kept as tags.

What another execution changed since the diagnosis is not changed again, but claimed by a tag too: undoing one
of both then leaves it as it is. What somebody else changed is left alone.
"""

from __future__ import annotations

from typing import Any

from remediation.scripts.diagnosis import EndpointPlan
from remediation.scripts.endpoint_calls import Tags, kept_values
from remediation.scripts.tags import EXECUTION, holders_of, kept_tags, tags_of


def keep_state(ec2: Any, plan: EndpointPlan, group_id: str, tags: Tags, execution_id: str) -> dict[str, str]:
    """What is still to be changed: `yes` or `none` for AddGroup, VpcDns and PrivateDns."""
    lacking: set[str] = set()
    for object_id, priors in kept_values(plan, group_id).items():
        item, held = _vpc(ec2, object_id) if object_id == plan.vpc_id else _endpoint(ec2, object_id, group_id)
        lacking |= priors.keys() - held
        kept = {
            name: value
            for name, value in priors.items()
            if name not in held or holders_of(item, name, value, execution_id)
        }
        if kept:
            own = [] if EXECUTION in tags_of(item) else tags
            ec2.create_tags(Resources=[object_id], Tags=[*own, *kept_tags(kept, execution_id)])
    return {
        "AddGroup": _yes("SecurityGroupIds" in lacking),
        "VpcDns": _yes(bool(lacking & {"EnableDnsSupport", "EnableDnsHostnames"})),
        "PrivateDns": _yes("PrivateDnsEnabled" in lacking),
    }


def _vpc(ec2: Any, vpc_id: str) -> tuple[dict[str, Any], set[str]]:
    """A VPC as EC2 describes it, and which of its DNS attributes are on."""
    names = {"EnableDnsSupport": "enableDnsSupport", "EnableDnsHostnames": "enableDnsHostnames"}
    answers = {
        name: ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=asked)[name]["Value"]
        for name, asked in names.items()
    }
    item = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    return item, {name for name, value in answers.items() if value}


def _endpoint(ec2: Any, endpoint_id: str, group_id: str) -> tuple[dict[str, Any], set[str]]:
    """An endpoint as EC2 describes it, and what of the wanted it has."""
    item = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    carried = [group["GroupId"] for group in item.get("Groups") or ()]
    held = {"SecurityGroupIds"} if group_id in carried else set()
    return item, held | ({"PrivateDnsEnabled"} if item.get("PrivateDnsEnabled") else set())


def _yes(wanted: bool) -> str:
    return "yes" if wanted else "none"
