"""What Lambda checks in a request for a Kafka event source mapping.

https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-configure.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kafka_trigger_guard.sandbox.backends import lambda_of
from kafka_trigger_guard.sandbox.functions.mapping_access import check_access
from kafka_trigger_guard.sandbox.functions.mapping_sources import check_source, invalid, outside
from kafka_trigger_guard.sandbox.operations import Call

SOURCE_SETTINGS = ("AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig")
DEFAULT_POLLERS = {"MinimumPollers": 1, "MaximumPollers": 200}
LARGEST_POLLERS = {"MinimumPollers": 200, "MaximumPollers": 2000}
MAPPINGS_PER_GROUP = 100
POLLERS_PER_GROUP = 2000
_FOREIGN = (
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
    "Queues",
    "ScalingConfig",
    "DocumentDBEventSourceConfig",
)
_PROVISIONED_ONLY = (
    "LoggingConfig",
    "BisectBatchOnFunctionError",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
)
_RANGES = {"BatchSize": (1, 10_000), "MaximumBatchingWindowInSeconds": (0, 300)}
_DESTINATIONS = ("sqs", "sns", "s3")


def function_arn(call: Call) -> str:
    """The ARN of the function a request names, with its version or alias; refuses unknown ones."""
    name, qualifier = _parts_of_name(str(call.given("FunctionName")))
    function = lambda_of(call.account, call.region).get_function(name, qualifier)
    base = ":".join(str(function.function_arn).split(":")[:7])
    return f"{base}:{qualifier}" if qualifier else base


def _parts_of_name(name: str) -> tuple[str, str | None]:
    parts = name.split(":")
    own = parts[parts.index("function") + 1 :] if "function" in parts else parts
    return own[0], own[1] if len(own) > 1 else None


def names_function(name: str, arn: str) -> bool:
    """Whether a name, partial ARN or ARN means this function."""
    plain = arn.split(":function:")[1]
    return name in (arn, plain) or arn.endswith(f":{name}")


def check_creation(call: Call) -> None:
    """Refuse a request that Lambda would refuse, before anything exists."""
    check_source(call)
    _check_common(call.parameters)
    _check_start(call.parameters)
    check_access(call, "SelfManagedEventSource" in call.parameters)
    _check_mode(call.parameters)


def check_update(call: Call, settings: Mapping[str, Any]) -> None:
    """Refuse a change that Lambda would refuse."""
    _check_common(call.parameters)
    check_access(call, "SelfManagedEventSource" in settings)
    for name in SOURCE_SETTINGS:
        group = (call.given(name) or {}).get("ConsumerGroupId")
        if group and group != (settings.get(name) or {}).get("ConsumerGroupId"):
            raise invalid("ConsumerGroupId cannot be updated.")
        if call.given(name) and not settings.get(name):
            raise invalid(f"{name} does not fit the event source.")
    after = {**settings, **{name: value for name, value in call.parameters.items() if value is not None}}
    _check_mode(after)


def _check_common(parameters: Mapping[str, Any]) -> None:
    foreign = next((name for name in _FOREIGN if parameters.get(name)), None)
    if foreign:
        raise invalid(f"{foreign} is not supported for Kafka event sources.")
    for name, (lowest, highest) in _RANGES.items():
        value = parameters.get(name)
        if value is not None and not lowest <= value <= highest:
            raise outside(name, value, lowest, highest)
    _check_destination(parameters.get("DestinationConfig") or {})
    pollers(parameters.get("ProvisionedPollerConfig"))


def _check_start(parameters: Mapping[str, Any]) -> None:
    at_timestamp = parameters.get("StartingPosition") == "AT_TIMESTAMP"
    if at_timestamp != (parameters.get("StartingPositionTimestamp") is not None):
        raise invalid(
            "StartingPositionTimestamp is needed with StartingPosition AT_TIMESTAMP, and only then."
        )


def _check_destination(config: Mapping[str, Any]) -> None:
    if config.get("OnSuccess"):
        raise invalid("OnSuccess is not supported for event source mappings.")
    destination = (config.get("OnFailure") or {}).get("Destination")
    if destination is None or destination.startswith("kafka://"):
        return
    parts = destination.split(":")
    if parts[0] != "arn" or len(parts) < 6 or parts[2] not in _DESTINATIONS:
        raise invalid(
            f"The provided destination config DestinationConfig(OnFailure={destination}) is invalid."
        )


def _check_mode(parameters: Mapping[str, Any]) -> None:
    """What works in provisioned mode alone.

    https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
    """
    if pollers(parameters.get("ProvisionedPollerConfig")):
        return
    needing = next((name for name in _PROVISIONED_ONLY if parameters.get(name)), None)
    if any((parameters.get(name) or {}).get("SchemaRegistryConfig") for name in SOURCE_SETTINGS):
        needing = "SchemaRegistryConfig"
    on_failure = (parameters.get("DestinationConfig") or {}).get("OnFailure") or {}
    if str(on_failure.get("Destination") or "").startswith("kafka://"):
        needing = "A Kafka topic as on-failure destination"
    if needing:
        raise invalid(f"{needing} is only available in provisioned mode: set ProvisionedPollerConfig.")


def pollers(config: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The poller limits with their defaults; None, which is on-demand mode, for nothing or `{}`."""
    if not config:
        return None
    limits = {name: int(config.get(name) or default) for name, default in DEFAULT_POLLERS.items()}
    for name, value in limits.items():
        if not 1 <= value <= LARGEST_POLLERS[name]:
            raise invalid(f"{name} must be between 1 and {LARGEST_POLLERS[name]}, not {value}.")
    if limits["MinimumPollers"] > limits["MaximumPollers"]:
        raise invalid("MinimumPollers must not be larger than MaximumPollers.")
    group = config.get("PollerGroupName")
    return {**limits, **({"PollerGroupName": group} if group else {})}


def check_poller_group(config: Mapping[str, Any] | None, others: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a mapping that overfills the poller group it names."""
    group = (config or {}).get("PollerGroupName")
    if not config or not group:
        return
    members = [config, *(other for other in others if other.get("PollerGroupName") == group)]
    if len(members) > MAPPINGS_PER_GROUP:
        raise invalid(f"Poller group {group} already has {MAPPINGS_PER_GROUP} event source mappings.")
    if sum(member["MaximumPollers"] for member in members) > POLLERS_PER_GROUP:
        raise invalid(f"Poller group {group} would have more than {POLLERS_PER_GROUP} pollers.")
