"""What would change, as lines to read: from a change set, or by comparing templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kafka_trigger_guard.installing.stacks import Change
from kafka_trigger_guard.installing.template import Template, parsed

_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-"}
_SHOWN = 4


def compared(deployed: str, template: Template) -> tuple[Change, ...]:
    """The resources that differ between a deployed template's text (empty: none) and a new one."""
    old: Mapping[str, Any] = parsed(deployed)["Resources"] if deployed else {}
    new = template.resources
    added = [_change("Add", new, name) for name in new if name not in old]
    modified = [_change("Modify", new, name) for name in new if name in old and new[name] != old[name]]
    removed = [_change("Remove", old, name) for name in old if name not in new]
    return (*added, *modified, *removed)


def _change(action: str, resources: Mapping[str, Any], name: str) -> Change:
    return Change(action, resources[name]["Type"], name)


def lines_of(changes: Iterable[Change]) -> list[str]:
    """A line for each kind of change and type of resource; what is replaced says so."""
    groups: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        named = f"{change.logical_id} (replaced)" if change.replaces else change.logical_id
        groups.setdefault((change.action, change.resource_type), []).append(named)
    ordered = sorted(groups.items(), key=lambda item: (list(_SIGNS).index(item[0][0]), item[0][1]))
    return [f"  {_SIGNS[action]} {kind}: {_listed(names)}" for (action, kind), names in ordered]


def _listed(names: list[str]) -> str:
    replaced = [name for name in names if name.endswith(")")]
    shown = replaced + [name for name in names if name not in replaced][: max(_SHOWN - len(replaced), 0)]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def settings_changed(before: Mapping[str, str], wanted: Mapping[str, str | None]) -> list[str]:
    """A line for each parameter of a stack that stands and gets another value."""
    return [
        f"  ~ {name}: {before.get(name) or '(empty)'} becomes {value or '(empty)'}"
        for name, value in sorted(wanted.items())
        if before and value is not None and before.get(name, "") != value
    ]
