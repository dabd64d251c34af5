"""MSK managed VPC connections, by which another VPC or account reaches a cluster.

https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html
"""

import uuid
from typing import Any

from kafka_trigger_guard.sandbox.msk import records as msk_records
from kafka_trigger_guard.sandbox.msk.bootstrap import bootstrap_strings
from kafka_trigger_guard.sandbox.msk.clusters import bad, checked_groups, checked_subnets, one_page
from kafka_trigger_guard.sandbox.msk.records import VpcConnection, readable_cluster
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation

AUTHENTICATION = {"TLS": "Tls", "SASL_SCRAM": "SaslScram", "SASL_IAM": "SaslIam"}


@operation("kafka", "CreateVpcConnection")
def create_vpc_connection(call: Call) -> Reply:
    """Connect a VPC of the caller to a cluster whose multi-VPC connectivity is on."""
    cluster = readable_cluster(call, "TargetClusterArn")
    if not cluster.provisioned:
        raise bad("VPC connections are not supported for serverless clusters.")
    authentication = call.given("Authentication")
    if authentication not in AUTHENTICATION:
        raise bad(f"Authentication must be one of {', '.join(AUTHENTICATION)}.")
    wanted = f"BootstrapBrokerStringVpcConnectivity{AUTHENTICATION[authentication]}"
    if wanted not in bootstrap_strings(cluster):
        raise bad(f"The cluster does not have VPC connectivity with {authentication} turned on.")
    subnets = checked_subnets(call, call.given("ClientSubnets"))
    if any(subnet.vpc_id != call.given("VpcId") for subnet in subnets):
        raise bad(f"The client subnets are not in the VPC {call.given('VpcId')}.")
    if len(subnets) != len(cluster.settings["BrokerNodeGroupInfo"]["ClientSubnets"]):
        raise bad("Specify as many client subnets as the cluster has.")
    checked_groups(call, call.given("SecurityGroups"))
    connection = _new(call)
    return {**_told(connection), **_network(connection, "ClientSubnets"), "State": "CREATING"}


def _new(call: Call) -> VpcConnection:
    target = call.given("TargetClusterArn").split(":")
    cluster_name = target[5].split("/")[1]
    arn = (
        f"arn:{call.partition}:kafka:{call.region}:{call.account}:vpc-connection/{target[4]}/{cluster_name}/"
        f"{uuid.uuid4()}-1"
    )
    connection = VpcConnection(arn, dict(call.parameters))
    msk_records.vpc_connections(call.account, call.region)[arn] = connection
    return connection


def _told(connection: VpcConnection) -> dict[str, Any]:
    return {
        "VpcConnectionArn": connection.arn,
        "TargetClusterArn": connection.settings["TargetClusterArn"],
        "Authentication": connection.settings["Authentication"],
        "VpcId": connection.settings["VpcId"],
        "State": connection.state,
        "CreationTime": connection.created,
    }


def _network(connection: VpcConnection, subnets: str) -> dict[str, Any]:
    return {
        subnets: connection.settings["ClientSubnets"],
        "SecurityGroups": connection.settings["SecurityGroups"],
        "Tags": connection.settings.get("Tags") or {},
    }


@operation("kafka", "DescribeVpcConnection")
def describe_vpc_connection(call: Call) -> Reply:
    """One VPC connection of the caller by ARN."""
    connection = _own(call)
    return {**_told(connection), **_network(connection, "Subnets")}


def _own(call: Call) -> VpcConnection:
    found = msk_records.vpc_connections(call.account, call.region).get(call.given("Arn"))
    if found is None:
        raise Refusal("NotFoundException", "The requested resource doesn't exist.")
    return found


@operation("kafka", "ListVpcConnections")
def list_vpc_connections(call: Call) -> Reply:
    """The VPC connections that the caller has made, one page of them."""
    made = msk_records.vpc_connections(call.account, call.region).values()
    page, token = one_page(call, [_told(connection) for connection in made])
    return {"VpcConnections": page, "NextToken": token}


@operation("kafka", "ListClientVpcConnections")
def list_client_vpc_connections(call: Call) -> Reply:
    """The VPC connections that anybody has made to the caller's cluster, one page of them."""
    cluster = msk_records.own_cluster(call)
    clients = [
        {
            "VpcConnectionArn": connection.arn,
            "Authentication": connection.settings["Authentication"],
            "State": connection.state,
            "CreationTime": connection.created,
            "Owner": connection.arn.split(":")[4],
        }
        for connection in msk_records.all_vpc_connections(call.region)
        if connection.settings["TargetClusterArn"] == cluster.arn
    ]
    page, token = one_page(call, clients)
    return {"ClientVpcConnections": page, "NextToken": token}


@operation("kafka", "DeleteVpcConnection")
def delete_vpc_connection(call: Call) -> Reply:
    """Delete a VPC connection of the caller."""
    connection = _own(call)
    del msk_records.vpc_connections(call.account, call.region)[connection.arn]
    return {"VpcConnectionArn": connection.arn, "State": "DELETING"}
