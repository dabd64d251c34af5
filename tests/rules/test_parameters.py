"""Rule parameters: strings in, typed values out; what is unknown is named."""

from __future__ import annotations

from datetime import date

import pytest

from kafka_trigger_guard.evaluation import rule_set
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.parameters import (
    EvaluatedResourceType,
    Exemption,
    ParameterError,
    Parameters,
    parse,
)
from kafka_trigger_guard.rules.registry import BY_NAME, RULES

EGRESS = BY_NAME["kafka-trigger-egress"]
REDUNDANCY = BY_NAME["kafka-trigger-broker-redundancy"]
UUID = "7a1b6a4e-0000-4000-8000-000000000001"


def test_what_is_absent_has_its_default() -> None:
    """As the contract states them."""
    assert parse(REDUNDANCY.parameters, {}) == Parameters(
        allow_nat=None,
        include_disabled=False,
        minimum_brokers=2,
        minimum_zones=2,
        unknown_as=Verdict.NON_COMPLIANT,
        exempt=(),
        evaluated_resource_type=EvaluatedResourceType.EVENT_SOURCE_MAPPING,
    )


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("AllowNat", "true", "allow_nat", True),
        ("AllowNat", " False ", "allow_nat", False),
        ("IncludeDisabled", "TRUE", "include_disabled", True),
        ("UnknownAs", "NOT_APPLICABLE", "unknown_as", Verdict.NOT_APPLICABLE),
        (
            "EvaluatedResourceType",
            "AWS::Lambda::Function",
            "evaluated_resource_type",
            EvaluatedResourceType.FUNCTION,
        ),
        (
            "Exempt",
            f"{UUID}@2026-06-30, orders@2026-01-01",
            "exempt",
            (Exemption(UUID, date(2026, 6, 30)), Exemption("orders", date(2026, 1, 1))),
        ),
        ("Exempt", "", "exempt", ()),
    ],
)
def test_text_becomes_values(name: str, text: str, field: str, value: object) -> None:
    """AWS Config hands over strings."""
    assert getattr(parse(EGRESS.parameters, {name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AllowNat", "yes"),
        ("AllowNat", ""),
        ("IncludeDisabled", "1"),
        ("UnknownAs", "COMPLIANT"),
        ("UnknownAs", "UNKNOWN"),
        ("Exempt", "orders"),
        ("Exempt", "orders@2026-02-30"),
        ("Exempt", "orders@tomorrow"),
        ("Exempt", "@2026-01-01"),
        ("EvaluatedResourceType", "AWS::MSK::Cluster"),
    ],
)
def test_a_value_that_is_not_accepted_is_named_with_what_is(name: str, text: str) -> None:
    """One line."""
    with pytest.raises(ParameterError, match=rf"{name}=.*expected") as error:
        parse(EGRESS.parameters, {name: text})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", ""])
@pytest.mark.parametrize("name", ["MinimumBrokers", "MinimumZones"])
def test_counts_are_whole_numbers_from_one(name: str, text: str) -> None:
    """Nothing would be checked with less."""
    with pytest.raises(ParameterError, match=name):
        parse(REDUNDANCY.parameters, {name: text})


def test_an_unknown_name_is_named_with_the_known_ones() -> None:
    """Also one that another rule has."""
    with pytest.raises(ParameterError, match=r"MinimumBrokers.*AllowNat"):
        parse(EGRESS.parameters, {"MinimumBrokers": "3"})


def test_a_parameter_goes_to_every_rule_that_has_it() -> None:
    """And to no other."""
    found = {rule.name: parameters for rule, parameters in rule_set(None, {"AllowNat": "true"})}
    having = {rule.name for rule in RULES if any(p.name == "AllowNat" for p in rule.parameters)}
    assert {name for name, parameters in found.items() if parameters.allow_nat} == having
    assert having == {rule.name for rule in RULES if rule.name.endswith("-endpoint")} | {EGRESS.name}


def test_a_parameter_of_one_rule_wins_over_the_general_one() -> None:
    """In either order."""
    one = {"AllowNat": "true", "kafka-trigger-egress.AllowNat": "false"}
    for given in (one, dict(reversed(one.items()))):
        found = {rule.name: parameters.allow_nat for rule, parameters in rule_set(None, given)}
        assert (found["kafka-trigger-egress"], found["kafka-trigger-sts-endpoint"]) == (False, True)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"AllowNATs": "true"}, "AllowNATs"),
        ({"kafka-trigger-egres.AllowNat": "true"}, "kafka-trigger-egres"),
        ({"kafka-trigger-egress.MinimumZones": "2"}, "kafka-trigger-egress.MinimumZones"),
        ({"kafka-trigger-egress.": "2"}, "kafka-trigger-egress."),
    ],
)
def test_unknown_rules_and_names_are_refused(given: dict[str, str], named: str) -> None:
    """Whichever part is unknown."""
    with pytest.raises(ParameterError, match=named):
        rule_set(None, given)


def test_rules_are_chosen_by_name_and_unknown_ones_refused() -> None:
    """In the registry's order, whatever the order asked in."""
    chosen = rule_set(["kafka-trigger-egress", "kafka-trigger-lambda-endpoint"], {})
    assert [rule.name for rule, _ in chosen] == ["kafka-trigger-lambda-endpoint", "kafka-trigger-egress"]
    with pytest.raises(ParameterError, match="unknown rule lambda"):
        rule_set(["lambda"], {})
