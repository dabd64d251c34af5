"""The other Kafka triggers of the account: where they stand, and on what of an execution they rely."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from remediation.scripts.grounds import ground_of
from remediation.scripts.pollers import is_kafka, poller_of
from remediation.scripts.reading import GoneError, Reading, spans_of
from remediation.scripts.relying import Other
from remediation.scripts.serving import service_names
from remediation.scripts.tags import EXECUTION, TRIGGER, tags_of
from remediation.scripts.traces import Traces

_IDLE = ("disabled", "disabling", "deleting")


def other_triggers(reading: Reading, own: Set[str]) -> tuple[Other, ...]:
    """Every place of every Kafka trigger that polls, but for those with the UUIDs `own`.

    Raises UnreadError, ForbiddenError. A trigger whose source or place is gone relies on nothing.
    """
    found: list[Other] = []
    for mapping in reading.ask("lambda", "list_event_source_mappings", "EventSourceMappings"):
        if not is_kafka(mapping) or mapping["UUID"] in own or str(mapping.get("State")).lower() in _IDLE:
            continue
        reading.region, reading.account = mapping["FunctionArn"].split(":")[3:5]
        try:
            found += _places(reading, mapping)
        except GoneError:
            continue
    return tuple(found)


def _places(reading: Reading, mapping: Mapping[str, Any]) -> list[Other]:
    poller = poller_of(reading, dict(mapping))
    name = f"{poller.uuid} of {poller.function_arn.split(':')[6]}"
    needed = () if poller.provisioned else poller.needs
    services = frozenset(each for need in needed for each in service_names(need))
    grounds = [ground_of(reading, poller, place) for place in poller.places if place.subnet_ids]
    return [
        Other(
            name,
            ground.vpc_id,
            frozenset(ground.group_ids),
            tuple(span for subnet in ground.subnets for span in spans_of(subnet)),
            services,
        )
        for ground in grounds
    ]


def own_triggers(execution: Mapping[str, Any], traces: Traces) -> set[str]:
    """The UUID of the trigger that an execution was for, from SSM's record and from the tags it left."""
    steps = execution.get("StepExecutions") or ()
    told = {text for step in steps for text in (step.get("Outputs") or {}).get("TriggerId") or ()}
    tagged = (
        *traces.rules,
        *traces.groups,
        *traces.endpoints,
        *traces.changed_endpoints,
        *traces.changed_vpcs,
    )
    own = [tags for tags in map(tags_of, tagged) if tags.get(EXECUTION) == traces.execution_id]
    return told | {tags[TRIGGER] for tags in own if TRIGGER in tags}
