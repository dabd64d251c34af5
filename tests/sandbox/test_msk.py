"""Amazon MSK clusters: brokers, bootstrap strings, and what MSK refuses."""

from typing import Any

import pytest

from tests.sandbox.account import IAM, SCRAM, Account, refused

BAD = "BadRequestException"
UNKNOWN = "arn:aws:kafka:us-east-1:123456789012:cluster/nobody/3b9f2f5e-0000-4000-8000-000000000000-1"
PLAINTEXT_TOO = {"EncryptionInTransit": {"ClientBroker": "TLS_PLAINTEXT", "InCluster": True}}


def serverless(account: Account, vpc_id: str, name: str = "clicks", **more: Any) -> str:
    """A serverless cluster in the VPC's subnets; its ARN."""
    network = {"SubnetIds": account.subnets(vpc_id)} | more
    created = account.kafka.create_cluster_v2(
        ClusterName=name, Serverless={"VpcConfigs": [network], "ClientAuthentication": IAM}
    )
    return str(created["ClusterArn"])


def strings(account: Account, arn: str) -> dict[str, str]:
    """The bootstrap strings of a cluster."""
    answer = account.kafka.get_bootstrap_brokers(ClusterArn=arn)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def ports(account: Account, arn: str) -> dict[str, set[str]]:
    """The ports of each bootstrap string of a cluster."""
    return {
        name.removeprefix("BootstrapBrokerString"): {server.rsplit(":", 1)[1] for server in value.split(",")}
        for name, value in strings(account, arn).items()
    }


def test_a_cluster_is_created_and_active_when_asked_for_next(account: Account) -> None:
    subnets = account.subnets(account.vpc())
    created = account.kafka.create_cluster_v2(
        ClusterName="orders",
        Tags={"team": "orders"},
        Provisioned={
            "BrokerNodeGroupInfo": {"ClientSubnets": subnets, "InstanceType": "kafka.m7g.large"},
            "KafkaVersion": "3.8.x",
            "NumberOfBrokerNodes": 3,
        },
    )
    assert (created["State"], created["ClusterType"]) == ("CREATING", "PROVISIONED")
    assert created["ClusterArn"].startswith("arn:aws:kafka:us-east-1:123456789012:cluster/orders/")
    info = account.kafka.describe_cluster_v2(ClusterArn=created["ClusterArn"])["ClusterInfo"]
    assert (info["State"], info["Tags"]) == ("ACTIVE", {"team": "orders"})
    assert info["Provisioned"]["BrokerNodeGroupInfo"]["ClientSubnets"] == subnets
    assert info["Provisioned"]["NumberOfBrokerNodes"] == 3
    assert info["Provisioned"]["CurrentBrokerSoftwareInfo"]["KafkaVersion"] == "3.8.x"
    assert info["Provisioned"]["EncryptionInfo"]["EncryptionInTransit"]["ClientBroker"] == "TLS"


def test_each_broker_has_an_interface_in_its_subnet_with_the_clusters_groups(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    group_id = account.group(vpc_id, "msk")
    arn = account.cluster(subnets, groups=[group_id], NumberOfBrokerNodes=6)
    nodes = account.kafka.list_nodes(ClusterArn=arn)["NodeInfoList"]
    interfaces = {item["NetworkInterfaceId"]: item for item in account.interfaces(vpc_id)}
    assert len(nodes) == len(interfaces) == 6
    for number, node in enumerate(nodes, start=1):
        broker = node["BrokerNodeInfo"]
        interface = interfaces[broker["AttachedENIId"]]
        assert broker["BrokerId"] == number
        assert broker["ClientSubnet"] == interface["SubnetId"] == subnets[(number - 1) % 3]
        assert broker["ClientVpcIpAddress"] == interface["PrivateIpAddress"]
        assert [group["GroupId"] for group in interface["Groups"]] == [group_id]
        assert interface["Status"] == "in-use"
        assert interface["Description"].endswith(arn)
        assert broker["Endpoints"][0].startswith(f"b-{number}.orders.")


def test_brokers_without_groups_carry_the_vpcs_default_group(account: Account) -> None:
    vpc_id = account.vpc()
    account.cluster(account.subnets(vpc_id))
    carried = {group["GroupId"] for item in account.interfaces(vpc_id) for group in item["Groups"]}
    assert carried == {account.default_group(vpc_id)}


def test_a_serverless_cluster_shows_its_network_and_no_interfaces(account: Account) -> None:
    vpc_id = account.vpc()
    group_id = account.group(vpc_id)
    arn = serverless(account, vpc_id, SecurityGroupIds=[group_id])
    info = account.kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]
    assert info["ClusterType"] == "SERVERLESS"
    assert info["Serverless"]["VpcConfigs"][0]["SecurityGroupIds"] == [group_id]
    assert account.interfaces(vpc_id) == []
    assert ports(account, arn) == {"SaslIam": {"9098"}}
    with refused(BAD, "serverless"):
        account.kafka.list_nodes(ClusterArn=arn)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"ClientAuthentication": IAM}, {"SaslIam": {"9098"}}),
        ({"ClientAuthentication": SCRAM}, {"SaslScram": {"9096"}}),
        ({"ClientAuthentication": {"Tls": {"Enabled": True}}}, {"Tls": {"9094"}}),
        ({"ClientAuthentication": {"Unauthenticated": {"Enabled": True}}}, {"Tls": {"9094"}}),
        (
            {"ClientAuthentication": {"Unauthenticated": {"Enabled": True}}, "EncryptionInfo": PLAINTEXT_TOO},
            {"": {"9092"}, "Tls": {"9094"}},
        ),
        (
            {"ClientAuthentication": IAM, "ConnectivityInfo": {"NetworkType": "DUAL"}},
            {"SaslIam": {"9098"}, "SaslIamIpv6": {"20098"}},
        ),
        (
            {
                "ClientAuthentication": IAM,
                "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}},
            },
            {"SaslIam": {"9098"}, "PublicSaslIam": {"9198"}},
        ),
        (
            {
                "ClientAuthentication": SCRAM,
                "ConnectivityInfo": {"VpcConnectivity": {"ClientAuthentication": SCRAM}},
            },
            {"SaslScram": {"9096"}, "VpcConnectivitySaslScram": {"14001", "14002", "14003"}},
        ),
    ],
)
def test_each_way_to_authenticate_has_a_bootstrap_string_with_its_port(
    account: Account, settings: dict[str, Any], expected: dict[str, set[str]]
) -> None:
    arn = account.cluster(account.subnets(account.vpc()), **settings)
    assert ports(account, arn) == expected


def test_bootstrap_strings_name_the_brokers_by_the_names_of_their_nodes(account: Account) -> None:
    arn = account.cluster(account.subnets(account.vpc()))
    nodes = account.kafka.list_nodes(ClusterArn=arn)["NodeInfoList"]
    names = [f"{node['BrokerNodeInfo']['Endpoints'][0]}:9098" for node in nodes]
    assert strings(account, arn)["BootstrapBrokerStringSaslIam"].split(",") == names


def test_security_and_connectivity_can_be_changed_on_the_current_version(account: Account) -> None:
    arn = account.cluster(account.subnets(account.vpc()))
    version = account.kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]["CurrentVersion"]
    account.kafka.update_security(ClusterArn=arn, CurrentVersion=version, ClientAuthentication=SCRAM)
    assert set(ports(account, arn)) == {"SaslScram"}
    with refused(BAD, "current version"):
        account.kafka.update_connectivity(ClusterArn=arn, CurrentVersion=version, ConnectivityInfo={})
    version = account.kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]["CurrentVersion"]
    account.kafka.update_connectivity(
        ClusterArn=arn,
        CurrentVersion=version,
        ConnectivityInfo={"VpcConnectivity": {"ClientAuthentication": SCRAM}},
    )
    assert set(ports(account, arn)) == {"SaslScram", "VpcConnectivitySaslScram"}


def test_deleting_a_cluster_takes_its_interfaces(account: Account) -> None:
    vpc_id = account.vpc()
    arn = account.cluster(account.subnets(vpc_id))
    assert account.kafka.delete_cluster(ClusterArn=arn)["State"] == "DELETING"
    assert account.interfaces(vpc_id) == []
    with refused("NotFoundException", status=404):
        account.kafka.describe_cluster_v2(ClusterArn=arn)


def test_clusters_are_listed_in_pages_by_type_and_name(account: Account) -> None:
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    for name in ("orders", "order-returns", "payments"):
        account.cluster(subnets, name)
    account.kafka.create_cluster_v2(ClusterName="clicks", Serverless={"VpcConfigs": [{"SubnetIds": subnets}]})

    def listed(**wanted: Any) -> list[str]:
        pages = account.kafka.get_paginator("list_clusters_v2").paginate(**wanted)
        return [item["ClusterName"] for page in pages for item in page["ClusterInfoList"]]

    assert listed(PaginationConfig={"PageSize": 3}) == ["orders", "order-returns", "payments", "clicks"]
    assert listed(ClusterTypeFilter="SERVERLESS") == ["clicks"]
    assert listed(ClusterNameFilter="order") == ["orders", "order-returns"]
    first = account.kafka.list_clusters_v2(MaxResults=3)
    assert len(first["ClusterInfoList"]) == 3
    with refused(BAD, "nextToken"):
        account.kafka.list_clusters_v2(NextToken="page two")


def test_nodes_are_listed_in_pages(account: Account) -> None:
    arn = account.cluster(account.subnets(account.vpc()))
    pages = account.kafka.get_paginator("list_nodes").paginate(
        ClusterArn=arn, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["NodeInfoList"]) for page in pages] == [2, 1]


def test_the_first_version_of_the_api_tells_provisioned_clusters_alone(account: Account) -> None:
    vpc_id = account.vpc()
    clicks = serverless(account, vpc_id)
    subnets = account.kafka.describe_cluster_v2(ClusterArn=clicks)["ClusterInfo"]["Serverless"]["VpcConfigs"]
    created = account.kafka.create_cluster(
        ClusterName="orders",
        BrokerNodeGroupInfo={"ClientSubnets": subnets[0]["SubnetIds"], "InstanceType": "kafka.m7g.large"},
        KafkaVersion="3.8.x",
        NumberOfBrokerNodes=3,
    )
    info = account.kafka.describe_cluster(ClusterArn=created["ClusterArn"])["ClusterInfo"]
    assert (info["NumberOfBrokerNodes"], info["State"]) == (3, "ACTIVE")
    listed = account.kafka.list_clusters()["ClusterInfoList"]
    assert [item["ClusterName"] for item in listed] == ["orders"]
    assert len(account.interfaces(vpc_id)) == 3
    with refused(BAD, "serverless"):
        account.kafka.describe_cluster(ClusterArn=clicks)


def test_two_clusters_of_one_name_conflict(account: Account) -> None:
    subnets = account.subnets(account.vpc())
    account.cluster(subnets)
    with refused("ConflictException", "orders", status=409):
        account.cluster(subnets)


def test_a_cluster_needs_two_or_three_zones_and_brokers_evenly_over_them(account: Account) -> None:
    subnets = account.subnets(account.vpc(), 4)
    with refused(BAD, "two or three client subnets"):
        account.cluster(subnets[:1])
    with refused(BAD, "each in another Availability Zone"):
        account.cluster([subnets[0], subnets[3]])
    with refused(BAD, "multiple"):
        account.cluster(subnets[:3], NumberOfBrokerNodes=4)
    assert account.kafka.list_clusters_v2()["ClusterInfoList"] == []


def test_a_cluster_needs_subnets_and_groups_that_exist(account: Account) -> None:
    subnets = account.subnets(account.vpc())
    with refused(BAD, "does not exist"):
        account.cluster([*subnets[:2], "subnet-0123456789abcdef0"])
    with refused(BAD, "does not exist"):
        account.cluster(subnets, groups=["sg-0123456789abcdef0"])


def test_a_cluster_is_either_provisioned_or_serverless(account: Account) -> None:
    with refused(BAD, "Exactly one"):
        account.kafka.create_cluster_v2(ClusterName="orders")


@pytest.mark.parametrize(
    "operation", ["describe_cluster_v2", "list_nodes", "get_bootstrap_brokers", "delete_cluster"]
)
def test_an_unknown_cluster_is_not_found(account: Account, operation: str) -> None:
    with refused("NotFoundException", status=404):
        getattr(account.kafka, operation)(ClusterArn=UNKNOWN)
