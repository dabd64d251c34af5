"""Policy conditions with three values."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.conditions import Condition, Context, condition_holds

CONTEXT = Context(
    {
        "aws:sourcevpc": ("vpc-1",),
        "aws:principalisawsservice": ("true",),
        "aws:principalarn": ("arn:aws:iam::111122223333:role/Orders",),
        "aws:tags": ("one", "two"),
    },
    frozenset({"aws:principalorgid", "aws:principaltag/"}),
)
ALLOW, DENY, UNKNOWN = Answer.ALLOW, Answer.DENY, Answer.UNKNOWN


def holds(operator: str, key: str, *values: str) -> Answer:
    return condition_holds(Condition(operator, key, values), CONTEXT)


@pytest.mark.parametrize(
    ("operator", "key", "values", "answer"),
    [
        ("StringEquals", "aws:SourceVpc", ("vpc-1",), ALLOW),
        ("StringEquals", "AWS:SOURCEVPC", ("vpc-2", "vpc-1"), ALLOW),
        ("StringEquals", "aws:SourceVpc", ("VPC-1",), DENY),
        ("stringequalsignorecase", "aws:SourceVpc", ("VPC-1",), ALLOW),
        ("StringNotEquals", "aws:SourceVpc", ("vpc-1", "vpc-2"), DENY),
        ("StringNotEquals", "aws:SourceVpc", ("vpc-2",), ALLOW),
        ("StringLike", "aws:SourceVpc", ("vpc-?",), ALLOW),
        ("StringLike", "aws:SourceVpc", ("vpc-",), DENY),
        ("StringNotLike", "aws:SourceVpc", ("vpc-*",), DENY),
        ("ArnLike", "aws:PrincipalArn", ("arn:aws:iam::*:role/Or*",), ALLOW),
        ("ArnEquals", "aws:PrincipalArn", ("arn:aws:iam::*:role/orders",), DENY),
        ("ArnNotLike", "aws:PrincipalArn", ("arn:aws:iam::*:role/*",), DENY),
        ("Bool", "aws:PrincipalIsAWSService", ("TRUE",), ALLOW),
        ("Bool", "aws:PrincipalIsAWSService", ("false",), DENY),
    ],
)
def test_known_keys_are_compared(operator: str, key: str, values: tuple[str, ...], answer: Answer) -> None:
    """Keys have no case, values are alternatives, and wildcards stand for any text."""
    assert holds(operator, key, *values) is answer


@pytest.mark.parametrize(
    ("operator", "answer"),
    [
        ("StringEquals", DENY),
        ("StringLike", DENY),
        ("StringEqualsIfExists", ALLOW),
        ("StringNotEquals", ALLOW),
        ("StringNotLikeIfExists", ALLOW),
        ("ForAllValues:StringEquals", ALLOW),
        ("ForAnyValue:StringEquals", DENY),
        ("ForAnyValue:StringNotEquals", DENY),
    ],
)
def test_an_absent_key_fails_what_asks_for_it_and_passes_what_excludes_it(
    operator: str, answer: Answer
) -> None:
    """A service principal has no organization: this is what shuts pollers out of data perimeters."""
    assert holds(operator, "aws:PrincipalOrgID", "o-1") is answer
    assert holds(operator, "aws:PrincipalTag/team", "x") is answer


@pytest.mark.parametrize(
    ("key", "value", "answer"),
    [
        ("aws:PrincipalOrgID", "true", ALLOW),
        ("aws:PrincipalOrgID", "false", DENY),
        ("aws:SourceVpc", "false", ALLOW),
        ("aws:SourceVpc", "true", DENY),
        ("aws:Unheard", "true", UNKNOWN),
    ],
)
def test_null_asks_whether_the_key_is_absent(key: str, value: str, answer: Answer) -> None:
    """`true` wants it absent."""
    assert holds("Null", key, value) is answer


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:CurrentTime", "x"),
        ("IpAddress", "aws:SourceVpc", "10.0.0.0/8"),
        ("DateLessThan", "aws:SourceVpc", "2026-01-01"),
        ("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"),
        ("String Equals", "aws:SourceVpc", "vpc-1"),
        ("NumericEquals", "aws:SourceVpc", "1"),
    ],
)
def test_what_cannot_be_evaluated_is_unknown(operator: str, key: str, value: str) -> None:
    """Unknown keys, operators without a model, policy variables."""
    assert holds(operator, key, value) is UNKNOWN


@pytest.mark.parametrize(
    ("operator", "values", "answer"),
    [
        ("ForAllValues:StringEquals", ("one", "two"), ALLOW),
        ("ForAllValues:StringEquals", ("one",), DENY),
        ("ForAnyValue:StringEquals", ("one",), ALLOW),
        ("ForAnyValue:StringEquals", ("three",), DENY),
        ("ForAllValues:StringNotEquals", ("one",), DENY),
        ("ForAnyValue:StringNotEquals", ("one",), ALLOW),
    ],
)
def test_quantifiers_range_over_the_request_s_values(
    operator: str, values: tuple[str, ...], answer: Answer
) -> None:
    """ForAllValues wants each of them matched, ForAnyValue one."""
    assert holds(operator, "aws:tags", *values) is answer


def test_a_condition_without_values_holds_for_nothing() -> None:
    """Nothing can be equal to one of none."""
    assert holds("StringEquals", "aws:SourceVpc") is DENY
    assert holds("StringNotEquals", "aws:SourceVpc") is ALLOW
