"""The hops that deny on a trigger's ways, each with the red rule that owns it and both ends of its way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.endpoints import Serving
from kafka_trigger_guard.network.hops import Hop, HopKind
from kafka_trigger_guard.network.model import Subnet
from kafka_trigger_guard.network.nat import Sender
from kafka_trigger_guard.network.paths import Path, Target
from kafka_trigger_guard.network.ranges import ALL_IPV4
from kafka_trigger_guard.rules import broker_access, egress, endpoint_ingress
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.endpoint_question import allows_nat
from kafka_trigger_guard.rules.explaining.services import RULE_OF_SERVICE
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.remedies.wanting import Ends
from kafka_trigger_guard.triggers.trigger import Broker, Mode, Need, ShutConnection

_ON_THE_WAY = frozenset({HopKind.ROUTE, HopKind.NETWORK_ACL})
_KINDS = {
    egress.RULE.name: frozenset({HopKind.EGRESS}),
    endpoint_ingress.RULE.name: frozenset({HopKind.INGRESS}),
    broker_access.RULE.name: _ON_THE_WAY | {HopKind.ARRIVAL, HopKind.INGRESS},
}
"""The hops of each rule; those of the endpoint rules are routes and network ACLs."""
_EVERYWHERE = Ends(None, ALL_IPV4)

ParametersByRule = Mapping[str, Parameters]


@dataclass(frozen=True, slots=True)
class ClosedHop:
    """A hop that denies, on a way with these ends; `connection` is the broker's, if that is what is shut."""

    hop: Hop
    rule: str
    sender: Ends
    destination: Ends
    connection: ShutConnection | None = None


def closed_hops(case: Case, red: Collection[str], parameters: ParametersByRule) -> Iterator[ClosedHop]:
    """Every hop that denies something that a red rule asks for."""
    if case.trigger.mode is Mode.ON_DEMAND:
        for need in case.trigger.needs:
            yield from _towards(case, need, red, parameters)
    for rule in (egress.RULE.name, broker_access.RULE.name):
        if rule in red:
            for broker in case.situation.placement.brokers:
                yield from _to_broker(case, rule, broker)


def _to_broker(case: Case, rule: str, broker: Broker) -> Iterator[ClosedHop]:
    for closed in _on(case, rule, _KINDS[rule], case.ground.broker_paths(broker)):
        is_absent = closed.hop.kind is HopKind.ARRIVAL
        yield replace(closed, connection=broker.unavailable) if is_absent else closed


def _towards(
    case: Case, need: Need, red: Collection[str], parameters: ParametersByRule
) -> Iterator[ClosedHop]:
    """On the way to a service: to its endpoint, or by NAT where that counts."""
    own, serving = RULE_OF_SERVICE[need.service], case.ground.serving(need)
    if own in red and serving.in_use:
        yield from _on(case, own, _ON_THE_WAY, _paths(case, serving))
    elif own in red and _counts_nat(case, own, need, parameters):
        yield from _by_nat(case, own)
    candidate = case.ground.candidate(need)
    for rule in (egress.RULE.name, endpoint_ingress.RULE.name):
        if rule in red:
            yield from _on(case, rule, _KINDS[rule], _paths(case, candidate))
    name = egress.RULE.name
    if name in red and _counts_nat(case, name, need, parameters) and not all(_reached(case, candidate)):
        yield from _to_public(case, name, need)


def _counts_nat(case: Case, rule: str, need: Need, parameters: ParametersByRule) -> bool:
    return allows_nat(replace(case, parameters=parameters.get(rule, Parameters())), need.service)


def _reached(case: Case, serving: Serving) -> list[tuple[Path, ...]]:
    """The paths to a candidate endpoint by trigger subnet; one without any where there is none."""
    return list(case.ground.service_paths(serving).values()) or [()]


def _paths(case: Case, serving: Serving) -> list[Path]:
    return [path for paths in case.ground.service_paths(serving).values() for path in paths]


def _on(case: Case, rule: str, kinds: frozenset[HopKind], paths: Iterable[Path]) -> Iterator[ClosedHop]:
    for path in paths:
        destination = _destination(case, path.target)
        for hop in path.closed:
            if hop.kind in kinds and hop.answer is Answer.DENY:
                yield ClosedHop(hop, rule, _sender(case, path.subnet), destination)


def _by_nat(case: Case, rule: str) -> Iterator[ClosedHop]:
    """What a NAT lacks that is there; to make one is no better than an endpoint."""
    for origin in case.ground.origins:
        found = case.ground.reach.internet.exit(Sender(origin.subnet, origin.group_ids))
        for hop in found.hops:
            if hop.answer is Answer.DENY and hop.lack is not None:
                yield ClosedHop(hop, rule, _sender(case, origin.subnet), _EVERYWHERE)


def _to_public(case: Case, rule: str, need: Need) -> Iterator[ClosedHop]:
    """TriggerSG towards public addresses, where a NAT that counts carries what it lets out."""
    if any(found.carries for found in case.ground.exits()):
        origin = case.ground.origins[0]
        path = case.ground.reach.paths.to_public(origin, need.service.value)
        for closed in _on(case, rule, _KINDS[rule], [path]):
            yield replace(closed, destination=_EVERYWHERE)


def _destination(case: Case, target: Target) -> Ends:
    subnets = (target.subnet,) if target.subnet is not None else ()
    group_ids = target.carrier.group_ids if target.carrier is not None else ()
    vpc = case.ground.reach.network.parts.vpcs.get(target.vpc_id or "")
    return Ends(vpc, target.addresses, subnets, group_ids)


def _sender(case: Case, subnet: Subnet) -> Ends:
    return Ends(case.situation.vpc, subnet.addresses, (subnet,), case.situation.group_ids)
