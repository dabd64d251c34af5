"""What the HTML report shows: triggers with their findings and paths, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kafka_trigger_guard.cost import Cost, Leftover, Totals
from kafka_trigger_guard.costing import Costs
from kafka_trigger_guard.evaluation import Evaluation, TriggerFindings
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.report.flags import flag
from kafka_trigger_guard.report.verdicts import BAD, MARKS
from kafka_trigger_guard.rules.explaining.explanation import Explanation, Place
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.rules.remedies.wanting import Remedy

_LISTING = "lambda:ListEventSourceMappings"


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One rule's answer as the report shows it; `document` repairs it, empty if none does."""

    rule: str
    verdict: Verdict
    reason: str
    annotation: str
    blockers: tuple[Resource, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class ShownTrigger:
    """One trigger as the report shows it; what is not known is empty, and `places` None without paths."""

    account: str
    region: str
    uuid: str
    findings: tuple[ShownFinding, ...]
    function_arn: str = ""
    state: str = ""
    mode: str = ""
    source_type: str = ""
    source_id: str = ""
    topics: tuple[str, ...] = ()
    last_processing_result: str = ""
    vpc_id: str = ""
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    flag: str = ""
    places: tuple[Place, ...] | None = None
    remedies: tuple[Remedy, ...] = ()
    cost: Cost | None = None

    @property
    def worst(self) -> Verdict:
        """The worst verdict of its findings."""
        found = {finding.verdict for finding in self.findings}
        return next((verdict for verdict in MARKS if verdict in found), Verdict.NOT_APPLICABLE)

    @property
    def function_name(self) -> str:
        """The function's name, or whatever names the trigger."""
        parts = self.function_arn.split(":")
        return parts[6] if len(parts) > 6 else self.function_arn or self.uuid


@dataclass(frozen=True, slots=True)
class Scope:
    """An account and Region that was read, and when."""

    account: str
    region: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page shows.

    `notices` are sentences about what could not be read, `cost_notes` about what costs rest on; `source`
    names what was read instead of accounts, and is empty for those. It is not `complete` if the triggers of
    some account and Region are not known.
    """

    triggers: tuple[ShownTrigger, ...]
    scopes: tuple[Scope, ...]
    notices: tuple[str, ...] = ()
    source: str = ""
    has_paths: bool = True
    totals: tuple[Totals, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    cost_notes: tuple[str, ...] = ()
    complete: bool = True

    @property
    def needs_attention(self) -> bool:
        """Whether something is non-compliant or unknown, or was not evaluated at all."""
        return not self.complete or any(trigger.worst in BAD for trigger in self.triggers)


def report_of(
    evaluations: Sequence[Evaluation],
    explanations: Iterable[Explanation] = (),
    costs: Costs | None = None,
    *,
    not_evaluated: Sequence[str] = (),
    cost_notes: Sequence[str] = (),
) -> Report:
    """The report of some evaluations; triggers that an explanation is given for show their paths."""
    explained = {(e.trigger.account, e.trigger.region, e.trigger.uuid): e for e in explanations}
    costs = costs or Costs()
    triggers = [
        _shown(evaluation, found, explained.get(key), costs.of(*key))
        for evaluation in evaluations
        for found in evaluation.triggers
        if (key := (evaluation.account, evaluation.region, found.uuid))
    ]
    return Report(
        tuple(triggers),
        tuple(Scope(e.account, e.region, e.captured_at) for e in evaluations),
        tuple(_notices(evaluations, not_evaluated)),
        totals=costs.totals,
        leftovers=costs.leftovers,
        cost_notes=tuple(cost_notes),
        complete=not not_evaluated and all(evaluation.triggers_listed for evaluation in evaluations),
    )


def _shown(
    evaluation: Evaluation, found: TriggerFindings, explained: Explanation | None, cost: Cost | None
) -> ShownTrigger:
    trigger = found.trigger
    return ShownTrigger(
        evaluation.account,
        evaluation.region,
        trigger.uuid,
        tuple(_finding(finding) for finding in found.findings),
        trigger.function_arn,
        trigger.state,
        trigger.mode.value,
        trigger.source_type.value,
        trigger.source_id,
        trigger.topics,
        trigger.last_processing_result or "",
        found.vpc_id or "",
        found.subnet_ids,
        found.security_group_ids,
        flag(found) or "",
        explained.places if explained is not None else None,
        explained.remedies if explained is not None else (),
        cost,
    )


def _finding(found: Finding) -> ShownFinding:
    document = found.remediation.document if found.remediation is not None else ""
    return ShownFinding(
        found.rule, found.verdict, found.reason.value, found.annotation, found.blockers, document
    )


def _notices(evaluations: Sequence[Evaluation], not_evaluated: Sequence[str]) -> Iterator[str]:
    for refused in not_evaluated:
        yield f"Not evaluated: {refused}"
    for evaluation in evaluations:
        for operation, error in evaluation.not_collected.items():
            where = f"{evaluation.account} {evaluation.region}"
            effect = ": the triggers themselves are not known" if operation == _LISTING else ""
            yield f"Not collected in {where}: {operation} ({error.code} {error.message}){effect}"
