"""Verdicts as people see them: a mark, a colour, an order, and how often each occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kafka_trigger_guard.evaluation import Evaluation
from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.rules.findings import Finding, Verdict

MARKS = {
    Verdict.NON_COMPLIANT: "✗",
    Verdict.UNKNOWN: "?",
    Verdict.COMPLIANT: "✓",
    Verdict.NOT_APPLICABLE: "·",
}
"""Marks by verdict, worst first; they tell verdicts apart without colour."""
STYLES = {
    Verdict.NON_COMPLIANT: "bold red",
    Verdict.UNKNOWN: "bold yellow",
    Verdict.COMPLIANT: "green",
    Verdict.NOT_APPLICABLE: "dim",
}
ANSWER_MARKS = {Answer.DENY: "✗", Answer.UNKNOWN: "?", Answer.ALLOW: "✓"}
ANSWER_STYLES = {Answer.DENY: "bold red", Answer.UNKNOWN: "bold yellow", Answer.ALLOW: "green"}
BAD = (Verdict.NON_COMPLIANT, Verdict.UNKNOWN)
"""The verdicts that ask for somebody's attention."""


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict of some findings; NOT_APPLICABLE of none."""
    found = {finding.verdict for finding in findings}
    return next((verdict for verdict in MARKS if verdict in found), Verdict.NOT_APPLICABLE)


def totals(evaluations: Iterable[Evaluation]) -> dict[Verdict, int]:
    """How many findings have each verdict, worst first."""
    counted = Counter(
        finding.verdict
        for evaluation in evaluations
        for found in evaluation.triggers
        for finding in found.findings
    )
    return {verdict: counted[verdict] for verdict in MARKS}


def needs_attention(evaluations: Iterable[Evaluation]) -> bool:
    """Whether something is NON_COMPLIANT or UNKNOWN."""
    counted = totals(evaluations)
    return any(counted[verdict] for verdict in BAD)
