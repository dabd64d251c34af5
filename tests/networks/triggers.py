"""Event source mappings and their Kafka sources, in Lambda's and MSK's own response shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.networks.shapes import ACCOUNT, REGION, Json, interface_id

UUID = "7a1b6a4e-0000-4000-8000-000000000001"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/orders-role"
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:kafka-AbCdEf"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-failed"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:orders-failed"
BUCKET_ARN = "arn:aws:s3:::orders-failed"
CLUSTER_ARN = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/orders/3f7c2f0a-0000-4000-8000-000000000001-2"
SERVERLESS_ARN = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/events/3f7c2f0a-0000-4000-8000-000000000002-s1"
OTHER_CLUSTER_ARN = f"arn:aws:kafka:{REGION}:444455556666:cluster/far/3f7c2f0a-0000-4000-8000-000000000003-2"
VPC_CONNECTION_ARN = (
    f"arn:aws:kafka:{REGION}:{ACCOUNT}:vpc-connection/444455556666/far/3f7c2f0a-0000-4000-8000-000000000004-2"
)

BOOTSTRAP_KEYS = {
    9092: "BootstrapBrokerString",
    9094: "BootstrapBrokerStringTls",
    9096: "BootstrapBrokerStringSaslScram",
    9098: "BootstrapBrokerStringSaslIam",
}


def mapping(uuid: str = UUID) -> Json:
    """What every enabled Kafka event source mapping has in common."""
    return {
        "UUID": uuid,
        "StartingPosition": "LATEST",
        "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 0,
        "FunctionArn": FUNCTION_ARN,
        "EventSourceMappingArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}",
        "LastModified": "2025-06-01T00:00:00Z",
        "LastProcessingResult": "OK",
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
        "DestinationConfig": {"OnFailure": {}},
        "Topics": ["orders"],
        "SourceAccessConfigurations": [],
    }


def self_managed_source(servers: Sequence[str], subnet_ids: Iterable[str], group_ids: Iterable[str]) -> Json:
    """The members of a mapping that make it a self-managed Kafka trigger in a VPC."""
    access = [{"Type": "VPC_SUBNET", "URI": f"subnet:{each}"} for each in subnet_ids]
    access += [{"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{each}"} for each in group_ids]
    return {
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(servers)}},
        "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "orders"},
        "SourceAccessConfigurations": access,
    }


def provisioned_cluster(subnet_ids: Sequence[str], group_ids: Sequence[str], brokers: int) -> Json:
    """One provisioned item of kafka:ListClustersV2 that offers IAM and SCRAM."""
    return {
        "ClusterType": "PROVISIONED",
        "ClusterArn": CLUSTER_ARN,
        "ClusterName": "orders",
        "CreationTime": "2025-06-01T00:00:00Z",
        "CurrentVersion": "K3P5ROKL5A1OLE",
        "State": "ACTIVE",
        "Tags": {},
        "Provisioned": {
            "BrokerNodeGroupInfo": {
                "BrokerAZDistribution": "DEFAULT",
                "ClientSubnets": list(subnet_ids),
                "InstanceType": "kafka.m7g.large",
                "SecurityGroups": list(group_ids),
                "ConnectivityInfo": {"PublicAccess": {"Type": "DISABLED"}},
            },
            "ClientAuthentication": {
                "Sasl": {"Scram": {"Enabled": True}, "Iam": {"Enabled": True}},
                "Tls": {"Enabled": False},
                "Unauthenticated": {"Enabled": False},
            },
            "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}},
            "NumberOfBrokerNodes": brokers,
        },
    }


def serverless_cluster(subnet_ids: Sequence[str], group_ids: Sequence[str]) -> Json:
    """One serverless item of kafka:ListClustersV2."""
    return {
        "ClusterType": "SERVERLESS",
        "ClusterArn": SERVERLESS_ARN,
        "ClusterName": "events",
        "CreationTime": "2025-06-01T00:00:00Z",
        "State": "ACTIVE",
        "Tags": {},
        "Serverless": {
            "VpcConfigs": [{"SubnetIds": list(subnet_ids), "SecurityGroupIds": list(group_ids)}],
            "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        },
    }


def vpc_connection(subnet_ids: Sequence[str], group_ids: Sequence[str], vpc: str) -> Json:
    """The value of one key of kafka:DescribeVpcConnection."""
    return {
        "VpcConnectionArn": VPC_CONNECTION_ARN,
        "TargetClusterArn": OTHER_CLUSTER_ARN,
        "State": "AVAILABLE",
        "Authentication": "SASL_IAM",
        "VpcId": vpc,
        "Subnets": list(subnet_ids),
        "SecurityGroups": list(group_ids),
        "CreationTime": "2025-06-01T00:00:00Z",
        "Tags": {},
    }


def broker_node(number: int, subnet: str, address: str) -> Json:
    """One item of kafka:ListNodes."""
    return {
        "InstanceType": "m7g.large",
        "NodeARN": f"{CLUSTER_ARN}/broker/{number}",
        "NodeType": "BROKER",
        "BrokerNodeInfo": {
            "AttachedENIId": interface_id(f"broker-{number}"),
            "BrokerId": float(number),
            "ClientSubnet": subnet,
            "ClientVpcIpAddress": address,
            "CurrentBrokerSoftwareInfo": {"KafkaVersion": "3.6.0"},
            "Endpoints": [f"b-{number}.orders.abcdef.c2.kafka.{REGION}.amazonaws.com"],
        },
    }


def bootstrap_strings(brokers: int, ports: Iterable[int]) -> Json:
    """The value of one key of kafka:GetBootstrapBrokers for a provisioned cluster."""
    hosts = [f"b-{n}.orders.abcdef.c2.kafka.{REGION}.amazonaws.com" for n in range(1, brokers + 1)]
    return {BOOTSTRAP_KEYS[port]: ",".join(f"{host}:{port}" for host in hosts) for port in ports}


def serverless_bootstrap_string() -> Json:
    """The value of one key of kafka:GetBootstrapBrokers for a serverless cluster."""
    return {"BootstrapBrokerStringSaslIam": f"boot-abcdef.c2.kafka-serverless.{REGION}.amazonaws.com:9098"}


def multi_vpc_bootstrap_strings(brokers: int) -> Mapping[str, str]:
    """The value of one key of kafka:GetBootstrapBrokers for a cluster reached over a VPC connection."""
    hosts = [f"b-{n}.scram.far.abcdef.c2.kafka.{REGION}.amazonaws.com" for n in range(1, brokers + 1)]
    return {
        "BootstrapBrokerStringVpcConnectivitySaslIam": ",".join(
            f"{host}:{14000 + n}" for n, host in enumerate(hosts, start=1)
        )
    }


def function_configuration() -> Json:
    """The value of one key of lambda:GetFunctionConfiguration."""
    return {"FunctionName": "orders", "FunctionArn": FUNCTION_ARN, "Role": ROLE_ARN}
