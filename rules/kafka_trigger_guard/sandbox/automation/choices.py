"""The choices of aws:branch.

systems-manager/latest/userguide/automation-action-branch
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "StringEquals": lambda value, wanted: str(value) == str(wanted),
    "EqualsIgnoreCase": lambda value, wanted: str(value).lower() == str(wanted).lower(),
    "StartsWith": lambda value, wanted: str(value).startswith(str(wanted)),
    "EndsWith": lambda value, wanted: str(value).endswith(str(wanted)),
    "Contains": lambda value, wanted: str(wanted) in value,
    "NumericEquals": lambda value, wanted: float(value) == float(wanted),
    "NumericGreater": lambda value, wanted: float(value) > float(wanted),
    "NumericLesser": lambda value, wanted: float(value) < float(wanted),
    "NumericGreaterOrEquals": lambda value, wanted: float(value) >= float(wanted),
    "NumericLesserOrEquals": lambda value, wanted: float(value) <= float(wanted),
    "BooleanEquals": lambda value, wanted: str(value).lower() == str(wanted).lower(),
}


def chosen(choices: Sequence[Mapping[str, Any]], default: str) -> str:
    """The step of the first choice that holds, else the default; ValueError for a choice of no known kind."""
    return next((str(choice["NextStep"]) for choice in choices if _holds(choice)), default)


def _holds(choice: Mapping[str, Any]) -> bool:
    if "And" in choice:
        return all(_holds(part) for part in choice["And"])
    if "Or" in choice:
        return any(_holds(part) for part in choice["Or"])
    if "Not" in choice:
        return not _holds(choice["Not"])
    name = next((name for name in choice if name in _OPERATORS), None)
    if name is None or "Variable" not in choice:
        raise ValueError(f"a choice compares nothing: {dict(choice)}")
    return _OPERATORS[name](choice["Variable"], choice[name])
