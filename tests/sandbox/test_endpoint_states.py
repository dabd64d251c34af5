"""Endpoints that are pending or deleting for a while."""

from __future__ import annotations

from typing import Any

from kafka_trigger_guard.sandbox.ec2.endpoint_states import lingering_endpoints
from tests.sandbox.account import Account, refused


def endpoint(account: Account, vpc_id: str, group_id: str) -> str:
    """An interface endpoint for STS with private DNS."""
    created = account.ec2.create_vpc_endpoint(
        VpcId=vpc_id,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.us-east-1.sts",
        SubnetIds=account.subnets(vpc_id, 1),
        SecurityGroupIds=[group_id],
        PrivateDnsEnabled=True,
    )
    return str(created["VpcEndpoint"]["VpcEndpointId"])


def states(account: Account) -> list[str]:
    """The states of all endpoints."""
    found: list[dict[str, Any]] = account.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    return [item["State"] for item in found]


def test_they_pass_at_once_unless_a_test_lets_them_linger(account: Account) -> None:
    vpc_id = account.vpc()
    endpoint_id = endpoint(account, vpc_id, account.group(vpc_id))
    assert states(account) == ["available"]
    account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    assert states(account) == []


def test_a_new_endpoint_becomes_available_after_some_looks(account: Account) -> None:
    vpc_id = account.vpc()
    with lingering_endpoints(looks=2):
        endpoint(account, vpc_id, account.group(vpc_id))
        assert [states(account)[0] for _ in range(4)] == ["pending", "pending", "available", "available"]


def test_a_deleted_one_keeps_its_name_and_its_group_until_it_is_gone(account: Account) -> None:
    vpc_id = account.vpc()
    group_id = account.group(vpc_id)
    endpoint_id = endpoint(account, vpc_id, group_id)
    with lingering_endpoints(looks=2):
        account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
        assert states(account) == ["deleting"]
        with refused("InvalidParameter", "conflicting DNS domain"):
            account.ec2.create_vpc_endpoint(
                VpcId=vpc_id,
                VpcEndpointType="Interface",
                ServiceName="com.amazonaws.us-east-1.sts",
                PrivateDnsEnabled=True,
            )
        with refused("DependencyViolation"):
            account.ec2.delete_security_group(GroupId=group_id)
        account.ec2.delete_security_group(GroupId=group_id)
        assert states(account) == []
