"""Hand-made networks, judged and explained: what the tests of reports start from."""

from __future__ import annotations

from collections.abc import Mapping

from kafka_trigger_guard.aws.snapshot import Snapshot, from_document
from kafka_trigger_guard.evaluation import Evaluation, evaluate
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.rules.explaining.explanation import Explanation
from tests.networks.builder import Scenario
from tests.networks.shapes import group_id
from tests.networks.triggers import UUID


def snapshot(scenario: Scenario) -> Snapshot:
    """The scenario as the engine reads it."""
    return from_document(scenario.document())


def judged(*scenarios: Scenario) -> tuple[Evaluation, ...]:
    """The scenarios judged by every rule."""
    return evaluate([snapshot(scenario) for scenario in scenarios])


def explained(scenario: Scenario, parameters: Mapping[str, str] | None = None) -> Explanation:
    """The scenario's first trigger, explained."""
    uuid = str(scenario.trigger["UUID"])
    return explanations([snapshot(scenario)], uuid, parameters=parameters)[0]


__all__ = ["UUID", "explained", "group_id", "judged", "snapshot"]
