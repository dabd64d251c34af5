"""Whether the Kafka that an event source mapping names exists and is named completely."""

import re
from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.sandbox.msk import records as msk_records
from kafka_trigger_guard.sandbox.operations import Call, Refusal

BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS"
MAX_SERVERS = 10
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_SERVER = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}:(?P<port>[0-9]{{1,5}})")
_TOPIC = re.compile(r"[^.][a-zA-Z0-9\-_.]+")
_MANAGED, _OWN = "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"


def invalid(message: str) -> Refusal:
    """What Lambda answers to a value that it understands but does not accept."""
    return Refusal("InvalidParameterValueException", message)


def violated(name: str, value: object, constraint: str) -> Refusal:
    """What Lambda answers to a value outside its API model."""
    return Refusal(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{name[0].lower() + name[1:]}' failed to satisfy "
        f"constraint: {constraint}",
    )


def outside(name: str, value: int, lowest: int, highest: int) -> Refusal:
    """What Lambda answers to a number outside its API model."""
    bound = f"greater than or equal to {lowest}" if value < lowest else f"less than or equal to {highest}"
    return violated(name, value, f"Member must have value {bound}")


def bootstrap_servers(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The bootstrap servers of a self-managed source, empty for any other."""
    endpoints = (parameters.get("SelfManagedEventSource") or {}).get("Endpoints") or {}
    return tuple(endpoints.get(BOOTSTRAP_SERVERS) or ())


def check_source(call: Call) -> None:
    """Refuse both sources or none, an unknown cluster, bad servers, and anything but one topic."""
    arn, own = call.given("EventSourceArn"), call.given("SelfManagedEventSource")
    if arn and own is not None:
        raise invalid("EventSourceArn and SelfManagedEventSource cannot be used together.")
    if not arn and own is None:
        raise invalid("Either EventSourceArn or SelfManagedEventSource is required.")
    if own is not None:
        _check_servers(bootstrap_servers(call.parameters))
        if call.given(_MANAGED):
            raise invalid(f"{_MANAGED} is not supported for self-managed Apache Kafka.")
    else:
        _check_arn(call, arn)
        if call.given(_OWN):
            raise invalid(f"{_OWN} is not supported for Amazon MSK.")
    _check_topics(call.strings("Topics"))


def _check_servers(servers: tuple[str, ...]) -> None:
    if not servers:
        raise invalid(f"SelfManagedEventSource needs Endpoints with {BOOTSTRAP_SERVERS}.")
    if len(servers) > MAX_SERVERS:
        raise violated(
            "SelfManagedEventSource.Endpoints",
            list(servers),
            f"Member must have length less than or equal to {MAX_SERVERS}",
        )
    for server in servers:
        match = _SERVER.fullmatch(server)
        if match is None:
            raise violated(
                "SelfManagedEventSource.Endpoints",
                server,
                f"Member must satisfy regular expression pattern: {_SERVER.pattern}",
            )
        if not 1 <= int(match["port"]) <= 65535:
            raise invalid(f"The port of bootstrap server {server} is not between 1 and 65535.")


def _check_topics(topics: tuple[str, ...]) -> None:
    if not topics:
        raise invalid("Topics is required for Kafka event sources.")
    if len(topics) > 1:
        raise violated("Topics", list(topics), "Member must have length less than or equal to 1")
    if len(topics[0]) > 249 or not _TOPIC.fullmatch(topics[0]):
        raise violated(
            "Topics", topics[0], f"Member must satisfy regular expression pattern: {_TOPIC.pattern}"
        )


def _check_arn(call: Call, arn: str) -> None:
    parts = arn.split(":", 5)
    kind = parts[5].split("/")[0] if len(parts) == 6 else ""
    if parts[:3] != ["arn", call.partition, "kafka"] or kind not in ("cluster", "vpc-connection"):
        raise invalid(f"Unrecognized event source: {arn}")
    if parts[3] != call.region:
        raise invalid(f"The event source {arn} is not in the Region {call.region} of the function.")
    if parts[4] != call.account:
        raise invalid(f"The event source {arn} is not in the account {call.account}; use a VPC connection.")
    found = msk_records.cluster(arn) if kind == "cluster" else msk_records.vpc_connection(arn)
    if found is None:
        raise Refusal("ResourceNotFoundException", f"The event source {arn} does not exist.")
