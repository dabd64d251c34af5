"""kafka-trigger-egress: TriggerSG must let the poller out to every endpoint and broker it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.hops import HopKind, Outcome, Share
from kafka_trigger_guard.network.internet import ExitKind
from kafka_trigger_guard.network.security_groups import HTTPS
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import over_destinations, over_paths
from kafka_trigger_guard.rules.endpoint_question import allows_nat
from kafka_trigger_guard.rules.findings import Judgement, Reason, compliant, unknown
from kafka_trigger_guard.rules.ground import doubt_of
from kafka_trigger_guard.rules.mending import can_be_read, sees_brokers
from kafka_trigger_guard.rules.parameters import ALLOW_NAT
from kafka_trigger_guard.rules.rule import EGRESS_DOCUMENT, Rule, always_needed
from kafka_trigger_guard.triggers.trigger import Broker, Mode, Need

_EGRESS = frozenset({HopKind.EGRESS})
_REASONS = {HopKind.EGRESS: Reason.TRIGGER_EGRESS_DENIED}


@dataclass(frozen=True, slots=True)
class _Aim:
    """What the poller must be let out to; `known` says that it is known what would have to be allowed."""

    name: str
    outcomes: tuple[Outcome, ...]
    known: bool = True


def _judge(case: Case) -> Judgement:
    if not case.situation.placement.brokers:
        return unknown(Reason.BROKER_UNRESOLVED, "the trigger names no broker")
    destinations = [over_paths(aim.name, aim.outcomes) for aim in _aims(case)]
    denied = over_destinations(destinations, _REASONS)
    groups = ", ".join(case.situation.group_ids)
    return denied or compliant(Reason.ALLOWED, f"{groups} lets the poller out to all it needs")


def _mends(case: Case) -> bool:
    """Nothing is unknown, and TriggerSG's owner is the trigger's account."""
    if not can_be_read(case) or not sees_brokers(case):
        return False
    for aim in _aims(case):
        shut = [outcome for outcome in aim.outcomes if outcome.hop is not None]
        if any(outcome.share is Share.UNKNOWN for outcome in shut) or (shut and not aim.known):
            return False
        if any(o.hop is not None and o.hop.resource.account != case.trigger.account for o in shut):
            return False
    return True


def _aims(case: Case) -> list[_Aim]:
    brokers = [_to_broker(case, broker) for broker in case.situation.placement.brokers]
    if case.trigger.mode is not Mode.ON_DEMAND:
        return brokers
    services = [_to_service(case, need) for need in case.trigger.needs]
    return [*(aim for aim in services if aim.outcomes), *brokers]


def _to_broker(case: Case, broker: Broker) -> _Aim:
    paths = case.ground.broker_paths(broker)
    known = not broker.unread and all(path.target.doubt is None for path in paths)
    return _Aim(broker.name, tuple(path.outcome(_EGRESS) for path in paths), known)


def _to_service(case: Case, need: Need) -> _Aim:
    """The candidate endpoint, else public addresses if there is a NAT path that counts, else nothing."""
    serving = case.ground.candidate(need)
    name, nat = need.service.value, allows_nat(case, need.service)
    if serving.endpoint is not None:
        by_subnet = case.ground.service_paths(serving)
        paths = [path for paths in by_subnet.values() for path in paths]
        known = serving.endpoint.type == "Gateway" or all(path.target.doubt is None for path in paths)
        outcomes = [path.outcome(_EGRESS) for path in paths]
        if nat and not all(by_subnet.values()):
            outcomes += _to_public(case, name)
        return _Aim(name, tuple(outcomes), known)
    if serving.doubt is not None:
        return _Aim(name, (_to_anywhere(case, name, serving.doubt),))
    return _Aim(name, tuple(_to_public(case, name)) if nat and serving.captured is None else ())


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
    mends=_mends,
    document=EGRESS_DOCUMENT,
    nat_default="each service's own",
    own_parameters=(ALLOW_NAT,),
    in_provisioned_mode=True,
)
