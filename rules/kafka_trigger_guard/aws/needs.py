"""What the triggers need of their surroundings, as far as it decides what to read."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_DESTINATIONS: Final = {"sqs", "sns", "s3"}
_CONSUMED_BY_ROLE: Final = {"secretsmanager", *_DESTINATIONS}
_EC2_NAME: Final = re.compile(r"ip-(\d+)-(\d+)-(\d+)-(\d+)\.([a-z0-9-]+\.compute|ec2)\.internal")


@dataclass(frozen=True, slots=True)
class Needs:
    """What one trigger, or all triggers of one VPC together, need to be known."""

    subnet_ids: frozenset[str] = frozenset()
    security_group_ids: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    broker_addresses: frozenset[str] = frozenset()
    broker_names: frozenset[str] = frozenset()
    """Host names of brokers that only a hosted zone could resolve."""
    function_arns: frozenset[str] = frozenset()
    """Functions whose execution role calls a needed service."""


def is_kafka(mapping: Mapping[str, Any]) -> bool:
    """Whether the event source is self-managed Kafka or Amazon MSK."""
    return bool(mapping.get("SelfManagedEventSource")) or service_of(mapping.get("EventSourceArn")) == "kafka"


def service_of(arn: object) -> str:
    """The service part of an ARN; empty if it is none."""
    parts = str(arn).split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""


def source_arn(mapping: Mapping[str, Any]) -> str:
    """The ARN of the MSK cluster or VPC connection; empty for self-managed Kafka."""
    return str(mapping.get("EventSourceArn") or "")


def is_vpc_connection(arn: str) -> bool:
    """Whether an ARN of the service kafka names a multi-VPC connection and not a cluster."""
    return ":vpc-connection/" in arn


def is_serverless(cluster: Mapping[str, Any]) -> bool:
    """Whether ListClustersV2 describes an MSK Serverless cluster."""
    return str(cluster.get("ClusterType", "")).upper() == "SERVERLESS" or "Serverless" in cluster


def needs_of(mapping: Mapping[str, Any], source: Mapping[str, Any] | None) -> Needs:
    """The needs of one trigger; `source` is the MSK cluster or VPC connection as AWS describes it."""
    subnet_ids, group_ids = _placement(mapping, source or {})
    services = _services(mapping) if subnet_ids else frozenset()
    hosts = frozenset(_without_ec2_name(host) for host in _bootstrap_hosts(mapping))
    addresses = frozenset(host for host in hosts if _is_address(host))
    by_role = bool(services & _CONSUMED_BY_ROLE) and bool(mapping.get("FunctionArn"))
    return Needs(
        subnet_ids=subnet_ids,
        security_group_ids=group_ids,
        services=services,
        broker_addresses=addresses,
        broker_names=hosts - addresses,
        function_arns=frozenset({str(mapping["FunctionArn"])}) if by_role else frozenset(),
    )


def together(needs: Iterable[Needs]) -> Needs:
    """The needs of several triggers as one."""
    every = list(needs)
    return Needs(
        subnet_ids=frozenset().union(*(n.subnet_ids for n in every)),
        security_group_ids=frozenset().union(*(n.security_group_ids for n in every)),
        services=frozenset().union(*(n.services for n in every)),
        broker_addresses=frozenset().union(*(n.broker_addresses for n in every)),
        broker_names=frozenset().union(*(n.broker_names for n in every)),
        function_arns=frozenset().union(*(n.function_arns for n in every)),
    )


def by_vpc(needs: Iterable[Needs], subnets: Iterable[Mapping[str, Any]]) -> dict[str, Needs]:
    """The needs of all triggers with a subnet in a VPC, by VPC id in order."""
    vpc_of = {subnet["SubnetId"]: subnet["VpcId"] for subnet in subnets if "SubnetId" in subnet}
    grouped: dict[str, list[Needs]] = {}
    for need in needs:
        for vpc_id in {vpc_of[subnet_id] for subnet_id in need.subnet_ids & vpc_of.keys()}:
            grouped.setdefault(vpc_id, []).append(need)
    return {vpc_id: together(grouped[vpc_id]) for vpc_id in sorted(grouped)}


def _placement(
    mapping: Mapping[str, Any], source: Mapping[str, Any]
) -> tuple[frozenset[str], frozenset[str]]:
    if not source_arn(mapping):
        return _configured(mapping, "VPC_SUBNET"), _configured(mapping, "VPC_SECURITY_GROUP")
    nodes = (source.get("Provisioned") or {}).get("BrokerNodeGroupInfo") or {}
    networks = (source.get("Serverless") or {}).get("VpcConfigs") or []
    subnet_ids = [*nodes.get("ClientSubnets", []), *source.get("Subnets", [])]
    group_ids = [*nodes.get("SecurityGroups", []), *source.get("SecurityGroups", [])]
    for network in networks:
        subnet_ids += network.get("SubnetIds", [])
        group_ids += network.get("SecurityGroupIds", [])
    return frozenset(subnet_ids), frozenset(group_ids)


def _configured(mapping: Mapping[str, Any], kind: str) -> frozenset[str]:
    """Ids of one kind; a URI may read `subnet:subnet-…` or `security_group:sg-…`, or be the id alone."""
    return frozenset(str(a["URI"]).rpartition(":")[2] for a in _access(mapping) if a.get("Type") == kind)


def _access(mapping: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [access for access in mapping.get("SourceAccessConfigurations") or [] if access.get("URI")]


def _services(mapping: Mapping[str, Any]) -> frozenset[str]:
    if mapping.get("ProvisionedPollerConfig"):
        return frozenset()
    on_failure = (mapping.get("DestinationConfig") or {}).get("OnFailure") or {}
    destination = service_of(on_failure.get("Destination"))
    secret = any(service_of(access["URI"]) == "secretsmanager" for access in _access(mapping))
    return frozenset(
        {"lambda", "sts"} | ({"secretsmanager"} if secret else set()) | ({destination} & _DESTINATIONS)
    )


def _bootstrap_hosts(mapping: Mapping[str, Any]) -> frozenset[str]:
    endpoints = (mapping.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
    servers = endpoints.get("KAFKA_BOOTSTRAP_SERVERS") or []
    hosts = (server.rpartition(":")[0] or server for server in servers)
    return frozenset(host.strip("[]").rstrip(".").lower() for host in hosts)


def _without_ec2_name(host: str) -> str:
    """The address that EC2 wrote into a private DNS name; any other host as it is.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html
    """
    found = _EC2_NAME.fullmatch(host)
    return ".".join(found.groups()[:4]) if found else host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
