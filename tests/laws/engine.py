"""The package's public entry, as the laws ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from tests.networks.shapes import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """One finding in plain words."""

    verdict: str
    reason: str
    annotation: str
    blockers: tuple[tuple[str, str], ...]

    @property
    def judgement(self) -> tuple[str, str]:
        return self.verdict, self.reason

    @property
    def blocker_ids(self) -> frozenset[str]:
        return frozenset(identifier for identifier, _ in self.blockers)


Findings = dict[tuple[str, str], Answer]


def findings(document: Json, parameters: Mapping[str, str]) -> Findings:
    """Every finding of the engine, by the trigger's UUID and the rule's name."""
    evaluations = evaluate([from_document(document)], rules=None, parameters=parameters)
    return {
        (trigger.uuid, finding.rule): Answer(
            verdict=finding.verdict.value,
            reason=finding.reason.value,
            annotation=finding.annotation,
            blockers=tuple((each.id, each.type) for each in finding.blockers),
        )
        for evaluation in evaluations
        for trigger in evaluation.triggers
        for finding in trigger.findings
    }


def judgements(document: Json, parameters: Mapping[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Verdict and reason of every finding."""
    return {key: answer.judgement for key, answer in findings(document, parameters).items()}
