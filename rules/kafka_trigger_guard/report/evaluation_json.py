"""Evaluations as JSON, format 1: one object, or an array for several accounts or Regions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from kafka_trigger_guard.evaluation import Evaluation, TriggerFindings
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.report.flags import flag
from kafka_trigger_guard.rules.findings import Finding

FORMAT = 1
"""The format of evaluations as JSON."""


def evaluation_json(evaluations: Sequence[Evaluation]) -> str:
    """The evaluations as JSON text in ASCII, so that no character of AWS's can steer a terminal."""
    documents = [document(evaluation) for evaluation in evaluations]
    return json.dumps(documents[0] if len(documents) == 1 else documents, indent=2) + "\n"


def document(evaluation: Evaluation) -> dict[str, object]:
    """One evaluation as a JSON object."""
    return {
        "format": FORMAT,
        "account": evaluation.account,
        "region": evaluation.region,
        "captured_at": evaluation.captured_at,
        "not_collected": [
            {"operation": operation, "code": error.code, "message": error.message}
            for operation, error in evaluation.not_collected.items()
        ],
        "triggers": [_trigger(found) for found in evaluation.triggers],
    }


def _trigger(found: TriggerFindings) -> dict[str, object]:
    trigger = found.trigger
    return {
        "uuid": trigger.uuid,
        "arn": trigger.arn,
        "function_arn": trigger.function_arn,
        "state": trigger.state,
        "mode": trigger.mode.value,
        "source": {"type": trigger.source_type.value, "id": trigger.source_id},
        "topics": list(trigger.topics),
        "last_processing_result": trigger.last_processing_result,
        "vpc_id": found.vpc_id,
        "subnet_ids": list(found.subnet_ids),
        "security_group_ids": list(found.security_group_ids),
        "flag": flag(found),
        "findings": findings(found.findings),
    }


def findings(found: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings as JSON objects."""
    return [_finding(finding) for finding in found]


def _finding(finding: Finding) -> dict[str, object]:
    remediation = finding.remediation
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "reason": finding.reason.value,
        "annotation": finding.annotation,
        "blockers": [resource(blocker) for blocker in finding.blockers],
        "remediation": None
        if remediation is None
        else {"document": remediation.document, "parameters": dict(remediation.parameters)},
    }


def resource(found: Resource) -> dict[str, object]:
    """An AWS object as a JSON object."""
    return {"id": found.id, "type": found.type, "account": found.account}
