"""Judge triggers: applicability first, then the rule's own question, each shared shape of trigger once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import date

from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.policies import Policy
from kafka_trigger_guard.network.reach import Reach
from kafka_trigger_guard.rules.annotations import annotation, with_id
from kafka_trigger_guard.rules.applicability import left_out, not_applicable_to
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import alternatives
from kafka_trigger_guard.rules.findings import Finding, Judgement, Remediation, Verdict
from kafka_trigger_guard.rules.ground import Ground
from kafka_trigger_guard.rules.parameters import Parameters
from kafka_trigger_guard.rules.rule import Rule
from kafka_trigger_guard.rules.situation import mapping_resource, situate, unsituated
from kafka_trigger_guard.triggers.trigger import Need, Placement, Trigger

RuleSet = tuple[tuple[Rule, Parameters], ...]
"""Rules with the parameters of each."""


class Judge:
    """Judges the triggers of one network; triggers that differ in name only are judged once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._reach = Reach(network)
        self._grounds: dict[tuple[str, str, Placement], Ground] = {}
        self._findings: dict[RuleSet, dict[Hashable, tuple[Finding, ...]]] = {}
        self._last: tuple[RuleSet, dict[Hashable, tuple[Finding, ...]]] | None = None
        policies = {
            e.service_name.rpartition(".")[2] for e in network.parts.endpoints.values() if _narrowed(e.policy)
        }
        self._narrowed_services = frozenset(policies)

    def findings(self, trigger: Trigger, rules: RuleSet, today: date) -> tuple[Finding, ...]:
        """One finding per rule, in the rules' order."""
        outside = [left_out(trigger, parameters, today) for _, parameters in rules]
        shared = self._shared_findings(trigger, rules) if None in outside else ()
        return tuple(
            _bound(shared[index], trigger) if judgement is None else _finding_of(rules[index][0], judgement)
            for index, judgement in enumerate(outside)
        )

    def grounds(self, trigger: Trigger) -> tuple[Ground, ...]:
        """Where the trigger stands in the network: once for each placement, at least once."""
        if not trigger.placements:
            return (Ground(self._reach, unsituated(trigger)),)
        return tuple(self._ground(trigger, placement) for placement in trigger.placements)

    def cases(self, trigger: Trigger, parameters: Parameters) -> tuple[Case, ...]:
        """The trigger with all that its rules ask, once for each placement."""
        return tuple(Case(ground, trigger, parameters) for ground in self.grounds(trigger))

    def shape(self, trigger: Trigger) -> Hashable:
        """What triggers that differ in name only have in common: their paths, and findings but exemptions."""
        return self._shape(trigger, self.grounds(trigger))

    def _ground(self, trigger: Trigger, placement: Placement) -> Ground:
        key = (trigger.account, trigger.region, placement)
        found = self._grounds.get(key)
        if found is None:
            situation = situate(self._network, trigger.account, trigger.region, placement)
            found = self._grounds[key] = Ground(self._reach, situation)
        return found

    def _shape(self, trigger: Trigger, grounds: tuple[Ground, ...]) -> Hashable:
        """All that findings depend on, apart from exemptions: not names, nor calls under open policies."""
        needs = tuple(self._need_shape(need) for need in trigger.needs)
        unplaced = (trigger.gone, trigger.unread, trigger.source_id)
        where = tuple(map(id, grounds)) if trigger.placements else unplaced
        narrowed = any(calls is not None for _, _, calls in needs)
        caller = (trigger.function_arn, trigger.role_arn) if narrowed else None
        who = (trigger.account, trigger.region, trigger.source_type, trigger.mode, trigger.disabled)
        return (who, where, needs, caller)

    def _need_shape(self, need: Need) -> tuple[str, str, Hashable]:
        narrowed = need.service.value in self._narrowed_services
        return need.service.value, need.region, need.calls if narrowed else None

    def _shared_findings(self, trigger: Trigger, rules: RuleSet) -> tuple[Finding, ...]:
        """The findings of all triggers of one shape."""
        grounds = self.grounds(trigger)
        shape, known = self._shape(trigger, grounds), self._known_by(rules)
        found = known.get(shape)
        if found is None:
            found = known[shape] = tuple(
                _finding_on(grounds, trigger, rule, parameters) for rule, parameters in rules
            )
        return found

    def _known_by(self, rules: RuleSet) -> dict[Hashable, tuple[Finding, ...]]:
        """Findings so far under the same rules; asked trigger after trigger, so the last is at hand."""
        if self._last is None or self._last[0] is not rules:
            self._last = (rules, self._findings.setdefault(rules, {}))
        return self._last[1]


def _finding_on(grounds: tuple[Ground, ...], trigger: Trigger, rule: Rule, parameters: Parameters) -> Finding:
    cases = tuple(Case(ground, trigger, parameters) for ground in grounds)
    return _finding_of(rule, alternatives([_judged(rule, case) for case in cases]), cases)


def _judged(rule: Rule, case: Case) -> Judgement:
    return not_applicable_to(rule, case) or rule.judge(case)


def _finding_of(rule: Rule, judgement: Judgement, cases: tuple[Case, ...] = ()) -> Finding:
    document = rule.document if len(cases) == 1 and _is_repaired_here(rule, judgement, cases[0]) else None
    remediation = Remediation(document, {"Rule": rule.name}) if document is not None else None
    text = annotation(judgement, cases[0] if cases else None)
    return Finding(rule.name, judgement.verdict, judgement.reason, text, judgement.blockers, remediation)


def _is_repaired_here(rule: Rule, judgement: Judgement, case: Case) -> bool:
    """A document acts in the trigger's account alone, and never in a VPC that another account owns; of
    several places none, because AWS does not document which of them pollers use."""
    if judgement.verdict is not Verdict.NON_COMPLIANT or not judgement.repairable:
        return False
    owners = {origin.subnet.account for origin in case.ground.origins} | set(judgement.actors)
    return owners <= {case.trigger.account} and rule.mends(case)


def _bound(finding: Finding, trigger: Trigger) -> Finding:
    """The finding with what names the trigger itself."""
    if finding.verdict is not Verdict.NON_COMPLIANT:
        return finding
    if finding.remediation is not None:
        parameters = {"EventSourceMappingId": trigger.uuid, **finding.remediation.parameters}
        return replace(finding, remediation=Remediation(finding.remediation.document, parameters))
    if finding.blockers:
        return finding
    blocker = mapping_resource(trigger)
    return replace(finding, blockers=(blocker,), annotation=with_id(finding.annotation, blocker.id))


def _narrowed(policy: Policy | None) -> bool:
    return policy is not None and not policy.open
