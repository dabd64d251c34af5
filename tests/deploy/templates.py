"""The committed templates, and what their parts are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kafka_trigger_guard.installing.template import Template, template_of

NAMES = ("single-account.yaml", "central.yaml", "member.yaml", "conformance-pack.yaml")
STACKS = NAMES[:3]


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """The resources of a type, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template.resources.items()
        if resource["Type"] == kind
    }


def statements_of(role: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every statement of a role's policies, those under a condition too."""
    for policy in role["Policies"]:
        yield from statements_in(policy["PolicyDocument"]["Statement"])


def statements_in(part: Any) -> Iterator[dict[str, Any]]:
    """The statements of a policy's part."""
    if isinstance(part, list):
        for each in part:
            yield from statements_in(each)
    elif "Fn::If" in part:
        yield from statements_in([each for each in part["Fn::If"][1:] if each != {"Ref": "AWS::NoValue"}])
    else:
        yield part


def listed(value: Any) -> list[Any]:
    """One or several as several."""
    return value if isinstance(value, list) else [value]


def size(pattern: Any) -> int:
    """Characters of a part as JSON."""
    return len(json.dumps(pattern, separators=(",", ":")))


TEMPLATES = {name: template_of(name) for name in NAMES}
"""The templates as they are committed."""
