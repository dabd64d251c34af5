"""The values of a template's parameters, as a user names them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.installing.failures import InstallError
from kafka_trigger_guard.installing.names import REMEDIATION, own_name
from kafka_trigger_guard.installing.template import Template
from kafka_trigger_guard.rules.parameters import COMMON, ParameterError, parse
from kafka_trigger_guard.rules.registry import BY_NAME, RULES


def settings(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """Values by the template's parameter names, checked as CloudFormation and the rules would.

    A name is the template's own, `rule-name.Name` for one rule, or a rule's parameter (also `Remediation`)
    for every rule that has it. Raises InstallError or ParameterError.
    """
    found: dict[str, str] = {}
    for written, value in given.items():
        for name in _named(template, written):
            _check(name, value, template.parameters[name])
            found[name] = value
    _check_rules(found)
    return found


def _named(template: Template, written: str) -> list[str]:
    rule, dot, name = written.partition(".")
    if dot:
        if rule not in BY_NAME:
            raise InstallError(f"unknown rule {rule}; see `kafka-trigger-guard rules`")
        names = [own_name(rule, name)]
        if name in [parameter.name for parameter in COMMON]:
            raise InstallError(f"--parameter {written}: {name} is one for all rules; write {name}=...")
    elif written in template.parameters:
        names = [written]
    else:
        names = [own_name(rule.name, written) for rule in RULES]
    known = [each for each in names if each in template.parameters]
    if not known:
        raise InstallError(_unknown(template, written))
    return known


def _unknown(template: Template, written: str) -> str:
    names = [*template.parameters, *(f"{name}.{REMEDIATION}" for name in BY_NAME)]
    close = difflib.get_close_matches(written, names, n=1)
    advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(template.parameters)}"
    return f"{template.name} has no parameter {written}; {advice}"


def _check(name: str, value: str, described: Mapping[str, Any]) -> None:
    allowed = [str(each) for each in described.get("AllowedValues", ())]
    if allowed and value not in allowed:
        accepted = ", ".join(each or "(empty)" for each in allowed)
        raise InstallError(f"{name}={value}: expected one of {accepted}")
    if described["Type"] == "Number":
        _check_number(name, value, described)
    pattern = described.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        raise InstallError(f"{name}={value}: expected {described['Description']}")
    if len(value) > int(described.get("MaxLength", len(value))):
        raise InstallError(f"{name} has {len(value)} characters; at most {described['MaxLength']} fit")


def _check_number(name: str, value: str, described: Mapping[str, Any]) -> None:
    low, high = described.get("MinValue", 0), described.get("MaxValue", float("inf"))
    if not value.isdecimal() or not low <= int(value) <= high:
        raise InstallError(f"{name}={value}: expected a whole number from {low} to {high}")


def _check_rules(found: Mapping[str, str]) -> None:
    """Values that only a rule can judge, such as the days of exemptions."""
    for rule in RULES:
        names = {parameter.name: parameter.name for parameter in COMMON}
        names |= {own_name(rule.name, each.name): each.name for each in rule.own_parameters}
        given = {names[name]: value for name, value in found.items() if name in names and value}
        try:
            parse(rule.parameters, given)
        except ParameterError as error:
            raise InstallError(f"{rule.name}: {error}") from None
