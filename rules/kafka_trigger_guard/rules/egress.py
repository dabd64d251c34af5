"""kafka-trigger-egress: TriggerSG must let the poller out to every endpoint and broker it needs."""

from __future__ import annotations

from dataclasses import replace

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.hops import HopKind, Outcome, Share
from kafka_trigger_guard.network.paths import Path
from kafka_trigger_guard.network.security_groups import HTTPS
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import Destination, over_destinations, over_paths
from kafka_trigger_guard.rules.endpoint_question import allows_nat
from kafka_trigger_guard.rules.findings import Judgement, Reason, compliant, unknown
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
    """The candidate endpoint, else public addresses where a NAT path would count, else nothing."""
    serving = case.ground.serving(need)
    name, nat = need.service.value, allows_nat(case, need.service)
    public = case.ground.reach.paths.to_public(case.ground.origins[0], name).outcome(_EGRESS)
    if serving.endpoint is not None:
        by_subnet = case.ground.service_paths(serving)
        outcomes = [path.outcome(_EGRESS) for paths in by_subnet.values() for path in paths]
        if nat and not all(by_subnet.values()):
            outcomes.append(public)
        return over_paths(name, outcomes) if outcomes else None
    if serving.doubt is not None:
        return over_paths(name, [_to_anywhere(case, name, serving.doubt, needed=nat)])
    return over_paths(name, [public]) if nat and serving.captured is None else None


def _to_anywhere(case: Case, name: str, doubt: Doubt, *, needed: bool) -> Outcome:
    """Nobody knows where the service is: all open is enough, and none open denies what is needed."""
    target = case.ground.reach.targets.nowhere(name, HTTPS, doubt)
    found = case.ground.reach.paths.path(case.ground.origins[0], target).outcome(_EGRESS)
    if found.share is Share.NONE and not needed and found.hop is not None:
        return Outcome(Share.UNKNOWN, replace(found.hop, answer=Answer.UNKNOWN, doubt=doubt))
    return found


RULE = Rule(
    name="kafka-trigger-egress",
    asks="Does TriggerSG let the poller out to every endpoint and broker it needs?",
    judges="TriggerSG egress",
    reasons=(Reason.ALLOWED, Reason.TRIGGER_EGRESS_DENIED, Reason.PARTIAL, Reason.BROKER_UNRESOLVED),
    judge=_judge,
    not_needed=always_needed,
    cannot_see="which of a service's public addresses a poller uses behind a NAT",
    document=EGRESS_DOCUMENT,
    own_parameters=(ALLOW_NAT,),
    in_provisioned_mode=True,
)
