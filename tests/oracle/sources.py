"""What one Kafka trigger needs: subnets, groups, services and brokers, from its mapping and its source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum

from tests.oracle.account import (
    Account,
    Json,
    bounds,
    carries,
    groups_of,
    inside,
    is_address,
    number,
)
from tests.oracle.answers import NotCollectedError
from tests.oracle.packets import Place

EC2_NAME = re.compile(r"ip-(\d+-\d+-\d+-\d+)\.(?:ec2|[a-z0-9-]+\.compute)\.internal")
AUTHENTICATIONS = {
    "SASL_IAM": "BootstrapBrokerStringVpcConnectivitySaslIam",
    "SASL_SCRAM": "BootstrapBrokerStringVpcConnectivitySaslScram",
    "TLS": "BootstrapBrokerStringVpcConnectivityTls",
}


class Known(Enum):
    """What is known of a broker's address."""

    PLACES = "it has places in a VPC that was read"
    MISSING = "it lies in a VPC that was read, where no interface has it"
    OUTSIDE = "it lies outside every VPC that was read"
    UNRESOLVED = "its name does not resolve"
    LISTENER = "it is a load balancer or NAT gateway, an interface without groups"


@dataclass(frozen=True, slots=True)
class Broker:
    """One destination of the poller on the Kafka side."""

    host: str
    port: int
    known: Known
    places: tuple[Place, ...] = ()
    address: int = 0
    kind: str = ""
    others: tuple[Broker, ...] = ()

    @property
    def parts(self) -> tuple[Broker, ...]:
        """One part for each address that the broker's name has."""
        return (self, *self.others)


class SourceMissingError(Exception):
    """Something the trigger stands on is gone; the argument names it."""


@dataclass(slots=True)
class Trigger:
    """One Kafka trigger, resolved as far as rules need it."""

    mapping: Json
    kind: str
    subnets: list[str] = field(default_factory=list)
    groups: frozenset[str] = frozenset()
    vpc: str = ""
    cluster: Json = field(default_factory=dict)

    @property
    def provisioned_mode(self) -> bool:
        return bool(self.mapping.get("ProvisionedPollerConfig"))

    @property
    def access(self) -> list[Json]:
        found: list[Json] = self.mapping.get("SourceAccessConfigurations") or []
        return found

    @property
    def secret(self) -> str | None:
        """The ARN of the secret, whatever type it is registered as."""
        uris = [each["URI"] for each in self.access]
        return next(
            (uri for uri in uris if uri.split(":")[0] == "arn" and uri.split(":")[2] == "secretsmanager"),
            None,
        )

    @property
    def destination(self) -> str | None:
        """The ARN of the on-failure destination, if it is a service that the poller must call."""
        arn = ((self.mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        return arn if arn and arn.startswith("arn:") else None

    def sources(self, account: Account) -> list[Place]:
        """Every address that the poller may have."""
        found = []
        for identifier in self.subnets:
            low, high = bounds((account.subnet(identifier) or {})["CidrBlock"])
            found += [Place(address, identifier, self.groups) for address in range(low, high + 1)]
        return found


def kind_of(mapping: Json) -> str | None:
    """The kind of a Kafka source; None for a mapping of something else."""
    if mapping.get("SelfManagedEventSource"):
        return "self-managed"
    parts = (mapping.get("EventSourceArn") or "").split(":")
    if len(parts) < 6 or parts[2] != "kafka":
        return None
    return "msk-vpc-connection" if parts[5].startswith("vpc-connection/") else "msk"


def resolve(account: Account, mapping: Json, kind: str) -> Trigger:
    """Subnets and groups of a trigger; raises SourceMissingError or NotCollectedError."""
    trigger = Trigger(mapping, kind)
    if kind == "self-managed":
        trigger.subnets = _uris(mapping, "VPC_SUBNET", "subnet:")
        trigger.groups = frozenset(_uris(mapping, "VPC_SECURITY_GROUP", "security_group:"))
    else:
        trigger.cluster = _source(account, mapping["EventSourceArn"], kind)
        trigger.subnets, groups = _network_of(trigger.cluster)
        trigger.groups = frozenset(groups)
    for identifier in trigger.subnets:
        if account.subnet(identifier) is None:
            raise SourceMissingError(identifier)
    if trigger.subnets:
        trigger.vpc = (account.subnet(trigger.subnets[0]) or {})["VpcId"]
        trigger.groups = trigger.groups or frozenset([account.default_group(trigger.vpc)])
    for identifier in trigger.groups:
        if account.group(identifier) is None:
            raise SourceMissingError(identifier)
    return trigger


def _uris(mapping: Json, kind: str, prefix: str) -> list[str]:
    access = mapping.get("SourceAccessConfigurations") or []
    return [each["URI"].removeprefix(prefix) for each in access if each["Type"] == kind]


def _source(account: Account, arn: str, kind: str) -> Json:
    if kind == "msk-vpc-connection":
        error = account.document["errors"].get(f"kafka:DescribeVpcConnection {arn}")
        if error and error["code"] == "NotFoundException":
            raise SourceMissingError(arn)
        return account.keyed("kafka:DescribeVpcConnection", arn)
    clusters = account.listed("kafka:ListClustersV2", "ClusterInfoList")
    for cluster in clusters:
        if cluster["ClusterArn"] == arn:
            return cluster
    raise SourceMissingError(arn)


def _network_of(source: Json) -> tuple[list[str], list[str]]:
    if "Provisioned" in source:
        nodes = source["Provisioned"]["BrokerNodeGroupInfo"]
        return nodes["ClientSubnets"], nodes.get("SecurityGroups") or []
    if "Serverless" in source:
        configs = source["Serverless"]["VpcConfigs"]
        subnets = [subnet for config in configs for subnet in config["SubnetIds"]]
        return subnets, [group for config in configs for group in config.get("SecurityGroupIds") or []]
    return source["Subnets"], source.get("SecurityGroups") or []


def brokers_of(account: Account, trigger: Trigger) -> list[Broker]:
    """The brokers of a trigger; raises NotCollectedError."""
    if trigger.kind == "self-managed":
        servers = trigger.mapping["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"]
        return [_server(account, trigger, *server.rsplit(":", 1)) for server in servers]
    if "Provisioned" in trigger.cluster:
        return _nodes(account, trigger)
    places = tuple(trigger.sources(account))
    hosts = ["serverless:9098"] if "Serverless" in trigger.cluster else _connection_hosts(account, trigger)
    return [
        Broker(host, int(port), Known.PLACES, places)
        for host, port in (each.rsplit(":", 1) for each in hosts)
    ]


def _connection_hosts(account: Account, trigger: Trigger) -> list[str]:
    strings = account.keyed("kafka:GetBootstrapBrokers", trigger.cluster["TargetClusterArn"])
    hosts: list[str] = strings[AUTHENTICATIONS[trigger.cluster["Authentication"]]].split(",")
    return hosts


def _nodes(account: Account, trigger: Trigger) -> list[Broker]:
    strings = account.keyed("kafka:GetBootstrapBrokers", trigger.cluster["ClusterArn"])
    return nodes_of(account, trigger, _msk_port(strings, trigger))


def nodes_of(account: Account, trigger: Trigger, port: int) -> list[Broker]:
    """The nodes of a provisioned cluster; raises NotCollectedError."""
    nodes = account.keyed("kafka:ListNodes", trigger.cluster["ClusterArn"])["NodeInfoList"]
    return [
        _at(account, trigger, each["BrokerNodeInfo"]["ClientVpcIpAddress"], port)
        for each in nodes
        if each.get("BrokerNodeInfo")
    ]


def _msk_port(strings: Json, trigger: Trigger) -> int:
    """The port in the order that Lambda itself uses: mTLS secret, SCRAM secret, IAM, TLS, plaintext."""
    types = {each["Type"] for each in trigger.access}
    if "CLIENT_CERTIFICATE_TLS_AUTH" in types:
        return 9094
    if "SASL_SCRAM_512_AUTH" in types:
        return 9096
    ports = {"SaslIam": 9098, "Tls": 9094, "": 9092}
    return next(port for suffix, port in ports.items() if strings.get(f"BootstrapBrokerString{suffix}"))


def _server(account: Account, trigger: Trigger, host: str, port: str) -> Broker:
    if is_address(host):
        return _at(account, trigger, host, int(port))
    found = _resolved(account, trigger, host)
    if not found:
        return Broker(host, int(port), Known.UNRESOLVED)
    first, *others = [_at(account, trigger, address, int(port)) for address in found]
    return replace(first, others=tuple(others))


def _resolved(account: Account, trigger: Trigger, host: str) -> list[str]:
    """The addresses of a name: an EC2 private name, or a record of a private hosted zone of the VPC."""
    if not trigger.vpc:
        return []
    encoded = EC2_NAME.fullmatch(host)
    if encoded:
        return [encoded[1].replace("-", ".")]
    attributes = account.keyed("ec2:DescribeVpcAttribute", trigger.vpc)
    answers = attributes["EnableDnsSupport"]["Value"] and attributes["EnableDnsHostnames"]["Value"]
    shared = (account.subnet(trigger.subnets[0]) or {})["OwnerId"] != account.account
    if shared or not answers or account.custom_resolvers(trigger.vpc):
        return []
    return records(account, trigger.vpc, host)


def is_unread(account: Account, trigger: Trigger, host: str) -> bool:
    """Whether a name that does not resolve would, or might, if more were read."""
    vpc = trigger.vpc
    if not vpc:
        return False
    try:
        attributes = account.keyed("ec2:DescribeVpcAttribute", vpc)
        if not (attributes["EnableDnsSupport"]["Value"] and attributes["EnableDnsHostnames"]["Value"]):
            return False
        account.listed("route53profiles:ListProfileAssociations", "ProfileAssociations")
        records(account, vpc, host)
    except NotCollectedError:
        return True
    return bool((account.subnet(trigger.subnets[0]) or {})["OwnerId"] != account.account)


def records(account: Account, vpc: str, name: str) -> list[str]:
    """The values of the A records that the private hosted zones of a VPC have for a name."""
    zones = account.keyed("route53:ListHostedZonesByVPC", vpc)["HostedZoneSummaries"]
    found = []
    for zone in zones:
        if not f"{name}.".endswith(zone["Name"]):
            continue
        for record in account.keyed("route53:ListResourceRecordSets", zone["HostedZoneId"])[
            "ResourceRecordSets"
        ]:
            if record["Name"] == f"{name}." and record["Type"] == "A":
                alias = record.get("AliasTarget")
                found += [alias["DNSName"].rstrip(".")] if alias else []
                found += [each["Value"] for each in record.get("ResourceRecords", [])]
    return found


def _at(account: Account, trigger: Trigger, host: str, port: int) -> Broker:
    address = number(host)
    interfaces = [each for each in account.interfaces() if carries(each, address)]
    places = tuple(
        Place(address, each["SubnetId"], groups_of(each), each["NetworkInterfaceId"]) for each in interfaces
    )
    if places and not places[0].groups:
        return Broker(host, port, Known.LISTENER, places, address, interfaces[0]["InterfaceType"])
    if places:
        return Broker(host, port, Known.PLACES, places, address)
    read = any(inside(cidr, address) for cidr in account.cidrs_of_vpc(trigger.vpc))
    return Broker(host, port, Known.MISSING if read else Known.OUTSIDE, (), address)
