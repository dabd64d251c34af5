"""Which ways a trigger has to every service and broker it needs: hop by hop, and whose rule each hop is.

It composes the paths that the rules judge, so that what is red here is what a rule calls red.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.rules import broker_access
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.explaining.brokers import broker_legs
from kafka_trigger_guard.rules.explaining.journeys import Leg, Step, Way, grouped
from kafka_trigger_guard.rules.explaining.services import RULE_OF_SERVICE, service_ways
from kafka_trigger_guard.rules.findings import Finding
from kafka_trigger_guard.rules.judge import Judge
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.remedies.remedy import remedies
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from kafka_trigger_guard.rules.situation import Situation
from kafka_trigger_guard.triggers.trigger import Broker, Mode, Need, Trigger


class DestinationKind(Enum):
    """What a poller connects to."""

    SERVICE = "service"
    BROKER = "broker"


@dataclass(frozen=True, slots=True)
class Destination:
    """What pollers must reach, the rule that asks for it, and the ways there.

    Brokers that are reached by equal ways stand together, so there may be several `names`.
    """

    kind: DestinationKind
    names: tuple[str, ...]
    port: str
    rule: str
    ways: tuple[Way, ...]

    @property
    def port_in_names(self) -> bool:
        """Whether the names end with the port, as bootstrap servers do."""
        return all(name.endswith(f":{self.port}") for name in self.names)

    @property
    def answer(self) -> Answer:
        """Whether it is reached: one way that is open is enough."""
        return max((way.answer for way in self.ways), default=Answer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Place:
    """Where pollers stand, a note on what is not asked there, and what they must reach from there."""

    vpc_id: str | None
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    note: str
    destinations: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A trigger with its findings, every way it needs from each place it may poll from, and what accounts
    must do beside the documents."""

    trigger: Trigger
    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    remedies: tuple[Remedy, ...] = ()


ParametersByRule = dict[str, Parameters]
"""Each rule's parameters, by the rule's name; defaults where a rule is absent."""


def explain(
    judge: Judge, trigger: Trigger, findings: Sequence[Finding], parameters: ParametersByRule
) -> Explanation:
    """Every way of one trigger, under the parameters of the rules that judge it."""
    cases = judge.cases(trigger, Parameters())
    places = tuple(_place(case, parameters) for case in cases)
    return Explanation(trigger, tuple(findings), places, remedies(cases, findings, parameters))


def _place(case: Case, parameters: ParametersByRule) -> Place:
    situation, note = case.situation, _note(case)
    destinations: tuple[Destination, ...] = ()
    if situation.gone is None and situation.doubt is None and situation.vpc is not None:
        destinations = (*_services(case, parameters), *_brokers(case))
    vpc_id = situation.vpc.id if situation.vpc is not None else None
    return Place(vpc_id, situation.placement.subnet_ids, situation.group_ids, note, destinations)


def _note(case: Case) -> str:
    situation: Situation = case.situation
    if situation.gone is not None:
        return f"{situation.gone.id} does not exist any more, so there is no way to tell."
    if situation.doubt is not None:
        return f"Nothing can be told: {situation.doubt.text}."
    if situation.vpc is None:
        return "The trigger has no VPC settings: its pollers reach public brokers from AWS's own network."
    if case.trigger.mode is Mode.PROVISIONED:
        return "Provisioned mode: AWS carries the calls to its services, so only the brokers must be reached."
    return ""


def _services(case: Case, parameters: ParametersByRule) -> list[Destination]:
    if case.trigger.mode is Mode.PROVISIONED:
        return []
    return [_service(case, need, parameters) for need in case.trigger.needs]


def _service(case: Case, need: Need, parameters: ParametersByRule) -> Destination:
    rule = RULE_OF_SERVICE[need.service]
    own = replace(case, parameters=parameters.get(rule, Parameters()))
    egress = replace(case, parameters=parameters.get("kafka-trigger-egress", Parameters()))
    ways = service_ways(own, egress, need)
    name = need.service.value
    if need.region != case.trigger.region:
        name = f"{name} in {need.region}"
    return Destination(DestinationKind.SERVICE, (name,), "443", rule, ways)


def _brokers(case: Case) -> list[Destination]:
    alike: dict[tuple[str, frozenset[tuple[Step, ...]]], dict[str, list[Leg]]] = {}
    for broker in case.situation.placement.brokers:
        legs = broker_legs(case, broker)
        key = (_port(broker), frozenset(leg.steps for leg in legs))
        alike.setdefault(key, {}).setdefault(broker.name, []).extend(legs)
    return [_together(port, legs_by_name) for (port, _), legs_by_name in alike.items()]


def _together(port: str, legs_by_name: dict[str, list[Leg]]) -> Destination:
    way = Way("directly", None, grouped(leg for legs in legs_by_name.values() for leg in legs))
    return Destination(DestinationKind.BROKER, tuple(legs_by_name), port, broker_access.RULE.name, (way,))


def _port(broker: Broker) -> str:
    spans = [str(first) if first == last else f"{first}-{last}" for first, last in broker.ports]
    return " or ".join(spans)
