"""The tags by which an execution finds again what it made or changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

EXECUTION = "KafkaTriggerGuard:Execution"
TRIGGER = "KafkaTriggerGuard:Trigger"
DOCUMENT = "KafkaTriggerGuard:Document"
PRIOR = "KafkaTriggerGuard:Prior:"
"""Before the name of an attribute; the value is what it was, `@`, and the execution that changed it."""


def own_tags(execution_id: str, trigger_id: str, document: str) -> list[dict[str, str]]:
    """What an execution puts on everything that it makes or changes."""
    given = {EXECUTION: execution_id, TRIGGER: trigger_id, DOCUMENT: document}
    return [{"Key": key, "Value": value} for key, value in given.items()]


def tags_of(item: Mapping[str, Any]) -> dict[str, str]:
    """The tags of one described object."""
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}


def made_by(execution_id: str) -> list[dict[str, Any]]:
    """The filter of a Describe call for what carries an execution's tag."""
    return [{"Name": f"tag:{EXECUTION}", "Values": [execution_id]}]


def priors_of(item: Mapping[str, Any], execution_id: str) -> dict[str, str]:
    """Attributes that this execution changed, and what they were."""
    return {
        key.removeprefix(PRIOR): value.removesuffix(f"@{execution_id}")
        for key, value in tags_of(item).items()
        if key.startswith(PRIOR) and value.endswith(f"@{execution_id}")
    }


def prior_keys(attributes: Iterable[str]) -> list[dict[str, Any]]:
    """The filter of a Describe call for what has a prior value of some attribute."""
    return [{"Name": "tag-key", "Values": [PRIOR + attribute for attribute in attributes]}]
