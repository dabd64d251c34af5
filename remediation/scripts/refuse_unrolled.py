"""Step TellNotRolledBack: the rollback itself could not run."""

from __future__ import annotations

from collections.abc import Mapping

from remediation.scripts.own_steps import Failed


def handler(events: Mapping[str, str], _context: object) -> None:
    """Raises Failed with the sentence."""
    raise Failed(
        "A step failed, and what the execution had done until then may not all be undone: start "
        f"KafkaTriggerGuard-Rollback with ExecutionId={events['ExecutionId']}."
    )
