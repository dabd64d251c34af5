"""Choose the triggers that a user names by UUID."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kafka_trigger_guard.evaluation import Evaluation

_SHOWN = 100


class NoSuchTriggerError(Exception):
    """No trigger has a UUID that was named; the message is one line that says what to do."""

    def __init__(self, uuid: str) -> None:
        super().__init__(
            f"no Kafka trigger has the UUID {uuid[:_SHOWN]} in what was read; "
            "`kafka-trigger-guard evaluate` lists them all"
        )


def only(evaluations: Sequence[Evaluation], uuids: Sequence[str]) -> tuple[Evaluation, ...]:
    """The evaluations with the triggers of these UUIDs alone. Raises NoSuchTriggerError."""
    known = {found.uuid for evaluation in evaluations for found in evaluation.triggers}
    for uuid in uuids:
        if uuid not in known:
            raise NoSuchTriggerError(uuid)
    return tuple(
        replace(evaluation, triggers=tuple(found for found in evaluation.triggers if found.uuid in uuids))
        for evaluation in evaluations
    )
