"""kafka-trigger-broker-redundancy: one broker or one zone failing should not stop the trigger."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.names import literal
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.findings import Judgement, Reason, Verdict, compliant, non_compliant, unknown
from kafka_trigger_guard.rules.parameters import MINIMUM_BROKERS, MINIMUM_ZONES
from kafka_trigger_guard.rules.rule import Rule, always_needed
from kafka_trigger_guard.triggers.trigger import Broker


@dataclass(frozen=True, slots=True)
class _Brokers:
    """How many brokers there are at least, names that do not resolve, zones, and a broker without one."""

    at_least: int
    unresolved: tuple[str, ...]
    zones: frozenset[str]
    unplaced: str | None


def _judge(case: Case) -> Judgement:
    brokers = _known(case)
    found = [
        judgement for judgement in (_count(case, brokers), _zones(case, brokers)) if judgement is not None
    ]
    denied = next((judgement for judgement in found if judgement.verdict is Verdict.NON_COMPLIANT), None)
    return denied or (found[0] if found else _redundant(case, brokers))


def _count(case: Case, brokers: _Brokers) -> Judgement | None:
    placement, minimum = case.situation.placement, case.parameters.minimum_brokers
    if placement.always_enough_brokers or brokers.at_least >= minimum:
        return None
    unread = next(
        (broker.unread for broker in placement.brokers if broker.host is None and broker.unread), ""
    )
    if placement.broker_count is None and unread:
        return unknown(Reason.NOT_COLLECTED, unread)
    if brokers.unresolved or not placement.brokers:
        name = brokers.unresolved[0] if brokers.unresolved else "no bootstrap server"
        return unknown(Reason.BROKER_UNRESOLVED, f"{name}: one broker or several")
    return non_compliant(Reason.SINGLE_BROKER, f"{brokers.at_least} of at least {minimum} brokers")


def _zones(case: Case, brokers: _Brokers) -> Judgement | None:
    if case.situation.vpc is None:
        return None
    minimum, own = case.parameters.minimum_zones, case.situation.zones
    if len(own) < minimum:
        text = f"the trigger subnets are in {len(own)} of at least {minimum} zones ({', '.join(sorted(own))})"
        return non_compliant(Reason.SINGLE_ZONE, text)
    if not brokers.zones or len(brokers.zones) >= minimum:
        return None
    if brokers.unresolved:
        return unknown(Reason.BROKER_UNRESOLVED, f"{brokers.unresolved[0]}: its zone is not known")
    if brokers.unplaced is not None:
        return _unplaced(case, brokers.unplaced)
    where = ", ".join(sorted(brokers.zones))
    text = f"the brokers are in {len(brokers.zones)} of at least {minimum} zones ({where})"
    return non_compliant(Reason.SINGLE_ZONE, text)


def _unplaced(case: Case, name: str) -> Judgement:
    """A broker whose subnet was not read, with what its paths are in doubt about."""
    text = f"the zone of {name} was not read"
    broker = next(broker for broker in case.situation.placement.brokers if broker.name == name)
    doubts = (hop.doubt for path in case.ground.broker_paths(broker) for hop in path.closed)
    doubt = next((d for d in doubts if d is not None and d.kind is DoubtKind.NOT_COLLECTED), None)
    if doubt is None:
        return unknown(Reason.NOT_COLLECTED, text)
    return unknown(Reason.NOT_COLLECTED, f"{text}: {doubt.text}", unread_account=doubt.account)


def _redundant(case: Case, brokers: _Brokers) -> Judgement:
    count = "enough" if case.situation.placement.always_enough_brokers else str(brokers.at_least)
    return compliant(
        Reason.REDUNDANT, f"{count} brokers; pollers in {len(case.situation.zones) or 'no'} zones"
    )


def _known(case: Case) -> _Brokers:
    zones: dict[object, str | None] = {}
    unresolved, unplaced = [], None
    for broker in case.situation.placement.brokers:
        addresses = _addresses(case, broker)
        found: dict[object, str | None] = {number: _zone(case, broker, number) for number in addresses}
        if broker.host is None:
            found = {broker.name: _subnet_zone(case, broker.subnet_id)}
        elif not addresses:
            found = {broker.host.lower(): None}
            unresolved.append(_why_unresolved(case, broker.host))
        if None in found.values() and not broker.anywhere:
            unplaced = unplaced or broker.name
        zones.update(found)
    stated = case.situation.placement.broker_count
    known = frozenset(zone for zone in zones.values() if zone is not None)
    return _Brokers(len(zones) if stated is None else stated, tuple(unresolved), known, unplaced)


def _addresses(case: Case, broker: Broker) -> tuple[int, ...]:
    if broker.host is None:
        return ()
    if case.situation.vpc is None:
        return literal(broker.host)
    addresses = case.ground.broker_addresses(broker)
    return () if isinstance(addresses, Doubt) else addresses


def _why_unresolved(case: Case, host: str) -> str:
    if case.situation.vpc is None:
        return f"{host} is not resolved outside a VPC"
    found = case.ground.reach.names.addresses_of_host(case.situation.vpc, host)
    return found.text if isinstance(found, Doubt) else host


def _zone(case: Case, broker: Broker, number: int) -> str | None:
    """The zone of the subnet in which the broker's address lies, as its paths know it."""
    if broker.subnet_id is not None:
        return _subnet_zone(case, broker.subnet_id)
    for path in case.ground.broker_paths(broker):
        if path.target.subnet is not None and number in path.target.addresses:
            return path.target.subnet.zone
    return None


def _subnet_zone(case: Case, subnet_id: str | None) -> str | None:
    subnet = case.ground.reach.network.parts.subnets.get(subnet_id or "")
    return subnet.zone if subnet is not None else None


RULE = Rule(
    name="kafka-trigger-broker-redundancy",
    asks="Does one broker or one zone failing stop the trigger?",
    judges="bootstrap servers, trigger subnets",
    reasons=(
        Reason.REDUNDANT,
        Reason.SINGLE_BROKER,
        Reason.SINGLE_ZONE,
        Reason.BROKER_UNRESOLVED,
    ),
    judge=_judge,
    not_needed=always_needed,
    cannot_see="replication factors, minimum in-sync replicas, and brokers that are not bootstrap servers",
    own_parameters=(MINIMUM_BROKERS, MINIMUM_ZONES),
    outside_vpc=True,
    in_provisioned_mode=True,
)
