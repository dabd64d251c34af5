"""One account and Region of the sandbox: its clients, and the few things most tests need in it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zipfile import ZipFile

import boto3
import pytest
from botocore.exceptions import ClientError

IAM = {"Sasl": {"Iam": {"Enabled": True}}}
SCRAM = {"Sasl": {"Scram": {"Enabled": True}}}


class Account:
    """Clients of one session by service, and one VPC of three subnets once it is asked for."""

    def __init__(self, session: boto3.Session) -> None:
        self.session = session
        self.region = session.region_name
        self.ec2: Any = session.client("ec2")
        self.kafka: Any = session.client("kafka")
        self.functions: Any = session.client("lambda")
        self.iam: Any = session.client("iam")

    def vpc(self, cidr_block: str = "10.0.0.0/16", dns_hostnames: bool = True) -> str:
        """A VPC with both DNS attributes on."""
        vpc_id = str(self.ec2.create_vpc(CidrBlock=cidr_block)["Vpc"]["VpcId"])
        self.ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": dns_hostnames})
        return vpc_id

    def subnets(self, vpc_id: str, count: int = 3, zones: str = "abc") -> list[str]:
        """Subnets 10.0.0.0/24, 10.0.1.0/24 and so on, each in the next of the zones."""
        return [
            str(
                self.ec2.create_subnet(
                    VpcId=vpc_id,
                    CidrBlock=f"10.0.{number}.0/24",
                    AvailabilityZone=f"{self.region}{zones[number % len(zones)]}",
                )["Subnet"]["SubnetId"]
            )
            for number in range(count)
        ]

    def group(self, vpc_id: str, name: str = "trigger") -> str:
        """A security group of that name."""
        created = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)
        return str(created["GroupId"])

    def default_group(self, vpc_id: str) -> str:
        """The VPC's default security group."""
        wanted = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
        return str(self.ec2.describe_security_groups(Filters=wanted)["SecurityGroups"][0]["GroupId"])

    def interfaces(self, vpc_id: str, **filters: str) -> list[dict[str, Any]]:
        """The network interfaces of a VPC, with further filters (`_` for `-`)."""
        wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        answer = self.ec2.describe_network_interfaces(
            Filters=[{"Name": "vpc-id", "Values": [vpc_id]}, *wanted]
        )
        found: list[dict[str, Any]] = answer["NetworkInterfaces"]
        return found

    def function(self, name: str = "reader") -> str:
        """A function; its ARN."""
        role = self.iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps({}))
        archive = io.BytesIO()
        with ZipFile(archive, "w") as files:
            files.writestr("index.py", "def handler(event, context): ...")
        created = self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role["Role"]["Arn"],
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
        )
        return str(created["FunctionArn"])

    def cluster(
        self, subnet_ids: list[str], name: str = "orders", groups: list[str] | None = None, **more: Any
    ) -> str:
        """A provisioned MSK cluster with IAM authentication unless more is said; its ARN."""
        nodes = {"ClientSubnets": subnet_ids, "InstanceType": "kafka.m7g.large"}
        nodes |= {"SecurityGroups": groups} if groups else {}
        nodes |= {"ConnectivityInfo": more.pop("ConnectivityInfo")} if "ConnectivityInfo" in more else {}
        provisioned = {
            "BrokerNodeGroupInfo": nodes,
            "KafkaVersion": "3.8.x",
            "NumberOfBrokerNodes": len(subnet_ids),
            "ClientAuthentication": IAM,
        }
        created = self.kafka.create_cluster_v2(ClusterName=name, Provisioned=provisioned | more)
        return str(created["ClusterArn"])


@contextmanager
def refused(code: str, message: str = "", status: int = 400) -> Iterator[None]:
    """Expect AWS to refuse the call with this error code, HTTP status and part of the message."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code
    assert message in caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
