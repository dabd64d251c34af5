"""The tags by which an execution finds again what it made or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXECUTION = "KafkaTriggerGuard:Execution"
TRIGGER = "KafkaTriggerGuard:Trigger"
DOCUMENT = "KafkaTriggerGuard:Document"
MADE = "KafkaTriggerGuard:Made"
"""The execution that created the object: put on by the call that creates, and by no other."""
PRIOR = "KafkaTriggerGuard:Prior:"
"""Before the name of an attribute, `:` and the execution that needs it changed; the value is what it was.

Of several executions each has its own tag, so none overwrites another's: the last one restores the value.
"""
ADOPTED = ("State", "absent")
"""The attribute, and what it was, by which an execution holds an endpoint that another one created."""


def own_tags(execution_id: str, trigger_id: str, document: str) -> list[dict[str, str]]:
    """What an execution puts on everything that it makes or changes."""
    given = {EXECUTION: execution_id, TRIGGER: trigger_id, DOCUMENT: document}
    return [{"Key": key, "Value": value} for key, value in given.items()]


def creating_tags(tags: list[dict[str, str]], execution_id: str) -> list[dict[str, str]]:
    """What an execution puts on an object that it creates."""
    return [*tags, {"Key": MADE, "Value": execution_id}]


def kept_tags(priors: Mapping[str, str], execution_id: str) -> list[dict[str, str]]:
    """What keeps attributes as they were, by their names."""
    return [{"Key": prior_key(name, execution_id), "Value": value} for name, value in priors.items()]


def prior_key(attribute: str, execution_id: str) -> str:
    """The key of the tag by which an execution keeps what an attribute was."""
    return f"{PRIOR}{attribute}:{execution_id}"


def tags_of(item: Mapping[str, Any]) -> dict[str, str]:
    """The tags of one described object."""
    return {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}


def made_by(execution_id: str, key: str = EXECUTION) -> list[dict[str, Any]]:
    """The filter of a Describe call for what carries an execution's tag."""
    return [{"Name": f"tag:{key}", "Values": [execution_id]}]


def priors_of(item: Mapping[str, Any], execution_id: str) -> dict[str, str]:
    """Attributes that this execution changed or needs changed, and what they were."""
    found = _priors(item)
    return {name: value for (name, holder), value in found.items() if holder == execution_id}


def holders_of(item: Mapping[str, Any], attribute: str, prior: str, execution_id: str = "") -> list[str]:
    """The executions beside this one that need an attribute to be no longer what it was."""
    wanted = attribute, prior
    return [
        holder
        for (name, holder), value in _priors(item).items()
        if (name, value) == wanted and holder != execution_id
    ]


def _priors(item: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    parted = {key.removeprefix(PRIOR): value for key, value in tags_of(item).items() if key.startswith(PRIOR)}
    return {(key.partition(":")[0], key.partition(":")[2]): value for key, value in parted.items()}
