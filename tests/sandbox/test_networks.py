"""Where the embedded AWS differs from moto in plain EC2: interfaces, groups, NAT, routes, pages."""

from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from tests.sandbox.account import Account, refused
from tests.sandbox.answers import check_answers

ANYWHERE = "0.0.0.0/0"


def place(account: Account, subnet_id: str, **more: Any) -> dict[str, Any]:
    """Create a network interface in a subnet."""
    answer: dict[str, Any] = account.ec2.create_network_interface(SubnetId=subnet_id, **more)
    interface: dict[str, Any] = answer["NetworkInterface"]
    return interface


def routed(account: Account, vpc_id: str, **target: str) -> str:
    """A new route table whose default route has this target."""
    table_id = account.ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    account.ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=ANYWHERE, **target)
    return str(table_id)


def default_route(account: Account, table_id: str) -> dict[str, Any]:
    """The default route of a table."""
    routes = account.ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]["Routes"]
    return next(route for route in routes if route.get("DestinationCidrBlock") == ANYWHERE)


def internet(account: Account, vpc_id: str) -> str:
    """An internet gateway attached to a VPC."""
    gateway_id = account.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    account.ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    return str(gateway_id)


def nat(account: Account, subnet_id: str, **more: Any) -> dict[str, Any]:
    """A NAT gateway with an elastic address of its own."""
    if more.get("ConnectivityType") != "private":
        more["AllocationId"] = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    answer: dict[str, Any] = account.ec2.create_nat_gateway(SubnetId=subnet_id, **more)["NatGateway"]
    return answer


class TestNetworkInterfaces:
    """Addresses are inside the subnet, free and not reserved."""

    def test_addresses_are_given_from_the_start_of_the_subnet_without_the_reserved_ones(
        self, account: Account
    ) -> None:
        subnet_id = account.subnets(account.vpc(), 1)[0]
        addresses = [place(account, subnet_id)["PrivateIpAddress"] for _ in range(3)]
        assert addresses == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]

    def test_an_address_given_back_is_given_again(self, account: Account) -> None:
        subnet_id = account.subnets(account.vpc(), 1)[0]
        first = place(account, subnet_id)
        account.ec2.delete_network_interface(NetworkInterfaceId=first["NetworkInterfaceId"])
        assert place(account, subnet_id)["PrivateIpAddress"] == first["PrivateIpAddress"]

    def test_a_full_subnet_has_no_address_left(self, account: Account) -> None:
        subnet = account.ec2.create_subnet(VpcId=account.vpc(), CidrBlock="10.0.0.0/28")["Subnet"]
        for _ in range(11):
            place(account, subnet["SubnetId"])
        with refused("InsufficientFreeAddressesInSubnet"):
            place(account, subnet["SubnetId"])

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("10.0.1.9", "InvalidParameterValue"),
            ("10.0.0.3", "InvalidParameterValue"),
            ("10.0.0.255", "InvalidParameterValue"),
            ("10.0.0.4", "InvalidIPAddress.InUse"),
        ],
    )
    def test_an_address_outside_reserved_or_in_use_is_refused(
        self, account: Account, address: str, code: str
    ) -> None:
        subnet_id = account.subnets(account.vpc(), 1)[0]
        place(account, subnet_id)
        with refused(code, address):
            place(account, subnet_id, PrivateIpAddress=address)

    def test_secondary_addresses_count_as_used(self, account: Account) -> None:
        vpc_id = account.vpc()
        subnet_id = account.subnets(vpc_id, 1)[0]
        several = [
            {"Primary": True, "PrivateIpAddress": "10.0.0.20"},
            {"Primary": False, "PrivateIpAddress": "10.0.0.21"},
        ]
        place(account, subnet_id, PrivateIpAddresses=several)
        with refused("InvalidIPAddress.InUse"):
            place(account, subnet_id, PrivateIpAddress="10.0.0.21")
        assert len(account.interfaces(vpc_id, private_ip_address="10.0.0.21")) == 1

    def test_an_unknown_or_foreign_group_is_refused(self, account: Account) -> None:
        subnet_id = account.subnets(account.vpc(), 1)[0]
        with refused("InvalidGroup.NotFound"):
            place(account, subnet_id, Groups=["sg-0123456789abcdef0"])
        with refused("InvalidParameter", "different networks"):
            place(account, subnet_id, Groups=[account.group(account.vpc("10.9.0.0/16"))])

    def test_names_are_those_of_the_region(self, sandbox: Aws) -> None:
        account = Account(check_answers(sandbox.session("eu-west-1")))
        interface = place(account, account.subnets(account.vpc(), 1)[0])
        assert interface["PrivateDnsName"] == "ip-10-0-0-4.eu-west-1.compute.internal"

    def test_an_interface_of_a_service_cannot_be_deleted_by_hand(self, account: Account) -> None:
        vpc_id = account.vpc()
        account.cluster(account.subnets(vpc_id))
        with refused("OperationNotPermitted"):
            account.ec2.delete_network_interface(
                NetworkInterfaceId=account.interfaces(vpc_id)[0]["NetworkInterfaceId"]
            )


class TestVpcs:
    """A VPC comes with what AWS gives it, and keeps what is in use."""

    def test_the_default_group_admits_itself(self, account: Account) -> None:
        group_id = account.default_group(account.vpc())
        group = account.ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
        assert group["IpPermissions"][0]["IpProtocol"] == "-1"
        assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group_id

    def test_a_network_acl_of_ones_own_ends_with_denying_everything(self, account: Account) -> None:
        acl = account.ec2.create_network_acl(VpcId=account.vpc())["NetworkAcl"]
        assert [(entry["Egress"], entry["RuleNumber"], entry["RuleAction"]) for entry in acl["Entries"]] == [
            (True, 32767, "deny"),
            (False, 32767, "deny"),
        ]

    def test_a_subnet_may_be_given_another_network_acl(self, account: Account) -> None:
        vpc_id = account.vpc()
        account.subnets(vpc_id, 1)
        acl_id = account.ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"]
        wanted = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "default", "Values": ["true"]}]
        default = account.ec2.describe_network_acls(Filters=wanted)["NetworkAcls"][0]
        account.ec2.replace_network_acl_association(
            AssociationId=default["Associations"][0]["NetworkAclAssociationId"], NetworkAclId=acl_id
        )
        assert account.ec2.describe_network_acls(Filters=wanted)["NetworkAcls"][0]["Associations"] == []

    def test_groups_and_subnets_in_use_cannot_be_deleted(self, account: Account) -> None:
        vpc_id = account.vpc()
        subnet_id, group_id = account.subnets(vpc_id, 1)[0], account.group(vpc_id)
        interface = place(account, subnet_id, Groups=[group_id])
        with refused("DependencyViolation"):
            account.ec2.delete_security_group(GroupId=group_id)
        with refused("DependencyViolation"):
            account.ec2.delete_subnet(SubnetId=subnet_id)
        account.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
        account.ec2.delete_security_group(GroupId=group_id)
        account.ec2.delete_subnet(SubnetId=subnet_id)

    @pytest.mark.parametrize("direction", ["ingress", "egress"])
    def test_rules_are_refused_with_ec2s_codes(self, account: Account, direction: str) -> None:
        group_id = account.group(account.vpc())
        authorize = getattr(account.ec2, f"authorize_security_group_{direction}")

        def rule(**target: Any) -> dict[str, Any]:
            return {
                "GroupId": group_id,
                "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443} | target],
            }

        itself = rule(UserIdGroupPairs=[{"GroupId": group_id}])
        authorize(**itself)
        with refused("InvalidPermission.Duplicate"):
            authorize(**itself)
        with refused("InvalidGroup.NotFound"):
            authorize(**rule(UserIdGroupPairs=[{"GroupId": "sg-0123456789abcdef0"}]))
        with refused("InvalidPrefixListID.NotFound"):
            authorize(**rule(PrefixListIds=[{"PrefixListId": "pl-0123456789abcdef0"}]))
        with refused("RulesPerSecurityGroupLimitExceeded"):
            authorize(**rule(IpRanges=[{"CidrIp": f"10.1.{number}.0/24"} for number in range(61)]))
        with refused("InvalidGroup.NotFound"):
            authorize(**itself | {"GroupId": "sg-0123456789abcdef0"})


class TestNatGateways:
    """NAT gateways have an interface in their subnet and a public address."""

    def test_it_shows_its_interface_address_and_kind(self, account: Account) -> None:
        vpc_id = account.vpc()
        internet(account, vpc_id)
        gateway = nat(account, account.subnets(vpc_id, 1)[0])
        address = gateway["NatGatewayAddresses"][0]
        interface = account.interfaces(vpc_id, interface_type="nat_gateway")[0]
        assert (gateway["State"], gateway["ConnectivityType"]) == ("available", "public")
        assert (address["Status"], address["IsPrimary"]) == ("succeeded", True)
        assert address["PrivateIp"] == interface["PrivateIpAddress"] == "10.0.0.4"
        assert address["NetworkInterfaceId"] == interface["NetworkInterfaceId"]
        assert address["PublicIp"] == interface["Association"]["PublicIp"]
        assert not address["PublicIp"].startswith("127.")
        assert (interface["Groups"], interface["SourceDestCheck"]) == ([], False)
        assert interface["Description"] == f"Interface for NAT Gateway {gateway['NatGatewayId']}"

    def test_without_an_internet_gateway_it_fails(self, account: Account) -> None:
        vpc_id = account.vpc()
        gateway = nat(account, account.subnets(vpc_id, 1)[0])
        assert (gateway["State"], gateway["FailureCode"]) == ("failed", "Gateway.NotAttached")
        assert account.interfaces(vpc_id) == []

    def test_a_private_one_needs_no_internet_gateway_and_has_no_public_address(
        self, account: Account
    ) -> None:
        gateway = nat(account, account.subnets(account.vpc(), 1)[0], ConnectivityType="private")
        assert (gateway["State"], gateway["ConnectivityType"]) == ("available", "private")
        assert "PublicIp" not in gateway["NatGatewayAddresses"][0]

    def test_deleting_it_frees_address_and_interface_and_blackens_routes(self, account: Account) -> None:
        vpc_id = account.vpc()
        internet(account, vpc_id)
        gateway = nat(account, account.subnets(vpc_id, 1)[0])
        table_id = routed(account, vpc_id, NatGatewayId=gateway["NatGatewayId"])
        assert default_route(account, table_id)["State"] == "active"
        account.ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
        assert default_route(account, table_id)["State"] == "blackhole"
        assert account.interfaces(vpc_id) == []
        assert "AssociationId" not in account.ec2.describe_addresses()["Addresses"][0]
        states = account.ec2.describe_nat_gateways(Filter=[{"Name": "state", "Values": ["deleted"]}])
        assert len(states["NatGateways"]) == 1

    def test_a_regional_one_has_no_subnet_but_addresses_by_zone_and_a_route_table(
        self, account: Account
    ) -> None:
        vpc_id = account.vpc()
        account.subnets(vpc_id, 2)
        gateway_id = internet(account, vpc_id)
        account.ec2.create_nat_gateway(VpcId=vpc_id, AvailabilityMode="regional")
        gateway = account.ec2.describe_nat_gateways()["NatGateways"][0]
        addresses = gateway["NatGatewayAddresses"]
        assert (gateway["AvailabilityMode"], gateway["State"]) == ("regional", "available")
        assert "SubnetId" not in gateway
        assert [item["AvailabilityZone"] for item in addresses] == ["us-east-1a", "us-east-1b"]
        assert default_route(account, gateway["RouteTableId"])["GatewayId"] == gateway_id
        assert account.interfaces(vpc_id) == []
        account.ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
        assert account.ec2.describe_nat_gateways()["NatGateways"][0]["State"] == "deleted"

    def test_a_regional_one_takes_a_vpc_with_an_internet_gateway(self, account: Account) -> None:
        vpc_id = account.vpc()
        with refused("InvalidParameterCombination"):
            account.ec2.create_nat_gateway(AvailabilityMode="regional")
        with refused("Gateway.NotAttached"):
            account.ec2.create_nat_gateway(VpcId=vpc_id, AvailabilityMode="regional")

    def test_wrong_requests_are_refused(self, account: Account) -> None:
        vpc_id = account.vpc()
        internet(account, vpc_id)
        subnet_id = account.subnets(vpc_id, 1)[0]
        used = nat(account, subnet_id)["NatGatewayAddresses"][0]["AllocationId"]
        with refused("MissingParameter"):
            account.ec2.create_nat_gateway(SubnetId=subnet_id)
        with refused("Resource.AlreadyAssociated"):
            account.ec2.create_nat_gateway(SubnetId=subnet_id, AllocationId=used)
        with refused("InvalidParameterCombination"):
            account.ec2.create_nat_gateway(SubnetId=subnet_id, AllocationId=used, ConnectivityType="private")
        with refused("InvalidSubnetID.NotFound"):
            nat(account, "subnet-0123456789abcdef0")
        with refused("NatGatewayNotFound"):
            account.ec2.delete_nat_gateway(NatGatewayId="nat-0123456789abcdef0")
        assert len(account.interfaces(vpc_id)) == 1


class TestRoutes:
    """Routes name things that exist, and go black with them."""

    def test_a_route_goes_black_when_its_internet_gateway_is_detached(self, account: Account) -> None:
        vpc_id = account.vpc()
        gateway_id = internet(account, vpc_id)
        table_id = routed(account, vpc_id, GatewayId=gateway_id)
        account.ec2.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
        assert default_route(account, table_id)["State"] == "blackhole"

    def test_a_route_goes_black_when_its_interface_is_deleted(self, account: Account) -> None:
        vpc_id = account.vpc()
        interface = place(account, account.subnets(vpc_id, 1)[0])
        table_id = routed(account, vpc_id, NetworkInterfaceId=interface["NetworkInterfaceId"])
        account.ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
        assert default_route(account, table_id)["State"] == "blackhole"

    def test_a_route_over_a_peering_is_active_with_it(self, account: Account) -> None:
        vpc_id, other = account.vpc(), account.vpc("10.9.0.0/16")
        peering = account.ec2.create_vpc_peering_connection(VpcId=vpc_id, PeerVpcId=other)
        peering_id = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        account.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
        table_id = routed(account, vpc_id, VpcPeeringConnectionId=peering_id)
        assert default_route(account, table_id)["State"] == "active"
        account.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
        assert default_route(account, table_id)["State"] == "blackhole"

    def test_unknown_targets_are_refused(self, account: Account) -> None:
        vpc_id = account.vpc()
        with refused("InvalidNatGatewayID.NotFound"):
            routed(account, vpc_id, NatGatewayId="nat-0123456789abcdef0")
        with refused("InvalidTransitGatewayID.NotFound"):
            routed(account, vpc_id, TransitGatewayId="tgw-0123456789abcdef0")


class TestPages:
    """EC2's Describe calls give pages."""

    @pytest.mark.parametrize(
        ("operation", "member"),
        [
            ("describe_subnets", "Subnets"),
            ("describe_network_interfaces", "NetworkInterfaces"),
            ("describe_route_tables", "RouteTables"),
            ("describe_security_groups", "SecurityGroups"),
            ("describe_managed_prefix_lists", "PrefixLists"),
        ],
    )
    def test_a_describe_call_gives_pages(self, account: Account, operation: str, member: str) -> None:
        for number in range(6):
            vpc_id = account.vpc(f"10.{number}.0.0/16")
            subnet = account.ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.{number}.0.0/24")["Subnet"]
            place(account, subnet["SubnetId"])
        everything = getattr(account.ec2, operation)()[member]
        paginator = account.ec2.get_paginator(operation)
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 5}))
        assert len(pages) == -(-len(everything) // 5) > 1
        assert [item for page in pages for item in page[member]] == everything

    def test_a_token_that_ec2_never_gave_is_refused(self, account: Account) -> None:
        with refused("InvalidParameterValue"):
            account.ec2.describe_subnets(NextToken="page two")


def test_several_values_of_a_filter_mean_any_of_them(account: Account) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html"""
    vpc_id = account.vpc()
    account.ec2.create_tags(Resources=[vpc_id], Tags=[{"Key": "Stage", "Value": "prod"}])
    for values, found in ((["Team", "Stage"], [vpc_id]), (["Team", "St*"], [vpc_id]), (["Team"], [])):
        vpcs = account.ec2.describe_vpcs(Filters=[{"Name": "tag-key", "Values": values}])["Vpcs"]
        assert [vpc["VpcId"] for vpc in vpcs] == found
