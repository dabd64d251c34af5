"""Accounts for the collector's tests, as AWS describes them."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.aws.canned_aws import ACCOUNT, REGION, CannedAws

CLUSTER = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/orders/1"
SERVERLESS = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/clicks/2"
CONNECTION = f"arn:aws:kafka:{REGION}:{ACCOUNT}:vpc-connection/444455556666/far/3"
TARGET = f"arn:aws:kafka:{REGION}:444455556666:cluster/far/4"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:kafka"
OPEN_POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
NARROW_POLICY = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/consumer"},
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
        }
    ]
}


def self_managed(number: int, subnet_ids: list[str], servers: list[str], **more: Any) -> dict[str, Any]:
    """An event source mapping of a self-managed cluster with a secret."""
    access = [{"Type": "VPC_SUBNET", "URI": f"subnet:{subnet_id}"} for subnet_id in subnet_ids]
    access.append({"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:sg-trigger-{number}"})
    access.append({"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET})
    return {
        "UUID": f"00000000-0000-0000-0000-{number:012}",
        "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:consumer-{number}",
        "LastModified": datetime(2026, 1, 1, tzinfo=UTC),
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}},
        "SourceAccessConfigurations": access,
        "State": "Enabled",
        **more,
    }


def managed(number: int, arn: str) -> dict[str, Any]:
    """An event source mapping of Amazon MSK (or, by another ARN, of any other source)."""
    return {
        "UUID": f"00000000-0000-0000-0000-{number:012}",
        "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:consumer-{number}",
        "EventSourceArn": arn,
        "State": "Enabled",
    }


def route_table(vpc_id: str, *routes: dict[str, Any]) -> dict[str, Any]:
    """A VPC's main route table with its local route and more."""
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    return {"RouteTableId": f"rtb-{vpc_id}", "VpcId": vpc_id, "Routes": [local, *routes]}


def endpoint(vpc_id: str, service: str, **more: Any) -> dict[str, Any]:
    """An available interface endpoint with private DNS and the open policy."""
    return {
        "VpcEndpointId": f"vpce-{service}-{vpc_id}",
        "VpcEndpointType": "Interface",
        "VpcId": vpc_id,
        "ServiceName": f"com.amazonaws.{REGION}.{service}",
        "State": "available",
        "PrivateDnsEnabled": True,
        "PolicyDocument": json.dumps(OPEN_POLICY),
        "Groups": [{"GroupId": f"sg-{vpc_id}", "GroupName": "default"}],
        **more,
    }


def add_vpc(aws: CannedAws, vpc_id: str, *routes: dict[str, Any]) -> None:
    """A VPC with three subnets and one each of all else: group, interface, ACL, table, NAT, gateway."""
    items = aws.items
    zones = ("a", "b", "c")
    subnets = [{"SubnetId": f"subnet-{vpc_id}-{z}", "VpcId": vpc_id, "OwnerId": ACCOUNT} for z in zones]
    items.setdefault("ec2:DescribeSubnets", []).extend(subnets)
    table = route_table(vpc_id, *routes)
    items.setdefault("ec2:DescribeRouteTables", []).append(table)
    vpc = {"VpcId": vpc_id, "DhcpOptionsId": "dopt-1", "OwnerId": ACCOUNT}
    items.setdefault("ec2:DescribeVpcs", []).append(vpc)
    acl = {"NetworkAclId": f"acl-{vpc_id}", "VpcId": vpc_id, "IsDefault": True}
    items.setdefault("ec2:DescribeNetworkAcls", []).append(acl)
    group = {"GroupId": f"sg-{vpc_id}", "GroupName": "default", "VpcId": vpc_id}
    items.setdefault("ec2:DescribeSecurityGroups", []).append(group)
    interface = {"NetworkInterfaceId": f"eni-{vpc_id}", "VpcId": vpc_id}
    items.setdefault("ec2:DescribeNetworkInterfaces", []).append(interface)
    nat = {"NatGatewayId": f"nat-{vpc_id}", "VpcId": vpc_id, "State": "available"}
    items.setdefault("ec2:DescribeNatGateways", []).append(nat)
    gateway = {"InternetGatewayId": f"igw-{vpc_id}", "Attachments": [{"VpcId": vpc_id, "State": "available"}]}
    items.setdefault("ec2:DescribeInternetGateways", []).append(gateway)
    switch = {"Value": True}
    attributes = {"VpcId": vpc_id, "EnableDnsSupport": switch, "EnableDnsHostnames": switch}
    aws.answers.setdefault("ec2:DescribeVpcAttribute", {})[vpc_id] = attributes


def plain_account() -> CannedAws:
    """One self-managed trigger in a VPC with a NAT gateway and no endpoints; a second VPC without trigger."""
    aws = CannedAws()
    add_vpc(aws, "vpc-1", {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"})
    add_vpc(aws, "vpc-idle")
    aws.items["lambda:ListEventSourceMappings"] = [
        self_managed(1, ["subnet-vpc-1-a", "subnet-vpc-1-b"], ["10.0.1.5:9092"])
    ]
    aws.items["ec2:DescribeDhcpOptions"] = [{"DhcpOptionsId": "dopt-1"}]
    return aws


def full_account() -> CannedAws:
    """Triggers of every kind in networks of every kind, so that each operation of format 1 is read."""
    aws = plain_account()
    aws.items["lambda:ListEventSourceMappings"] += [
        managed(2, CLUSTER),
        managed(3, SERVERLESS),
        managed(4, CONNECTION),
        managed(5, f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"),
        self_managed(6, ["subnet-vpc-1-c"], ["broker.kafka.corp.example:9092"]),
    ]
    _add_sources(aws)
    _add_far_networks(aws)
    _add_names(aws)
    _add_references(aws)
    return aws


def _add_sources(aws: CannedAws) -> None:
    nodes = {"ClientSubnets": ["subnet-vpc-1-a", "subnet-vpc-1-b"], "SecurityGroups": ["sg-vpc-1"]}
    network = {"SubnetIds": ["subnet-vpc-1-a"], "SecurityGroupIds": ["sg-vpc-1"]}
    created = datetime(2026, 1, 1, tzinfo=UTC)
    aws.items["kafka:ListClustersV2"] = [
        {
            "ClusterArn": CLUSTER,
            "ClusterType": "PROVISIONED",
            "CreationTime": created,
            "Provisioned": {"BrokerNodeGroupInfo": nodes},
        },
        {"ClusterArn": SERVERLESS, "ClusterType": "SERVERLESS", "Serverless": {"VpcConfigs": [network]}},
        {"ClusterArn": f"{CLUSTER}-idle", "ClusterType": "PROVISIONED"},
    ]
    brokers = {"BootstrapBrokerStringSaslIam": "b-1.example:9098"}
    aws.answers["kafka:GetBootstrapBrokers"] = {CLUSTER: brokers, SERVERLESS: brokers, TARGET: brokers}
    addresses = ("10.0.1.11", "10.0.1.12", "10.0.1.13")
    nodes_read = [{"BrokerNodeInfo": {"ClientVpcIpAddress": address}} for address in addresses]
    aws.answers["kafka:ListNodes"] = {CLUSTER: {"NodeInfoList": nodes_read}}
    connection = {"VpcConnectionArn": CONNECTION, "TargetClusterArn": TARGET, "Subnets": ["subnet-vpc-1-a"]}
    aws.answers["kafka:DescribeVpcConnection"] = {CONNECTION: connection}


def _add_far_networks(aws: CannedAws) -> None:
    home = aws.items["ec2:DescribeRouteTables"][0]["Routes"]
    home.append({"DestinationCidrBlock": "10.9.0.0/16", "VpcPeeringConnectionId": "pcx-1"})
    home.append({"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-1"})
    add_vpc(aws, "vpc-peer")
    add_vpc(aws, "vpc-hub")
    aws.items["ec2:DescribeVpcPeeringConnections"] = [
        {
            "VpcPeeringConnectionId": "pcx-1",
            "Status": {"Code": "active"},
            "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": ACCOUNT, "CidrBlock": "10.0.0.0/16"},
            "AccepterVpcInfo": {"VpcId": "vpc-peer", "OwnerId": ACCOUNT, "CidrBlock": "10.9.0.0/16"},
        }
    ]
    aws.items["ec2:DescribeTransitGateways"] = [{"TransitGatewayId": "tgw-1", "OwnerId": ACCOUNT}]
    routes = []
    for vpc_id, cidr in (("vpc-1", "10.0.0.0/16"), ("vpc-hub", "10.8.0.0/16"), ("vpc-other", "10.7.0.0/16")):
        owner = ACCOUNT if vpc_id != "vpc-other" else "444455556666"
        _attach(aws, vpc_id, owner)
        target = {
            "ResourceId": vpc_id,
            "ResourceType": "vpc",
            "TransitGatewayAttachmentId": f"tgw-attach-{vpc_id}",
        }
        routes.append(
            {"DestinationCidrBlock": cidr, "State": "active", "TransitGatewayAttachments": [target]}
        )
    aws.answers["ec2:SearchTransitGatewayRoutes"] = {
        "tgw-rtb-vpc-1": {"Routes": routes},
        "tgw-rtb-vpc-hub": {"Routes": routes},
    }


def _attach(aws: CannedAws, vpc_id: str, owner: str) -> None:
    attachment = {
        "TransitGatewayAttachmentId": f"tgw-attach-{vpc_id}",
        "TransitGatewayId": "tgw-1",
        "ResourceType": "vpc",
        "ResourceId": vpc_id,
        "Association": {"TransitGatewayRouteTableId": f"tgw-rtb-{vpc_id}", "State": "associated"},
    }
    aws.items.setdefault("ec2:DescribeTransitGatewayAttachments", []).append(attachment)
    of_vpc = {"TransitGatewayAttachmentId": f"tgw-attach-{vpc_id}", "TransitGatewayId": "tgw-1"}
    of_vpc |= {"VpcId": vpc_id, "VpcOwnerId": owner, "State": "available"}
    aws.items.setdefault("ec2:DescribeTransitGatewayVpcAttachments", []).append(of_vpc)


def _add_names(aws: CannedAws) -> None:
    owner = {"OwningAccount": ACCOUNT}
    zones = [
        {"HostedZoneId": "Z1", "Name": f"lambda.{REGION}.amazonaws.com.", "Owner": owner},
        {"HostedZoneId": "Z2", "Name": "corp.example.", "Owner": owner},
        {"HostedZoneId": "Z3", "Name": "elsewhere.example.", "Owner": owner},
        {"HostedZoneId": "Z4", "Name": f"sts.{REGION}.amazonaws.com.", "Owner": {"OwningService": "x"}},
    ]
    aws.answers["route53:ListHostedZonesByVPC"] = {"vpc-1": {"HostedZoneSummaries": zones}}
    record = {"Name": "broker.kafka.corp.example.", "Type": "A", "TTL": 60}
    records = [record | {"ResourceRecords": [{"Value": f"10.8.0.{n}"}]} for n in range(3)]
    aws.answers["route53:ListResourceRecordSets"] = {
        zone_id: {"ResourceRecordSets": records} for zone_id in ("Z1", "Z2", "Z3", "Z5")
    }
    aws.items["route53profiles:ListProfileAssociations"] = [
        {"Id": f"rpassoc-{n}", "ProfileId": f"rp-{n}", "ResourceId": vpc_id}
        for n, vpc_id in enumerate(("vpc-1", "vpc-idle", "vpc-1"), start=1)
    ]
    zone = {"Id": "a", "ProfileId": "rp-1", "ResourceArn": "arn:aws:route53:::hostedzone/Z5"}
    of_profile = [zone, {"Id": "b", "ProfileId": "rp-1", "ResourceArn": "arn:aws:ec2:::vpc-endpoint/vpce-9"}]
    aws.answers["route53profiles:ListProfileResourceAssociations"] = {
        "rp-1": {"ProfileResourceAssociations": [*of_profile, zone | {"Id": "c"}]},
    }


def _add_references(aws: CannedAws) -> None:
    aws.items["ec2:DescribeVpcEndpoints"] = [
        endpoint("vpc-1", "secretsmanager", PolicyDocument=json.dumps(NARROW_POLICY)),
        endpoint("vpc-1", "sts"),
        endpoint("vpc-hub", "lambda", PrivateDnsEnabled=False),
        endpoint("vpc-idle", "lambda"),
    ]
    for number in (1, 6):
        permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": f"pl-{number}"}]}
        group = {"GroupId": f"sg-trigger-{number}", "GroupName": f"trigger-{number}", "VpcId": "vpc-shared"}
        aws.items["ec2:DescribeSecurityGroups"].append(group | {"IpPermissionsEgress": [permission]})
    home = aws.items["ec2:DescribeRouteTables"][0]["Routes"]
    home.append({"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3", "State": "active"})
    lists = ("pl-1", "pl-6", "pl-s3", "pl-idle")
    aws.items["ec2:DescribeManagedPrefixLists"] = [{"PrefixListId": list_id} for list_id in lists]
    entries = {"Entries": [{"Cidr": f"10.{n}.0.0/16"} for n in range(3)]}
    aws.answers["ec2:GetManagedPrefixListEntries"] = dict.fromkeys(lists, entries)
    options = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}}
    aws.answers["ec2:DescribeVpcBlockPublicAccessOptions"] = {"": options}
    aws.items["ec2:DescribeVpcBlockPublicAccessExclusions"] = [
        {"ExclusionId": f"vpcbpa-exclude-{n}"} for n in range(3)
    ]
    aws.answers["lambda:GetFunctionConfiguration"] = {
        mapping["FunctionArn"]: {
            "FunctionName": "consumer",
            "FunctionArn": mapping["FunctionArn"],
            "Role": f"arn:aws:iam::{ACCOUNT}:role/consumer",
            "Environment": {"Variables": {"PASSWORD": "hunter2"}},
        }
        for mapping in aws.items["lambda:ListEventSourceMappings"]
    }
