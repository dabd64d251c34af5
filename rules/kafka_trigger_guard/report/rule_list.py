"""The rules with their parameters and remediation, as table and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.text import Text

from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.report.reasons import reasons_of
from kafka_trigger_guard.rules.parameters import ALLOW_NAT, Parameter
from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.rules.rule import Rule

NO_REMEDIATION = "none: a person decides"


def default_of(rule: Rule, parameter: Parameter) -> str:
    """A parameter's default in a rule, as text; empty where there is none."""
    return rule.nat_default if parameter is ALLOW_NAT else parameter.default


def rule_table(page: Page) -> str:
    """The rules as text that fits the page."""
    return page.written([line for rule in RULES for line in _rule(rule, page)])


def rule_json() -> str:
    """The rules as a JSON array."""
    return json.dumps([_document(rule) for rule in RULES], indent=2) + "\n"


def _rule(rule: Rule, page: Page) -> Iterator[Text]:
    yield Text(rule.name, "bold")
    yield from page.paragraph(rule.asks, first="  ")
    yield from page.paragraph(rule.judges, first="  judges       ")
    yield from page.paragraph(rule.document or NO_REMEDIATION, first="  remediation  ")
    for number, parameter in enumerate(rule.parameters):
        lead = "  parameters   " if number == 0 else " " * 15
        default = default_of(rule, parameter)
        shown = f"{parameter.name}={default}" if default else parameter.name
        yield from page.paragraph(f"{shown}: {parameter.meaning}", first=lead, rest=" " * 17)
    yield Text()


def _document(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "asks": rule.asks,
        "judges": rule.judges,
        "cannot_see": rule.cannot_see,
        "remediation": rule.document,
        "parameters": [
            {
                "name": parameter.name,
                "default": default_of(rule, parameter) or None,
                "accepts": parameter.accepts,
                "meaning": parameter.meaning,
            }
            for parameter in rule.parameters
        ],
        "reasons": [{"code": reason.value, "verdict": verdict.value} for reason, verdict in reasons_of(rule)],
    }
