"""The stable row of a finding, for any dashboard: the same columns in the function's log and in files."""

from __future__ import annotations

from kafka_trigger_guard.rules.findings import Finding
from kafka_trigger_guard.rules.severity import severity_of
from kafka_trigger_guard.triggers.trigger import Trigger

COLUMNS = (
    "account",
    "region",
    "captured_at",
    "uuid",
    "function_arn",
    "owner",
    "state",
    "mode",
    "source_type",
    "source_id",
    "rule",
    "verdict",
    "severity",
    "reason",
    "annotation",
    "blockers",
    "remediation",
)
"""New columns are added at the end; these keep their names, their order and their meaning."""


def row(trigger: Trigger, finding: Finding, captured_at: str, owner: str = "") -> dict[str, str]:
    """The finding by column, every value a text: blockers by id joined with spaces, remediation the document.

    `owner` is the function's owner tag, empty where it has none or nobody could read it.
    """
    remediation = finding.remediation
    values = (
        trigger.account,
        trigger.region,
        captured_at,
        trigger.uuid,
        trigger.function_arn,
        owner,
        trigger.state,
        trigger.mode.value,
        trigger.source_type.value,
        trigger.source_id,
        finding.rule,
        finding.verdict.value,
        severity_of(finding).value,
        finding.reason.value,
        finding.annotation,
        " ".join(blocker.id for blocker in finding.blockers),
        remediation.document if remediation is not None else "",
    )
    return dict(zip(COLUMNS, values, strict=True))
