"""VPC endpoints: interfaces, names, private DNS, routes, and what EC2 refuses."""

import json
from typing import Any

import pytest
from moto.ec2.models.vpcs import VPCEndPoint

from tests.sandbox.account import Account, refused

LAMBDA = "com.amazonaws.us-east-1.lambda"
S3 = "com.amazonaws.us-east-1.s3"


def interface(account: Account, vpc_id: str, subnet_ids: list[str], **more: Any) -> dict[str, Any]:
    """Create an interface endpoint for Lambda, or for the `ServiceName` given."""
    request = {
        "VpcId": vpc_id,
        "VpcEndpointType": "Interface",
        "ServiceName": LAMBDA,
        "SubnetIds": subnet_ids,
    }
    answer: dict[str, Any] = account.ec2.create_vpc_endpoint(**request | more)["VpcEndpoint"]
    return answer


def told(account: Account, endpoint: dict[str, Any]) -> dict[str, Any]:
    """What EC2 tells of an endpoint now."""
    ids = [endpoint["VpcEndpointId"]]
    answer: dict[str, Any] = account.ec2.describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"][0]
    return answer


def test_an_endpoint_has_an_interface_in_each_subnet_with_its_groups(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    group_id = account.group(vpc_id)
    endpoint = told(account, interface(account, vpc_id, subnets, SecurityGroupIds=[group_id]))
    interfaces = account.interfaces(vpc_id, interface_type="vpc_endpoint")
    assert [item["NetworkInterfaceId"] for item in interfaces] == endpoint["NetworkInterfaceIds"]
    assert [item["SubnetId"] for item in interfaces] == endpoint["SubnetIds"] == subnets
    for number, item in enumerate(interfaces):
        assert item["PrivateIpAddress"].startswith(f"10.0.{number}.")
        assert [group["GroupId"] for group in item["Groups"]] == [group_id]
        assert item["Description"] == f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"
        assert item["RequesterManaged"] is True
        assert item["Status"] == "in-use"
    assert [group["GroupId"] for group in endpoint["Groups"]] == [group_id]


def test_an_endpoint_without_groups_carries_the_vpcs_default_group(account: Account) -> None:
    vpc_id = account.vpc()
    endpoint = interface(account, vpc_id, account.subnets(vpc_id, 1))
    default = account.default_group(vpc_id)
    assert [group["GroupId"] for group in endpoint["Groups"]] == [default]
    assert [group["GroupId"] for group in account.interfaces(vpc_id)[0]["Groups"]] == [default]


def test_an_endpoint_is_pending_first_and_available_when_asked_for_next(account: Account) -> None:
    vpc_id = account.vpc()
    endpoint = interface(account, vpc_id, account.subnets(vpc_id, 1))
    assert (endpoint["State"], told(account, endpoint)["State"]) == ("pending", "available")


def test_an_endpoint_has_regional_zonal_and_private_names(account: Account) -> None:
    vpc_id = account.vpc()
    endpoint = interface(account, vpc_id, account.subnets(vpc_id, 2))
    regional, first, second, private = (entry["DnsName"] for entry in told(account, endpoint)["DnsEntries"])
    label = regional.split(".")[0]
    assert label.startswith(f"{endpoint['VpcEndpointId']}-")
    assert regional == f"{label}.lambda.us-east-1.vpce.amazonaws.com"
    assert first == f"{label}-us-east-1a.lambda.us-east-1.vpce.amazonaws.com"
    assert second == f"{label}-us-east-1b.lambda.us-east-1.vpce.amazonaws.com"
    assert private == "lambda.us-east-1.amazonaws.com"


def test_an_endpoint_without_private_dns_has_no_private_name(account: Account) -> None:
    vpc_id = account.vpc(dns_hostnames=False)
    endpoint = interface(account, vpc_id, account.subnets(vpc_id, 1), PrivateDnsEnabled=False)
    assert endpoint["PrivateDnsEnabled"] is False
    assert [entry["DnsName"].split(".")[1] for entry in endpoint["DnsEntries"]] == ["lambda"] * 2


def test_an_endpoint_keeps_policy_tags_and_dns_options(account: Account) -> None:
    vpc_id = account.vpc()
    policy = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]})
    only_inbound = {"PrivateDnsOnlyForInboundResolverEndpoint": True}
    tags = [{"Key": "Name", "Value": "s3"}]
    account.ec2.create_vpc_endpoint(VpcId=vpc_id, ServiceName=S3)
    endpoint = interface(
        account,
        vpc_id,
        account.subnets(vpc_id, 1),
        ServiceName=S3,
        PolicyDocument=policy,
        DnsOptions=only_inbound,
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
    )
    kept = told(account, endpoint)
    assert json.loads(kept["PolicyDocument"]) == json.loads(policy)
    assert kept["Tags"] == tags
    assert kept["DnsOptions"] == {"DnsRecordIpType": "ipv4", **only_inbound}


def test_private_dns_for_inbound_resolvers_alone_needs_a_gateway_endpoint(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id, 1)
    only_inbound = {"PrivateDnsOnlyForInboundResolverEndpoint": True}
    with refused("InvalidParameter", "must have a Gateway endpoint"):
        interface(account, vpc_id, subnets, ServiceName=S3, DnsOptions=only_inbound)
    with refused("InvalidParameter", "must have a Gateway endpoint"):
        interface(account, vpc_id, subnets, DnsOptions=only_inbound)
    assert account.interfaces(vpc_id) == []


def test_an_endpoint_of_a_template_is_made_as_by_a_call(account: Account) -> None:
    vpc_id = account.vpc()
    subnets, group_id = account.subnets(vpc_id), account.group(vpc_id)
    properties = {
        "VpcId": vpc_id,
        "ServiceName": LAMBDA,
        "VpcEndpointType": "Interface",
        "SubnetIds": subnets,
        "SecurityGroupIds": [group_id],
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]},
    }
    template: Any = VPCEndPoint
    template.create_from_cloudformation_json(
        "Endpoint", {"Properties": properties}, "123456789012", "us-east-1"
    )
    endpoint = account.ec2.describe_vpc_endpoints()["VpcEndpoints"][0]
    assert endpoint["PrivateDnsEnabled"] is False
    assert json.loads(endpoint["PolicyDocument"]) == properties["PolicyDocument"]
    carried = {group["GroupId"] for item in account.interfaces(vpc_id) for group in item["Groups"]}
    assert carried == {group_id}


def test_an_address_may_be_chosen_for_a_subnet(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id, 1)
    fixed = [{"SubnetId": subnets[0], "Ipv4": "10.0.0.77"}]
    interface(account, vpc_id, subnets, SubnetConfigurations=fixed)
    assert account.interfaces(vpc_id)[0]["PrivateIpAddress"] == "10.0.0.77"


def test_the_same_client_token_gives_the_same_endpoint(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    first = interface(account, vpc_id, subnets, ClientToken="once")
    again = interface(account, vpc_id, subnets, ClientToken="once")
    assert first["VpcEndpointId"] == again["VpcEndpointId"]
    assert len(account.interfaces(vpc_id)) == 3
    with refused("IdempotentParameterMismatch"):
        interface(account, vpc_id, subnets[:1], ClientToken="once")


@pytest.mark.parametrize("attribute", ["EnableDnsSupport", "EnableDnsHostnames"])
def test_private_dns_needs_both_dns_attributes_of_the_vpc(account: Account, attribute: str) -> None:
    vpc_id = account.vpc()
    account.ec2.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": False}})
    with refused("InvalidParameter", "Enabling private DNS requires both"):
        interface(account, vpc_id, account.subnets(vpc_id, 1))
    assert account.interfaces(vpc_id) == []


def test_only_one_endpoint_of_a_service_may_have_private_dns_in_a_vpc(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    first = interface(account, vpc_id, subnets)
    conflict = (
        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
        f"lambda.us-east-1.amazonaws.com in the VPC {vpc_id}"
    )
    with refused("InvalidParameter", conflict):
        interface(account, vpc_id, subnets)
    second = interface(account, vpc_id, subnets, PrivateDnsEnabled=False)
    change = account.ec2.modify_vpc_endpoint
    with refused("InvalidParameter", conflict):
        change(VpcEndpointId=second["VpcEndpointId"], PrivateDnsEnabled=True)
    change(VpcEndpointId=first["VpcEndpointId"], PrivateDnsEnabled=False)
    change(VpcEndpointId=second["VpcEndpointId"], PrivateDnsEnabled=True)
    assert told(account, second)["PrivateDnsEnabled"] is True


def test_another_vpc_or_service_may_have_private_dns_too(account: Account) -> None:
    vpc_id, other = account.vpc(), account.vpc("10.0.0.0/16")
    subnets = account.subnets(vpc_id)
    interface(account, vpc_id, subnets)
    interface(account, vpc_id, subnets, ServiceName="com.amazonaws.us-east-1.sts")
    interface(account, other, account.subnets(other))
    assert len(account.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 3


def test_a_private_hosted_zone_of_the_name_conflicts_with_private_dns(account: Account) -> None:
    vpc_id = account.vpc()
    zones: Any = account.session.client("route53")
    zones.create_hosted_zone(
        Name="lambda.us-east-1.amazonaws.com",
        CallerReference="central",
        HostedZoneConfig={"PrivateZone": True, "Comment": ""},
        VPC={"VPCRegion": "us-east-1", "VPCId": vpc_id},
    )
    subnets = account.subnets(vpc_id)
    with refused("InvalidParameter", "conflicting DNS domain for lambda.us-east-1.amazonaws.com"):
        interface(account, vpc_id, subnets)
    interface(account, vpc_id, subnets, ServiceName="com.amazonaws.us-east-1.sts")


def test_two_subnets_of_one_zone_are_refused(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id, 4)
    with refused("DuplicateSubnetsInSameZone", subnets[3]):
        interface(account, vpc_id, subnets)
    assert account.interfaces(vpc_id) == []
    assert account.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_a_subnet_in_a_zone_without_the_service_is_refused(account: Account) -> None:
    zones = account.ec2.describe_availability_zones()["AvailabilityZones"]
    unsupported = next(zone["ZoneName"] for zone in zones if zone["ZoneId"] == "use1-az3")
    services = account.ec2.describe_vpc_endpoint_services(ServiceNames=[LAMBDA])["ServiceDetails"]
    assert unsupported not in services[0]["AvailabilityZones"]
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id, 1, zones=unsupported[-1])
    with refused("InvalidParameter", "does not support the availability zone of the subnet"):
        interface(account, vpc_id, subnets)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"ServiceName": "com.amazonaws.us-east-1.lamda"}, "InvalidServiceName", "does not exist"),
        ({"ServiceName": "com.amazonaws.eu-west-1.lambda"}, "InvalidServiceName", "does not exist"),
        ({"ServiceName": "cn.com.amazonaws.us-east-1.lambda"}, "InvalidServiceName", "does not exist"),
        ({"VpcEndpointType": "Gateway"}, "InvalidParameter", "does not match available service types"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound", "does not exist"),
        ({"SubnetIds": ["subnet-0123456789abcdef0"]}, "InvalidSubnetID.NotFound", "does not exist"),
        ({"VpcId": "vpc-0123456789abcdef0"}, "InvalidVpcID.NotFound", "does not exist"),
        ({"PolicyDocument": "allow all"}, "InvalidPolicyDocument", ""),
        ({"RouteTableIds": ["rtb-0123456789abcdef0"]}, "InvalidParameter", "Gateway"),
        (
            {"TagSpecifications": [{"ResourceType": "vpc", "Tags": []}]},
            "InvalidParameterValue",
            "taggable resource type",
        ),
    ],
)
def test_an_endpoint_asked_for_wrongly_is_refused_and_nothing_is_made(
    account: Account, change: dict[str, Any], code: str, message: str
) -> None:
    vpc_id = account.vpc()
    with refused(code, message):
        interface(account, vpc_id, account.subnets(vpc_id, 1), **change)
    assert account.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert account.interfaces(vpc_id) == []


def test_groups_and_subnets_of_another_vpc_are_refused(account: Account) -> None:
    vpc_id, other = account.vpc(), account.vpc("10.0.0.0/16")
    subnets, foreign = account.subnets(vpc_id, 1), account.subnets(other, 1)
    with refused("InvalidParameter", "different networks"):
        interface(account, vpc_id, subnets, SecurityGroupIds=[account.group(other)])
    with refused("InvalidParameter", "not in the VPC"):
        interface(account, vpc_id, foreign)


def test_a_vpc_holds_fifty_endpoints(account: Account) -> None:
    vpc_id = account.vpc()
    for _ in range(50):
        interface(account, vpc_id, [], PrivateDnsEnabled=False)
    with refused("VpcEndpointLimitExceeded"):
        interface(account, vpc_id, [], PrivateDnsEnabled=False)


def test_deleting_an_endpoint_takes_its_interfaces_and_frees_its_name(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    endpoint = interface(account, vpc_id, subnets)
    answer = account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert answer["Unsuccessful"] == []
    assert account.interfaces(vpc_id) == []
    with refused("InvalidVpcEndpointId.NotFound"):
        told(account, endpoint)
    interface(account, vpc_id, subnets)


def test_deleting_an_unknown_endpoint_is_told_as_unsuccessful(account: Account) -> None:
    answer = account.ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-0123456789abcdef0"])
    assert answer["Unsuccessful"][0]["ResourceId"] == "vpce-0123456789abcdef0"
    assert answer["Unsuccessful"][0]["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"


def test_endpoints_are_described_by_filter(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id, 1)
    interface(account, vpc_id, subnets)
    sts = interface(account, vpc_id, subnets, ServiceName="com.amazonaws.us-east-1.sts")
    wanted = [
        {"Name": "vpc-id", "Values": [vpc_id]},
        {"Name": "service-name", "Values": ["com.amazonaws.us-east-1.sts"]},
        {"Name": "vpc-endpoint-state", "Values": ["available"]},
    ]
    found = account.ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    assert [item["VpcEndpointId"] for item in found] == [sts["VpcEndpointId"]]


def test_services_are_described_by_type_with_their_private_names(account: Account) -> None:
    gateways = [{"Name": "service-type", "Values": ["Gateway"]}]
    names = account.ec2.describe_vpc_endpoint_services(Filters=gateways)["ServiceNames"]
    assert names == ["com.amazonaws.us-east-1.dynamodb", S3]
    detail = account.ec2.describe_vpc_endpoint_services(ServiceNames=[LAMBDA])["ServiceDetails"][0]
    assert detail["PrivateDnsNames"] == [{"PrivateDnsName": "lambda.us-east-1.amazonaws.com"}]
    with refused("InvalidServiceName"):
        account.ec2.describe_vpc_endpoint_services(ServiceNames=["com.amazonaws.us-east-1.nothing"])
    with refused("InvalidFilter"):
        account.ec2.describe_vpc_endpoint_services(Filters=[{"Name": "colour", "Values": ["red"]}])
