"""boto3 clients that retry by themselves, for scripts of SSM Automation.

systems-manager/latest/userguide/automation-action-executeScript: a script repeats throttled calls itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from remediation.scripts.diagnosis import Clients

_RETRIES = Config(retries={"mode": "adaptive", "max_attempts": 10})


def own_clients() -> Clients:
    """A client of the script's own Region for each service name, made once."""

    @cache
    def client(service: str) -> Any:
        make: Any = boto3.client
        return make(service, config=_RETRIES)

    return client


def pages(client: Any, operation: str, key: str, **parameters: Any) -> list[dict[str, Any]]:
    """All items under `key` of a paged operation."""
    found = client.get_paginator(operation).paginate(**parameters)
    return [item for page in found for item in page[key]]
