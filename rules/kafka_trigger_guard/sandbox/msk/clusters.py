"""Amazon MSK clusters: provisioned ones with a network interface per broker, and serverless ones.

https://docs.aws.amazon.com/MSK/2.0/APIReference/v2-clusters.html
"""

import uuid
from typing import Any

from moto.ec2.exceptions import EC2ClientError

from kafka_trigger_guard.sandbox.backends import ec2_of, kafka_of
from kafka_trigger_guard.sandbox.ec2.network_interfaces import create_managed, remove
from kafka_trigger_guard.sandbox.msk import records as msk_records
from kafka_trigger_guard.sandbox.msk.bootstrap import bootstrap_strings, broker_name
from kafka_trigger_guard.sandbox.msk.records import Broker, Cluster, own_cluster, readable_cluster
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

MAX_PAGE = 100
ZONES_OF_A_CLUSTER = (2, 3)


def bad(message: str) -> Refusal:
    """What MSK answers to a request that it does not accept."""
    return Refusal("BadRequestException", message)


@operation("kafka", "CreateClusterV2")
def create_cluster_v2(call: Call) -> Reply:
    """Create a provisioned or serverless cluster; it is ACTIVE when asked for next."""
    provisioned, serverless = call.given("Provisioned"), call.given("Serverless")
    if (provisioned is None) == (serverless is None):
        raise bad("Exactly one of Provisioned and Serverless is required.")
    _refuse_same_name(call)
    arn = _new_arn(call)
    cluster = Cluster(arn, call.given("ClusterName"), provisioned or serverless, provisioned is not None)
    if cluster.provisioned:
        _place_brokers(call, cluster)
    else:
        for config in cluster.settings["VpcConfigs"]:
            checked_subnets(call, config["SubnetIds"])
            checked_groups(call, config.get("SecurityGroupIds") or [])
    msk_records.clusters(call.account, call.region)[arn] = cluster
    kafka_of(call.account, call.region).tag_resource(arn, call.given("Tags") or {})
    return {
        "ClusterArn": arn,
        "ClusterName": cluster.cluster_name,
        "ClusterType": cluster.cluster_type,
        "State": "CREATING",
    }


def _refuse_same_name(call: Call) -> None:
    for cluster in msk_records.clusters(call.account, call.region).values():
        if cluster.cluster_name == call.given("ClusterName"):
            raise Refusal(
                "ConflictException", f"A resource with this name already exists: {cluster.cluster_name}"
            )


def _new_arn(call: Call) -> str:
    name = f"cluster/{call.given('ClusterName')}/{uuid.uuid4()}-1"
    return f"arn:{call.partition}:kafka:{call.region}:{call.account}:{name}"


def checked_subnets(call: Call, subnet_ids: list[str]) -> list[Any]:
    """The subnets by id, all of one VPC."""
    ec2 = ec2_of(call)
    try:
        subnets = [ec2.get_subnet(subnet_id) for subnet_id in subnet_ids]
    except EC2ClientError as error:
        raise bad(f"One or more subnets are not valid: {error.message}") from error
    if len({subnet.vpc_id for subnet in subnets}) != 1:
        raise bad("The subnets must belong to one VPC.")
    return subnets


def checked_groups(call: Call, group_ids: list[str]) -> None:
    """Refuse security groups that do not exist."""
    ec2 = ec2_of(call)
    for group_id in group_ids:
        if ec2.get_security_group_from_id(group_id) is None:
            raise bad(f"The security group '{group_id}' does not exist.")


def _place_brokers(call: Call, cluster: Cluster) -> None:
    """One broker after another over the client subnets, each with an interface of its own."""
    nodes = cluster.settings["BrokerNodeGroupInfo"]
    subnets = checked_subnets(call, nodes["ClientSubnets"])
    checked_groups(call, nodes.get("SecurityGroups") or [])
    if len(subnets) not in ZONES_OF_A_CLUSTER or len({item.availability_zone for item in subnets}) < len(
        subnets
    ):
        raise bad("Specify two or three client subnets, each in another Availability Zone.")
    count = int(cluster.settings["NumberOfBrokerNodes"])
    if count < 1 or count % len(subnets):
        raise bad("The number of broker nodes must be a multiple of the number of client subnets.")
    ec2 = ec2_of(call)
    default = ec2.get_security_group_from_name("default", vpc_id=subnets[0].vpc_id).id
    groups = nodes.get("SecurityGroups") or [default]
    for number in range(1, count + 1):
        subnet = subnets[(number - 1) % len(subnets)]
        description = f"DO NOT DELETE - Amazon MSK network interface for cluster {cluster.arn}"
        interface = create_managed(ec2, subnet, groups, description, "interface")
        cluster.brokers.append(Broker(number, subnet.id, interface))


@operation("kafka", "DescribeClusterV2")
def describe_cluster_v2(call: Call) -> Reply:
    """One cluster by ARN."""
    return {"ClusterInfo": described(readable_cluster(call))}


def described(cluster: Cluster) -> dict[str, Any]:
    """A cluster as DescribeClusterV2 tells it."""
    parts = cluster.arn.split(":")
    info: dict[str, Any] = {
        "ClusterArn": cluster.arn,
        "ClusterName": cluster.cluster_name,
        "ClusterType": cluster.cluster_type,
        "CreationTime": cluster.created,
        "CurrentVersion": cluster.current_version,
        "State": "ACTIVE",
        "Tags": kafka_of(parts[4], parts[3]).list_tags_for_resource(cluster.arn),
    }
    return info | (
        {"Provisioned": _provisioned(cluster.settings)}
        if cluster.provisioned
        else {"Serverless": cluster.settings}
    )


def _provisioned(settings: dict[str, Any]) -> dict[str, Any]:
    kept = {
        name: value for name, value in settings.items() if name not in ("KafkaVersion", "ConfigurationInfo")
    }
    return {
        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}},
        "EnhancedMonitoring": "DEFAULT",
        "StorageMode": "LOCAL",
        "CustomerActionStatus": "NONE",
        **kept,
        "CurrentBrokerSoftwareInfo": {"KafkaVersion": settings["KafkaVersion"]},
    }


@operation("kafka", "ListClustersV2")
def list_clusters_v2(call: Call) -> Reply:
    """The clusters of the account and Region, by name prefix and type, one page of them."""
    prefix, kind = call.given("ClusterNameFilter") or "", call.given("ClusterTypeFilter") or "ALL"
    chosen = [
        described(cluster)
        for cluster in msk_records.clusters(call.account, call.region).values()
        if cluster.cluster_name.startswith(prefix) and kind.upper() in ("ALL", cluster.cluster_type)
    ]
    page, token = one_page(call, chosen)
    return {"ClusterInfoList": page, "NextToken": token}


def one_page(call: Call, items: list[Any]) -> tuple[list[Any], str | None]:
    """The page that MaxResults and NextToken of an MSK call ask for."""
    try:
        return paged(items, min(int(call.given("MaxResults") or MAX_PAGE), MAX_PAGE), call.given("NextToken"))
    except ValueError:
        raise bad(
            "The parameter value contains one or more characters that are not valid: nextToken"
        ) from None


@operation("kafka", "ListNodes")
def list_nodes(call: Call) -> Reply:
    """The brokers of a provisioned cluster, one page of them."""
    cluster = readable_cluster(call)
    if not cluster.provisioned:
        raise bad("This operation cannot be performed on serverless clusters.")
    page, token = one_page(call, [_node(cluster, broker) for broker in cluster.brokers])
    return {"NodeInfoList": page, "NextToken": token}


def _node(cluster: Cluster, broker: Broker) -> dict[str, Any]:
    return {
        "AddedToClusterTime": cluster.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "NodeType": "BROKER",
        "NodeARN": cluster.arn.replace(":cluster/", ":broker/") + f"/{broker.number}",
        "InstanceType": cluster.settings["BrokerNodeGroupInfo"]["InstanceType"],
        "BrokerNodeInfo": {
            "AttachedENIId": broker.interface.id,
            "BrokerId": float(broker.number),
            "ClientSubnet": broker.subnet_id,
            "ClientVpcIpAddress": broker.interface.private_ip_address,
            "CurrentBrokerSoftwareInfo": {"KafkaVersion": cluster.settings["KafkaVersion"]},
            "Endpoints": [broker_name(cluster, broker.number)],
        },
    }


@operation("kafka", "GetBootstrapBrokers")
def get_bootstrap_brokers(call: Call) -> Reply:
    """The bootstrap string of every listener that the cluster opens."""
    return bootstrap_strings(readable_cluster(call))


@operation("kafka", "DeleteCluster")
def delete_cluster(call: Call) -> Reply:
    """Delete a cluster and its brokers' interfaces; its VPC connections become INACTIVE."""
    cluster = own_cluster(call)
    if call.given("CurrentVersion") not in (None, cluster.current_version):
        raise bad("This operation can be performed only on the current version of the cluster.")
    ec2 = ec2_of(call)
    for broker in cluster.brokers:
        remove(ec2, broker.interface)
    for connection in msk_records.all_vpc_connections(call.region):
        if connection.settings["TargetClusterArn"] == cluster.arn:
            connection.state = "INACTIVE"
    del msk_records.clusters(call.account, call.region)[cluster.arn]
    return {"ClusterArn": cluster.arn, "State": "DELETING"}


@operation("kafka", "UpdateSecurity")
def update_security(call: Call) -> Reply:
    """Change how clients authenticate and whether they encrypt; the bootstrap strings follow."""
    cluster = _changeable(call)
    for name in ("ClientAuthentication", "EncryptionInfo"):
        if call.given(name):
            cluster.settings[name] = {**(cluster.settings.get(name) or {}), **call.given(name)}
    return _changed(cluster)


@operation("kafka", "UpdateConnectivity")
def update_connectivity(call: Call) -> Reply:
    """Turn public access and multi-VPC connectivity on or off."""
    cluster = _changeable(call)
    nodes = cluster.settings["BrokerNodeGroupInfo"]
    nodes["ConnectivityInfo"] = {
        **(nodes.get("ConnectivityInfo") or {}),
        **(call.given("ConnectivityInfo") or {}),
    }
    return _changed(cluster)


def _changeable(call: Call) -> Cluster:
    cluster = own_cluster(call)
    if not cluster.provisioned:
        raise bad("This operation cannot be performed on serverless clusters.")
    if call.given("CurrentVersion") != cluster.current_version:
        raise bad("This operation can be performed only on the current version of the cluster.")
    return cluster


def _changed(cluster: Cluster) -> Reply:
    cluster.version += 1
    operation_arn = cluster.arn.replace(":cluster/", ":cluster-operation/") + f"/{uuid.uuid4()}"
    return {"ClusterArn": cluster.arn, "ClusterOperationArn": operation_arn}
