"""Endpoint policies: may pollers make their calls through the endpoint?

vpc/latest/privatelink/vpc-endpoints-access; IAM/latest/UserGuide/reference_policies_evaluation-logic. Answers
are 0 (no), 1 (cannot be evaluated), 2 (yes), so that `min` is "and" and `max` is "or".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from remediation.scripts.hops import DENIED, OPEN, UNSURE, Hop, unsure
from remediation.scripts.pollers import Need, Poller
from remediation.scripts.reading import Item, Reading, UnreadError

_SERVICE = "lambda.amazonaws.com"
_DEFAULT = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
_NO_ORGANIZATION = ("aws:principalorgid", "aws:principalaccount", "aws:principalorgpaths", "aws:principaltag")
_NO_SERVICE = ("aws:principalservicename", "aws:principalservicenameslist")
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


class Request(NamedTuple):
    """One call: its action and resources, the role that makes it (empty: Lambda's service principal), and the
    condition keys that are known and those that it does not carry."""

    action: str
    resources: tuple[str, ...]
    role_arn: str
    account: str
    known: Mapping[str, str]
    absent: tuple[str, ...]


def policy_hop(reading: Reading, poller: Poller, need: Need, endpoint: Item) -> Hop:
    """The hop at an endpoint's policy for all calls of a need."""
    document, name = endpoint.get("PolicyDocument"), endpoint["VpcEndpointId"]
    if not document:
        return Hop(OPEN)
    try:
        statements = _statements(document)
        if statements in ([], [_DEFAULT]):
            return Hop(OPEN) if statements else Hop(DENIED, f"the policy of {name} allows nothing")
        found = reading.ask("lambda", "get_function_configuration", FunctionName=poller.function_arn)
        requests = [_request(poller, need, endpoint, found["Role"], call) for call in need.calls]
        answer = min(_permits(statements, request) for request in requests)
    except UnreadError as error:
        return unsure(f"{error}, and the policy of {name} is narrowed")
    except _MALFORMED:
        return unsure(f"the policy of {name} cannot be read")
    actions = " and ".join(call[0] for call in need.calls)
    told = "does not allow" if answer == DENIED else "cannot be evaluated for"
    return Hop(answer, f"the policy of {name} {told} {actions}")


def is_open(endpoint: Item) -> bool:
    """Whether the policy is AWS's default in effect: everybody may do everything."""
    document = endpoint.get("PolicyDocument")
    if not document:
        return True
    try:
        (found,) = _statements(document)
        alone = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in found.items()}
        return {k: v for k, v in alone.items() if v and k != "Sid"} == _DEFAULT
    except _MALFORMED:
        return False


def _statements(document: Any) -> list[Item]:
    found = json.loads(document)["Statement"] if isinstance(document, str) else document["Statement"]
    return found if isinstance(found, list) else [found]


def _request(
    poller: Poller, need: Need, endpoint: Item, role: str, call: tuple[str, tuple[str, ...], bool]
) -> Request:
    """Service principals carry no organization. IAM/latest/UserGuide/reference_policies_condition-keys"""
    action, resources, by_service = call
    known = {
        "aws:sourcevpc": endpoint["VpcId"],
        "aws:sourcevpce": endpoint["VpcEndpointId"],
        "aws:securetransport": "true",
        "aws:requestedregion": need.region,
        "aws:principalisawsservice": "true" if by_service else "false",
    }
    if by_service:
        known["aws:principalservicename"] = _SERVICE
    else:
        known |= {"aws:principalaccount": poller.account, "aws:principalarn": role}
    resources = (role,) if resources == ("role",) else resources
    absent = _NO_ORGANIZATION if by_service else _NO_SERVICE
    return Request(action, resources, "" if by_service else role, poller.account, known, absent)


def _permits(statements: list[Item], request: Request) -> int:
    allowed = [_applies(each, request) for each in statements if each["Effect"] == "Allow"]
    refused = [_applies(each, request) for each in statements if each["Effect"] == "Deny"]
    if len(allowed) + len(refused) < len(statements):
        raise ValueError("Effect")
    return min(max(allowed, default=DENIED), 2 - max(refused, default=DENIED))


def _applies(statement: Item, request: Request) -> int:
    named = any(_like(each.lower(), request.action.lower()) for each in _texts(statement, "Action"))
    principal = _names(statement.get("NotPrincipal", statement.get("Principal")), request)
    conditions = [
        _holds(operator, key.lower(), value if isinstance(value, list) else [value], request)
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, value in keys.items()
    ]
    return min(
        OPEN if named != ("NotAction" in statement) else DENIED,
        2 - principal if "NotPrincipal" in statement else principal,
        _at_resource(statement, request),
        *conditions,
    )


def _texts(statement: Item, name: str) -> list[str]:
    value: Any = statement[f"Not{name}"] if f"Not{name}" in statement else statement[name]
    return value if isinstance(value, list) else [value]


def _at_resource(statement: Item, request: Request) -> int:
    """AWS asks for Resource "*" for what Lambda calls itself, so a narrower one that matches is unknown."""
    patterns, negated = _texts(statement, "Resource"), "NotResource" in statement
    if "*" in patterns:
        return DENIED if negated else OPEN
    if not request.resources:
        return UNSURE
    named = any(_like(pattern, resource) for pattern in patterns for resource in request.resources)
    if named == negated:
        return DENIED
    return UNSURE if statement["Effect"] == "Allow" and not request.role_arn else OPEN


def _names(principal: Any, request: Request) -> int:
    if principal == "*":
        return OPEN
    lists = {kind: value if isinstance(value, list) else [value] for kind, value in principal.items()}
    if "*" in lists.get("AWS", []):
        return OPEN
    if not request.role_arn:
        return OPEN if {_SERVICE, "*"} & set(lists.get("Service", [])) else DENIED
    return max((_names_role(each, request) for each in lists.get("AWS", [])), default=DENIED)


def _names_role(principal: str, request: Request) -> int:
    if not principal.startswith("arn:"):
        return (OPEN if principal == request.account else DENIED) if principal.isdigit() else UNSURE
    parts = principal.split(":", 5)
    if len(parts) < 6 or parts[4] != request.account:
        return DENIED
    if parts[5] == "root" or principal == request.role_arn:
        return OPEN
    return UNSURE if parts[5].startswith("assumed-role/") else DENIED


def _like(pattern: str, text: str) -> bool:
    return (
        re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text, re.DOTALL) is not None
    )


_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "stringlike",
    "arnnotlike": "stringlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}


def _holds(written: str, key: str, wanted: list[Any], request: Request) -> int:
    """IAM/latest/UserGuide/reference_policies_elements_condition_operators: an absent key fails a positive
    operator, and satisfies a negated one and `IfExists`."""
    quantifier, _, operator = written.lower().rpartition(":")
    optional = operator.endswith("ifexists")
    operator = operator.removesuffix("ifexists")
    lacking = key.split("/")[0] in request.absent
    if not lacking and key not in request.known:
        return UNSURE
    values = [each if isinstance(each, str) else json.dumps(each) for each in wanted]
    if operator == "null":
        return OPEN if str(lacking).lower() in {each.lower() for each in values} else DENIED
    if lacking:
        passes = optional or quantifier == "forallvalues" or (operator in _NEGATED and not quantifier)
        return OPEN if passes else DENIED
    answer = max(_equal(_NEGATED.get(operator, operator), request.known[key], each) for each in values)
    return 2 - answer if operator in _NEGATED else answer


def _equal(operator: str, actual: str, pattern: str) -> int:
    if "${" in pattern:
        return UNSURE
    if operator == "stringequals":
        return OPEN if actual == pattern else DENIED
    if operator in ("stringequalsignorecase", "bool"):
        return OPEN if actual.lower() == pattern.lower() else DENIED
    if operator in ("stringlike", "arnequals", "arnlike"):
        return OPEN if _like(pattern, actual) else DENIED
    return UNSURE
