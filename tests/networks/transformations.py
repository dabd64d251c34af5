"""Changes of a snapshot document that must not, or must only one way, change its findings."""

from __future__ import annotations

import copy
import ipaddress
import json
import re

from tests.networks.shapes import Json

KINDS = "vpc|subnet|sg|acl|rtb|eni|vpce|nat|igw|tgw|pcx|vgw|pl|i|dopt|rtbassoc|aclassoc"
ID = re.compile(rf"\b({KINDS})-0([0-9a-f]{{16}})\b")
LISTS = {
    "ec2:DescribeSecurityGroups": "SecurityGroups",
    "ec2:DescribeNetworkAcls": "NetworkAcls",
    "ec2:DescribeRouteTables": "RouteTables",
}


def items(document: Json, operation: str) -> list[Json]:
    """The groups, ACLs or route tables of a document."""
    found: list[Json] = document["responses"][operation][LISTS[operation]]
    return found


def with_ids_renamed(document: Json) -> Json:
    """Every resource id with its digits reversed, wherever it stands (also inside policies and ARNs)."""
    text = ID.sub(lambda match: f"{match[1]}-0{match[2][::-1]}", json.dumps(document))
    renamed: Json = json.loads(text)
    return renamed


def with_ids_renamed_back(text: str) -> str:
    """The text of a renamed finding in the original names: reversing digits twice is no change."""
    return ID.sub(lambda match: f"{match[1]}-0{match[2][::-1]}", text)


def reordered(value: Json) -> Json:
    """The same document with every list turned around."""
    turned: Json = _reordered(value)  # type: ignore[assignment]
    return turned


def _reordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: _reordered(each) for key, each in reversed(value.items())}
    if isinstance(value, list):
        return [_reordered(each) for each in reversed(value)]
    return value


def halves(cidr: str) -> list[str]:
    """The two halves of a CIDR; a single address stays whole."""
    network = ipaddress.ip_network(cidr)
    if network.prefixlen == network.max_prefixlen:
        return [cidr]
    return [str(each) for each in network.subnets(prefixlen_diff=1)]


def with_cidrs_split(document: Json) -> Json:
    """Every CIDR of a group, prefix list or ACL entry as its two halves."""
    split = copy.deepcopy(document)
    for group in items(split, "ec2:DescribeSecurityGroups"):
        for permission in (*group["IpPermissions"], *group["IpPermissionsEgress"]):
            permission["IpRanges"] = [
                {"CidrIp": half} for each in permission.get("IpRanges", []) for half in halves(each["CidrIp"])
            ]
    for answer in split["responses"]["ec2:GetManagedPrefixListEntries"].values():
        answer["Entries"] = [{"Cidr": half} for each in answer["Entries"] for half in halves(each["Cidr"])]
    for acl in items(split, "ec2:DescribeNetworkAcls"):
        acl["Entries"] = [half for entry in acl["Entries"] for half in _entry_halves(entry)]
    return split


def _entry_halves(entry: Json) -> list[Json]:
    """An ACL entry as two with neighbouring numbers, below the closing entries."""
    if entry["RuleNumber"] == 32767 or "CidrBlock" not in entry:
        return [entry | {"RuleNumber": entry["RuleNumber"] * _factor(entry)}]
    return [
        entry | {"RuleNumber": entry["RuleNumber"] * 2 + offset, "CidrBlock": half}
        for offset, half in enumerate(halves(entry["CidrBlock"]))
    ]


def _factor(entry: Json) -> int:
    return 1 if entry["RuleNumber"] == 32767 else 2


def with_port_ranges_split(document: Json) -> Json:
    """Every port range of a group or an ACL entry as two ranges that touch."""
    split = copy.deepcopy(document)
    for group in items(split, "ec2:DescribeSecurityGroups"):
        for side in ("IpPermissions", "IpPermissionsEgress"):
            group[side] = [half for each in group[side] for half in _permission_halves(each)]
    for acl in items(split, "ec2:DescribeNetworkAcls"):
        acl["Entries"] = [half for entry in acl["Entries"] for half in _port_halves(entry)]
    return split


def _permission_halves(permission: Json) -> list[Json]:
    low, high = permission.get("FromPort", -1), permission.get("ToPort", -1)
    if low == -1 or low == high:
        return [permission]
    middle = (low + high) // 2
    return [permission | {"ToPort": middle}, permission | {"FromPort": middle + 1}]


def _port_halves(entry: Json) -> list[Json]:
    number = entry["RuleNumber"] * _factor(entry)
    ports = entry.get("PortRange")
    if not ports or ports["From"] == ports["To"]:
        return [entry | {"RuleNumber": number}]
    middle = (ports["From"] + ports["To"]) // 2
    return [
        entry | {"RuleNumber": number, "PortRange": {"From": ports["From"], "To": middle}},
        entry | {"RuleNumber": number + 1, "PortRange": {"From": middle + 1, "To": ports["To"]}},
    ]


def with_permission(document: Json, group: str, side: str, permission: Json) -> Json:
    """One more permission in one group."""
    opened = copy.deepcopy(document)
    for each in items(opened, "ec2:DescribeSecurityGroups"):
        if each["GroupId"] == group:
            each[side] = [*each[side], permission]
    return opened


def with_lowest_deny(document: Json, acl: str, entry: Json) -> Json:
    """One more entry in one ACL, before all others."""
    closed = copy.deepcopy(document)
    for each in items(closed, "ec2:DescribeNetworkAcls"):
        if each["NetworkAclId"] == acl:
            each["Entries"] = [*each["Entries"], entry | {"RuleNumber": 1, "RuleAction": "deny"}]
    return closed
