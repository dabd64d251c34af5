"""Step RollBack of the documents that add security group rules, and make nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remediation.scripts.rolling_back import rolled_back
from remediation.scripts.undoing import undoing_rules


def handler(events: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Sentence, Undone and Left."""
    return rolled_back(events, undoing_rules)
