"""The JSONPath selectors by which steps take values out of responses: `$.Vpcs[0].VpcId`, `$..GroupId`.

Keys (also quoted in brackets), indexes, slices, `*` and `..` are understood; filter expressions are not.
systems-manager/latest/userguide/automation-action-executeawsapi
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PART = re.compile(
    r"(?P<deep>\.\.)?\.?(?:"
    r"(?P<key>[A-Za-z0-9_\-:]+)|(?P<any>\*)|"
    r"\['(?P<single>[^']+)'\]|\[\"(?P<double>[^\"]+)\"\]|"
    r"\[(?P<every>\*?)\]|\[(?P<index>-?\d+)\]|\[(?P<start>-?\d*):(?P<end>-?\d*)\])"
)


class SelectorError(Exception):
    """A selector that finds nothing, or the wrong type of value; the message says so."""


@dataclass(frozen=True, slots=True)
class _Found:
    values: list[Any]
    definite: bool
    """Whether the path can lead to one value only."""


def selected(response: Any, selector: str, type_name: str) -> Any:
    """The value at the selector, as the output's type. Raises SelectorError."""
    found = _find(response, selector)
    if found.definite:
        if not found.values:
            raise SelectorError(f"Selector {selector} does not match anything in the response")
        return _as_type(found.values[0], selector, type_name)
    if type_name in ("StringList", "MapList"):
        return _as_type(found.values, selector, type_name)
    if not found.values:
        raise SelectorError(f"Selector {selector} does not match anything in the response")
    return _as_type(found.values[0], selector, type_name)


def _find(response: Any, selector: str) -> _Found:
    if not selector.startswith("$"):
        raise SelectorError(f"Selector {selector} does not start with $")
    values, position, definite = [response], 1, True
    while position < len(selector):
        part = _PART.match(selector, position)
        if part is None:
            raise SelectorError(f"Selector {selector} cannot be read at {selector[position:]}")
        values = [item for value in values for item in _step_into(value, part)]
        definite = definite and not _branches(part)
        position = part.end()
    return _Found(values, definite)


def _branches(part: re.Match[str]) -> bool:
    return bool(part["deep"] or part["any"]) or part["every"] is not None or part["start"] is not None


def _step_into(value: Any, part: re.Match[str]) -> Iterator[Any]:
    for place in _below(value) if part["deep"] else (value,):
        yield from _children(place, part)


def _below(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _below(item)


def _children(value: Any, part: re.Match[str]) -> Iterator[Any]:
    key = part["key"] or part["single"] or part["double"]
    if isinstance(value, Mapping):
        if key is not None and key in value:
            yield value[key]
        elif part["any"]:
            yield from value.values()
    elif isinstance(value, list):
        yield from _items(value, part)


def _items(value: list[Any], part: re.Match[str]) -> list[Any]:
    if part["any"] or part["every"] is not None:
        return value
    if part["index"] is not None:
        index = int(part["index"])
        return [value[index]] if -len(value) <= index < len(value) else []
    if part["start"] is not None:
        start, end = (int(text) if text else None for text in (part["start"], part["end"]))
        return value[start:end]
    return []


def _as_type(value: Any, selector: str, type_name: str) -> Any:
    match type_name:
        case "String" if value is not None:
            return value if isinstance(value, str) else json.dumps(value, default=str)
        case "Boolean" if isinstance(value, bool):
            return value
        case "Integer" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "StringList" if isinstance(value, list):
            return [item if isinstance(item, str) else json.dumps(item, default=str) for item in value]
        case "StringMap" if isinstance(value, Mapping):
            return dict(value)
        case "MapList" if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            return value
    raise SelectorError(
        f"The value at {selector} is not of type {type_name}: {json.dumps(value, default=str)}"
    )
