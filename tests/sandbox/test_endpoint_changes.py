"""Changing VPC endpoints: interfaces follow, and what is refused changes nothing."""

import json
from typing import Any

import pytest

from tests.sandbox.account import Account, refused
from tests.sandbox.test_endpoints import interface, told


@pytest.fixture
def vpc_id(account: Account) -> str:
    """A VPC with both DNS attributes on."""
    return account.vpc()


@pytest.fixture
def subnets(account: Account, vpc_id: str) -> list[str]:
    """Its three subnets."""
    return account.subnets(vpc_id)


def change(account: Account, endpoint: dict[str, Any], **changes: Any) -> None:
    """Modify an endpoint."""
    assert (
        account.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], **changes)["Return"] is True
    )


def test_interfaces_follow_added_and_removed_subnets(
    account: Account, vpc_id: str, subnets: list[str]
) -> None:
    endpoint = interface(account, vpc_id, subnets[:2])
    change(account, endpoint, AddSubnetIds=[subnets[2]], RemoveSubnetIds=[subnets[0]])
    after = told(account, endpoint)
    interfaces = account.interfaces(vpc_id)
    assert after["SubnetIds"] == [item["SubnetId"] for item in interfaces] == subnets[1:]
    assert after["NetworkInterfaceIds"] == [item["NetworkInterfaceId"] for item in interfaces]
    assert [entry["DnsName"].split(".")[0][-10:] for entry in after["DnsEntries"][1:3]] == [
        "us-east-1b",
        "us-east-1c",
    ]


def test_interfaces_follow_added_and_removed_groups(
    account: Account, vpc_id: str, subnets: list[str]
) -> None:
    group_id, default = account.group(vpc_id), account.default_group(vpc_id)
    endpoint = interface(account, vpc_id, subnets)
    change(account, endpoint, AddSecurityGroupIds=[group_id], RemoveSecurityGroupIds=[default])
    assert [group["GroupId"] for group in told(account, endpoint)["Groups"]] == [group_id]
    for item in account.interfaces(vpc_id):
        assert [group["GroupId"] for group in item["Groups"]] == [group_id]


def test_private_dns_turned_on_and_off_shows_in_the_names(
    account: Account, vpc_id: str, subnets: list[str]
) -> None:
    endpoint = interface(account, vpc_id, subnets)
    change(account, endpoint, PrivateDnsEnabled=False)
    assert len(told(account, endpoint)["DnsEntries"]) == 4
    change(account, endpoint, PrivateDnsEnabled=True)
    assert told(account, endpoint)["DnsEntries"][-1]["DnsName"] == "lambda.us-east-1.amazonaws.com"


def test_a_policy_is_replaced_and_reset(account: Account, vpc_id: str, subnets: list[str]) -> None:
    endpoint = interface(account, vpc_id, subnets)
    default = told(account, endpoint)["PolicyDocument"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    change(account, endpoint, PolicyDocument=policy)
    assert told(account, endpoint)["PolicyDocument"] == policy
    change(account, endpoint, ResetPolicy=True)
    assert json.loads(told(account, endpoint)["PolicyDocument"]) == json.loads(default)


def test_changes_that_ec2_refuses_change_nothing(account: Account, vpc_id: str, subnets: list[str]) -> None:
    endpoint = interface(account, vpc_id, subnets[:1])
    group_id = account.group(vpc_id)
    second = account.ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone="us-east-1a")[
        "Subnet"
    ]["SubnetId"]
    before = told(account, endpoint)
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("DuplicateSubnetsInSameZone", {"AddSubnetIds": [second]}),
        ("InvalidSubnetID.NotFound", {"AddSubnetIds": ["subnet-0123456789abcdef0"]}),
        ("InvalidParameter", {"RemoveSubnetIds": [subnets[1]]}),
        ("InvalidParameter", {"RemoveSecurityGroupIds": [group_id]}),
        ("InvalidParameter", {"RemoveSecurityGroupIds": [account.default_group(vpc_id)]}),
        (
            "InvalidGroup.NotFound",
            {"AddSubnetIds": subnets[1:], "AddSecurityGroupIds": ["sg-0123456789abcdef0"]},
        ),
        ("InvalidPolicyDocument", {"AddSubnetIds": subnets[1:], "PolicyDocument": "{"}),
        ("InvalidParameter", {"AddRouteTableIds": ["rtb-0123456789abcdef0"]}),
    ]
    for code, changes in refusals:
        with refused(code):
            change(account, endpoint, **changes)
    assert told(account, endpoint) == before
    assert len(account.interfaces(vpc_id)) == 1


def test_replacing_the_subnet_of_a_zone_in_one_call_is_possible(
    account: Account, vpc_id: str, subnets: list[str]
) -> None:
    endpoint = interface(account, vpc_id, subnets[:1])
    second = account.ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone="us-east-1a")[
        "Subnet"
    ]["SubnetId"]
    change(account, endpoint, AddSubnetIds=[second], RemoveSubnetIds=[subnets[0]])
    assert told(account, endpoint)["SubnetIds"] == [second]


def test_adding_what_is_there_already_changes_nothing(
    account: Account, vpc_id: str, subnets: list[str]
) -> None:
    endpoint = interface(account, vpc_id, subnets)
    change(account, endpoint, AddSubnetIds=subnets, AddSecurityGroupIds=[account.default_group(vpc_id)])
    assert len(account.interfaces(vpc_id)) == 3
    assert len(told(account, endpoint)["Groups"]) == 1


def test_an_unknown_endpoint_is_not_found(account: Account) -> None:
    with refused("InvalidVpcEndpointId.NotFound"):
        account.ec2.modify_vpc_endpoint(VpcEndpointId="vpce-0123456789abcdef0", PrivateDnsEnabled=True)


class TestGatewayEndpoints:
    """Gateway endpoints live in route tables."""

    def table(self, account: Account, vpc_id: str) -> str:
        """A new route table."""
        return str(account.ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"])

    def prefix_lists(self, account: Account, table_id: str) -> dict[str, str]:
        """The gateway endpoint by prefix list of a route table."""
        routes = account.ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]["Routes"]
        return {
            route["DestinationPrefixListId"]: route["GatewayId"]
            for route in routes
            if "DestinationPrefixListId" in route
        }

    def gateway(self, account: Account, vpc_id: str, *table_ids: str) -> dict[str, Any]:
        """A gateway endpoint for S3."""
        answer: dict[str, Any] = account.ec2.create_vpc_endpoint(
            VpcId=vpc_id, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=list(table_ids)
        )["VpcEndpoint"]
        return answer

    def test_it_adds_a_prefix_list_route_to_its_tables(self, account: Account, vpc_id: str) -> None:
        table_id = self.table(account, vpc_id)
        endpoint = self.gateway(account, vpc_id, table_id)
        lists = account.ec2.describe_managed_prefix_lists(
            Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
        )["PrefixLists"]
        expected = {lists[0]["PrefixListId"]: endpoint["VpcEndpointId"]}
        assert endpoint["VpcEndpointType"] == "Gateway"
        assert self.prefix_lists(account, table_id) == expected
        assert account.interfaces(vpc_id) == []
        entries = account.ec2.get_managed_prefix_list_entries(PrefixListId=lists[0]["PrefixListId"])[
            "Entries"
        ]
        assert all("Cidr" in entry for entry in entries)

    def test_tables_are_added_and_removed(self, account: Account, vpc_id: str) -> None:
        first, second = self.table(account, vpc_id), self.table(account, vpc_id)
        endpoint = self.gateway(account, vpc_id, first)
        change(account, endpoint, AddRouteTableIds=[second], RemoveRouteTableIds=[first])
        assert told(account, endpoint)["RouteTableIds"] == [second]
        assert self.prefix_lists(account, first) == {}
        assert len(self.prefix_lists(account, second)) == 1

    def test_a_table_holds_one_route_to_a_service(self, account: Account, vpc_id: str) -> None:
        table_id = self.table(account, vpc_id)
        self.gateway(account, vpc_id, table_id)
        with refused("RouteAlreadyExists"):
            self.gateway(account, vpc_id, table_id)
        assert len(account.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 1

    def test_deleting_it_takes_its_routes(self, account: Account, vpc_id: str) -> None:
        table_id = self.table(account, vpc_id)
        endpoint = self.gateway(account, vpc_id, table_id)
        account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
        assert self.prefix_lists(account, table_id) == {}

    def test_it_takes_no_subnets_groups_or_private_dns(self, account: Account, vpc_id: str) -> None:
        endpoint = self.gateway(account, vpc_id)
        with refused("InvalidParameter"):
            change(account, endpoint, AddSubnetIds=account.subnets(vpc_id, 1))
        with refused("InvalidParameter"):
            change(account, endpoint, PrivateDnsEnabled=True)
        with refused("InvalidParameter"):
            account.ec2.create_vpc_endpoint(
                VpcId=vpc_id, ServiceName="com.amazonaws.us-east-1.s3", PrivateDnsEnabled=True
            )
