"""Security group rules one by one: permissions taken apart, found again, and added.

AWSEC2/latest/APIReference/API_SecurityGroupRule: each source of a permission is a rule of its own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from remediation.scripts.clients import pages
from remediation.scripts.diagnosis import Authorization

Rule = dict[str, Any]
"""`GroupId` (`NEW_GROUP` if it is still to be made), `Direction` and an IpPermission with one source."""

NEW_GROUP = "new"
_SOURCES = {
    "UserIdGroupPairs": "GroupId",
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "PrefixListIds": "PrefixListId",
}
_DESCRIPTION = "Lambda Kafka trigger (kafka-trigger-guard)"
_PAUSES_SECONDS = (2, 4, 8, 16, 0)
_APIS = {"ingress": "AuthorizeSecurityGroupIngress", "egress": "AuthorizeSecurityGroupEgress"}


def rules_of(authorizations: Iterable[Authorization]) -> list[Rule]:
    """The rules that authorizations consist of, in their order, none twice."""
    found = [
        {
            "GroupId": authorization.group_id or NEW_GROUP,
            "Direction": authorization.direction,
            "Permission": p,
        }
        for authorization in authorizations
        for permission in authorization.permissions
        for p in _single(permission)
    ]
    return [rule for place, rule in enumerate(found) if rule not in found[:place]]


def planned_rules(given: str | list[Rule], group_id: str) -> list[Rule]:
    """The rules of a plan, as text or already read by the automation; with the new group's id."""
    text = given if isinstance(given, str) else json.dumps(given)
    rules: list[Rule] = json.loads(text.replace(f'"GroupId": "{NEW_GROUP}"', f'"GroupId": "{group_id}"'))
    return rules


def _single(permission: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The permission with one of its sources at a time."""
    shared = {name: permission[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in permission}
    for kind in _SOURCES:
        for source in permission.get(kind) or ():
            yield {**shared, kind: [{"Description": _DESCRIPTION, **source}]}


def source_of(permission: Mapping[str, Any]) -> tuple[str, str]:
    """The kind of a permission's one source, and its group, range or prefix list."""
    kind = next(kind for kind in _SOURCES if kind in permission)
    return kind, str(permission[kind][0][_SOURCES[kind]])


def authorize_call(rule: Rule, tags: list[dict[str, str]]) -> tuple[str, dict[str, Any]]:
    """The operation that adds a rule, and its parameters."""
    tagged = [{"ResourceType": "security-group-rule", "Tags": tags}]
    parameters = {"GroupId": rule["GroupId"], "IpPermissions": [rule["Permission"]]}
    return _APIS[rule["Direction"]], {**parameters, "TagSpecifications": tagged}


def authorize(ec2: Any, rule: Rule, tags: list[dict[str, str]]) -> None:
    """Add a rule; one that is there already is as good, and a group may not be known yet."""
    api, parameters = authorize_call(rule, tags)
    call = ec2.authorize_security_group_ingress if "Ingress" in api else ec2.authorize_security_group_egress
    for pause in _PAUSES_SECONDS:
        try:
            call(**parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "InvalidGroup.NotFound" and pause:
                time.sleep(pause)
                continue
            if code != "InvalidPermission.Duplicate":
                raise
        return


def missing_rules(ec2: Any, rules: list[Rule]) -> list[Rule]:
    """The rules that their groups do not have."""
    group_ids = sorted({rule["GroupId"] for rule in rules})
    if not group_ids:
        return []
    by_groups = [{"Name": "group-id", "Values": group_ids}]
    present = {
        (rule["GroupId"], *_identity(rule))
        for rule in pages(ec2, "describe_security_group_rules", "SecurityGroupRules", Filters=by_groups)
    }
    return [rule for rule in rules if _wanted(rule) not in present]


def lost_rules(ec2: Any, rules: list[Rule]) -> list[Rule]:
    """The rules that are still missing when what was just added must be described by AWS.

    AWSEC2/latest/APIReference/query-api-troubleshooting (eventual consistency)
    """
    for pause in _PAUSES_SECONDS:
        missing = missing_rules(ec2, rules)
        if not missing:
            break
        time.sleep(pause)
    return missing


def _wanted(rule: Rule) -> tuple[Any, ...]:
    permission = rule["Permission"]
    _, source = source_of(permission)
    ports = permission.get("FromPort", -1), permission.get("ToPort", -1)
    return rule["GroupId"], rule["Direction"] == "egress", permission["IpProtocol"], *ports, source


def _identity(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    referenced = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    source = referenced or rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId")
    ports = rule.get("FromPort", -1), rule.get("ToPort", -1)
    return rule["IsEgress"], rule["IpProtocol"], *ports, source


def told(rule: Mapping[str, Any]) -> str:
    """A described rule in words."""
    _, protocol, first, last, source = _identity(rule)
    way, link = ("egress", "to") if rule["IsEgress"] else ("ingress", "from")
    ports = "all ports" if first == -1 else str(first) if first == last else f"{first}-{last}"
    what = "everything" if protocol == "-1" else f"{protocol} {ports}"
    return f"{rule['SecurityGroupRuleId']}: {way} of {rule['GroupId']}, {what} {link} {source}"
