"""Security group rules: all of a request or nothing of it, compared as AWS does, their tags gone with them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from kafka_trigger_guard.sandbox.backends import ec2_of
from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.ec2.network_interfaces import known_group
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation

_TAGGED = "security-group-rule"


def _in_new_syntax(call: Call) -> bool:
    """Whether the permissions are in a list; the older parameters of one rule go on to moto."""
    named = bool(call.given("GroupId")) and not call.given("GroupName")
    return named and bool(call.given("IpPermissions") or call.given("SecurityGroupRuleIds"))


@operation("ec2", "AuthorizeSecurityGroupIngress", claims=_in_new_syntax)
def authorize_security_group_ingress(call: Call) -> Reply:
    """Add inbound rules, each with the tags of the request."""
    return _authorize(call, "ingress")


@operation("ec2", "AuthorizeSecurityGroupEgress", claims=_in_new_syntax)
def authorize_security_group_egress(call: Call) -> Reply:
    """Add outbound rules, each with the tags of the request."""
    return _authorize(call, "egress")


@operation("ec2", "RevokeSecurityGroupIngress", claims=_in_new_syntax)
def revoke_security_group_ingress(call: Call) -> Reply:
    """Remove inbound rules, by permission or by id."""
    return _revoke(call, "ingress")


@operation("ec2", "RevokeSecurityGroupEgress", claims=_in_new_syntax)
def revoke_security_group_egress(call: Call) -> Reply:
    """Remove outbound rules, by permission or by id."""
    return _revoke(call, "egress")


def _authorize(call: Call, direction: str) -> Reply:
    ec2 = ec2_of(call)
    group = known_group(ec2, str(call.given("GroupId")))
    before, tagged = list(_rules(group, direction)), set(ec2.tags)
    tags = _tags(call)
    authorize: Callable[..., Any] = getattr(ec2, f"authorize_security_group_{direction}")
    try:
        for permission in call.given("IpPermissions"):
            authorize(**_arguments(group, permission), sgrule_tags=tags)
    except Exception:
        _rules(group, direction)[:] = before
        raise
    finally:
        _forget_strangers(ec2, group, set(ec2.tags) - tagged)
    added = [rule for rule in _rules(group, direction) if not any(rule is known for known in before)]
    return {"Return": True, "SecurityGroupRules": added}


def _revoke(call: Call, direction: str) -> Reply:
    ec2 = ec2_of(call)
    group = known_group(ec2, str(call.given("GroupId")))
    before, tagged = list(_rules(group, direction)), set(ec2.tags)
    ids = call.strings("SecurityGroupRuleIds")
    unknown = next((rule_id for rule_id in ids if rule_id not in {rule.id for rule in before}), None)
    if unknown:
        raise Refusal(
            "InvalidSecurityGroupRuleId.NotFound",
            f"The security group rule ID '{unknown}' does not exist",
        )
    revoke: Callable[..., Any] = getattr(ec2, f"revoke_security_group_{direction}")
    try:
        permissions: Sequence[Mapping[str, Any]] = call.given("IpPermissions") or ({},)
        for permission in permissions:
            revoke(**_arguments(group, permission), security_rule_ids=list(ids))
    except Exception:
        setattr(group, f"{direction}_rules", before)
        raise
    finally:
        _forget_strangers(ec2, group, set(ec2.tags) - tagged)
    kept = {rule.id for rule in _rules(group, direction)}
    revoked = [rule for rule in before if rule.id not in kept]
    for rule in revoked:
        ec2.tags.pop(rule.id, None)
    return {"Return": True, "RevokedSecurityGroupRules": [_told(rule) for rule in revoked]}


def _rules(group: Any, direction: str) -> list[Any]:
    found: list[Any] = getattr(group, f"{direction}_rules")
    return found


def _arguments(group: Any, permission: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "group_name_or_id": group.id,
        "ip_protocol": permission.get("IpProtocol"),
        "from_port": permission.get("FromPort"),
        "to_port": permission.get("ToPort"),
        "ip_ranges": [*permission.get("IpRanges", []), *permission.get("Ipv6Ranges", [])],
        "source_groups": permission.get("UserIdGroupPairs", []),
        "prefix_list_ids": permission.get("PrefixListIds", []),
        "vpc_id": group.vpc_id,
    }


def _tags(call: Call) -> dict[str, str]:
    tags: dict[str, str] = {}
    for specification in call.given("TagSpecifications") or ():
        if specification.get("ResourceType") != _TAGGED:
            raise Refusal(
                "InvalidParameterValue",
                f"'{specification.get('ResourceType')}' is not a valid taggable resource type for this "
                "operation.",
            )
        tags |= {tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags") or ()}
    return tags


def _forget_strangers(ec2: Any, group: Any, tagged: set[str]) -> None:
    """moto tags rules that it only compares with others."""
    kept = {rule.id for rule in (*group.ingress_rules, *group.egress_rules)}
    for rule_id in tagged - kept:
        ec2.tags.pop(rule_id, None)


def _told(rule: Any) -> dict[str, Any]:
    told = {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": rule.ip_protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "ReferencedGroupId": rule.source_group.get("GroupId"),
        "Description": rule.description,
    }
    return {name: value for name, value in told.items() if value is not None}


def referring_groups(ec2: Any, group_id: str) -> Iterator[str]:
    """The other groups that have a rule for this one's members."""
    for group in (group for groups in ec2.groups.values() for group in groups.values()):
        rules = (*group.ingress_rules, *group.egress_rules)
        if group.id != group_id and any(rule.source_group.get("GroupId") == group_id for rule in rules):
            yield str(group.id)


@correct(SecurityGroupRule, "__eq__")
def _equal(rule: Any, other: Any) -> bool:
    """Two rules are the same whatever their descriptions say."""
    return _identity(rule) == _identity(other)


def _identity(rule: Any) -> tuple[Any, ...]:
    ports = (rule.from_port, rule.to_port) if rule.ip_protocol != "-1" else ()
    peers = (rule.cidr_ipv4, rule.cidr_ipv6, rule.source_group.get("GroupId"), rule.prefix_list_id)
    return (rule.ip_protocol, ports, *peers)


def _description(rule: Any) -> str | None:
    """Rules for groups have descriptions too."""
    found = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return str(found) if found else None


correct(SecurityGroupRule, "description")(property(_description))
