"""Event source mappings and clusters as the triggers room takes them."""

from __future__ import annotations

from typing import Any

from kafka_trigger_guard.triggers.resolve import resolve
from kafka_trigger_guard.triggers.sources import Cluster, EventSourceMapping, SourceAccess, Sources, VpcConfig
from kafka_trigger_guard.triggers.trigger import Trigger
from tests.networks.shapes import ACCOUNT, REGION
from tests.networks.triggers import CLUSTER_ARN, FUNCTION_ARN, UUID

CONFIG = VpcConfig(("subnet-1", "subnet-2"), ("sg-1",))


def mapping(**fields: Any) -> EventSourceMapping:
    """A self-managed mapping, but for what differs."""
    usual: dict[str, Any] = (
        {"bootstrap_servers": ("10.0.0.1:9092",)} if "event_source_arn" not in fields else {}
    )
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{UUID}"
    return EventSourceMapping(UUID, arn, FUNCTION_ARN, "Enabled", **(usual | fields))


def access(*entries: tuple[str, str]) -> tuple[SourceAccess, ...]:
    """SourceAccessConfigurations from pairs of type and URI."""
    return tuple(SourceAccess(kind, uri) for kind, uri in entries)


def cluster(**fields: Any) -> Cluster:
    """A provisioned cluster, but for what differs."""
    usual: dict[str, Any] = {
        "arn": CLUSTER_ARN,
        "serverless": False,
        "vpc_configs": (CONFIG,),
        "broker_count": 3,
    }
    return Cluster(**(usual | fields))


def resolved(one: EventSourceMapping, sources: Sources | None = None) -> Trigger:
    """The trigger of a mapping."""
    return resolve(one, sources or Sources(), ACCOUNT, REGION)
