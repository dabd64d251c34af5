"""Step Report of KafkaTriggerGuard-Rollback where nothing was undone: how it ended, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping


def handler(events: Mapping[str, str], _context: object) -> dict[str, str]:
    """The sentence."""
    dry = "Dry run, nothing was changed. " if events["Next"] == "dry-run" else ""
    return {"Sentence": dry + events["Sentence"]}
