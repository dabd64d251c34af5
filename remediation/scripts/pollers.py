"""From an event source mapping to what its pollers are: where they sit, and what they call.

lambda/latest/dg/with-kafka-cluster-network, with-msk-cluster-network, msk-cluster-auth, kafka-scaling-modes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from remediation.scripts.reading import GoneError, Item, Reading


class Place(NamedTuple):
    """Where pollers may sit."""

    subnet_ids: tuple[str, ...]
    group_ids: tuple[str, ...]


class Need(NamedTuple):
    """A service that pollers call, its Region, and the calls: action, resources, by Lambda itself or not."""

    service: str
    region: str
    calls: tuple[tuple[str, tuple[str, ...], bool], ...]


class Poller(NamedTuple):
    """One Kafka event source mapping as far as the network is concerned."""

    uuid: str
    state: str
    provisioned: bool
    function_arn: str
    region: str
    account: str
    mapping: Item
    places: tuple[Place, ...]
    needs: tuple[Need, ...]


def is_kafka(mapping: Item) -> bool:
    """Whether the mapping reads from Kafka."""
    return bool(mapping.get("SelfManagedEventSource")) or ":kafka:" in (mapping.get("EventSourceArn") or "")


def poller_of(reading: Reading, mapping: Item) -> Poller:
    """The mapping with its source resolved. Raises GoneError if that does not exist, UnreadError."""
    function_arn = mapping["FunctionArn"]
    region, account = function_arn.split(":")[3:5]
    return Poller(
        mapping["UUID"],
        mapping.get("State") or "",
        bool(mapping.get("ProvisionedPollerConfig")),
        function_arn,
        region,
        account,
        mapping,
        _places(reading, mapping),
        tuple(_needs(mapping, function_arn, region)),
    )


def access_of(mapping: Item, *types: str) -> list[str]:
    """The URIs of the mapping's SourceAccessConfigurations of some types, of all without types."""
    access = mapping.get("SourceAccessConfigurations") or []
    uris = [entry["URI"] for entry in access if not types or entry["Type"] in types]
    return list(dict.fromkeys(uri.removeprefix("subnet:").removeprefix("security_group:") for uri in uris))


def _needs(mapping: Item, function_arn: str, region: str) -> list[Need]:
    """Lambda and STS always; a secret's and a destination's service, called by the execution role."""
    unqualified = ":".join(function_arn.split(":")[:7])
    invoked = tuple(dict.fromkeys((function_arn, unqualified)))
    assume: tuple[tuple[str, tuple[str, ...], bool], ...] = (("sts:AssumeRole", ("role",), True),)
    if access_of(mapping, "IAM_OAUTHBEARER_AUTH"):
        assume += (("sts:GetWebIdentityToken", (), False),)
    found = [
        Need("lambda", region, (("lambda:InvokeFunction", invoked, True),)),
        Need("sts", region, assume),
    ]
    secrets = [uri for uri in access_of(mapping) if _service_of(uri) == "secretsmanager"]
    for where in dict.fromkeys(arn.split(":")[3] for arn in secrets):
        there = [arn for arn in secrets if arn.split(":")[3] == where]
        calls = tuple(("secretsmanager:GetSecretValue", (arn,), False) for arn in there)
        found.append(Need("secretsmanager", where, calls))
    return found + _destination(mapping, region)


def _destination(mapping: Item, region: str) -> list[Need]:
    arn = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
    actions = {"sqs": ["SendMessage"], "sns": ["Publish"], "s3": ["PutObject", "ListBucket"]}
    service = _service_of(arn)
    if service not in actions:
        return []
    resources = (arn, f"{arn}/*") if service == "s3" else (arn,)
    calls = tuple((f"{service}:{action}", resources, False) for action in actions[service])
    return [Need(service, arn.split(":")[3] or region, calls)]


def _service_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""


def _places(reading: Reading, mapping: Item) -> tuple[Place, ...]:
    arn = mapping.get("EventSourceArn")
    if not arn:
        subnet_ids, group_ids = access_of(mapping, "VPC_SUBNET"), access_of(mapping, "VPC_SECURITY_GROUP")
        return (Place(tuple(subnet_ids), tuple(group_ids)),)
    if ":vpc-connection/" in arn:
        return (_place(connection_of(reading, arn), "Subnets"),)
    cluster = cluster_of(reading, arn)
    if cluster.get("Serverless"):
        return tuple(_place(config, "SubnetIds") for config in cluster["Serverless"].get("VpcConfigs") or [])
    return (_place(cluster["Provisioned"]["BrokerNodeGroupInfo"], "ClientSubnets"),)


def _place(found: Item, subnets: str) -> Place:
    return Place(
        tuple(found.get(subnets) or ()),
        tuple(found.get("SecurityGroups") or found.get("SecurityGroupIds") or ()),
    )


def cluster_of(reading: Reading, arn: str) -> Item:
    """An MSK cluster. Raises GoneError, UnreadError."""
    found: Item = reading.ask("kafka", "describe_cluster_v2", ClusterArn=arn)["ClusterInfo"]
    return found


def connection_of(reading: Reading, arn: str) -> Item:
    """An MSK VPC connection: pollers are assumed in its own subnets and groups; AWS does not document it."""
    found: Item = reading.ask("kafka", "describe_vpc_connection", Arn=arn)
    return found


def mappings_of(reading: Reading, identifier: str) -> list[Item]:
    """The Kafka mappings that a UUID or a function name stands for; none if there is no such mapping.

    Of a function all are meant, those of its versions and aliases too, which a listing
    by its name leaves out.
    lambda API, ListEventSourceMappings (FunctionName)
    """
    try:
        if re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", identifier):
            found = [reading.ask("lambda", "get_event_source_mapping", UUID=identifier)]
        else:
            listed = reading.ask("lambda", "list_event_source_mappings", "EventSourceMappings")
            found = [each for each in listed if each["FunctionArn"].split(":")[6] == identifier]
    except GoneError:
        return []
    return [mapping for mapping in found if is_kafka(mapping)]
