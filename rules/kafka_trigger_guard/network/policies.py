"""Endpoint policies: may this caller make this request through the endpoint?

Only what decides a request through a VPC endpoint is modelled; whatever cannot be evaluated is unknown.
vpc/latest/privatelink/vpc-endpoints-access; IAM/latest/UserGuide/reference_policies_evaluation-logic
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kafka_trigger_guard.network.answers import Answer, all_of, any_of
from kafka_trigger_guard.network.conditions import Condition, Context, condition_holds


@dataclass(frozen=True, slots=True)
class Principals:
    """A statement's principals; `anyone` is `"*"` or `{"AWS": "*"}`."""

    anyone: bool = False
    aws: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One policy statement; the `not_` flags tell NotAction, NotResource and NotPrincipal."""

    allow: bool
    principals: Principals
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    not_principals: bool = False
    not_actions: bool = False
    not_resources: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """An endpoint policy; one that could not be read has `readable` false and is unknown."""

    statements: tuple[Statement, ...]
    readable: bool = True

    @property
    def open(self) -> bool:
        """Whether it is AWS's default in effect: everybody, everything, no condition."""
        return self.readable and self.statements == (_OPEN,)


_OPEN = Statement(allow=True, principals=Principals(anyone=True), actions=("*",), resources=("*",))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signs a request: an AWS service by its principal, or a role of an account (its ARN if known)."""

    account: str
    service: str | None = None
    role_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One API call: IAM action, the ARNs it may be evaluated against (none if unknown), the caller.

    `whole` says that AWS asks policies to name the resource `"*"` for this call, so that a narrower
    pattern which matches stays unknown. lambda/latest/dg/with-kafka-cluster-network
    """

    action: str
    resources: tuple[str, ...]
    caller: Caller
    whole: bool = True


def permits(policy: Policy | None, request: Request, context: Context) -> Answer:
    """Whether the policy lets the request pass; no policy lets all pass. An explicit deny wins."""
    if policy is None:
        return Answer.ALLOW
    if not policy.readable:
        return Answer.UNKNOWN
    allowed = any_of(_applies(s, request, context) for s in policy.statements if s.allow)
    denied = any_of(_applies(s, request, context) for s in policy.statements if not s.allow)
    return all_of((allowed, denied.opposite))


def _applies(statement: Statement, request: Request, context: Context) -> Answer:
    return all_of(
        (
            _action_matches(statement, request),
            _principal_matches(statement, request.caller),
            _resource_matches(statement, request),
            all_of(condition_holds(condition, context) for condition in statement.conditions),
        )
    )


def _action_matches(statement: Statement, request: Request) -> Answer:
    named = any(_matches(pattern.lower(), request.action.lower()) for pattern in statement.actions)
    return Answer.of(named != statement.not_actions)


def _resource_matches(statement: Statement, request: Request) -> Answer:
    if "*" in statement.resources:
        return Answer.of(not statement.not_resources)
    if not request.resources:
        return Answer.UNKNOWN
    named = any(_matches(p, resource) for p in statement.resources for resource in request.resources)
    if named == statement.not_resources:
        return Answer.DENY
    return Answer.UNKNOWN if statement.allow and request.whole else Answer.ALLOW


def _principal_matches(statement: Statement, caller: Caller) -> Answer:
    named = _names(statement.principals, caller)
    return named.opposite if statement.not_principals else named


def _names(principals: Principals, caller: Caller) -> Answer:
    if principals.anyone:
        return Answer.ALLOW
    if caller.service is not None:
        return Answer.of(caller.service in principals.services or "*" in principals.services)
    return any_of(_names_role(principal, caller) for principal in principals.aws)


def _names_role(principal: str, caller: Caller) -> Answer:
    if not principal.startswith("arn:"):
        return Answer.of(principal == caller.account) if principal.isdigit() else Answer.UNKNOWN
    parts = principal.split(":", 5)
    if len(parts) < 6 or parts[4] != caller.account:
        return Answer.DENY
    if parts[5] == "root":
        return Answer.ALLOW
    if parts[5].startswith("role/"):
        return Answer.UNKNOWN if caller.role_arn is None else Answer.of(principal == caller.role_arn)
    return Answer.UNKNOWN if parts[5].startswith("assumed-role/") else Answer.DENY


def _matches(pattern: str, text: str) -> bool:
    return pattern == "*" or _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
