"""The sandbox itself: what enters it, what leaves it, accounts, Regions, and the loopback server."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.sandbox import Aws, aws, server
from kafka_trigger_guard.sandbox.operations import answered_operations
from tests.sandbox.account import Account, refused
from tests.sandbox.answers import check_answers
from tests.sandbox.test_endpoints import interface


def test_a_sandbox_starts_empty_and_leaves_nothing_behind() -> None:
    before = BotocoreStubber.process_request
    for _ in range(2):
        with aws() as running:
            kafka: Any = running.session().client("kafka")
            assert kafka.list_clusters_v2()["ClusterInfoList"] == []
            account = Account(running.session())
            account.cluster(account.subnets(account.vpc()))
    assert BotocoreStubber.process_request is before


def test_any_session_of_the_process_reaches_the_sandbox(sandbox: Aws) -> None:
    account = Account(sandbox.session())
    account.cluster(account.subnets(account.vpc()))
    plain: Any = boto3.client("kafka", region_name="us-east-1")
    assert len(plain.list_clusters_v2()["ClusterInfoList"]) == 1


def test_nothing_of_the_callers_aws_settings_is_seen_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    with aws("eu-central-1") as running:
        plain: Any = boto3.Session().client("sts")
        assert plain.meta.region_name == "eu-central-1"
        assert plain.get_caller_identity()["Account"] == "123456789012"
        assert running.session().client("sts").meta.endpoint_url.endswith("amazonaws.com")
        assert "AWS_SESSION_TOKEN" not in os.environ
    assert os.environ["AWS_PROFILE"] == "production"
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"


def test_a_sandbox_within_a_sandbox_is_the_same_one(sandbox: Aws) -> None:
    account = Account(sandbox.session())
    account.cluster(account.subnets(account.vpc()))
    with aws() as inner:
        kafka: Any = inner.session().client("kafka")
        assert len(kafka.list_clusters_v2()["ClusterInfoList"]) == 1
    assert len(account.kafka.list_clusters_v2()["ClusterInfoList"]) == 1


def test_accounts_and_regions_are_apart(sandbox: Aws) -> None:
    own = Account(sandbox.session())
    own.cluster(own.subnets(own.vpc()))
    for other in (sandbox.session("eu-west-1"), sandbox.session(account="444455556666")):
        kafka: Any = other.client("kafka")
        assert kafka.list_clusters_v2()["ClusterInfoList"] == []


def test_another_account_is_reached_by_assuming_a_role(sandbox: Aws) -> None:
    sts: Any = sandbox.session(account="444455556666").client("sts")
    assert sts.get_caller_identity()["Account"] == "444455556666"


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("ap-northeast-1", "aws"), ("cn-north-1", "aws-cn")]
)
def test_every_region_answers_with_arns_and_names_of_its_own(
    sandbox: Aws, region: str, partition: str
) -> None:
    account = Account(check_answers(sandbox.session(region)))
    vpc_id = account.vpc()
    zones = account.ec2.describe_availability_zones()["AvailabilityZones"]
    subnets = account.subnets(vpc_id, 2, zones="".join(zone["ZoneName"][-1] for zone in zones))
    arn = account.cluster(subnets)
    assert arn.startswith(f"arn:{partition}:kafka:{region}:")
    endpoint = interface(account, vpc_id, subnets, ServiceName=f"com.amazonaws.{region}.lambda")
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    assert endpoint["DnsEntries"][-1]["DnsName"] == f"lambda.{region}.{suffix}"
    account.function()
    account.functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=arn, Topics=["orders"]
    )


def test_of_two_equal_requests_at_once_one_is_refused(sandbox: Aws) -> None:
    account = Account(sandbox.session())
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)

    def attempt(_: int) -> str:
        try:
            endpoint_id: str = interface(account, vpc_id, subnets)["VpcEndpointId"]
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return f"made {endpoint_id[:4]}"

    with ThreadPoolExecutor(8) as pool:
        results = sorted(pool.map(attempt, range(8)))
    assert results == ["InvalidParameter"] * 7 + ["made vpce"]


def test_every_call_of_the_collector_is_answered(account: Account) -> None:
    transit: Any = account.ec2.create_transit_gateway()["TransitGateway"]
    vpc_id = account.vpc()
    account.ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=transit["TransitGatewayId"], VpcId=vpc_id, SubnetIds=account.subnets(vpc_id, 1)
    )
    account.function()
    arn = account.cluster(account.subnets(account.vpc()))
    account.functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=arn, Topics=["orders"]
    )
    assert dict(collect(account.session, "us-east-1").errors) == {}


@pytest.mark.parametrize(
    "operation",
    [
        "describe_dhcp_options",
        "describe_vpc_peering_connections",
        "describe_transit_gateways",
        "describe_transit_gateway_attachments",
        "describe_transit_gateway_vpc_attachments",
        "describe_internet_gateways",
        "describe_managed_prefix_lists",
    ],
)
def test_plain_describe_calls_are_answered_too(account: Account, operation: str) -> None:
    assert getattr(account.ec2, operation)()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_private_hosted_zones_of_a_vpc_are_listed_with_their_records(account: Account) -> None:
    vpc_id = account.vpc()
    zones: Any = account.session.client("route53")
    zone_id = zones.create_hosted_zone(
        Name="kafka.internal",
        CallerReference="once",
        HostedZoneConfig={"PrivateZone": True, "Comment": ""},
        VPC={"VPCRegion": "us-east-1", "VPCId": vpc_id},
    )["HostedZone"]["Id"]
    listed = zones.list_hosted_zones_by_vpc(VPCId=vpc_id, VPCRegion="us-east-1")["HostedZoneSummaries"]
    assert [zone["Name"] for zone in listed] == ["kafka.internal."]
    assert zones.list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]


def test_the_operations_answered_here_are_those_of_eight_services() -> None:
    services = {service for service, _ in answered_operations()}
    ours = {"config", "ec2", "kafka", "lambda", "route53profiles", "ssm"}
    assert services == ours | {"cloudformation", "organizations"}


class TestServer:
    """The sandbox on the loopback interface."""

    def test_it_listens_on_the_loopback_interface_alone(self) -> None:
        with server() as url:
            assert url.startswith("http://127.0.0.1:")

    def test_clients_reach_all_services_through_its_url(self) -> None:
        with server("eu-west-1") as url:
            session = check_answers(boto3.Session(region_name="eu-west-1"))
            kafka: Any = session.client("kafka", endpoint_url=url)
            profiles: Any = session.client("route53profiles", endpoint_url=url)
            ec2: Any = session.client("ec2", endpoint_url=url)
            vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
            subnets = [
                ec2.create_subnet(
                    VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}"
                )["Subnet"]["SubnetId"]
                for number, zone in enumerate("ab")
            ]
            nodes = {"ClientSubnets": subnets, "InstanceType": "kafka.m7g.large"}
            created = kafka.create_cluster_v2(
                ClusterName="orders",
                Provisioned={"BrokerNodeGroupInfo": nodes, "KafkaVersion": "3.8.x", "NumberOfBrokerNodes": 2},
            )
            assert created["ClusterArn"].startswith("arn:aws:kafka:eu-west-1:")
            assert len(kafka.list_nodes(ClusterArn=created["ClusterArn"])["NodeInfoList"]) == 2
            assert profiles.list_profile_associations()["ProfileAssociations"] == []

    def test_refusals_carry_their_codes_over_http(self) -> None:
        with server() as url:
            functions: Any = boto3.client("lambda", endpoint_url=url, region_name="us-east-1")
            with refused("ResourceNotFoundException", status=404):
                functions.get_event_source_mapping(UUID="00000000-0000-4000-8000-000000000000")

    def test_it_shares_its_resources_with_the_sandbox_around_it(self, sandbox: Aws) -> None:
        account = Account(sandbox.session())
        account.cluster(account.subnets(account.vpc()))
        with server() as url:
            kafka: Any = boto3.client("kafka", endpoint_url=url, region_name="us-east-1")
            assert len(kafka.list_clusters_v2()["ClusterInfoList"]) == 1

    def test_another_process_uses_it_by_the_usual_environment_variable(self) -> None:
        script = "import boto3; print(len(boto3.client('ec2').describe_vpcs()['Vpcs']))"
        with server() as url:
            environment = os.environ | {"AWS_ENDPOINT_URL": url}
            ran = subprocess.run(
                [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
            )
        assert ran.stdout.strip() == "1"

    def test_an_object_with_any_name_survives_the_way(self) -> None:
        with server() as url:
            buckets: Any = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
            buckets.create_bucket(Bucket="templates")
            buckets.put_object(Bucket="templates", Key="a b/ü+%2F.json", Body=b"\x00\xff")
            assert buckets.get_object(Bucket="templates", Key="a b/ü+%2F.json")["Body"].read() == b"\x00\xff"

    def test_requests_that_are_not_signed_are_refused(self) -> None:
        with server() as url, pytest.raises(HTTPError) as caught:
            urlopen(url)
        assert caught.value.code == 403
        caught.value.close()

    def test_it_is_gone_when_its_block_ends(self) -> None:
        with server() as url:
            port = int(url.rsplit(":", 1)[1])
        with server(port=port) as again:
            assert again == url
