"""The data of the HTML report, which the page's script reads: small, however many triggers there are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from kafka_trigger_guard.cost import Cost, headline, money
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.report.html_model import Report, ShownFinding, ShownTrigger
from kafka_trigger_guard.report.html_shapes import Json, Shapes
from kafka_trigger_guard.report.objects import kind_of, object_name, told
from kafka_trigger_guard.report.untrusted import printable
from kafka_trigger_guard.rules.explaining.explanation import Destination, Place
from kafka_trigger_guard.rules.explaining.journeys import Journey, Step, Way
from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.rules.remedies.wanting import Remedy

_RULES = {rule.name: number for number, rule in enumerate(RULES)}


def report_data(report: Report) -> Json:
    """The report as a JSON object; its texts hold nothing that could steer a reader."""
    details = _Details()
    triggers = [_trigger(trigger, details) for trigger in report.triggers]
    return {
        "rules": [{"name": rule.name, "asks": rule.asks, "repairs": bool(rule.document)} for rule in RULES],
        "words": details.shapes.words,
        "shapes": details.shapes.shapes,
        "details": details.shapes.details,
        "paths": report.has_paths,
        "costs": any(trigger.cost is not None for trigger in report.triggers),
        "triggers": triggers,
    }


def _trigger(trigger: ShownTrigger, details: _Details) -> list[object]:
    """What no other trigger shares; the page's script reads it in this order."""
    cost = trigger.cost
    return [
        printable(trigger.uuid),
        printable(trigger.account),
        printable(trigger.region),
        printable(trigger.function_arn),
        [printable(topic) for topic in trigger.topics],
        printable(trigger.last_processing_result),
        printable(trigger.flag),
        details.of(trigger),
        *([] if cost is None else [float(cost.nat or 0), details.of_cost(cost)]),
    ]


class _Details:
    """Details of triggers; those that differ in nothing but the trigger's name are made once."""

    def __init__(self) -> None:
        self.shapes = Shapes()
        self._known: dict[Hashable, int] = {}

    def of(self, trigger: ShownTrigger) -> int:
        """The place of a trigger's detail."""
        findings = tuple(
            (f.rule, f.verdict, f.annotation.replace(trigger.uuid, ""), f.document, f.blockers)
            for f in trigger.findings
            if trigger.uuid not in {blocker.id for blocker in f.blockers}
        )
        where = (trigger.account, trigger.vpc_id, trigger.subnet_ids, trigger.security_group_ids)
        what = (trigger.state, trigger.mode, trigger.source_type, trigger.source_id)
        own = len(findings) != len(trigger.findings)
        key = (where, what, findings, id(trigger.places), trigger.remedies, trigger.uuid if own else "")
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.shapes.add(_detail(trigger), trigger.uuid)
        return found

    def of_cost(self, cost: Cost) -> int:
        """The place of a cost's words."""
        brief = "unknown" if cost.nat is None else money(cost.nat, cost.prices.currency)
        return self.shapes.add(
            {"brief": brief, "second": headline(cost), "sentence": cost.sentence}, cost.uuid
        )


def _detail(trigger: ShownTrigger) -> Json:
    places = trigger.places
    return {
        "state": trigger.state,
        "mode": trigger.mode,
        "type": trigger.source_type,
        "source": trigger.source_id,
        "vpc": trigger.vpc_id,
        "subnets": trigger.subnet_ids,
        "groups": trigger.security_group_ids,
        "worst": trigger.worst.value,
        "findings": [_finding(found, trigger.account) for found in trigger.findings],
        "remedies": [_remedy(remedy) for remedy in trigger.remedies],
        "places": None if places is None else [_place(place, trigger.account) for place in places],
    }


def _finding(found: ShownFinding, home: str) -> Json:
    return {
        "rule": _RULES[found.rule],
        "verdict": found.verdict.value,
        "reason": found.reason,
        "text": found.annotation,
        "document": found.document,
        "blockers": [object_name(blocker, home) for blocker in found.blockers],
    }


def _remedy(found: Remedy) -> Json:
    return {
        "rules": [_RULES[rule] for rule in found.rules],
        "account": found.account,
        "why": found.why,
        "commands": found.commands,
        "advice": found.advice,
    }


def _place(place: Place, home: str) -> Json:
    return {
        "vpc": place.vpc_id or "",
        "subnets": place.subnet_ids,
        "groups": place.security_group_ids,
        "note": place.note,
        "destinations": [_destination(found, home) for found in place.destinations],
    }


def _destination(found: Destination, home: str) -> Json:
    return {
        "kind": found.kind.value,
        "names": found.names,
        "port": "" if found.port_in_names else found.port,
        "answer": found.answer.name.lower(),
        "ways": [_way(way, home) for way in found.ways],
    }


def _way(way: Way, home: str) -> Json:
    return {"title": way.title, "paths": [_path(journey, home) for journey in way.journeys]}


def _path(journey: Journey, home: str) -> Json:
    blocking = journey.blocking
    ends: Sequence[Json] = [
        {"subnets": ends.subnet_ids, "addresses": ends.addresses} for ends in journey.ends
    ]
    return {
        "ends": ends,
        "answer": journey.answer.name.lower(),
        "blocking": -1 if blocking is None else journey.steps.index(blocking),
        "hops": [_hop(step, home) for step in journey.steps],
    }


def _hop(step: Step, home: str) -> Json:
    return {
        "kind": step.kind,
        "answer": step.answer.name.lower(),
        **_object(step.resource, home),
        "text": told(step, home),
        "rule": _RULES[step.rule],
        "back": step.back,
        "opening": step.opening,
        "via": [_object(stop, home) for stop in step.via if stop.id != step.resource.id],
    }


def _object(found: Resource, home: str) -> Json:
    """An AWS object by id and kind, with its account where that is not the trigger's own."""
    account = found.account if found.account != home else ""
    return {"object": found.id, "what": kind_of(found), "account": account}
