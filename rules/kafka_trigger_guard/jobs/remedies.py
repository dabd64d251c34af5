"""What a trigger's findings ask for: documents to start, each with its plan, and what people must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kafka_trigger_guard.evaluation import TriggerFindings
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.judge import RuleSet
from kafka_trigger_guard.rules.parameters import ParameterError
from kafka_trigger_guard.rules.rule import EGRESS_DOCUMENT, ENDPOINT_DOCUMENT

ROLLBACK_DOCUMENT = "KafkaTriggerGuard-Rollback"
APPROVERS = "Approvers"
_BOOLEAN = ("true", "false")
_OPTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "IngressScope": (ENDPOINT_DOCUMENT, ("vpc", "trigger")),
    "AllowVpcDnsChange": (ENDPOINT_DOCUMENT, _BOOLEAN),
    "AllowInternetEgress": (EGRESS_DOCUMENT, _BOOLEAN),
}
"""Options of one document each, with the values it takes."""

Parameters = Mapping[str, str | Sequence[str]]
"""A document's parameters; lists are StringLists."""


class RemediationError(Exception):
    """The trigger cannot be remediated from here; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A document that repairs one finding, and what to start it with."""

    finding: Finding
    document: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One AWS API call that a document would make."""

    service: str
    api: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document would do now, by its own dry run; `sentence` says why, `affected` who else feels it.

    `decision` is `nothing`, `apply`, or `person` where somebody has to act first.
    """

    remedy: Remedy
    decision: str
    sentence: str
    calls: tuple[PlannedCall, ...] = ()
    affected: tuple[str, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the document has something to do."""
        return self.decision == "apply"

    @property
    def endpoint_zones(self) -> int:
        """In how many zones endpoints are created, one subnet a zone."""
        created = [call.parameters.get("SubnetIds") for call in self.calls if call.api == "CreateVpcEndpoint"]
        return sum(len(subnet_ids) for subnet_ids in created if isinstance(subnet_ids, list))


@dataclass(frozen=True, slots=True)
class Applied:
    """How an execution ended, with what it made: outputs by name, without those that every document has."""

    plan: Plan
    execution_id: str
    succeeded: bool
    sentence: str
    made: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What the user chose for the documents beyond the rules' own parameters."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def taken_from(cls, parameters: Mapping[str, str]) -> tuple[DocumentOptions, dict[str, str]]:
        """The options among parameters, and the rules' parameters. Raises ParameterError for a bad value."""
        ours = {name: value for name, value in parameters.items() if name in (*_OPTIONS, APPROVERS)}
        for name, value in ours.items():
            accepted = _OPTIONS[name][1] if name in _OPTIONS else ()
            if accepted and value not in accepted:
                raise ParameterError(f"{name}={value}: accepted are {' and '.join(accepted)}")
        rest = {name: value for name, value in parameters.items() if name not in ours}
        return cls(ours), rest

    def of(self, document: str) -> dict[str, str | list[str]]:
        """The parameters for one document."""
        found: dict[str, str | list[str]] = {
            name: value
            for name, value in self.chosen.items()
            if name in _OPTIONS and _OPTIONS[name][0] == document
        }
        approvers = [name.strip() for name in self.chosen.get(APPROVERS, "").split(",") if name.strip()]
        return found | ({APPROVERS: approvers} if approvers else {})


def remedies(found: TriggerFindings, rules: RuleSet, options: DocumentOptions) -> tuple[Remedy, ...]:
    """The documents that the red findings of a trigger ask for, in the order of the rules."""
    allow_nat = {rule.name: parameters.allow_nat for rule, parameters in rules}
    return tuple(
        _remedy(finding, allow_nat.get(finding.rule), options)
        for finding in found.findings
        if finding.verdict is Verdict.NON_COMPLIANT and finding.remediation is not None
    )


def for_people(found: TriggerFindings) -> tuple[Finding, ...]:
    """The red and unknown findings that no document repairs."""
    bad = (Verdict.NON_COMPLIANT, Verdict.UNKNOWN)
    return tuple(f for f in found.findings if f.verdict in bad and f.remediation is None)


def is_well(found: TriggerFindings) -> bool:
    """Whether nothing is NON_COMPLIANT or UNKNOWN."""
    return all(f.verdict in (Verdict.COMPLIANT, Verdict.NOT_APPLICABLE) for f in found.findings)


def _remedy(finding: Finding, allow_nat: bool | None, options: DocumentOptions) -> Remedy:
    assert finding.remediation is not None
    document = finding.remediation.document
    nat = {} if allow_nat is None else {"AllowNat": str(allow_nat).lower()}
    return Remedy(finding, document, {**finding.remediation.parameters, **nat, **options.of(document)})
