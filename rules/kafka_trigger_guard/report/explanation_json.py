"""Explanations as JSON, format 1: an array with one object per trigger of that UUID (nearly always one)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kafka_trigger_guard.report.evaluation_json import FORMAT, findings, resource
from kafka_trigger_guard.rules.explaining.explanation import Destination, Explanation, Place
from kafka_trigger_guard.rules.explaining.journeys import Journey, Step, Way
from kafka_trigger_guard.rules.remedies.wanting import Remedy


def explanation_json(explanations: Sequence[Explanation]) -> str:
    """The explanations as JSON text in ASCII: one object, or an array of several."""
    documents = [_document(found) for found in explanations]
    return json.dumps(documents[0] if len(documents) == 1 else documents, indent=2) + "\n"


def _document(found: Explanation) -> dict[str, object]:
    trigger = found.trigger
    return {
        "format": FORMAT,
        "account": trigger.account,
        "region": trigger.region,
        "uuid": trigger.uuid,
        "function_arn": trigger.function_arn,
        "state": trigger.state,
        "mode": trigger.mode.value,
        "source": {"type": trigger.source_type.value, "id": trigger.source_id},
        "findings": findings(found.findings),
        "places": [_place(place) for place in found.places],
        "remedies": [_remedy(remedy) for remedy in found.remedies],
    }


def _remedy(found: Remedy) -> dict[str, object]:
    return {
        "account": found.account,
        "rules": list(found.rules),
        "object": resource(found.resource),
        "why": found.why,
        "commands": list(found.commands),
        "advice": found.advice or None,
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "vpc_id": place.vpc_id,
        "subnet_ids": list(place.subnet_ids),
        "security_group_ids": list(place.security_group_ids),
        "note": place.note or None,
        "destinations": [_destination(destination) for destination in place.destinations],
    }


def _destination(found: Destination) -> dict[str, object]:
    return {
        "kind": found.kind.value,
        "names": list(found.names),
        "port": found.port,
        "rule": found.rule,
        "answer": found.answer.name.lower(),
        "ways": [_way(way) for way in found.ways],
    }


def _way(way: Way) -> dict[str, object]:
    return {
        "title": way.title,
        "by": resource(way.by) if way.by is not None else None,
        "answer": way.answer.name.lower(),
        "paths": [_journey(journey) for journey in way.journeys],
    }


def _journey(journey: Journey) -> dict[str, object]:
    blocking = journey.blocking
    return {
        "ends": [
            {"subnet_ids": list(ends.subnet_ids), "addresses": list(ends.addresses)} for ends in journey.ends
        ],
        "answer": journey.answer.name.lower(),
        "blocking_hop": None if blocking is None else journey.steps.index(blocking),
        "hops": [_step(step) for step in journey.steps],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "kind": step.kind,
        "answer": step.answer.name.lower(),
        "object": resource(step.resource) if step.resource.id else None,
        "text": step.text,
        "rule": step.rule,
        "back": step.back,
        "via": [resource(stop) for stop in step.via],
        "refused": step.refused or None,
        "opening": step.opening or None,
    }
