"""kafka-trigger-broker-redundancy: one broker or one zone failing should not stop the trigger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.names import literal
from kafka_trigger_guard.network.ranges import PUBLIC_IPV4
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import doubted
from kafka_trigger_guard.rules.findings import Judgement, Reason, Verdict, compliant, non_compliant, unknown
from kafka_trigger_guard.rules.parameters import MINIMUM_BROKERS, MINIMUM_ZONES
from kafka_trigger_guard.rules.rule import Rule, always_needed
from kafka_trigger_guard.triggers.trigger import Broker


@dataclass(frozen=True, slots=True)
class _Brokers:
    """What is known of the brokers' number and zones.

    `sure` are those that are surely brokers of their own, by address, node or name; `unresolved` the names
    that lead nowhere, with the doubt. `lost` holds why the zones of brokers are not known although they are
    somewhere in a network; `elsewhere` the broker that is in none, or nobody can tell where.
    """

    sure: frozenset[object]
    unresolved: tuple[Doubt, ...]
    zones: frozenset[str]
    lost: tuple[Doubt, ...]
    elsewhere: str | None


def _judge(case: Case) -> Judgement:
    brokers = _known(case)
    found = [
        judgement for judgement in (_count(case, brokers), _zones(case, brokers)) if judgement is not None
    ]
    denied = next((judgement for judgement in found if judgement.verdict is Verdict.NON_COMPLIANT), None)
    return denied or (found[0] if found else _redundant(case, brokers))


def _at_least(case: Case, brokers: _Brokers) -> int:
    """How many brokers there are: as AWS states, else by address, node or name. Names that are only not read
    may all lead to one broker; of those that are nowhere each is one."""
    stated = case.situation.placement.broker_count
    if stated is not None:
        return stated
    readable = any(_is_readable(doubt) for doubt in brokers.unresolved)
    return len(brokers.sure) + (0 if readable else len(brokers.unresolved))


def _count(case: Case, brokers: _Brokers) -> Judgement | None:
    placement, minimum = case.situation.placement, case.parameters.minimum_brokers
    if placement.always_enough_brokers or _at_least(case, brokers) >= minimum:
        return None
    unread = next((broker for broker in placement.brokers if broker.host is None and broker.unread), None)
    if placement.broker_count is None and unread is not None:
        return doubted(case.ground.unread(unread.unread))
    if brokers.unresolved:
        return doubted(_worded(brokers.unresolved[0], "one broker or several"))
    if not placement.brokers:
        return unknown(Reason.BROKER_UNRESOLVED, "no bootstrap server: one broker or several")
    return non_compliant(Reason.SINGLE_BROKER, f"{_at_least(case, brokers)} of at least {minimum} brokers")


def _zones(case: Case, brokers: _Brokers) -> Judgement | None:
    """The zones of trigger subnets and brokers. Brokers whose zones a reading could tell are in doubt; those
    in no network at all (public addresses, names that lead nowhere) have no zone and only keep the zones of
    the others from being all there are."""
    if case.situation.vpc is None:
        return None
    minimum, own = case.parameters.minimum_zones, case.situation.zones
    if len(own) < minimum:
        text = f"the trigger subnets are in {len(own)} of at least {minimum} zones ({', '.join(sorted(own))})"
        return non_compliant(Reason.SINGLE_ZONE, text)
    if len(brokers.zones) >= minimum:
        return None
    readable = [doubt for doubt in brokers.unresolved if _is_readable(doubt)]
    if brokers.lost or readable:
        return doubted([*brokers.lost, *readable][0])
    if not brokers.zones:
        return None
    if brokers.unresolved:
        return doubted(_worded(brokers.unresolved[0], "its zone is not known"))
    if brokers.elsewhere is not None:
        return unknown(Reason.NOT_MODELLED, f"{brokers.elsewhere} is in no zone that can be known")
    where = ", ".join(sorted(brokers.zones))
    text = f"the brokers are in {len(brokers.zones)} of at least {minimum} zones ({where})"
    return non_compliant(Reason.SINGLE_ZONE, text)


def _is_readable(doubt: Doubt) -> bool:
    """Whether reading more would tell."""
    return doubt.kind in (DoubtKind.NOT_COLLECTED, DoubtKind.SHARED_VPC) or bool(doubt.unread_account)


def _worded(doubt: Doubt, question: str) -> Doubt:
    return doubt if _is_readable(doubt) else replace(doubt, text=f"{doubt.text}: {question}")


def _redundant(case: Case, brokers: _Brokers) -> Judgement:
    enough = case.situation.placement.always_enough_brokers
    count = "enough" if enough else str(_at_least(case, brokers))
    return compliant(
        Reason.REDUNDANT, f"{count} brokers; pollers in {len(case.situation.zones) or 'no'} zones"
    )


def _known(case: Case) -> _Brokers:
    places: dict[object, str | Doubt | None] = {}
    unresolved: dict[str, Doubt] = {}
    elsewhere = None
    for broker in case.situation.placement.brokers:
        found = _places(case, broker)
        if isinstance(found, Doubt):
            unresolved[(broker.host or broker.name).lower()] = found
            continue
        if None in found.values() and not broker.anywhere:
            elsewhere = elsewhere or broker.name
        places.update(found)
    zones = frozenset(place for place in places.values() if isinstance(place, str))
    lost = tuple(place for place in places.values() if isinstance(place, Doubt))
    return _Brokers(frozenset(places), tuple(unresolved.values()), zones, lost, elsewhere)


def _places(case: Case, broker: Broker) -> dict[object, str | Doubt | None] | Doubt:
    """Each of a broker's addresses with its zone, why that is not known, or None where there is none."""
    if broker.host is None:
        return {broker.name: _of_node(case, broker)}
    if case.situation.vpc is None:
        written = literal(broker.host)
        text = f"{broker.host} is not resolved outside a VPC"
        return dict.fromkeys(written) if written else Doubt(DoubtKind.UNRESOLVED, text)
    addresses = case.ground.broker_addresses(broker)
    if isinstance(addresses, Doubt):
        return addresses
    return {number: _of_address(case, broker, number) for number in addresses}


def _of_node(case: Case, broker: Broker) -> str | Doubt | None:
    """The zone of a node by its subnet, or None for a source that has no nodes."""
    if broker.anywhere:
        return None
    subnet = case.ground.reach.network.parts.subnets.get(broker.subnet_id or "")
    if subnet is not None:
        return subnet.zone
    return _lost(case, broker)


def _of_address(case: Case, broker: Broker, number: int) -> str | Doubt | None:
    """The zone of the subnet in which the broker's address lies, as its paths know it."""
    subnet = case.ground.reach.network.parts.subnets.get(broker.subnet_id or "")
    if subnet is not None:
        return subnet.zone
    for path in case.ground.broker_paths(broker):
        if path.target.subnet is not None and number in path.target.addresses:
            return path.target.subnet.zone
    return None if broker.anywhere or number in PUBLIC_IPV4 else _lost(case, broker)


def _lost(case: Case, broker: Broker) -> Doubt | None:
    """What was not read of the network that the broker is in; None where nothing that is read would tell."""
    hops = (hop for path in case.ground.broker_paths(broker) for hop in path.closed)
    doubt = next((hop.doubt for hop in hops if hop.doubt is not None and _is_readable(hop.doubt)), None)
    return replace(doubt, text=f"the zone of {broker.name} is not known: {doubt.text}") if doubt else None


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
