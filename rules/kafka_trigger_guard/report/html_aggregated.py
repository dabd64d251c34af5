"""A report of what an AWS Config aggregator shows: findings alone, as the networks were not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kafka_trigger_guard.aws.aggregator import Aggregated
from kafka_trigger_guard.report.html_model import Report, Scope, ShownFinding, ShownTrigger
from kafka_trigger_guard.rules.findings import Reason, Verdict
from kafka_trigger_guard.rules.registry import BY_NAME

PREFIX = "kafka-trigger-"
"""What the names of all our rules begin with."""
_UNKNOWN = {
    each.value
    for each in (Reason.NOT_COLLECTED, Reason.SHARED_VPC, Reason.NOT_MODELLED, Reason.BROKER_UNRESOLVED)
}
_FUNCTION = "AWS::Lambda::Function"


def report_of_aggregator(name: str, results: Sequence[Aggregated]) -> Report:
    """The report of an aggregator's results; of a resource under one rule, the worst result counts."""
    triggers: dict[tuple[str, str, str, str], dict[str, ShownFinding]] = {}
    captured: dict[tuple[str, str], str] = {}
    for result in results:
        place = (result.account, result.region)
        captured[place] = max(captured.get(place, ""), result.recorded_at)
        rule = _rule_of(result.config_rule)
        if rule is None:
            continue
        findings = triggers.setdefault((*place, result.resource_id, result.resource_type), {})
        finding = _finding(rule, result)
        known = findings.get(rule)
        if known is None or known.verdict is Verdict.COMPLIANT:
            findings[rule] = finding
    return Report(
        tuple(_triggers(triggers.items())),
        tuple(Scope(*place, when) for place, when in sorted(captured.items())),
        source=f"AWS Config aggregator {name}",
        has_paths=False,
    )


def _triggers(
    found: Iterable[tuple[tuple[str, str, str, str], dict[str, ShownFinding]]],
) -> Iterator[ShownTrigger]:
    for (account, region, resource_id, resource_type), findings in found:
        ordered = tuple(findings[rule] for rule in BY_NAME if rule in findings)
        function = resource_id if resource_type == _FUNCTION else ""
        yield ShownTrigger(account, region, resource_id, ordered, function_arn=function)


def _rule_of(config_rule: str) -> str | None:
    """Our rule by the name of a Config rule, around which packs put words of their own."""
    return next((name for name in BY_NAME if name in config_rule), None)


def _finding(rule: str, result: Aggregated) -> ShownFinding:
    """The result as a finding: AWS Config knows no UNKNOWN, but its reason codes do."""
    code = result.annotation.partition(":")[0]
    reason = code if code in {each.value for each in Reason} else ""
    verdict = Verdict.COMPLIANT if result.compliance == "COMPLIANT" else Verdict.NON_COMPLIANT
    if verdict is Verdict.NON_COMPLIANT and reason in _UNKNOWN:
        verdict = Verdict.UNKNOWN
    return ShownFinding(rule, verdict, reason or "no-reason", result.annotation)
