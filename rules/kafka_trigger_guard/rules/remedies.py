"""What accounts other than the trigger's must do for the red rules: who, where, by which commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.endpoints import Serving
from kafka_trigger_guard.network.hops import Hop, HopKind
from kafka_trigger_guard.network.lacks import LackKind
from kafka_trigger_guard.network.model import Subnet
from kafka_trigger_guard.network.nat import Sender
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.paths import Path
from kafka_trigger_guard.network.ranges import ALL_IPV4, RangeSet
from kafka_trigger_guard.rules import broker_access, egress, endpoint_ingress
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.commands_by_lack import commands
from kafka_trigger_guard.rules.commands_of_filters import planned_entries
from kafka_trigger_guard.rules.endpoint_question import allows_nat
from kafka_trigger_guard.rules.explained_services import RULE_OF_SERVICE
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.remedies_of_names import endpoint_remedies
from kafka_trigger_guard.rules.wanting import Ends, Remedy, Wanting
from kafka_trigger_guard.triggers.trigger import Mode, Need

_ON_THE_WAY = frozenset({HopKind.ROUTE, HopKind.NETWORK_ACL})
_KINDS = {
    egress.RULE.name: frozenset({HopKind.EGRESS}),
    endpoint_ingress.RULE.name: frozenset({HopKind.INGRESS}),
    broker_access.RULE.name: _ON_THE_WAY | {HopKind.INGRESS},
}
"""The hops of each rule; those of the endpoint rules are routes and network ACLs."""


@dataclass(frozen=True, slots=True)
class _Shut:
    """A hop that denies, on a way with these ends."""

    hop: Hop
    rule: str
    sender: Ends
    destination: Ends
    table: str = ""


def remedies(
    cases: Iterable[Case], red: Collection[str], parameters: dict[str, Parameters]
) -> tuple[Remedy, ...]:
    """What other accounts must do so that the red rules of a trigger become green.

    `cases` are the places that it may poll from, `parameters` those of each rule, by its name.
    """
    return _merged(remedy for case in cases for remedy in _at(case, red, parameters))


def _at(case: Case, red: Collection[str], parameters: dict[str, Parameters]) -> list[Remedy]:
    if case.situation.vpc is None or case.situation.gone is not None or case.situation.doubt is not None:
        return []
    return [*_of_services(case, red, parameters), *_of_hops(case, _shut(case, red, parameters))]


def _merged(found: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """Rules that ask the same of the same account share a remedy."""
    alike: dict[object, Remedy] = {}
    for remedy in found:
        key = (remedy.account, remedy.resource.id, remedy.commands or remedy.why)
        known = alike.get(key)
        rules = (*known.rules, *remedy.rules) if known is not None else remedy.rules
        alike[key] = replace(known or remedy, rules=tuple(dict.fromkeys(rules)))
    return tuple(alike.values())


def _of_services(case: Case, red: Collection[str], parameters: dict[str, Parameters]) -> Iterator[Remedy]:
    if case.trigger.mode is Mode.PROVISIONED:
        return
    for need in case.trigger.needs:
        rule = RULE_OF_SERVICE[need.service]
        if rule in red:
            own = replace(case, parameters=parameters.get(rule, Parameters()))
            yield from endpoint_remedies(own, need, rule)


def _of_hops(case: Case, shut: Iterable[_Shut]) -> Iterator[Remedy]:
    """One remedy for each object and what it lacks, for all ways together that meet it."""
    alike: dict[object, list[_Shut]] = {}
    for found in shut:
        lack = found.hop.lack
        if lack is not None and lack.account and lack.account != case.trigger.account:
            far = found.destination.vpc.id if found.destination.vpc is not None else ""
            key = (found.rule, found.hop.resource, lack, found.hop.back, far)
            alike.setdefault(key, []).append(found)
    network, taken = case.ground.reach.network, _Taken()
    for group in alike.values():
        first = group[0]
        wanting = _wanting(case, group)
        if wanting is not None:
            wanting = taken.apart(wanting, network)
            run = commands(wanting, network)
            yield Remedy((first.rule,), wanting.lack.account, first.hop.resource, first.hop.text, run)


class _Taken:
    """The numbers that entries of network ACLs will have; equal entries of several rules share one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool], frozenset[int]] = {}
        self._known: dict[object, frozenset[int]] = {}

    def apart(self, wanting: Wanting, network: Network) -> Wanting:
        """The same, kept apart from what was planned before."""
        if wanting.lack.kind is not LackKind.ACL_ENTRY:
            return wanting
        same = (wanting.resource.id, wanting.lack, wanting.concerned)
        acl = (wanting.resource.id, wanting.lack.egress)
        if same not in self._known:
            self._known[same] = self._numbers.get(acl, frozenset())
        own = replace(wanting, reserved=self._known[same])
        planned = {entry.number for entry in planned_entries(own, network)}
        self._numbers[acl] = self._numbers.get(acl, frozenset()) | planned
        return own


def _wanting(case: Case, group: list[_Shut]) -> Wanting | None:
    first = group[0]
    if first.hop.lack is None:
        return None
    return Wanting(
        first.hop.lack,
        first.hop.resource,
        _region(case, first.hop.resource.id),
        _united(found.sender for found in group),
        _united(found.destination for found in group),
        first.hop.back,
        first.table,
    )


def _region(case: Case, resource_id: str) -> str:
    """The Region of an object of a VPC; the trigger's own for all else."""
    parts = case.ground.reach.network.parts
    for kind in (parts.route_tables, parts.network_acls, parts.security_groups):
        found = kind.get(resource_id)
        vpc = parts.vpcs.get(found.vpc_id) if found is not None else None
        if vpc is not None:
            return vpc.region
    return case.situation.region


def _united(ends: Iterable[Ends]) -> Ends:
    every = list(ends)
    addresses = RangeSet.of(span for end in every for span in end.addresses.spans)
    subnets = {subnet.id: subnet for end in every for subnet in end.subnets}
    return Ends(every[0].vpc, addresses, tuple(subnets[subnet_id] for subnet_id in sorted(subnets)))


# -- the hops that deny, with the rule that owns each --------------------------------------------------------


def _shut(case: Case, red: Collection[str], parameters: dict[str, Parameters]) -> Iterator[_Shut]:
    if case.trigger.mode is Mode.ON_DEMAND:
        for need in case.trigger.needs:
            yield from _towards(case, need, red, parameters)
    for rule in (egress.RULE.name, broker_access.RULE.name):
        if rule in red:
            for broker in case.situation.placement.brokers:
                yield from _on(case, rule, _KINDS[rule], case.ground.broker_paths(broker))


def _towards(
    case: Case, need: Need, red: Collection[str], parameters: dict[str, Parameters]
) -> Iterator[_Shut]:
    """On the way to a service: to its endpoint, or by NAT where that counts."""
    own, serving = RULE_OF_SERVICE[need.service], case.ground.serving(need)
    if own in red and serving.in_use:
        yield from _on(case, own, _ON_THE_WAY, _paths(case, serving))
    elif own in red and allows_nat(replace(case, parameters=parameters.get(own, Parameters())), need.service):
        yield from _by_nat(case, own)
    candidate = case.ground.candidate(need)
    for rule in (egress.RULE.name, endpoint_ingress.RULE.name):
        if rule in red:
            yield from _on(case, rule, _KINDS[rule], _paths(case, candidate))


def _paths(case: Case, serving: Serving) -> list[Path]:
    return [path for paths in case.ground.service_paths(serving).values() for path in paths]


def _on(case: Case, rule: str, kinds: frozenset[HopKind], paths: Iterable[Path]) -> Iterator[_Shut]:
    vpcs = case.ground.reach.network.parts.vpcs
    for path in paths:
        target = path.target
        subnets = (target.subnet,) if target.subnet is not None else ()
        destination = Ends(vpcs.get(target.vpc_id or ""), target.addresses, subnets)
        for hop in path.closed:
            if hop.kind in kinds and hop.answer is Answer.DENY:
                yield _Shut(hop, rule, _sender(case, path.subnet), destination)


def _by_nat(case: Case, rule: str) -> Iterator[_Shut]:
    everywhere = Ends(None, ALL_IPV4)
    for origin in case.ground.origins:
        found = case.ground.reach.internet.exit(Sender(origin.subnet, origin.group_ids))
        table = found.hops[0].resource.id if found.hops else ""
        for hop in found.hops:
            if hop.answer is Answer.DENY:
                yield _Shut(hop, rule, _sender(case, origin.subnet), everywhere, table)


def _sender(case: Case, subnet: Subnet) -> Ends:
    return Ends(case.situation.vpc, subnet.addresses, (subnet,))
