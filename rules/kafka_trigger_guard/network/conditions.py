"""Policy conditions with three values, over what is known of a request.

Absent keys follow IAM: a positive operator fails, a negated one and `IfExists` hold, `Null` asks for it.
IAM/latest/UserGuide/reference_policies_elements_condition_operators
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kafka_trigger_guard.network.answers import Answer, any_of


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a Condition block: an operator as written, a key, the values it is compared with."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """The condition keys of a request, lower case: those known, and those known to be absent.

    `absent` entries that end in `/` stand for all keys below them. Any other key is unknown.
    """

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()

    def lacks(self, key: str) -> bool:
        """Whether the request is known not to carry the key."""
        return key in self.absent or key.split("/")[0] + "/" in self.absent


_OPERATOR = re.compile(
    r"(?:(?P<quantifier>ForAnyValue|ForAllValues):)?(?P<base>[A-Za-z]+?)(?P<optional>IfExists)?",
    re.IGNORECASE,
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


def condition_holds(condition: Condition, context: Context) -> Answer:
    """Whether the condition is met; UNKNOWN where the key's value or the operator cannot be evaluated."""
    parsed = _OPERATOR.fullmatch(condition.operator)
    if parsed is None:
        return Answer.UNKNOWN
    key, base = condition.key.lower(), parsed["base"].lower()
    quantifier = (parsed["quantifier"] or "").lower()
    if base == "null":
        return _null_holds(condition, key, context)
    if context.lacks(key):
        return Answer.of(_holds_without_key(base, quantifier, optional=parsed["optional"] is not None))
    if key not in context.known:
        return Answer.UNKNOWN
    return _compare(base, quantifier, context.known[key], condition.values)


def _null_holds(condition: Condition, key: str, context: Context) -> Answer:
    if not context.lacks(key) and key not in context.known:
        return Answer.UNKNOWN
    wanted = "true" if context.lacks(key) else "false"
    return Answer.of(wanted in {value.lower() for value in condition.values})


def _holds_without_key(base: str, quantifier: str, *, optional: bool) -> bool:
    if optional or quantifier == "forallvalues":
        return True
    return base in _NEGATED and quantifier != "foranyvalue"


def _compare(base: str, quantifier: str, actual: tuple[str, ...], wanted: tuple[str, ...]) -> Answer:
    positive = _NEGATED.get(base, base)
    each = [any_of(_equal(positive, value, pattern) for pattern in wanted) for value in actual]
    if base in _NEGATED:
        each = [answer.opposite for answer in each]
        return max(each) if quantifier == "foranyvalue" else min(each)
    return min(each) if quantifier == "forallvalues" else max(each)


def _equal(operator: str, actual: str, pattern: str) -> Answer:
    if "${" in pattern:
        return Answer.UNKNOWN
    match operator:
        case "stringequals":
            return Answer.of(actual == pattern)
        case "stringequalsignorecase" | "bool":
            return Answer.of(actual.lower() == pattern.lower())
        case "stringlike" | "arnequals" | "arnlike":
            wildcard = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
            return Answer.of(re.fullmatch(wildcard, actual) is not None)
        case _:
            return Answer.UNKNOWN
