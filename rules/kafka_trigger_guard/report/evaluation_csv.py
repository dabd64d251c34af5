"""Evaluations as CSV: one row per trigger and rule, named as in the JSON, nested names joined with a dot."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from kafka_trigger_guard.evaluation import Evaluation, TriggerFindings
from kafka_trigger_guard.report.flags import flag
from kafka_trigger_guard.report.untrusted import cell
from kafka_trigger_guard.rules.findings import Finding

COLUMNS = (
    "account",
    "region",
    "captured_at",
    "uuid",
    "arn",
    "function_arn",
    "state",
    "mode",
    "source.type",
    "source.id",
    "topics",
    "last_processing_result",
    "vpc_id",
    "subnet_ids",
    "security_group_ids",
    "flag",
    "rule",
    "verdict",
    "reason",
    "annotation",
    "blockers",
    "remediation.document",
    "remediation.parameters",
)


def evaluation_csv(evaluations: Sequence[Evaluation]) -> str:
    """The evaluations as CSV with a header; lists are joined with spaces, and no cell is a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for evaluation in evaluations:
        for found in evaluation.triggers:
            writer.writerows(_rows(evaluation, found))
    return text.getvalue()


def _rows(evaluation: Evaluation, found: TriggerFindings) -> Iterator[list[str]]:
    trigger = found.trigger
    head = [
        evaluation.account,
        evaluation.region,
        evaluation.captured_at,
        trigger.uuid,
        trigger.arn,
        trigger.function_arn,
        trigger.state,
        trigger.mode.value,
        trigger.source_type.value,
        trigger.source_id,
        " ".join(trigger.topics),
        trigger.last_processing_result or "",
        found.vpc_id or "",
        " ".join(found.subnet_ids),
        " ".join(found.security_group_ids),
        flag(found) or "",
    ]
    for finding in found.findings:
        yield [cell(text) for text in (*head, *_cells(finding))]


def _cells(finding: Finding) -> tuple[str, ...]:
    document, parameters = "", ""
    if finding.remediation is not None:
        document = finding.remediation.document
        parameters = " ".join(f"{name}={value}" for name, value in finding.remediation.parameters.items())
    return (
        finding.rule,
        finding.verdict.value,
        finding.reason.value,
        finding.annotation,
        " ".join(blocker.id for blocker in finding.blockers),
        document,
        parameters,
    )
