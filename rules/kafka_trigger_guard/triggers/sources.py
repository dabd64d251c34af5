"""The typed shapes of what AWS tells about event source mappings and their Kafka sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceAccess:
    """One SourceAccessConfiguration: its type and URI as written. lambda API SourceAccessConfiguration"""

    type: str
    uri: str


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """A Kafka event source mapping as the Lambda API lists it; `unreadable` says which part is malformed."""

    uuid: str
    arn: str
    function_arn: str
    state: str
    topics: tuple[str, ...] = ()
    last_processing_result: str | None = None
    event_source_arn: str | None = None
    bootstrap_servers: tuple[str, ...] = ()
    source_access: tuple[SourceAccess, ...] = ()
    provisioned: bool = False
    on_failure: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class VpcConfig:
    """Where a cluster's clients connect: subnets and security groups, in AWS's order."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A broker node: its private address, its subnet and its name."""

    name: str
    address: str | None
    subnet_id: str | None


@dataclass(frozen=True, slots=True)
class ClientAuthentication:
    """Which listeners a provisioned cluster opens; None where the API left it out."""

    iam: bool | None = None
    tls: bool | None = None
    plaintext: bool | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """An MSK cluster. `nodes` and `bootstrap` are None where they were not read.

    A Serverless cluster lists VPC configurations; which of several a poller uses is not documented.
    """

    arn: str
    serverless: bool
    vpc_configs: tuple[VpcConfig, ...]
    broker_count: int | None = None
    authentication: ClientAuthentication = ClientAuthentication()
    nodes: tuple[Node, ...] | None = None
    bootstrap: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class VpcConnection:
    """An MSK multi-VPC connection with subnets and groups of its own. kafka API DescribeVpcConnection"""

    arn: str
    vpc_config: VpcConfig
    target_cluster_arn: str | None = None
    authentication: str | None = None
    bootstrap: Mapping[str, str] | None = None
    broker_count: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """All sources of one account and Region. `gone` holds ARNs that AWS says do not exist; `unread` tells,
    by operation with its key, why something was not read."""

    clusters: Mapping[str, Cluster] = field(default_factory=dict)
    connections: Mapping[str, VpcConnection] = field(default_factory=dict)
    clusters_read: bool = True
    gone: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    """Execution role ARNs by function ARN, as far as they were read."""
