"""Security group rules: what a request adds or removes, whole or not at all, with tags."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.account import Account, refused

TAGS = [{"ResourceType": "security-group-rule", "Tags": [{"Key": "Execution", "Value": "1"}]}]


def https_from(group_id: str, description: str = "") -> dict[str, Any]:
    """The permission for a group's members on 443."""
    pair = {"GroupId": group_id} | ({"Description": description} if description else {})
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [pair]}


def port_from(cidr_block: str, port: int) -> dict[str, Any]:
    """The permission for a CIDR block on one port."""
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr_block}]}


@pytest.fixture
def groups(account: Account) -> tuple[str, str]:
    vpc_id = account.vpc()
    return account.group(vpc_id, "endpoints"), account.group(vpc_id, "trigger")


def rules_of(account: Account, group_id: str, **more: Any) -> list[dict[str, Any]]:
    """The inbound rules of a group."""
    wanted = [{"Name": "group-id", "Values": [group_id]}]
    answer = account.ec2.describe_security_group_rules(Filters=wanted, **more)
    return [rule for rule in answer["SecurityGroupRules"] if not rule["IsEgress"]]


def tags_of(account: Account) -> set[str]:
    """What has the tag Execution."""
    answer = account.ec2.describe_tags(Filters=[{"Name": "key", "Values": ["Execution"]}])
    return {tag["ResourceId"] for tag in answer["Tags"]}


def test_all_rules_of_a_request_are_told_with_their_tags_and_descriptions(
    account: Account, groups: tuple[str, str]
) -> None:
    added = account.ec2.authorize_security_group_ingress(
        GroupId=groups[0],
        IpPermissions=[https_from(groups[1], "the trigger"), port_from("10.0.0.0/16", 443)],
        TagSpecifications=TAGS,
    )["SecurityGroupRules"]
    assert [rule.get("Description") for rule in added] == ["the trigger", None]
    assert all(rule["Tags"] == [{"Key": "Execution", "Value": "1"}] for rule in added)
    assert rules_of(account, groups[0]) == added
    assert tags_of(account) == {rule["SecurityGroupRuleId"] for rule in added}


def test_rules_are_found_by_tag(account: Account, groups: tuple[str, str]) -> None:
    account.ec2.authorize_security_group_ingress(
        GroupId=groups[0], IpPermissions=[https_from(groups[1])], TagSpecifications=TAGS
    )
    wanted = [{"Name": "tag:Execution", "Values": ["1"]}]
    found = account.ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
    assert [rule["ReferencedGroupInfo"]["GroupId"] for rule in found] == [groups[1]]


@pytest.mark.parametrize("description", ["", "another one"])
def test_a_rule_that_exists_is_refused_whatever_its_description(
    account: Account, groups: tuple[str, str], description: str
) -> None:
    account.ec2.authorize_security_group_ingress(GroupId=groups[0], IpPermissions=[https_from(groups[1])])
    with refused("InvalidPermission.Duplicate"):
        account.ec2.authorize_security_group_ingress(
            GroupId=groups[0],
            IpPermissions=[port_from("10.0.0.0/16", 80), https_from(groups[1], description)],
            TagSpecifications=TAGS,
        )
    assert len(rules_of(account, groups[0])) == 1
    assert tags_of(account) == set()


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_group_holds_sixty_rules_in_each_direction(
    account: Account, groups: tuple[str, str], direction: str
) -> None:
    authorize = getattr(account.ec2, f"authorize_security_group_{direction}")
    already = 1 if direction == "egress" else 0
    ports = [port_from("10.0.0.0/16", 1000 + number) for number in range(60 - already)]
    authorize(GroupId=groups[0], IpPermissions=ports)
    with refused("RulesPerSecurityGroupLimitExceeded"):
        authorize(GroupId=groups[0], IpPermissions=[port_from("10.0.0.0/16", 80)])


def test_rules_are_revoked_by_id_with_their_tags(account: Account, groups: tuple[str, str]) -> None:
    account.ec2.authorize_security_group_ingress(
        GroupId=groups[0],
        IpPermissions=[https_from(groups[1]), port_from("10.0.0.0/16", 443)],
        TagSpecifications=TAGS,
    )
    first, second = (rule["SecurityGroupRuleId"] for rule in rules_of(account, groups[0]))
    revoked = account.ec2.revoke_security_group_ingress(GroupId=groups[0], SecurityGroupRuleIds=[first])
    assert [rule["SecurityGroupRuleId"] for rule in revoked["RevokedSecurityGroupRules"]] == [first]
    assert tags_of(account) == {second}
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        account.ec2.revoke_security_group_ingress(GroupId=groups[0], SecurityGroupRuleIds=[first])


def test_nothing_is_revoked_if_one_permission_of_the_request_is_unknown(
    account: Account, groups: tuple[str, str]
) -> None:
    account.ec2.authorize_security_group_ingress(GroupId=groups[0], IpPermissions=[https_from(groups[1])])
    with refused("InvalidPermission.NotFound"):
        account.ec2.revoke_security_group_ingress(
            GroupId=groups[0], IpPermissions=[https_from(groups[1]), port_from("10.0.0.0/16", 80)]
        )
    assert len(rules_of(account, groups[0])) == 1


def test_a_group_that_another_groups_rule_names_cannot_be_deleted(
    account: Account, groups: tuple[str, str]
) -> None:
    account.ec2.authorize_security_group_ingress(GroupId=groups[0], IpPermissions=[https_from(groups[1])])
    with refused("DependencyViolation"):
        account.ec2.delete_security_group(GroupId=groups[1])
    account.ec2.delete_security_group(GroupId=groups[0])
    account.ec2.delete_security_group(GroupId=groups[1])


def test_the_tags_of_a_deleted_group_are_gone(account: Account) -> None:
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "Execution", "Value": "1"}]}]
    created = account.ec2.create_security_group(
        GroupName="own", Description="own", VpcId=account.vpc(), TagSpecifications=tags
    )
    assert tags_of(account) == {created["GroupId"]}
    account.ec2.delete_security_group(GroupId=created["GroupId"])
    assert tags_of(account) == set()
