"""Large snapshots: many triggers over many VPCs, a fifth of them with networks of their own."""

from __future__ import annotations

from typing import Any

ACCOUNT, REGION = "111122223333", "us-east-1"
Json = dict[str, Any]
ZONES = ("a", "b", "c")


def fleet(triggers: int, vpcs: int = 100) -> Json:
    """A snapshot document of many triggers; every fifth one shares nothing but its VPC."""
    builder = _Fleet()
    per_vpc = triggers // vpcs
    for number in range(vpcs):
        builder.vpc(number)
        for index in range(per_vpc):
            builder.trigger(number, index)
    return builder.document()


class _Fleet:
    def __init__(self) -> None:
        self.mappings: list[Json] = []
        self.lists: dict[str, list[Json]] = {
            name: []
            for name in (
                "Vpcs",
                "Subnets",
                "RouteTables",
                "NetworkAcls",
                "SecurityGroups",
                "NetworkInterfaces",
                "VpcEndpoints",
                "NatGateways",
                "InternetGateways",
            )
        }
        self.attributes: Json = {}

    def vpc(self, number: int) -> None:
        vpc_id, block = f"vpc-{number:08x}", f"10.{number}.0.0/16"
        state = {"CidrBlockState": {"State": "associated"}}
        self._add(
            "Vpcs",
            VpcId=vpc_id,
            CidrBlock=block,
            CidrBlockAssociationSet=[{"CidrBlock": block, **state}],
            OwnerId=ACCOUNT,
            State="available",
            Tags=[{"Key": "Name", "Value": f"network {number}"}],
        )
        on = {"Value": True}
        self.attributes[vpc_id] = {"EnableDnsSupport": on, "EnableDnsHostnames": on}
        self._add(
            "InternetGateways",
            InternetGatewayId=f"igw-{number:08x}",
            OwnerId=ACCOUNT,
            Attachments=[{"State": "available", "VpcId": vpc_id}],
        )
        self._add(
            "NetworkAcls",
            NetworkAclId=f"acl-{number:08x}",
            VpcId=vpc_id,
            IsDefault=True,
            OwnerId=ACCOUNT,
            Associations=[],
            Entries=[
                {
                    "CidrBlock": "0.0.0.0/0",
                    "Egress": egress,
                    "Protocol": "-1",
                    "RuleAction": action,
                    "RuleNumber": rule,
                }
                for egress in (True, False)
                for rule, action in ((100, "allow"), (32767, "deny"))
            ],
        )
        for name in ("poller", "endpoint", "broker"):
            self.group(number, name)
        for zone in range(3):
            self.subnet(number, zone, f"10.{number}.{zone}.0/24", "private")
            self.interface(number, zone, f"10.{number}.{zone}.10", f"broker-{zone}", "broker")
        for service in ("lambda", "sts", "secretsmanager"):
            self.endpoint(number, service)

    def subnet(self, number: int, zone: int, block: str, name: str) -> str:
        subnet_id, vpc_id = f"subnet-{number:04x}{zone:x}{name}", f"vpc-{number:08x}"
        self._add(
            "Subnets",
            SubnetId=subnet_id,
            VpcId=vpc_id,
            CidrBlock=block,
            AvailabilityZone=f"{REGION}{ZONES[zone]}",
            AvailabilityZoneId=f"use1-az{zone + 1}",
            OwnerId=ACCOUNT,
            State="available",
            AvailableIpAddressCount=200,
            MapPublicIpOnLaunch=False,
        )
        local = {
            "DestinationCidrBlock": f"10.{number}.0.0/16",
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        }
        self._add(
            "RouteTables",
            RouteTableId=f"rtb-{subnet_id[7:]}",
            VpcId=vpc_id,
            OwnerId=ACCOUNT,
            Routes=[local],
            PropagatingVgws=[],
            Associations=[
                {"Main": False, "SubnetId": subnet_id, "AssociationState": {"State": "associated"}}
            ],
        )
        return subnet_id

    def group(self, number: int, name: str) -> str:
        group_id = f"sg-{number:04x}{name}"
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "UserIdGroupPairs": []}
        ranges = [{"CidrIp": f"10.{number}.0.0/17"}, {"CidrIp": f"10.{number}.128.0/17"}]
        ports = (443,) if name == "endpoint" else (9092, 9098)
        self._add(
            "SecurityGroups",
            GroupId=group_id,
            GroupName=name,
            VpcId=f"vpc-{number:08x}",
            OwnerId=ACCOUNT,
            Description=name,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": ranges,
                    "UserIdGroupPairs": [],
                }
                for port in ports
            ],
            IpPermissionsEgress=[everything],
        )
        return group_id

    def interface(self, number: int, zone: int, address: str, name: str, group: str) -> str:
        interface_id = f"eni-{number:04x}{zone:x}{name}"
        self._add(
            "NetworkInterfaces",
            NetworkInterfaceId=interface_id,
            VpcId=f"vpc-{number:08x}",
            SubnetId=f"subnet-{number:04x}{zone:x}private",
            OwnerId=ACCOUNT,
            InterfaceType="interface",
            Status="in-use",
            SourceDestCheck=True,
            PrivateIpAddress=address,
            PrivateIpAddresses=[{"Primary": True, "PrivateIpAddress": address}],
            Groups=[{"GroupId": f"sg-{number:04x}{group}", "GroupName": group}],
        )
        return interface_id

    def endpoint(self, number: int, service: str) -> None:
        offset = 20 + len(service)
        interfaces = [
            self.interface(number, zone, f"10.{number}.{zone}.{offset}", service, "endpoint")
            for zone in range(3)
        ]
        self._add(
            "VpcEndpoints",
            VpcEndpointId=f"vpce-{number:04x}{service}",
            VpcEndpointType="Interface",
            VpcId=f"vpc-{number:08x}",
            ServiceName=f"com.amazonaws.{REGION}.{service}",
            State="available",
            PrivateDnsEnabled=True,
            OwnerId=ACCOUNT,
            NetworkInterfaceIds=interfaces,
            SubnetIds=[f"subnet-{number:04x}{zone:x}private" for zone in range(3)],
            Groups=[{"GroupId": f"sg-{number:04x}endpoint", "GroupName": "endpoint"}],
            DnsEntries=[{"DnsName": f"{service}.{REGION}.amazonaws.com", "HostedZoneId": "Z1"}],
        )

    def trigger(self, number: int, index: int) -> None:
        own = index % 5 == 4
        subnets = [f"subnet-{number:04x}{zone:x}private" for zone in range(3)]
        group, brokers = f"sg-{number:04x}poller", [f"10.{number}.{zone}.10:9092" for zone in range(3)]
        if own:
            third = 8 + index // 5 % 240
            subnets = [
                self.subnet(number, zone, f"10.{number}.{third}.{zone * 64}/26", f"own{index:x}")
                for zone in range(3)
            ]
            group = self.group(number, f"own{index:x}")
            for zone in range(3):
                address = f"10.{number}.{third}.{zone * 64 + 9}"
                self.interface(number, zone, address, f"own{index:x}", f"own{index:x}")
                brokers[zone] = f"{address}:9092"
        self.mappings.append(self._mapping(number, index, subnets, group, brokers))

    def _mapping(self, number: int, index: int, subnets: list[str], group: str, brokers: list[str]) -> Json:
        uuid = f"{number:08x}-0000-4000-8000-{index:012x}"
        access = [{"Type": "VPC_SUBNET", "URI": f"subnet:{subnet}"} for subnet in subnets]
        access.append({"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{group}"})
        return {
            "UUID": uuid,
            "EventSourceMappingArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}",
            "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders-{number}-{index}",
            "State": "Enabled",
            "StateTransitionReason": "USER_INITIATED",
            "LastProcessingResult": "OK",
            "LastModified": "2026-01-01T00:00:00Z",
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 1,
            "StartingPosition": "LATEST",
            "Topics": [f"orders-{index}"],
            "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": brokers}},
            "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": uuid},
            "SourceAccessConfigurations": access,
        }

    def _add(self, name: str, **item: Any) -> None:
        self.lists[name].append(item)

    def document(self) -> Json:
        operations = {f"ec2:Describe{name}": {name: items} for name, items in self.lists.items()}
        return {
            "format": 1,
            "account": ACCOUNT,
            "region": REGION,
            "captured_at": "2026-01-01T00:00:00Z",
            "responses": {
                "lambda:ListEventSourceMappings": {"EventSourceMappings": self.mappings},
                "ec2:DescribeVpcAttribute": self.attributes,
                **operations,
            },
            "errors": {},
        }
