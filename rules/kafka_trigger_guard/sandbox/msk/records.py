"""The MSK clusters and VPC connections that exist, of every account and Region."""

import json
from datetime import datetime
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.utils import utcnow

from kafka_trigger_guard.sandbox.backends import kafka_of
from kafka_trigger_guard.sandbox.operations import Call, Refusal


class VpcConnection:
    """A managed VPC connection from a client's VPC to a cluster, of the same or another account."""

    def __init__(self, arn: str, settings: dict[str, Any]) -> None:
        self.arn = arn
        self.settings = settings
        self.state = "AVAILABLE"
        self.created: datetime = utcnow()


class Broker:
    """One broker of a provisioned cluster: its number, names and network interface."""

    def __init__(self, number: int, subnet_id: str, interface: Any) -> None:
        self.number = number
        self.subnet_id = subnet_id
        self.interface = interface


class Cluster:
    """One cluster; `settings` is what CreateClusterV2 was given under `Provisioned` or `Serverless`."""

    def __init__(self, arn: str, name: str, settings: dict[str, Any], provisioned: bool) -> None:
        self.arn = arn
        self.cluster_name = name
        self.settings = settings
        self.provisioned = provisioned
        self.brokers: list[Broker] = []
        self.version = 1
        self.created: datetime = utcnow()

    @property
    def cluster_type(self) -> str:
        """`PROVISIONED` or `SERVERLESS`."""
        return "PROVISIONED" if self.provisioned else "SERVERLESS"

    @property
    def current_version(self) -> str:
        """The version that every change of the cluster must name."""
        return f"K{self.version:013X}"

    @property
    def dns_label(self) -> str:
        """The part of the brokers' names that tells clusters of one name apart."""
        return self.arn.rsplit("/", 1)[1].replace("-", "")[:6]


class _MskState(BaseBackend):
    """What moto's Kafka has no room for, reset with moto."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.vpc_connections: dict[str, VpcConnection] = {}


_states = BackendDict(_MskState, "kafka")


def clusters(account: str, region: str) -> dict[str, Cluster]:
    """The clusters of one account and Region by ARN, where moto keeps them."""
    found: dict[str, Cluster] = kafka_of(account, region).clusters
    return found


def vpc_connections(account: str, region: str) -> dict[str, VpcConnection]:
    """The VPC connections that one account has made in one Region, by ARN."""
    found: dict[str, VpcConnection] = _states[account][region].vpc_connections
    return found


def all_vpc_connections(region: str) -> list[VpcConnection]:
    """The VPC connections of every account in one Region."""
    return [item for account in list(_states) for item in vpc_connections(account, region).values()]


def cluster(arn: str) -> Cluster | None:
    """The cluster of any account, None if there is none."""
    parts = arn.split(":")
    return clusters(parts[4], parts[3]).get(arn) if len(parts) == 6 else None


def vpc_connection(arn: str) -> VpcConnection | None:
    """The VPC connection of any account, None if there is none."""
    parts = arn.split(":")
    return vpc_connections(parts[4], parts[3]).get(arn) if len(parts) == 6 else None


def readable_cluster(call: Call, parameter: str = "ClusterArn") -> Cluster:
    """The cluster a call names; another account's only if that cluster's policy lets the caller in.

    https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cross-account-permissions.html
    """
    arn = str(call.given(parameter))
    if ":kafka:" not in arn or len(arn.split(":")) != 6:
        raise Refusal("BadRequestException", f"The ARN is not valid: {arn}")
    owner = arn.split(":")[4]
    found = cluster(arn)
    if owner != call.account and not _admits(arn, call.account):
        raise Refusal("ForbiddenException", f"Account {call.account} is not authorized to access {arn}.")
    if found is None:
        raise Refusal("NotFoundException", "The requested resource doesn't exist.")
    return found


def _admits(arn: str, account: str) -> bool:
    parts = arn.split(":")
    policy = kafka_of(parts[4], parts[3]).policies.get(arn)
    statements = json.loads(policy["policy"])["Statement"] if policy else []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        named = principal.get("AWS", []) if isinstance(principal, dict) else principal
        names = [named] if isinstance(named, str) else named
        if statement.get("Effect") == "Allow" and any(name == "*" or account in name for name in names):
            return True
    return False


def own_cluster(call: Call) -> Cluster:
    """The caller's own cluster, for operations that change it."""
    found = clusters(call.account, call.region).get(str(call.given("ClusterArn")))
    if found is None:
        raise Refusal("NotFoundException", "The requested resource doesn't exist.")
    return found
