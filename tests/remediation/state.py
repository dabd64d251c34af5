"""What an account's network looks like in describe output, and the same with names in place of ids."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3

Json = Any
_LISTINGS = (
    ("describe_vpcs", "Vpcs"),
    ("describe_subnets", "Subnets"),
    ("describe_security_groups", "SecurityGroups"),
    ("describe_security_group_rules", "SecurityGroupRules"),
    ("describe_vpc_endpoints", "VpcEndpoints"),
    ("describe_network_interfaces", "NetworkInterfaces"),
    ("describe_route_tables", "RouteTables"),
    ("describe_network_acls", "NetworkAcls"),
    ("describe_tags", "Tags"),
)
_DNS_ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames")
_GENERATED = re.compile(r"^(OwnerId|ResponseMetadata|CreationTimestamp|LastUpdatedTimestamp)$")


def state(session: boto3.Session) -> dict[str, Json]:
    """All that a document could change, in an order that does not depend on AWS's."""
    ec2: Any = session.client("ec2")
    found: dict[str, Json] = {
        part: _ordered(getattr(ec2, operation)()[part]) for operation, part in _LISTINGS
    }
    for attribute in _DNS_ATTRIBUTES:
        found[attribute] = {
            vpc["VpcId"]: _value(ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute))
            for vpc in found["Vpcs"]
        }
    return found


def named_state(session: boto3.Session, **named: str) -> dict[str, Json]:
    """Groups and endpoints with names in place of ids, so that two accounts can be compared.

    `named` are further ids, by what they are called.
    """
    found = state(session)
    names = {vpc["VpcId"]: f"vpc {vpc['CidrBlock']}" for vpc in found["Vpcs"]}
    names |= {subnet["SubnetId"]: f"subnet {subnet['CidrBlock']}" for subnet in found["Subnets"]}
    names |= {group["GroupId"]: f"group {group['GroupName']}" for group in found["SecurityGroups"]}
    names |= {each["VpcEndpointId"]: f"endpoint {each['ServiceName']}" for each in found["VpcEndpoints"]}
    names |= {rule["SecurityGroupRuleId"]: _rule_name(rule) for rule in found["SecurityGroupRules"]}
    names |= {id_: f"the {name}" for name, id_ in named.items()}
    groups = [_kept(g, _GROUP) for g in found["SecurityGroups"]]
    endpoints = [_kept(endpoint, _ENDPOINT) for endpoint in found["VpcEndpoints"]]
    attributes = {attribute: found[attribute] for attribute in _DNS_ATTRIBUTES}
    tags = [tag for tag in found["Tags"] if tag["Key"].startswith("KafkaTriggerGuard:")]
    text = json.dumps({"groups": groups, "endpoints": endpoints, "tags": tags, **attributes})
    for id_, name in [*names.items()] * 2:  # names have ids in them
        text = text.replace(id_, name)
    ordered: dict[str, Json] = _in_order(json.loads(text))
    return ordered


_GROUP = ("GroupId", "GroupName", "Description", "VpcId", "IpPermissions", "IpPermissionsEgress", "Tags")
_ENDPOINT = (
    "VpcEndpointId",
    "VpcEndpointType",
    "VpcId",
    "ServiceName",
    "State",
    "SubnetIds",
    "Groups",
    "PrivateDnsEnabled",
    "PolicyDocument",
    "Tags",
)


def _rule_name(rule: dict[str, Json]) -> str:
    referenced = (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
    peer = referenced or rule.get("CidrIpv4") or rule.get("PrefixListId")
    direction = "egress" if rule["IsEgress"] else "ingress"
    protocol = f"{rule['IpProtocol']} {rule.get('FromPort')} {rule.get('ToPort')}"
    return f"{direction} rule of {rule['GroupId']}, {protocol} {peer}"


def _kept(item: dict[str, Json], names: tuple[str, ...]) -> dict[str, Json]:
    return {name: item[name] for name in names if name in item}


def _value(answer: dict[str, Json]) -> bool:
    return next(bool(part["Value"]) for name, part in answer.items() if name.startswith("EnableDns"))


def _ordered(items: list[dict[str, Json]]) -> list[dict[str, Json]]:
    cleaned = [{key: value for key, value in item.items() if not _GENERATED.match(key)} for item in items]
    ordered: list[dict[str, Json]] = _in_order(json.loads(json.dumps(cleaned, default=str)))
    return ordered


def _in_order(value: Json) -> Json:
    """The value with every list sorted by its content."""
    if isinstance(value, dict):
        return {key: _in_order(part) for key, part in value.items()}
    if isinstance(value, list):
        return sorted((_in_order(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value
