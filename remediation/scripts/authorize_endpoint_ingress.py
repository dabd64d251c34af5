"""Step Diagnose of KafkaTriggerGuard-AuthorizeEndpointIngress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remediation.scripts.authorizations import present_authorizations
from remediation.scripts.endpoint_ingress import diagnose_endpoint_ingress
from remediation.scripts.presenting import diagnosed


def handler(events: Mapping[str, str], _context: object) -> dict[str, Any]:
    """What would be authorized, and what is next."""
    return diagnosed(diagnose_endpoint_ingress, present_authorizations, events)
