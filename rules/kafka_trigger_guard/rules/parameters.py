"""Rule parameters as AWS Config InputParameters: strings in, typed values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from kafka_trigger_guard.rules.findings import Verdict


class ParameterError(ValueError):
    """An unknown parameter name or value; the message names it and says what is accepted."""


class EvaluatedResourceType(Enum):
    """What AWS Config reports on."""

    EVENT_SOURCE_MAPPING = "AWS::Lambda::EventSourceMapping"
    FUNCTION = "AWS::Lambda::Function"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A trigger (UUID) or a function's triggers (name) left out up to and including a day."""

    id: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Parameters:
    """One rule's parameters; `allow_nat` is None where the service's default holds."""

    allow_nat: bool | None = None
    include_disabled: bool = False
    minimum_brokers: int = 2
    minimum_zones: int = 2
    unknown_as: Verdict = Verdict.NON_COMPLIANT
    exempt: tuple[Exemption, ...] = ()
    evaluated_resource_type: EvaluatedResourceType = EvaluatedResourceType.EVENT_SOURCE_MAPPING


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that rules may have: its name, default as text, meaning, and how text becomes a value."""

    name: str
    field: str
    default: str
    meaning: str
    accepts: str
    parse: Callable[[str], Any]


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.strip().lower()]


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _unknown_as(text: str) -> Verdict:
    return {v.value: v for v in (Verdict.NON_COMPLIANT, Verdict.NOT_APPLICABLE)}[text.strip()]


_EXEMPTION = re.compile(r"(?P<id>[^@\s]+)@(?P<day>\d{4}-\d{2}-\d{2})")


def _exemptions(text: str) -> tuple[Exemption, ...]:
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    matches = [_EXEMPTION.fullmatch(entry) for entry in entries]
    if any(match is None for match in matches):
        raise ValueError(text)
    return tuple(Exemption(m["id"], date.fromisoformat(m["day"])) for m in matches if m is not None)


ALLOW_NAT = Parameter(
    "AllowNat", "allow_nat", "", "a NAT path counts as reachable", "true or false", _boolean
)
INCLUDE_DISABLED = Parameter(
    "IncludeDisabled",
    "include_disabled",
    "false",
    "disabled triggers are judged too",
    "true or false",
    _boolean,
)
MINIMUM_BROKERS = Parameter(
    "MinimumBrokers",
    "minimum_brokers",
    "2",
    "brokers that a trigger must have",
    "a whole number from 1",
    _count,
)
MINIMUM_ZONES = Parameter(
    "MinimumZones",
    "minimum_zones",
    "2",
    "zones that pollers and brokers must span",
    "a whole number from 1",
    _count,
)
UNKNOWN_AS = Parameter(
    "UnknownAs",
    "unknown_as",
    "NON_COMPLIANT",
    "what AWS Config is told where the answer is unknown",
    "NON_COMPLIANT or NOT_APPLICABLE",
    _unknown_as,
)
EXEMPT = Parameter(
    "Exempt",
    "exempt",
    "",
    "triggers left out until a day",
    "comma-separated ID@YYYY-MM-DD, ID a UUID or a function name",
    _exemptions,
)
EVALUATED_RESOURCE_TYPE = Parameter(
    "EvaluatedResourceType",
    "evaluated_resource_type",
    "AWS::Lambda::EventSourceMapping",
    "the resource that AWS Config reports on",
    "AWS::Lambda::EventSourceMapping or AWS::Lambda::Function",
    lambda text: EvaluatedResourceType(text.strip()),
)

COMMON = (INCLUDE_DISABLED, UNKNOWN_AS, EXEMPT, EVALUATED_RESOURCE_TYPE)
"""The parameters that every rule has."""


def parse(accepted: tuple[Parameter, ...], values: Mapping[str, str]) -> Parameters:
    """Parameters from text. Raises ParameterError for a name or value that is not accepted."""
    by_name = {parameter.name: parameter for parameter in accepted}
    fields: dict[str, Any] = {}
    for name, text in values.items():
        parameter = by_name.get(name)
        if parameter is None:
            raise ParameterError(f"unknown parameter {name}; accepted are {', '.join(sorted(by_name))}")
        fields[parameter.field] = _value(parameter, str(text))
    return replace(Parameters(), **fields)


def _value(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.parse(text)
    except (KeyError, ValueError):
        raise ParameterError(f"{parameter.name}={text}: expected {parameter.accepts}") from None
