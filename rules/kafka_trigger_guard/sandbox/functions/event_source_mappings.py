"""Lambda event source mappings that read from Kafka, kept among moto's own.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from moto.awslambda.utils import make_event_source_mapping_arn

from kafka_trigger_guard.sandbox.backends import lambda_of
from kafka_trigger_guard.sandbox.functions import mapping_requests
from kafka_trigger_guard.sandbox.functions.mapping_sources import bootstrap_servers
from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

MAX_PAGE = 100
NEVER_PROCESSED = "No records processed"
BY_USER = "USER_INITIATED"
_DEFAULTS: Mapping[str, Any] = {
    "BatchSize": 100,
    "MaximumBatchingWindowInSeconds": 0,
    "StartingPosition": "TRIM_HORIZON",
}
_KEPT = (
    "AmazonManagedKafkaEventSourceConfig",
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "EventSourceArn",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KMSKeyArn",
    "LoggingConfig",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ProvisionedPollerConfig",
    "SelfManagedEventSource",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "StartingPosition",
    "StartingPositionTimestamp",
    "Topics",
)


class KafkaEventSourceMapping:
    """One mapping; moto keeps it, tags it, and asks it for its configuration."""

    def __init__(self, call: Call, function_arn: str, settings: Mapping[str, Any]) -> None:
        self.uuid = str(uuid.uuid4())
        self.arn = str(make_event_source_mapping_arn(call.region, call.account, self.uuid))
        self.function_arn = function_arn
        self.settings = dict(settings)
        self.enabled = call.given("Enabled") is not False
        self.tags: dict[str, str] = dict(call.given("Tags") or {})
        self.last_modified = time.time()
        self.last_processing_result = NEVER_PROCESSED

    @property
    def event_source_arn(self) -> str | None:
        """The cluster or VPC connection; None for self-managed Kafka."""
        return self.settings.get("EventSourceArn")

    @property
    def function_name(self) -> str:
        """The function's name, by which moto's own listing filters."""
        return self.function_arn.split(":")[6]

    def get_configuration(self, state: str | None = None) -> dict[str, Any]:
        """The mapping as Lambda tells it, in its settled state unless another is given."""
        return {
            "UUID": self.uuid,
            "EventSourceMappingArn": self.arn,
            "FunctionArn": self.function_arn,
            "LastModified": self.last_modified,
            "LastProcessingResult": self.last_processing_result,
            "State": state or ("Enabled" if self.enabled else "Disabled"),
            "StateTransitionReason": BY_USER,
            **{name: value for name, value in self.settings.items() if value is not None},
        }


def _of_kafka(call: Call) -> bool:
    source = call.given("EventSourceArn") or ""
    other = source.startswith("arn:") and source.split(":")[2:3] != ["kafka"]
    return not other


def _is_ours(call: Call) -> bool:
    found = _mappings(call).get(call.given("UUID"))
    return found is None or isinstance(found, KafkaEventSourceMapping)


def _mappings(call: Call) -> dict[str, Any]:
    mappings: dict[str, Any] = lambda_of(call.account, call.region)._event_source_mappings
    return mappings


def _found(call: Call) -> KafkaEventSourceMapping:
    mapping = _mappings(call).get(call.given("UUID"))
    if not isinstance(mapping, KafkaEventSourceMapping):
        raise Refusal("ResourceNotFoundException", "The resource you requested does not exist.")
    return mapping


@operation("lambda", "CreateEventSourceMapping", claims=_of_kafka)
def create_event_source_mapping(call: Call) -> Reply:
    """Create a Kafka trigger; refuses what Lambda refuses."""
    function_arn = mapping_requests.function_arn(call)
    mapping_requests.check_creation(call)
    _refuse_twin(call, function_arn)
    mapping = KafkaEventSourceMapping(call, function_arn, {})
    mapping.settings = _settings(call.parameters, mapping.uuid)
    _check_poller_group(call, mapping)
    _mappings(call)[mapping.uuid] = mapping
    return mapping.get_configuration("Creating")


def _settings(parameters: Mapping[str, Any], uuid_: str) -> dict[str, Any]:
    given = {name: parameters[name] for name in _KEPT if parameters.get(name) is not None}
    settings = {**_DEFAULTS, **given}
    own = "SelfManaged" if "SelfManagedEventSource" in given else "AmazonManaged"
    settings[f"{own}KafkaEventSourceConfig"] = {
        "ConsumerGroupId": uuid_,
        **(given.get(f"{own}KafkaEventSourceConfig") or {}),
    }
    settings["ProvisionedPollerConfig"] = mapping_requests.pollers(given.get("ProvisionedPollerConfig"))
    return settings


def _refuse_twin(call: Call, function_arn: str) -> None:
    for mapping in _mappings(call).values():
        if (
            isinstance(mapping, KafkaEventSourceMapping)
            and mapping.function_arn == function_arn
            and _source(mapping.settings) == _source(call.parameters)
        ):
            arn, servers, topics = _source(call.parameters)
            raise Refusal(
                "ResourceConflictException",
                f'An event source mapping with event source ("{arn or ",".join(servers)}"), function '
                f'("{function_arn}") and topics ("{",".join(topics)}") already exists. Please update or '
                f"delete the existing mapping with UUID {mapping.uuid}",
            )


def _source(settings: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    servers = bootstrap_servers(settings)
    return settings.get("EventSourceArn"), tuple(sorted(servers)), tuple(settings.get("Topics") or ())


def _check_poller_group(call: Call, changed: KafkaEventSourceMapping) -> None:
    others = [
        item.settings.get("ProvisionedPollerConfig") or {}
        for item in _mappings(call).values()
        if isinstance(item, KafkaEventSourceMapping) and item.uuid != changed.uuid
    ]
    mapping_requests.check_poller_group(changed.settings.get("ProvisionedPollerConfig"), others)


@operation("lambda", "GetEventSourceMapping", claims=_is_ours)
def get_event_source_mapping(call: Call) -> Reply:
    """One mapping by UUID, in its settled state."""
    return _found(call).get_configuration()


@operation("lambda", "ListEventSourceMappings")
def list_event_source_mappings(call: Call) -> Reply:
    """All mappings of the account and Region, Kafka and others, one page of at most 100."""
    wanted = call.given("FunctionName")
    source = call.given("EventSourceArn")
    chosen = [
        mapping.get_configuration()
        for mapping in _mappings(call).values()
        if (not wanted or mapping_requests.names_function(wanted, mapping.function_arn))
        and (not source or mapping.event_source_arn == source)
    ]
    limit = min(int(call.given("MaxItems") or MAX_PAGE), MAX_PAGE)
    try:
        page, marker = paged(chosen, limit, call.given("Marker"))
    except ValueError:
        raise Refusal("InvalidParameterValueException", "Invalid Marker.") from None
    return {"EventSourceMappings": page, "NextMarker": marker}


@operation("lambda", "UpdateEventSourceMapping", claims=_is_ours)
def update_event_source_mapping(call: Call) -> Reply:
    """Change a mapping; `ProvisionedPollerConfig={}` returns it to on-demand mode."""
    mapping = _found(call)
    mapping_requests.check_update(call, mapping.settings)
    function_arn = mapping_requests.function_arn(call) if call.given("FunctionName") else mapping.function_arn
    before, enabled = mapping.settings, mapping.enabled
    mapping.settings = _merged(before, call.parameters)
    try:
        _check_poller_group(call, mapping)
    except Refusal:
        mapping.settings = before
        raise
    mapping.function_arn = function_arn
    if call.given("Enabled") is not None:
        mapping.enabled = call.given("Enabled")
    mapping.last_modified = time.time()
    return mapping.get_configuration(_transition(enabled, mapping.enabled))


def _merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    plain = (name for name in _KEPT if name in changes and name not in mapping_requests.SOURCE_SETTINGS)
    merged = dict(settings) | {name: changes[name] for name in plain}
    for name in mapping_requests.SOURCE_SETTINGS:
        if changes.get(name):
            merged[name] = {**(settings.get(name) or {}), **changes[name]}
    if changes.get("ProvisionedPollerConfig") is not None:
        merged["ProvisionedPollerConfig"] = mapping_requests.pollers(changes["ProvisionedPollerConfig"])
    return merged


def _transition(before: bool, after: bool) -> str:
    if before == after:
        return "Updating"
    return "Enabling" if after else "Disabling"


@operation("lambda", "DeleteEventSourceMapping", claims=_is_ours)
def delete_event_source_mapping(call: Call) -> Reply:
    """Delete a mapping; the answer is its last one, in state Deleting."""
    mapping = _found(call)
    del _mappings(call)[mapping.uuid]
    return mapping.get_configuration("Deleting")


def record_processing_result(account: str, region: str, uuid_: str, result: str) -> None:
    """Let a mapping report this LastProcessingResult, as the poller would; KeyError if unknown."""
    mapping = lambda_of(account, region)._event_source_mappings[uuid_]
    mapping.last_processing_result = result
    mapping.last_modified = time.time()
