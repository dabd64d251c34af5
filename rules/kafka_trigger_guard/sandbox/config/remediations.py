"""What the sandbox's AWS Config keeps of remediation: configurations, executions and exceptions.

config/latest/developerguide/setup-autoremediation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from moto.config.models import config_backends

from kafka_trigger_guard.sandbox.automation.execution import ENDED, Execution
from kafka_trigger_guard.sandbox.automation.executions import execution
from kafka_trigger_guard.sandbox.clock import CLOCK
from kafka_trigger_guard.sandbox.config.records import Recorded, Records, Resource, records_of

ATTEMPTS, RETRY_SECONDS = 5, 60
"""The defaults of MaximumAutomaticAttempts and RetryAttemptSeconds. AWS Config API"""
_ATTRIBUTE = "kafka_trigger_guard_remediations"
_STATES = {"Success": "SUCCEEDED", "Pending": "PENDING", "Waiting": "PENDING", "InProgress": "PENDING"}


@dataclass(slots=True)
class Remediation:
    """The executions for one resource under one rule, as far as they belong to one red result."""

    recorded: Recorded | None
    execution_ids: list[str] = field(default_factory=list)
    refused: str = ""
    """Why the last one could not be started."""
    invoked_at: datetime = field(default_factory=CLOCK.now)
    attempts: int = 0
    failed_at: list[datetime] = field(default_factory=list)
    """Also of the attempts for earlier red results."""

    @property
    def execution(self) -> Execution | None:
        """The last execution; None if it was not started."""
        return execution(self.execution_ids[-1]) if self.execution_ids else None

    @property
    def state(self) -> str:
        """AWS Config API, RemediationExecutionState"""
        if self.refused or self.execution is None:
            return "FAILED"
        if self.execution.status not in ENDED:
            return "IN_PROGRESS"
        return "SUCCEEDED" if self.execution.status == "Success" else "FAILED"


@dataclass(slots=True)
class Remediations:
    """Of one account and Region: configurations by rule, remediations and exceptions by rule and resource."""

    records: Records
    configurations: dict[str, dict[str, Any]] = field(default_factory=dict)
    running: dict[tuple[str, Resource], Remediation] = field(default_factory=dict)
    exceptions: dict[tuple[str, Resource], dict[str, Any]] = field(default_factory=dict)

    def due(self) -> list[tuple[str, Resource]]:
        """The rules and resources for which AWS Config starts a document by itself now."""
        return [
            (rule, resource)
            for rule, configuration in sorted(self.configurations.items())
            if is_automatic(configuration)
            for resource, recorded in self.records.shown(rule)
            if recorded.compliance == "NON_COMPLIANT" and self._is_due(rule, resource, recorded)
        ]

    def _is_due(self, rule: str, resource: Resource, recorded: Recorded) -> bool:
        if self._is_excepted(rule, resource):
            return False
        known = self.running.get((rule, resource))
        if known is None:
            return True
        if known.state == "IN_PROGRESS":
            return False
        if known.recorded is not recorded:
            return True
        return known.state == "FAILED" and known.attempts < _attempts(self.configurations[rule])

    def _is_excepted(self, rule: str, resource: Resource) -> bool:
        exception = self.exceptions.get((rule, resource))
        expires = (exception or {}).get("ExpirationTime")
        return exception is not None and (expires is None or expires > CLOCK.now())

    def begin(self, rule: str, resource: Resource) -> Remediation:
        """The remediation that an attempt belongs to: the one of the same red result, or a new one."""
        recorded = self.records.results.get(rule, {}).get(resource)
        known = self.running.get((rule, resource))
        if known is None or known.recorded is not recorded:
            failed_at = known.failed_at if known else []
            known = self.running[rule, resource] = Remediation(recorded, failed_at=failed_at)
        known.invoked_at, known.refused = CLOCK.now(), ""
        known.attempts += 1
        return known

    def ended(self, rule: str, resource: Resource) -> None:
        """An attempt was made: too many failures within the time add an exception."""
        remediation, configuration = self.running[rule, resource], self.configurations[rule]
        if remediation.state != "FAILED":
            return
        remediation.failed_at.append(CLOCK.now())
        since = CLOCK.now() - timedelta(
            seconds=int(configuration.get("RetryAttemptSeconds") or RETRY_SECONDS)
        )
        recent = [failed for failed in remediation.failed_at if failed >= since]
        if is_automatic(configuration) and len(recent) >= _attempts(configuration):
            self.exceptions[rule, resource] = {
                "Message": f"Remediation failed {len(recent)} times; AWS Config added this exception."
            }


def remediations_of(account: str, region: str) -> Remediations:
    """The remediations of an account and Region; they end with the sandbox."""
    backend: Any = config_backends[account][region]
    if not hasattr(backend, _ATTRIBUTE):
        setattr(backend, _ATTRIBUTE, Remediations(records_of(account, region)))
    found: Remediations = getattr(backend, _ATTRIBUTE)
    return found


def is_automatic(configuration: Mapping[str, Any]) -> bool:
    """Whether AWS Config starts the document by itself; templates may say it in text."""
    return str(configuration.get("Automatic")).lower() == "true"


def parameters_for(configuration: Mapping[str, Any], resource_id: str) -> dict[str, list[str]]:
    """The document's parameters: RESOURCE_ID is the resource's id, the rest are static values."""
    return {
        name: [resource_id] if "ResourceValue" in value else list(value["StaticValue"]["Values"])
        for name, value in (configuration.get("Parameters") or {}).items()
    }


def told_steps(remediation: Remediation) -> list[dict[str, Any]]:
    """AWS Config API, RemediationExecutionStep"""
    if remediation.execution is None:
        return []
    return [
        {
            "Name": record.step.name,
            "State": _STATES.get(record.status, "FAILED"),
            "StartTime": record.started_at,
            **({"StopTime": record.ended_at} if record.ended_at else {}),
            **({"ErrorMessage": str(record.failure)} if record.failure else {}),
        }
        for record in remediation.execution.steps
    ]


def _attempts(configuration: Mapping[str, Any]) -> int:
    return int(configuration.get("MaximumAutomaticAttempts") or ATTEMPTS)
