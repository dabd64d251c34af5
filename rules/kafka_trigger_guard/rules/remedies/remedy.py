"""Who must do what for the red rules that no document repairs: which account, where, by which commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from kafka_trigger_guard.network.lacks import LackKind
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import RangeSet
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.explaining.services import RULE_OF_SERVICE
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.remedies.advice import advice_of_finding, advice_of_hop, advice_of_lack
from kafka_trigger_guard.rules.remedies.closed_hops import ClosedHop, ParametersByRule, closed_hops
from kafka_trigger_guard.rules.remedies.commands_by_lack import commands
from kafka_trigger_guard.rules.remedies.commands_of_connections import connection_remedies
from kafka_trigger_guard.rules.remedies.commands_of_filters import planned_entries
from kafka_trigger_guard.rules.remedies.names import association_remedies, endpoint_remedies
from kafka_trigger_guard.rules.remedies.wanting import Ends, Remedy, Wanting
from kafka_trigger_guard.triggers.trigger import Mode


def remedies(
    cases: Sequence[Case], findings: Iterable[Finding], parameters: ParametersByRule
) -> tuple[Remedy, ...]:
    """What accounts must do so that a trigger's red findings become green.

    Of a finding that a document repairs, only what other accounts could do instead. `cases` are the places
    that it may poll from, `parameters` those of each rule, by its name.
    """
    red = {f.rule: f for f in findings if f.verdict is Verdict.NON_COMPLIANT}
    repaired = frozenset(rule for rule, finding in red.items() if finding.remediation is not None)
    found = [remedy for case in cases for remedy in _at(case, red.keys(), repaired, parameters)]
    told = repaired.union(*(remedy.rules for remedy in found))
    rest = (advice_of_finding(cases[0], finding) for rule, finding in red.items() if rule not in told)
    return _merged([*found, *rest])


def _at(
    case: Case, red: Collection[str], repaired: Collection[str], parameters: ParametersByRule
) -> list[Remedy]:
    if case.situation.vpc is None or case.situation.gone is not None or case.situation.doubt is not None:
        return []
    hops = closed_hops(case, red, parameters)
    found = [*_of_services(case, red, parameters), *_of_hops(case, hops)]
    home = case.trigger.account
    mine = [r for r in found if r.account != home or not set(r.rules) <= set(repaired)]
    return [*_associations(case, red), *mine]


def _merged(found: Iterable[Remedy]) -> tuple[Remedy, ...]:
    """Rules that ask the same of the same account share a remedy."""
    alike: dict[object, Remedy] = {}
    for remedy in found:
        key = (remedy.account, remedy.resource.id, remedy.commands or (remedy.why, remedy.advice))
        known = alike.get(key)
        rules = (*known.rules, *remedy.rules) if known is not None else remedy.rules
        alike[key] = replace(known or remedy, rules=tuple(dict.fromkeys(rules)))
    return tuple(alike.values())


def _of_services(case: Case, red: Collection[str], parameters: ParametersByRule) -> Iterator[Remedy]:
    if case.trigger.mode is Mode.PROVISIONED:
        return
    for need in case.trigger.needs:
        rule = RULE_OF_SERVICE[need.service]
        if rule in red:
            own = replace(case, parameters=parameters.get(rule, Parameters()))
            yield from endpoint_remedies(own, need, rule)


def _associations(case: Case, red: Collection[str]) -> Iterator[Remedy]:
    """All steps of them, also of the trigger's own account: they stand for what a document would do."""
    if case.trigger.mode is Mode.ON_DEMAND:
        for need in case.trigger.needs:
            if RULE_OF_SERVICE[need.service] in red:
                yield from association_remedies(case, need, RULE_OF_SERVICE[need.service])


# -- hops that deny ------------------------------------------------------------------------------------------


def _of_hops(case: Case, closed: Iterable[ClosedHop]) -> Iterator[Remedy]:
    """One remedy for each object and what it lacks, for all ways together that meet it."""
    alike: dict[object, list[ClosedHop]] = {}
    for found in closed:
        far = found.destination.vpc.id if found.destination.vpc is not None else ""
        what = found.hop.lack or found.connection or found.hop.text
        alike.setdefault((found.rule, found.hop.resource, what, found.hop.back, far), []).append(found)
    taken = _Taken()
    for group in alike.values():
        first = group[0]
        if first.connection is not None:
            yield from connection_remedies(case, first.rule, first.connection)
        elif first.hop.lack is not None and first.hop.lack.account:
            yield _supplied(case, group, taken)
        else:
            yield _advised(case, first)


def _supplied(case: Case, group: list[ClosedHop], taken: _Taken) -> Remedy:
    """The commands that supply what the hop lacks, else advice."""
    first, network = group[0], case.ground.reach.network
    assert first.hop.lack is not None
    wanting = Wanting(
        first.hop.lack,
        first.hop.resource,
        _region(case, first.hop.resource.id),
        _united(found.sender for found in group),
        _united(found.destination for found in group),
        first.hop.back,
    )
    wanting = taken.apart(wanting, network)
    run = commands(wanting, network)
    advice = advice_of_lack(wanting, network, has_commands=bool(run))
    return Remedy((first.rule,), wanting.lack.account, first.hop.resource, first.hop.text, run, advice)


def _advised(case: Case, closed: ClosedHop) -> Remedy:
    resource = closed.hop.resource
    account = resource.account or case.trigger.account
    return Remedy((closed.rule,), account, resource, closed.hop.text, (), advice_of_hop(case, closed.hop))


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
    groups = {end.group_ids for end in every}
    shared = groups.pop() if len(groups) == 1 else ()
    return Ends(every[0].vpc, addresses, tuple(subnets[each] for each in sorted(subnets)), shared)
