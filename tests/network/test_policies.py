"""Endpoint policies: who may call what through an endpoint."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kafka_trigger_guard.aws.modelling.policies import endpoint_policy
from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.network.conditions import Context
from kafka_trigger_guard.network.policies import Caller, Request, permits

ACCOUNT = "111122223333"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:kafka"
INVOKE = Request(
    "lambda:InvokeFunction", (FUNCTION, f"{FUNCTION}:live"), Caller(ACCOUNT, service="lambda.amazonaws.com")
)
READ = Request("secretsmanager:GetSecretValue", (SECRET,), Caller(ACCOUNT, role_arn=ROLE), whole=False)
CONTEXT = Context({"aws:sourcevpc": ("vpc-1",)}, frozenset({"aws:principalorgid"}))
ALLOW, DENY, UNKNOWN = Answer.ALLOW, Answer.DENY, Answer.UNKNOWN


def answer(request: Request, *statements: dict[str, Any]) -> Answer:
    """What a policy of these statements says, each of which starts open."""
    open_one = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    full = [{k: v for k, v in (open_one | each).items() if v is not None} for each in statements]
    return permits(endpoint_policy(json.dumps({"Statement": full})), request, CONTEXT)


def test_no_policy_and_aws_s_default_are_open() -> None:
    """The default is full access."""
    assert permits(endpoint_policy(None), INVOKE, CONTEXT) is ALLOW
    assert answer(INVOKE, {}) is ALLOW
    policy = endpoint_policy(
        {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
    )
    assert policy is not None
    assert policy.open


def test_a_policy_without_statements_lets_nothing_pass() -> None:
    """What nobody allows is denied."""
    assert answer(INVOKE) is DENY


@pytest.mark.parametrize(
    "document", ["{", "[]", '"x"', 17, {"Statement": [{"Effect": "Perhaps"}]}, {"Version": "1"}]
)
def test_a_policy_that_makes_no_sense_is_unknown(document: Any) -> None:
    """Neither open nor closed."""
    assert permits(endpoint_policy(document), INVOKE, CONTEXT) is UNKNOWN


@pytest.mark.parametrize(
    ("principal", "invoke", "read"),
    [
        ("*", ALLOW, ALLOW),
        ({"AWS": "*"}, ALLOW, ALLOW),
        ({"AWS": ["x", "*"]}, ALLOW, ALLOW),
        ({"Service": "lambda.amazonaws.com"}, ALLOW, DENY),
        ({"Service": ["sqs.amazonaws.com", "lambda.amazonaws.com"]}, ALLOW, DENY),
        ({"Service": "edgelambda.amazonaws.com"}, DENY, DENY),
        ({"AWS": ROLE}, DENY, ALLOW),
        ({"AWS": f"{ROLE}-2"}, DENY, DENY),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, DENY, ALLOW),
        ({"AWS": ACCOUNT}, DENY, ALLOW),
        ({"AWS": "444455556666"}, DENY, DENY),
        ({"AWS": "arn:aws:iam::444455556666:role/orders"}, DENY, DENY),
        ({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/x"}, DENY, UNKNOWN),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/orders"}, DENY, DENY),
        ({"AWS": "AROAEXAMPLE"}, DENY, UNKNOWN),
    ],
)
def test_principals_are_the_service_for_lambda_and_sts_and_the_role_for_the_rest(
    principal: Any, invoke: Answer, read: Answer
) -> None:
    """lambda/latest/dg/with-kafka-cluster-network"""
    assert answer(INVOKE, {"Principal": principal}) is invoke
    assert answer(READ, {"Principal": principal}) is read


def test_a_role_that_was_not_read_may_be_the_one_that_is_named() -> None:
    """Its account's root is, whatever its name; another account's role is not."""
    request = Request(READ.action, READ.resources, Caller(ACCOUNT), whole=False)
    assert answer(request, {"Principal": {"AWS": ROLE}}) is UNKNOWN
    assert answer(request, {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}) is ALLOW
    assert answer(request, {"Principal": {"AWS": "arn:aws:iam::444455556666:role/orders"}}) is DENY


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("lambda:InvokeFunction", ALLOW),
        ("LAMBDA:invoke*", ALLOW),
        ("lambda:Invoke?unction", ALLOW),
        (["sts:*", "lambda:*"], ALLOW),
        ("lambda:InvokeAsync", DENY),
        ("lambda:InvokeFunctionUrl", DENY),
        ([], DENY),
    ],
)
def test_actions_have_wildcards_and_no_case(action: Any, expected: Answer) -> None:
    """One or a list."""
    assert answer(INVOKE, {"Action": action}) is expected


def test_not_action_names_what_is_left_out() -> None:
    """Both in an allow and in a deny."""
    assert answer(INVOKE, {"Action": None, "NotAction": "lambda:*"}) is DENY
    assert answer(INVOKE, {"Action": None, "NotAction": "sts:*"}) is ALLOW
    assert (
        answer(INVOKE, {}, {"Effect": "Deny", "Action": None, "NotAction": "lambda:InvokeFunction"}) is ALLOW
    )


def test_not_principal_of_a_deny_spares_whom_it_names() -> None:
    """The usual shape of a perimeter."""
    deny = {"Effect": "Deny", "Principal": None, "NotPrincipal": {"Service": "lambda.amazonaws.com"}}
    assert answer(INVOKE, {}, deny) is ALLOW
    assert answer(READ, {}, deny) is DENY


@pytest.mark.parametrize(
    ("resource", "invoke", "read"),
    [
        ("*", ALLOW, ALLOW),
        (["x", "*"], ALLOW, ALLOW),
        (FUNCTION, UNKNOWN, DENY),
        (SECRET, DENY, ALLOW),
        (f"{FUNCTION}*", UNKNOWN, DENY),
        ("arn:aws:lambda:*:444455556666:*", DENY, DENY),
    ],
)
def test_a_narrower_resource_that_matches_is_unknown_where_aws_wants_the_star(
    resource: Any, invoke: Answer, read: Answer
) -> None:
    """AWS asks for Resource "*" for lambda and sts."""
    assert answer(INVOKE, {"Resource": resource}) is invoke
    assert answer(READ, {"Resource": resource}) is read


def test_a_deny_of_a_narrower_resource_that_matches_denies() -> None:
    """Only an allow is in doubt."""
    assert answer(INVOKE, {}, {"Effect": "Deny", "Resource": FUNCTION}) is DENY
    assert answer(INVOKE, {}, {"Effect": "Deny", "Resource": None, "NotResource": f"{FUNCTION}*"}) is ALLOW


def test_an_explicit_deny_wins_in_any_order() -> None:
    """And one that cannot be evaluated makes an allow unknown."""
    deny = {"Effect": "Deny", "Action": "lambda:InvokeFunction"}
    assert answer(INVOKE, {}, deny) is answer(INVOKE, deny, {}) is DENY
    unsure = deny | {"Condition": {"StringEquals": {"aws:Unheard": "x"}}}
    assert answer(INVOKE, {}, unsure) is UNKNOWN
    assert answer(INVOKE, unsure) is DENY


def test_all_conditions_of_a_statement_must_hold() -> None:
    """Operators and keys are joined by and, values by or."""
    both = {
        "StringEquals": {"aws:SourceVpc": ["vpc-2", "vpc-1"]},
        "StringEqualsIfExists": {"aws:PrincipalOrgID": "o"},
    }
    assert answer(INVOKE, {"Condition": both}) is ALLOW
    strict = {"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:PrincipalOrgID": "o"}}
    assert answer(INVOKE, {"Condition": strict}) is DENY
