"""Endpoint policy documents as typed policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.aws.modelling.reading import MALFORMED
from kafka_trigger_guard.network.conditions import Condition
from kafka_trigger_guard.network.policies import Policy, Principals, Statement

_UNREADABLE = Policy((), readable=False)


def endpoint_policy(document: Any) -> Policy | None:
    """An endpoint's PolicyDocument; None where there is none, unreadable where it makes no sense."""
    if document is None or document == "":
        return None
    try:
        parsed = json.loads(document) if isinstance(document, str) else document
        statements = parsed["Statement"]
        return Policy(
            tuple(_statement(s) for s in (statements if isinstance(statements, list) else [statements]))
        )
    except MALFORMED:
        return _UNREADABLE


def _statement(item: Mapping[str, Any]) -> Statement:
    effect = item["Effect"]
    if effect not in ("Allow", "Deny"):
        raise ValueError(effect)
    not_principals, not_actions = "NotPrincipal" in item, "NotAction" in item
    not_resources = "NotResource" in item
    return Statement(
        effect == "Allow",
        _principals(item["NotPrincipal" if not_principals else "Principal"]),
        _texts(item["NotAction" if not_actions else "Action"]),
        _texts(item["NotResource" if not_resources else "Resource"]),
        _conditions(item.get("Condition") or {}),
        not_principals,
        not_actions,
        not_resources,
    )


def _principals(value: Any) -> Principals:
    if value == "*":
        return Principals(anyone=True)
    named = {kind: _texts(names) for kind, names in value.items()}
    aws = named.get("AWS", ())
    return Principals("*" in aws, aws, named.get("Service", ()))


def _conditions(block: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator, key, _texts(values))
        for operator, keys in block.items()
        for key, values in keys.items()
    )


def _texts(value: Any) -> tuple[str, ...]:
    """One value or a list of them; Booleans and numbers may stand for their text."""
    values = value if isinstance(value, list) else [value]
    return tuple(v if isinstance(v, str) else json.dumps(v) for v in values)
