"""Specification of collecting: what is read, what is left out, and how it is kept."""

import json
from collections import Counter
from typing import Any

import pytest

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.listings import LISTINGS
from kafka_trigger_guard.aws.snapshot import Snapshot, from_document, to_document
from tests.aws.accounts import (
    CLUSTER,
    CONNECTION,
    SERVERLESS,
    TARGET,
    add_vpc,
    endpoint,
    full_account,
    managed,
    plain_account,
    self_managed,
)
from tests.aws.canned_aws import ACCOUNT, KEYS, LISTS, REGION, CannedAws

FORMAT_1 = {
    *LISTS.keys() - {"ec2:DescribeRegions"},
    *KEYS,
    "ec2:DescribeVpcBlockPublicAccessOptions",
}


def read(aws: CannedAws, **options: Any) -> Snapshot:
    """Collect the canned account."""
    return collect(aws.session(), REGION, **options)


def ids(snapshot: Snapshot, operation: str, name: str) -> list[str]:
    """One field of each item of a listing, in the snapshot's order."""
    return [item[name] for item in snapshot.responses[operation][LISTS[operation]]]


def test_an_account_that_uses_everything_yields_every_operation_of_the_format() -> None:
    snapshot = read(full_account())
    assert set(snapshot.responses) == FORMAT_1
    assert snapshot.errors == {}


def test_the_table_of_listings_names_the_items_as_aws_does() -> None:
    assert {operation: listing.items for operation, listing in LISTINGS.items()} == {
        operation: items for operation, items in LISTS.items() if operation != "ec2:DescribeRegions"
    }


def test_a_snapshot_says_whose_it_is_and_survives_json() -> None:
    snapshot = read(full_account())
    assert (snapshot.account, snapshot.region) == (ACCOUNT, REGION)
    assert snapshot.captured_at.endswith("Z")
    assert from_document(json.loads(json.dumps(to_document(snapshot)))) == snapshot


def test_times_become_iso_texts_in_utc() -> None:
    snapshot = read(full_account())
    mapping = snapshot.responses["lambda:ListEventSourceMappings"]["EventSourceMappings"][0]
    assert mapping["LastModified"] == "2026-01-01T00:00:00Z"


def test_response_metadata_and_page_tokens_are_not_kept() -> None:
    text = json.dumps(to_document(read(full_account())))
    for left_out in ("ResponseMetadata", "NextToken", "NextMarker", "IsTruncated", "NextRecordName"):
        assert left_out not in text


def test_a_function_is_kept_without_its_environment() -> None:
    snapshot = read(full_account())
    functions = snapshot.responses["lambda:GetFunctionConfiguration"].values()
    assert all(set(function) == {"FunctionName", "FunctionArn", "Role"} for function in functions)
    assert "hunter2" not in json.dumps(to_document(snapshot))


def test_the_same_account_gives_the_same_snapshot_in_the_same_order() -> None:
    first, second = (to_document(read(full_account())) for _ in range(2))
    assert json.dumps(first["responses"]) == json.dumps(second["responses"])
    assert list(first["responses"]) == sorted(first["responses"])


def test_every_listing_is_read_to_its_last_page() -> None:
    whole, paged = full_account(), full_account()
    paged.page = 1
    expected, found = read(whole), read(paged)
    assert found.responses == expected.responses
    calls = Counter(paged.attempts)
    for operation in sorted(LISTS.keys() - {"ec2:DescribeRegions"}):
        assert calls[operation] > Counter(whole.attempts)[operation], f"{operation} has one page only"


def test_a_page_token_that_comes_twice_ends_the_listing_with_an_error() -> None:
    aws = full_account()
    aws.page = 0
    assert read(aws).errors["lambda:ListEventSourceMappings"].code == "PaginationError"


def test_without_a_kafka_trigger_nothing_but_the_mappings_is_read() -> None:
    aws = plain_account()
    aws.items["lambda:ListEventSourceMappings"] = [managed(1, f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs")]
    snapshot = read(aws)
    assert aws.attempts == ["sts:GetCallerIdentity", "lambda:ListEventSourceMappings"]
    assert snapshot.responses == {"lambda:ListEventSourceMappings": {"EventSourceMappings": []}}


def test_a_trigger_outside_a_vpc_needs_no_network() -> None:
    aws = plain_account()
    aws.items["lambda:ListEventSourceMappings"][0]["SourceAccessConfigurations"] = []
    assert set(read(aws).responses) == {"lambda:ListEventSourceMappings"}


def test_a_known_account_is_not_asked_for_again() -> None:
    aws = plain_account()
    assert read(aws, account=ACCOUNT).account == ACCOUNT
    assert "sts:GetCallerIdentity" not in aws.attempts


def test_progress_is_told_every_call() -> None:
    aws, told = full_account(), Counter[str]()
    read(aws, progress=lambda operation: told.update([operation]))
    assert told == Counter(aws.attempts)


def test_self_managed_triggers_need_nothing_of_msk() -> None:
    aws = plain_account()
    read(aws)
    assert not [operation for operation in aws.attempts if operation.startswith("kafka:")]


def test_only_clusters_that_triggers_use_are_kept_and_asked_for_brokers() -> None:
    snapshot = read(full_account())
    assert ids(snapshot, "kafka:ListClustersV2", "ClusterArn") == [CLUSTER, SERVERLESS]
    assert set(snapshot.responses["kafka:GetBootstrapBrokers"]) == {CLUSTER, SERVERLESS, TARGET}
    assert set(snapshot.responses["kafka:ListNodes"]) == {CLUSTER}
    assert set(snapshot.responses["kafka:DescribeVpcConnection"]) == {CONNECTION}


def test_a_deleted_cluster_is_absent_from_the_list_and_asked_nothing() -> None:
    aws = full_account()
    aws.items["kafka:ListClustersV2"] = []
    snapshot = read(aws)
    assert ids(snapshot, "kafka:ListClustersV2", "ClusterArn") == []
    assert CLUSTER not in snapshot.responses["kafka:GetBootstrapBrokers"]


def test_networks_without_triggers_are_left_out() -> None:
    snapshot = read(plain_account())
    assert set(ids(snapshot, "ec2:DescribeSubnets", "VpcId")) == {"vpc-1"}
    assert ids(snapshot, "ec2:DescribeVpcs", "VpcId") == ["vpc-1"]
    assert "vpc-idle" not in json.dumps(to_document(snapshot))


def test_a_deleted_subnet_is_just_absent() -> None:
    aws = plain_account()
    aws.items["lambda:ListEventSourceMappings"].append(self_managed(2, ["subnet-gone"], ["10.0.1.5:9092"]))
    snapshot = read(aws)
    assert snapshot.errors == {}
    assert "subnet-gone" not in ids(snapshot, "ec2:DescribeSubnets", "SubnetId")


def test_an_account_whose_trigger_subnets_are_all_gone_has_no_network_to_read() -> None:
    aws = plain_account()
    aws.items["lambda:ListEventSourceMappings"] = [self_managed(2, ["subnet-gone"], ["10.0.1.5:9092"])]
    snapshot = read(aws)
    assert set(snapshot.responses) == {"lambda:ListEventSourceMappings", "ec2:DescribeSubnets"}
    assert ids(snapshot, "ec2:DescribeSubnets", "SubnetId") == []


def test_groups_in_use_are_found_though_their_vpc_is_another_one() -> None:
    snapshot = read(full_account())
    groups = ids(snapshot, "ec2:DescribeSecurityGroups", "GroupId")
    assert {"sg-trigger-1", "sg-trigger-6"} <= set(groups)
    assert len(groups) == len(set(groups))


def test_prefix_lists_are_read_where_routes_and_groups_name_them() -> None:
    snapshot = read(full_account())
    assert set(snapshot.responses["ec2:GetManagedPrefixListEntries"]) == {"pl-1", "pl-6", "pl-s3"}


def test_a_group_that_no_path_meets_brings_no_prefix_list() -> None:
    aws = plain_account()
    permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-web"}]}
    web = {"GroupId": "sg-web", "GroupName": "web", "VpcId": "vpc-1", "IpPermissions": [permission]}
    aws.items["ec2:DescribeSecurityGroups"].append(web)
    assert "ec2:GetManagedPrefixListEntries" not in read(aws).responses


def test_a_brokers_group_brings_its_prefix_list() -> None:
    aws = plain_account()
    permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-clients"}]}
    group = {"GroupId": "sg-broker", "GroupName": "broker", "VpcId": "vpc-1", "IpPermissions": [permission]}
    aws.items["ec2:DescribeSecurityGroups"].append(group)
    address = {"PrivateIpAddress": "10.0.1.5"}
    broker = {"NetworkInterfaceId": "eni-b", "VpcId": "vpc-1", "Groups": [{"GroupId": "sg-broker"}]}
    aws.items["ec2:DescribeNetworkInterfaces"].append(broker | {"PrivateIpAddresses": [address]})
    aws.items["ec2:DescribeManagedPrefixLists"] = [{"PrefixListId": "pl-clients"}]
    aws.answers["ec2:GetManagedPrefixListEntries"] = {"pl-clients": {"Entries": [{"Cidr": "10.0.0.0/8"}]}}
    entries = read(aws).responses["ec2:GetManagedPrefixListEntries"]
    assert entries == {"pl-clients": {"Entries": [{"Cidr": "10.0.0.0/8"}]}}


def test_block_public_access_matters_only_with_a_way_to_the_internet() -> None:
    aws = plain_account()
    assert "ec2:DescribeVpcBlockPublicAccessOptions" in read(aws).responses
    aws.items["ec2:DescribeRouteTables"][0]["Routes"].pop()
    assert "ec2:DescribeVpcBlockPublicAccessOptions" not in read(aws).responses


def test_interfaces_that_aws_manages_are_asked_for() -> None:
    aws = plain_account()
    read(aws)
    assert aws.parameters("ec2:DescribeNetworkInterfaces")[0]["IncludeManagedResources"] is True


def test_a_filter_never_holds_more_than_200_values() -> None:
    aws = plain_account()
    for number in range(250):
        add_vpc(aws, f"vpc-n{number}")
        subnet_ids = [f"subnet-vpc-n{number}-a"]
        aws.items["lambda:ListEventSourceMappings"].append(
            self_managed(number + 10, subnet_ids, ["10.0.1.5:1"])
        )
    snapshot = read(aws)
    assert len(ids(snapshot, "ec2:DescribeVpcs", "VpcId")) == 251
    assert Counter(aws.attempts)["ec2:DescribeVpcs"] == 2


def test_vpcs_that_are_asked_for_are_read_though_no_trigger_is_in_them() -> None:
    aws = plain_account()
    aws.items["lambda:ListEventSourceMappings"] = []
    snapshot = read(aws, vpc_ids=["vpc-idle"])
    assert ids(snapshot, "ec2:DescribeVpcs", "VpcId") == ["vpc-idle"]
    assert set(ids(snapshot, "ec2:DescribeSubnets", "VpcId")) == {"vpc-idle"}


class TestHostedZones:
    """Hosted zones and Route 53 Profiles."""

    def test_only_zones_whose_name_ends_a_wanted_name_are_read(self) -> None:
        """Z1 serves lambda, Z2 the broker; Z3 neither, Z4 belongs to a service; Z5 comes with a Profile."""
        snapshot = read(full_account())
        assert set(snapshot.responses["route53:ListResourceRecordSets"]) == {"Z1", "Z2", "Z5"}

    def test_only_profiles_of_the_triggers_vpcs_are_read(self) -> None:
        snapshot = read(full_account())
        assert set(snapshot.responses["route53profiles:ListProfileResourceAssociations"]) == {"rp-1", "rp-3"}

    def test_zones_do_not_matter_where_private_dns_answers_for_every_service(self) -> None:
        aws = plain_account()
        services = ("lambda", "sts", "secretsmanager")
        aws.items["ec2:DescribeVpcEndpoints"] = [endpoint("vpc-1", service) for service in services]
        assert not [name for name in read(aws).responses if name.startswith("route53")]

    @pytest.mark.parametrize(
        "flaw",
        [{"PrivateDnsEnabled": False}, {"State": "pending"}, {"VpcEndpointType": "GatewayLoadBalancer"}],
    )
    def test_zones_matter_where_an_endpoint_does_not_answer(self, flaw: dict[str, Any]) -> None:
        aws = plain_account()
        aws.items["ec2:DescribeVpcEndpoints"] = [
            endpoint("vpc-1", "lambda", **flaw),
            endpoint("vpc-1", "sts"),
            endpoint("vpc-1", "secretsmanager"),
        ]
        assert set(read(aws).responses["route53:ListHostedZonesByVPC"]) == {"vpc-1"}

    def test_zones_matter_where_the_vpc_resolves_no_private_names(self) -> None:
        aws = plain_account()
        services = ("lambda", "sts", "secretsmanager")
        aws.items["ec2:DescribeVpcEndpoints"] = [endpoint("vpc-1", service) for service in services]
        aws.answers["ec2:DescribeVpcAttribute"]["vpc-1"]["EnableDnsHostnames"] = {"Value": False}
        assert set(read(aws).responses["route53:ListHostedZonesByVPC"]) == {"vpc-1"}

    @pytest.mark.parametrize(
        ("server", "matter"),
        [
            ("10.0.1.5:9092", False),
            ("ip-10-0-1-5.ec2.internal:9092", False),
            ("ip-10-0-1-5.eu-west-1.compute.internal:9092", False),
            ("broker.corp.example:9092", True),
        ],
    )
    def test_zones_matter_to_a_provisioned_trigger_only_for_broker_names(
        self, server: str, matter: bool
    ) -> None:
        aws = plain_account()
        poller = {"ProvisionedPollerConfig": {"MinimumPollers": 1}}
        mappings = [self_managed(1, ["subnet-vpc-1-a"], [server], **poller)]
        aws.items["lambda:ListEventSourceMappings"] = mappings
        assert ("route53:ListHostedZonesByVPC" in read(aws).responses) is matter


class TestFarNetworks:
    """Peered VPCs and VPCs behind a transit gateway."""

    def test_they_are_read_while_a_name_may_lead_anywhere(self) -> None:
        snapshot = read(full_account())
        assert set(ids(snapshot, "ec2:DescribeVpcs", "VpcId")) == {"vpc-1", "vpc-peer", "vpc-hub"}
        assert set(ids(snapshot, "ec2:DescribeRouteTables", "VpcId")) == {"vpc-1", "vpc-peer", "vpc-hub"}
        assert "vpce-lambda-vpc-hub" in ids(snapshot, "ec2:DescribeVpcEndpoints", "VpcEndpointId")

    def test_dns_attributes_are_read_of_the_triggers_own_vpcs_only(self) -> None:
        assert set(read(full_account()).responses["ec2:DescribeVpcAttribute"]) == {"vpc-1"}

    @pytest.mark.parametrize(
        ("broker", "far"), [("10.0.1.5", set()), ("10.9.1.5", {"vpc-peer"}), ("10.8.1.5", {"vpc-hub"})]
    )
    def test_they_are_read_only_if_a_broker_lies_in_them(self, broker: str, far: set[str]) -> None:
        aws = full_account()
        aws.items["lambda:ListEventSourceMappings"] = [
            self_managed(1, ["subnet-vpc-1-a"], [f"{broker}:9092"])
        ]
        aws.answers["route53:ListHostedZonesByVPC"] = {}
        aws.items["route53profiles:ListProfileAssociations"] = []
        assert set(ids(read(aws), "ec2:DescribeVpcs", "VpcId")) == {"vpc-1", *far}

    def test_the_vpc_behind_a_central_way_to_the_internet_is_read(self) -> None:
        aws = full_account()
        aws.items["lambda:ListEventSourceMappings"] = [self_managed(1, ["subnet-vpc-1-a"], ["10.0.1.5:9092"])]
        aws.answers["route53:ListHostedZonesByVPC"] = {}
        aws.items["route53profiles:ListProfileAssociations"] = []
        home = aws.items["ec2:DescribeRouteTables"][0]["Routes"]
        home[:] = [home[0], {"DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-1"}]
        target = {"ResourceId": "vpc-hub", "ResourceType": "vpc"}
        default = {
            "DestinationCidrBlock": "0.0.0.0/0",
            "State": "active",
            "TransitGatewayAttachments": [target],
        }
        aws.answers["ec2:SearchTransitGatewayRoutes"]["tgw-rtb-vpc-1"] = {"Routes": [default]}
        assert set(ids(read(aws), "ec2:DescribeVpcs", "VpcId")) == {"vpc-1", "vpc-hub"}

    def test_an_inactive_peering_is_recorded_and_not_followed(self) -> None:
        aws = full_account()
        aws.items["ec2:DescribeVpcPeeringConnections"][0]["Status"]["Code"] = "deleted"
        snapshot = read(aws)
        assert ids(snapshot, "ec2:DescribeVpcPeeringConnections", "VpcPeeringConnectionId") == ["pcx-1"]
        assert "vpc-peer" not in ids(snapshot, "ec2:DescribeVpcs", "VpcId")

    def test_each_transit_gateway_route_table_on_the_way_is_searched_once(self) -> None:
        aws = full_account()
        snapshot = read(aws)
        assert set(snapshot.responses["ec2:SearchTransitGatewayRoutes"]) == {
            "tgw-rtb-vpc-1",
            "tgw-rtb-vpc-hub",
        }
        assert Counter(aws.attempts)["ec2:SearchTransitGatewayRoutes"] == 2

    def test_a_search_that_was_read_to_its_end_says_so(self) -> None:
        aws = full_account()
        snapshot = read(aws)
        answers = snapshot.responses["ec2:SearchTransitGatewayRoutes"].values()
        assert [answer["AdditionalRoutesAvailable"] for answer in answers] == [False, False]

    def test_without_routes_to_them_peerings_and_transit_gateways_are_not_read(self) -> None:
        aws = plain_account()
        read(aws)
        assert not [name for name in aws.attempts if "Peering" in name or "TransitGateway" in name]


class TestExecutionRoles:
    """lambda:GetFunctionConfiguration, one call per function."""

    def test_they_are_read_where_a_narrowed_policy_may_refuse_them(self) -> None:
        functions = read(full_account()).responses["lambda:GetFunctionConfiguration"]
        assert [arn.rpartition(":")[2] for arn in functions] == ["consumer-1", "consumer-6"]

    @pytest.mark.parametrize(
        ("policy", "matter"),
        [
            (None, False),
            ('{"Statement": [{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}', False),
            ('{"Statement": {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}}', False),
            ('{"Statement": [{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}', True),
            ('{"Statement": [{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}', True),
            ('{"Statement": []}', True),
            ("no policy", True),
            ("[]", False),
        ],
    )
    def test_they_do_not_matter_under_the_default_policy(self, policy: str | None, matter: bool) -> None:
        aws = full_account()
        aws.items["ec2:DescribeVpcEndpoints"] = [endpoint("vpc-1", "secretsmanager")]
        if policy is None:
            del aws.items["ec2:DescribeVpcEndpoints"][0]["PolicyDocument"]
        else:
            aws.items["ec2:DescribeVpcEndpoints"][0]["PolicyDocument"] = policy
        assert ("lambda:GetFunctionConfiguration" in read(aws).responses) is matter

    def test_a_narrowed_policy_of_another_vpc_does_not_matter(self) -> None:
        aws = full_account()
        narrowed = aws.items["ec2:DescribeVpcEndpoints"][0] | {"VpcId": "vpc-idle"}
        aws.items["ec2:DescribeVpcEndpoints"] = [narrowed]
        assert "lambda:GetFunctionConfiguration" not in read(aws).responses
