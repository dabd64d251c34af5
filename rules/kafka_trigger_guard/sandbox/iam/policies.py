"""Whether the identity policies of a role or user allow an action.

Conditions are taken as met where something is allowed, and as not met where something is denied; permissions
boundaries and service control policies are not looked at.
IAM/latest/UserGuide/reference_policies_evaluation-logic
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from kafka_trigger_guard.sandbox.iam.callers import Caller

_SERVICE_LINKED = ":role/aws-service-role/"


def allows(caller: Caller, account: str, region: str, action: str, resource: str) -> bool:
    """Whether the caller may; the account itself may do everything, and services what they are there for."""
    if caller.is_root or _SERVICE_LINKED in caller.role_arn:
        return True
    statements = [
        statement
        for policy in _policies(caller, account, region)
        for statement in _statements(policy)
        if _covers(statement, action, resource)
    ]
    denied = any(one.get("Effect") == "Deny" and not one.get("Condition") for one in statements)
    return not denied and any(one.get("Effect") == "Allow" for one in statements)


def trusts(trust_policy: Any, caller: Caller, account: str) -> bool:
    """Whether a role's trust policy lets a principal of an account assume it."""
    for statement in _statements(policy_text(trust_policy)):
        principal = statement.get("Principal") or {}
        named = ["*"] if principal == "*" else _list(principal.get("AWS"))
        ours = {"*", account, caller.arn, caller.role_arn}
        whole_account = any(re.fullmatch(rf"arn:[^:]+:iam::{account}:root", name) for name in named)
        if statement.get("Effect") == "Allow" and (whole_account or ours.intersection(named)):
            return True
    return False


def _policies(caller: Caller, account: str, region: str) -> Iterator[str]:
    backend: Any = iam_backends[account][get_partition(region)]
    if caller.role_arn:
        found = [role for role in backend.roles.values() if role.arn == caller.role_arn]
        found = found or [role for role in backend.roles.values() if role.name == caller.name]
    else:
        found = [backend.get_user(caller.user_name)]
        found += backend.get_groups_for_user(caller.user_name)
    for principal in found:
        inline = principal.policies
        texts = inline.values() if isinstance(inline, Mapping) else ()
        yield from (policy_text(document) for document in texts)
        yield from (_default_version(policy) for policy in principal.managed_policies.values())


def policy_text(document: Any) -> str:
    """A policy as JSON text: stacks give moto objects where the API gives it texts."""
    return document if isinstance(document, str) else json.dumps(document or {})


def _default_version(policy: Any) -> str:
    return next(policy_text(version.document) for version in policy.versions if version.is_default)


@lru_cache(maxsize=512)
def _statements(policy: str) -> tuple[Mapping[str, Any], ...]:
    found = json.loads(policy or "{}").get("Statement") or []
    return tuple(found if isinstance(found, list) else [found])


def _covers(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    if "NotAction" in statement:
        actions = not any(_matches(name, action) for name in _list(statement["NotAction"]))
    else:
        actions = any(_matches(name, action) for name in _list(statement.get("Action")))
    if not actions or resource == "*" or "Resource" not in statement:
        return actions
    return any(_matches(name, resource) for name in _list(statement["Resource"]))


def _matches(pattern: str, text: str) -> bool:
    """`*` for any text, `?` for one character; actions do not depend on case."""
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in pattern)
    return re.fullmatch("".join(parts), text, re.IGNORECASE) is not None


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
