"""Step Report: how the execution ended, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping


def handler(events: Mapping[str, str], _context: object) -> dict[str, str]:
    """The sentence, and how to undo what was done."""
    sentence = events["Sentence"]
    if events["Next"] == "nothing":
        return {"Sentence": sentence}
    if events["Next"] == "dry-run":
        return {"Sentence": f"Dry run, nothing was changed. {sentence}"}
    undo = f"To undo it, start KafkaTriggerGuard-Rollback with ExecutionId={events['ExecutionId']}."
    return {"Sentence": f"Found and done: {sentence} {undo}"}
