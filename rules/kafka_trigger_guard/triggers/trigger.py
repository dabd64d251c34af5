"""A Trigger: one Kafka event source mapping with all that its pollers need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Span = tuple[int, int]


class Mode(Enum):
    """Who carries the poller's API calls: the customer's VPC, or AWS. lambda/latest/dg/kafka-scaling-modes"""

    ON_DEMAND = "on-demand"
    PROVISIONED = "provisioned"


class SourceType(Enum):
    """What a trigger reads from."""

    SELF_MANAGED = "self-managed"
    MSK = "msk"
    MSK_SERVERLESS = "msk-serverless"
    MSK_VPC_CONNECTION = "msk-vpc-connection"


class Service(Enum):
    """An AWS API that a poller calls."""

    LAMBDA = "lambda"
    STS = "sts"
    SECRETS_MANAGER = "secretsmanager"
    SQS = "sqs"
    SNS = "sns"
    S3 = "s3"


@dataclass(frozen=True, slots=True)
class Call:
    """One API call of the poller: IAM action, the ARNs it concerns (none if unknown), and whether the
    service principal `lambda.amazonaws.com` signs it or the execution role."""

    action: str
    resources: tuple[str, ...]
    by_service: bool


@dataclass(frozen=True, slots=True)
class Need:
    """A service that must be reached in a Region, and the calls that go there."""

    service: Service
    region: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class ShutConnection:
    """An MSK VPC connection that carries nothing: its state, and what it connects to as far as known."""

    arn: str
    state: str
    cluster_arn: str = ""
    authentication: str = ""


@dataclass(frozen=True, slots=True)
class Broker:
    """One broker as far as it is known.

    With `host` it is the name or address to connect to. Without, it is in `subnet_ids`: at any address of
    them if `anywhere` (MSK Serverless and VPC connections, whose interfaces AWS does not show), carrying
    `security_group_ids`; else at one that was not read. `ports` are spans; more than one number means that
    the port is not known. `unread` says what was not read, `unavailable` which VPC connection does not
    carry.
    """

    name: str
    ports: tuple[Span, ...]
    host: str | None = None
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    unread: str = ""
    subnet_id: str | None = None
    anywhere: bool = False
    unavailable: ShutConnection | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where pollers sit and what they connect to. `broker_count` is what AWS states, None if names count.

    `always_in_vpc` says that the source has no other place, so that no subnet listed is something unread.
    """

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    brokers: tuple[Broker, ...]
    broker_count: int | None = None
    always_in_vpc: bool = False
    always_enough_brokers: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """One Kafka event source mapping, resolved.

    `placements` holds the places it may poll from: one, or several where AWS does not document which is
    used, or none where `gone` names the missing source or `unread` what was not read.
    """

    uuid: str
    arn: str
    function_arn: str
    account: str
    region: str
    state: str
    mode: Mode
    source_type: SourceType
    source_id: str
    topics: tuple[str, ...] = ()
    last_processing_result: str | None = None
    placements: tuple[Placement, ...] = ()
    needs: tuple[Need, ...] = ()
    role_arn: str | None = None
    gone: str | None = None
    unread: str | None = None
    unreadable: bool = False
    """Whether the mapping itself is malformed, so that nobody knows what it needs."""

    @property
    def function_name(self) -> str:
        """The function's name, without qualifier."""
        parts = self.function_arn.split(":")
        return parts[6] if len(parts) > 6 else self.function_arn

    @property
    def disabled(self) -> bool:
        """Whether it does not poll. lambda API EventSourceMappingConfiguration.State"""
        return self.state.lower() in ("disabled", "disabling", "deleting")

    @property
    def reports_connection_error(self) -> bool:
        """Whether Lambda itself says that it cannot connect; evidence, not a verdict."""
        text = (self.last_processing_result or "").lower()
        return "connection error" in text or "connect to lambda and sts" in text

    def need(self, *services: Service) -> Need | None:
        """The need for one of some services."""
        return next((need for need in self.needs if need.service in services), None)
