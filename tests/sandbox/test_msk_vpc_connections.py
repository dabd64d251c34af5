"""MSK managed VPC connections within an account and across accounts."""

import json
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from tests.sandbox.account import IAM, SCRAM, Account, refused
from tests.sandbox.answers import check_answers

MULTI_VPC = {"VpcConnectivity": {"ClientAuthentication": IAM}}


@pytest.fixture
def client(sandbox: Aws) -> Account:
    """Another account of the same Region."""
    return Account(check_answers(sandbox.session(account="444455556666")))


def connect(account: Account, cluster: str, **changes: Any) -> dict[str, Any]:
    """Connect a new VPC of the account to a cluster."""
    vpc_id = account.vpc("10.0.0.0/16")
    request = {
        "TargetClusterArn": cluster,
        "Authentication": "SASL_IAM",
        "VpcId": vpc_id,
        "ClientSubnets": account.subnets(vpc_id),
        "SecurityGroups": [account.group(vpc_id)],
    }
    answer: dict[str, Any] = account.kafka.create_vpc_connection(**request | changes)
    return answer


def admit(account: Account, cluster: str, other: str) -> None:
    """Let another account use a cluster, by the cluster's policy."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": other},
        "Action": ["kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers", "kafka:DescribeClusterV2"],
        "Resource": cluster,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.kafka.put_cluster_policy(ClusterArn=cluster, Policy=policy)


def test_a_connection_is_available_with_its_own_subnets_and_groups(account: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    made = connect(account, cluster)
    told = account.kafka.describe_vpc_connection(Arn=made["VpcConnectionArn"])
    assert (made["State"], told["State"]) == ("CREATING", "AVAILABLE")
    assert told["Subnets"] == made["ClientSubnets"]
    assert told["SecurityGroups"] == made["SecurityGroups"]
    assert (told["VpcId"], told["TargetClusterArn"]) == (made["VpcId"], cluster)
    assert told["Authentication"] == "SASL_IAM"


def test_a_connection_has_no_interfaces_that_ec2_shows(account: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    assert account.interfaces(connect(account, cluster)["VpcId"]) == []


def test_another_account_connects_if_the_clusters_policy_admits_it(account: Account, client: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    with refused("ForbiddenException", status=403):
        connect(client, cluster)
    admit(account, cluster, "arn:aws:iam::444455556666:root")
    arn = connect(client, cluster)["VpcConnectionArn"]
    assert arn.startswith("arn:aws:kafka:us-east-1:444455556666:vpc-connection/123456789012/orders/")
    clients = account.kafka.list_client_vpc_connections(ClusterArn=cluster)["ClientVpcConnections"]
    assert [(item["VpcConnectionArn"], item["Owner"]) for item in clients] == [(arn, "444455556666")]
    brokers = client.kafka.get_bootstrap_brokers(ClusterArn=cluster)
    assert ":14001" in brokers["BootstrapBrokerStringVpcConnectivitySaslIam"]
    assert account.kafka.list_vpc_connections()["VpcConnections"] == []
    assert len(client.kafka.list_vpc_connections()["VpcConnections"]) == 1


def test_another_accounts_function_reads_through_its_connection(account: Account, client: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    admit(account, cluster, "444455556666")
    arn = connect(client, cluster)["VpcConnectionArn"]
    client.function()
    made = client.functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=arn, Topics=["orders"]
    )
    assert made["EventSourceArn"] == arn
    assert account.functions.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_connection_becomes_inactive_when_its_cluster_is_deleted(account: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    arn = connect(account, cluster)["VpcConnectionArn"]
    account.kafka.delete_cluster(ClusterArn=cluster)
    assert account.kafka.describe_vpc_connection(Arn=arn)["State"] == "INACTIVE"


def test_a_deleted_connection_is_gone(account: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    arn = connect(account, cluster)["VpcConnectionArn"]
    assert account.kafka.delete_vpc_connection(Arn=arn)["State"] == "DELETING"
    with refused("NotFoundException", status=404):
        account.kafka.describe_vpc_connection(Arn=arn)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Authentication": "SASL_SCRAM"}, "does not have VPC connectivity"),
        ({"Authentication": "PLAINTEXT"}, "must be one of"),
        ({"ClientSubnets": []}, "must belong to one VPC"),
        ({"SecurityGroups": ["sg-0123456789abcdef0"]}, "does not exist"),
        ({"VpcId": "vpc-0123456789abcdef0"}, "not in the VPC"),
    ],
)
def test_a_connection_that_does_not_fit_the_cluster_is_refused(
    account: Account, change: dict[str, Any], message: str
) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ConnectivityInfo=MULTI_VPC)
    with refused("BadRequestException", message):
        connect(account, cluster, **change)


def test_a_connection_needs_as_many_subnets_as_the_cluster(account: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc(), 2), ConnectivityInfo=MULTI_VPC)
    with refused("BadRequestException", "as many client subnets"):
        connect(account, cluster)


def test_a_cluster_without_multi_vpc_connectivity_takes_no_connections(account: Account) -> None:
    cluster = account.cluster(account.subnets(account.vpc()), ClientAuthentication=SCRAM)
    with refused("BadRequestException", "does not have VPC connectivity"):
        connect(account, cluster)
