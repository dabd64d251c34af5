"""Steps that end an execution Failed with one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from remediation.scripts.own_steps import Failed


def handler(events: Mapping[str, str], _context: object) -> None:
    """Raises Failed with the sentence."""
    raise Failed(events["Sentence"])
