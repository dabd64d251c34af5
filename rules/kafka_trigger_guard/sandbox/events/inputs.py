"""What an EventBridge target receives of an event: all of it, a part, or what a transformer makes of it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.sandbox.automation.selectors import SelectorError, selected

_PLACE = re.compile(r"<([A-Za-z0-9_.\-]+)>")


def input_of(target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """The text that the target receives."""
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(_found(event, str(target["InputPath"])))
    transformer = target.get("InputTransformer")
    return _transformed(transformer, event) if transformer else json.dumps(event)


def _transformed(transformer: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    paths = transformer.get("InputPathsMap") or {}
    values = {name: _found(event, path) for name, path in paths.items()}
    template = str(transformer["InputTemplate"])
    return _PLACE.sub(lambda place: _placed(template, place, values), template)


def _placed(template: str, place: re.Match[str], values: Mapping[str, Any]) -> str:
    """A text between quotes stands there as it is, elsewhere with quotes of its own."""
    if place[1] not in values:
        return place[0]
    value = values[place[1]]
    quoted = template[: place.start()].count('"') % 2 == 1
    return value if quoted and isinstance(value, str) else json.dumps(value)


def _found(event: Mapping[str, Any], path: str) -> Any:
    """The value at a path as it is; an empty text where there is none."""
    names = path.removeprefix("$").lstrip(".")
    if not names:
        return dict(event)
    parent, _, name = path.rpartition(".")
    try:
        inside = dict(event) if parent == "$" else selected(event, parent, "StringMap")
    except SelectorError:
        return ""
    return inside.get(name, "")
