"""Step Diagnose of KafkaTriggerGuard-AuthorizeTriggerEgress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remediation.scripts.authorizations import present_authorizations
from remediation.scripts.egress import diagnose_egress
from remediation.scripts.presenting import diagnosed


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """What would be authorized, and what is next."""
    return diagnosed(diagnose_egress, present_authorizations, events)
