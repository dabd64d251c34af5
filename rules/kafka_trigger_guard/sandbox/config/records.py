"""What the sandbox's AWS Config keeps of an account and Region: rules, results and tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.config.models import config_backends

from kafka_trigger_guard.sandbox.operations import Refusal

Resource = tuple[str, str]
"""A resource's type and id."""
_ATTRIBUTE = "kafka_trigger_guard_records"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded result; results that are NOT_APPLICABLE are remembered for their time only."""

    compliance: str
    annotation: str
    ordered_at: datetime
    invoked_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """The result of a rule for a resource is another than before; None if there was none."""

    rule: str
    resource: Resource
    old: Recorded | None
    new: Recorded


@dataclass(slots=True)
class Records:
    """The rules by name, each one's results by resource, and which evaluation a token is for."""

    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, dict[Resource, Recorded]] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    """Rules whose evaluation was asked for and has not ended."""
    history: dict[Resource, Mapping[str, Any]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    """Results that changed, oldest first, until somebody takes them."""

    def rule(self, name: str) -> dict[str, Any]:
        """A rule by name, or AWS's refusal."""
        if name not in self.rules:
            raise Refusal(
                "NoSuchConfigRuleException",
                f"The ConfigRule '{name}' provided in the request is invalid. Please check its name.",
            )
        return self.rules[name]

    def record(self, token: str, evaluation: Mapping[str, Any]) -> None:
        """Keep a result unless one of a later event is there already."""
        name, invoked_at = self.tokens[token]
        resource = (evaluation["ComplianceResourceType"], evaluation["ComplianceResourceId"])
        ordered_at = _in_utc(evaluation["OrderingTimestamp"])
        known = self.results.setdefault(name, {}).get(resource)
        if known is not None and known.ordered_at > ordered_at:
            return
        recorded = Recorded(
            evaluation["ComplianceType"],
            evaluation.get("Annotation", ""),
            ordered_at,
            invoked_at,
            datetime.now(UTC),
        )
        self.results[name][resource] = recorded
        if known is None or known.compliance != recorded.compliance:
            self.changes.append(Change(name, resource, known, recorded))

    def shown(self, name: str) -> Iterator[tuple[Resource, Recorded]]:
        """The results that AWS Config shows: those that apply.

        config/latest/developerguide/evaluate-config: results marked NOT_APPLICABLE are cleaned up.
        """
        for resource, recorded in sorted(self.results.get(name, {}).items()):
            if recorded.compliance != "NOT_APPLICABLE":
                yield resource, recorded


def records_of(account: str, region: str) -> Records:
    """The records of an account and Region; they end with the sandbox."""
    backend: Any = config_backends[account][region]
    if not hasattr(backend, _ATTRIBUTE):
        setattr(backend, _ATTRIBUTE, Records())
    found: Records = getattr(backend, _ATTRIBUTE)
    return found


def _in_utc(value: Any) -> datetime:
    """A time as AWS's JSON protocol carries it: seconds since 1970."""
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), UTC)
