"""Whether an endpoint policy lets the poller make its calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.oracle.answers import Kind

Json = dict[str, Any]
LAMBDA_SERVICE = "lambda.amazonaws.com"
ABSENT = object()
UNSURE = object()


@dataclass(frozen=True, slots=True)
class Call:
    """One API call of the poller; without a role, Lambda's service principal makes it."""

    action: str
    resource: Callable[[], str]
    region: str
    account: str
    vpc: str
    endpoint: str
    role: Callable[[], str] | None = None


def policy_answer(document: str | None, call: Call) -> Kind:
    """Whether a policy document passes one call; without a document, the policy is open."""
    if not document:
        return Kind.ALLOW
    statements = _listed(json.loads(document)["Statement"])
    effects = {
        effect: [_applies(each, call) for each in statements if each["Effect"] == effect]
        for effect in ("Allow", "Deny")
    }
    if Kind.ALLOW in effects["Deny"]:
        return Kind.DENY
    if Kind.ALLOW not in effects["Allow"] and Kind.UNKNOWN not in effects["Allow"]:
        return Kind.DENY
    if Kind.UNKNOWN in effects["Deny"] or Kind.ALLOW not in effects["Allow"]:
        return Kind.UNKNOWN
    return Kind.ALLOW


def _applies(statement: Json, call: Call) -> Kind:
    """Whether a statement speaks of the call: ALLOW means yes, DENY no."""
    parts = [
        _action(statement, call),
        _principal(statement, call),
        _resource(statement, call),
        *_conditions(statement, call),
    ]
    return next((kind for kind in (Kind.DENY, Kind.UNKNOWN) if kind in parts), Kind.ALLOW)


def _action(statement: Json, call: Call) -> Kind:
    named = "Action" if "Action" in statement else "NotAction"
    patterns = [each.lower() for each in _listed(statement[named])]
    matches = any(fnmatchcase(call.action.lower(), pattern) for pattern in patterns)
    return _yes(matches == (named == "Action"))


def _principal(statement: Json, call: Call) -> Kind:
    if "NotPrincipal" in statement:
        return _opposite(_is_named(statement["NotPrincipal"], call))
    return _is_named(statement.get("Principal", {}), call)


def _is_named(principal: str | Json, call: Call) -> Kind:
    if principal == "*" or "*" in _listed(_as_map(principal).get("AWS", [])):
        return Kind.ALLOW
    if call.role is None:
        return _yes(LAMBDA_SERVICE in _listed(_as_map(principal).get("Service", [])))
    named = _listed(_as_map(principal).get("AWS", []))
    if not named:
        return Kind.DENY
    if call.account in named or f"arn:aws:iam::{call.account}:root" in named:
        return Kind.ALLOW
    return _yes(call.role() in named)


def _resource(statement: Json, call: Call) -> Kind:
    named = "Resource" if "Resource" in statement else "NotResource"
    patterns = _listed(statement[named])
    if patterns == ["*"] or "*" in patterns:
        return _yes(named == "Resource")
    matches = any(fnmatchcase(call.resource(), pattern) for pattern in patterns)
    if named == "NotResource":
        return Kind.DENY if matches else Kind.UNKNOWN
    return Kind.UNKNOWN if matches else Kind.DENY


def _conditions(statement: Json, call: Call) -> list[Kind]:
    return [
        _condition(operator, key, [str(each) for each in _listed(values)], call)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]


def _condition(operator: str, key: str, values: list[str], call: Call) -> Kind:
    value = _context(key.lower(), call)
    if operator == "Null":
        return Kind.UNKNOWN if value is UNSURE else _yes((value is ABSENT) == (values == ["true"]))
    if operator.endswith("IfExists") and value is ABSENT:
        return Kind.ALLOW
    operator = operator.removesuffix("IfExists")
    negated = "Not" in operator
    if operator not in OPERATORS or value is UNSURE:
        return Kind.UNKNOWN
    if value is ABSENT:
        return _yes(negated)
    matches = any(OPERATORS[operator](str(value), each) for each in values)
    return _yes(matches != negated)


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringNotEquals": lambda value, wanted: value == wanted,
    "StringLike": fnmatchcase,
    "StringNotLike": fnmatchcase,
    "ArnEquals": fnmatchcase,
    "ArnLike": fnmatchcase,
    "ArnNotLike": fnmatchcase,
    "Bool": lambda value, wanted: value == wanted.lower(),
}


def _context(key: str, call: Call) -> object:
    """The value of a condition key for this call."""
    by_service = call.role is None
    if key == "aws:principalisawsservice":
        return "true" if by_service else "false"
    if key == "aws:sourcevpc":
        return call.vpc
    if key == "aws:sourcevpce":
        return call.endpoint
    if key == "aws:requestedregion":
        return call.region
    if key == "aws:sourceip":
        return ABSENT
    if key in ("aws:principalorgid", "aws:principalorgpaths"):
        return ABSENT if by_service else UNSURE
    if key == "aws:principalaccount":
        return ABSENT if by_service else call.account
    if key == "aws:principalarn" and call.role is not None:
        return call.role()
    return UNSURE


def _opposite(kind: Kind) -> Kind:
    return {Kind.ALLOW: Kind.DENY, Kind.DENY: Kind.ALLOW}.get(kind, Kind.UNKNOWN)


def _yes(condition: bool) -> Kind:
    return Kind.ALLOW if condition else Kind.DENY


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _as_map(principal: str | Json) -> Json:
    return {"AWS": principal} if isinstance(principal, str) else principal
