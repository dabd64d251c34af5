"""kafka-trigger-egress: TriggerSG must let the poller out to every endpoint and broker it needs."""

from __future__ import annotations

from dataclasses import replace

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.hops import HopKind, Outcome, Share
from kafka_trigger_guard.network.internet import ExitKind
from kafka_trigger_guard.network.paths import Path
from kafka_trigger_guard.network.security_groups import HTTPS
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import Destination, over_destinations, over_paths
from kafka_trigger_guard.rules.endpoint_question import allows_nat
from kafka_trigger_guard.rules.findings import Judgement, Reason, compliant, unknown
from kafka_trigger_guard.rules.ground import doubt_of
from kafka_trigger_guard.rules.parameters import ALLOW_NAT
from kafka_trigger_guard.rules.rule import EGRESS_DOCUMENT, Rule, always_needed
from kafka_trigger_guard.triggers.trigger import Mode, Need

_EGRESS = frozenset({HopKind.EGRESS})
_REASONS = {HopKind.EGRESS: Reason.TRIGGER_EGRESS_DENIED}


def _judge(case: Case) -> Judgement:
    brokers = case.situation.placement.brokers
    if not brokers:
        return unknown(Reason.BROKER_UNRESOLVED, "the trigger names no broker")
    destinations = [_to_broker(broker.name, case.ground.broker_paths(broker)) for broker in brokers]
    if case.trigger.mode is Mode.ON_DEMAND:
        destinations = [*_to_services(case), *destinations]
    denied = over_destinations(destinations, _REASONS)
    groups = ", ".join(case.situation.group_ids)
    return denied or compliant(Reason.ALLOWED, f"{groups} lets the poller out to all it needs")


def _to_broker(name: str, paths: tuple[Path, ...]) -> Destination:
    return over_paths(name, [path.outcome(_EGRESS) for path in paths])


def _to_services(case: Case) -> list[Destination]:
    found = [_to_service(case, need) for need in case.trigger.needs]
    return [destination for destination in found if destination is not None]


def _to_service(case: Case, need: Need) -> Destination | None:
    """The candidate endpoint, else public addresses if there is a NAT path that counts, else nothing."""
    serving = case.ground.candidate(need)
    name, nat = need.service.value, allows_nat(case, need.service)
    if serving.endpoint is not None:
        by_subnet = case.ground.service_paths(serving)
        outcomes = [path.outcome(_EGRESS) for paths in by_subnet.values() for path in paths]
        if nat and not all(by_subnet.values()):
            outcomes += _to_public(case, name)
        return over_paths(name, outcomes) if outcomes else None
    if serving.doubt is not None:
        return over_paths(name, [_to_anywhere(case, name, serving.doubt)])
    outcomes = _to_public(case, name) if nat and serving.captured is None else []
    return over_paths(name, outcomes) if outcomes else None


def _to_public(case: Case, name: str) -> list[Outcome]:
    """What TriggerSG does to public addresses, if a NAT or central egress carries them or may do so."""
    exits = case.ground.exits()
    if not any(found.carries for found in exits):
        return []
    found = case.ground.reach.paths.to_public(case.ground.origins[0], name).outcome(_EGRESS)
    doubt = doubt_of(exits)
    sure = any(exit_.carries and exit_.kind is not ExitKind.UNKNOWN for exit_ in exits)
    return [found if sure or doubt is None else _unsure(found, doubt)]


def _to_anywhere(case: Case, name: str, doubt: Doubt) -> Outcome:
    """Nobody knows where the service is, or whether it has a path at all: only all open is enough."""
    target = case.ground.reach.targets.nowhere(name, HTTPS, doubt)
    return _unsure(case.ground.reach.paths.path(case.ground.origins[0], target).outcome(_EGRESS), doubt)


def _unsure(found: Outcome, doubt: Doubt) -> Outcome:
    """A denial of what may not be needed at all."""
    if found.hop is None or found.share is Share.UNKNOWN:
        return found
    return Outcome(Share.UNKNOWN, replace(found.hop, answer=Answer.UNKNOWN, doubt=doubt))


RULE = Rule(
    name="kafka-trigger-egress",
    asks="Does TriggerSG let the poller out to every endpoint and broker it needs?",
    judges="TriggerSG egress",
    reasons=(Reason.ALLOWED, Reason.TRIGGER_EGRESS_DENIED, Reason.PARTIAL, Reason.BROKER_UNRESOLVED),
    judge=_judge,
    not_needed=always_needed,
    cannot_see="which of a service's public addresses a poller uses behind a NAT",
    document=EGRESS_DOCUMENT,
    nat_default="each service's own",
    own_parameters=(ALLOW_NAT,),
    in_provisioned_mode=True,
)
