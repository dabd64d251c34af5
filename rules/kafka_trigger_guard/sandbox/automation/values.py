"""References in a runbook, `{{ Step.Output }}` and the like, replaced by their values.

systems-manager/latest/userguide/automation-variables
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_REFERENCE = re.compile(r"\{\{\s*(?P<name>[A-Za-z0-9_.:\-]+)\s*\}\}")


class Unresolved(Exception):  # noqa: N818 (a state, not a defect of the sandbox)
    """A reference to something that has no value; the message is its name."""


def resolved(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with every reference replaced; a text that is one reference takes its value's type."""
    if isinstance(value, str):
        return _resolved_text(value, known)
    if isinstance(value, Mapping):
        return {str(resolved(key, known)): resolved(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, known) for item in value]
    return value


def as_text(value: Any) -> str:
    """A value inside a longer text: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _resolved_text(text: str, known: Mapping[str, Any]) -> Any:
    whole = _REFERENCE.fullmatch(text.strip())
    if whole:
        return _value(whole["name"], known)
    return _REFERENCE.sub(lambda found: as_text(_value(found["name"], known)), text)


def _value(name: str, known: Mapping[str, Any]) -> Any:
    if name not in known:
        raise Unresolved(name)
    return known[name]
