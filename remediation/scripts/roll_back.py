"""Step RollBack of KafkaTriggerGuard-CreateInterfaceEndpoint, which makes and changes several things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remediation.scripts.rolling_back import rolled_back
from remediation.scripts.undoing import undoing


def handler(events: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Sentence, Undone and Left."""
    return rolled_back(events, undoing)
