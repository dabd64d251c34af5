"""The flag on a trigger of which no rule complains although Lambda itself reports a connection error."""

from __future__ import annotations

from kafka_trigger_guard.evaluation import TriggerFindings

_SHOWN = 200


def flag(found: TriggerFindings) -> str | None:
    """A sentence for a contradicted trigger, None for all others."""
    if not found.contradicted:
        return None
    said = " ".join((found.trigger.last_processing_result or "").split())
    if len(said) > _SHOWN:
        said = said[: _SHOWN - 1] + "…"
    return (
        f"No rule complains, yet Lambda reports “{said}”: look at what no rule sees, such as advertised "
        "listeners, authentication, or a broker that is down."
    )
