"""The parameters of an automation, checked against what its runbook declares.

systems-manager/latest/userguide/documents-schemas-features (parameters: type, allowedValues, allowedPattern,
minItems, maxItems, minChars, maxChars)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from kafka_trigger_guard.sandbox.automation.documents import Declared, Runbook
from kafka_trigger_guard.sandbox.operations import Refusal

_LISTS = ("StringList", "MapList")
_SCALARS = ("String", "Boolean", "Integer", "StringMap")
_RESOURCE = re.compile(r"(?P<list>List<)?AWS::[A-Za-z0-9:]+>?")


def values_of(runbook: Runbook, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The typed value of every parameter, defaults included; refuses what the runbook does not allow."""
    declared = {parameter.name: parameter for parameter in runbook.parameters}
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise refusal(f"Unknown parameters: {', '.join(unknown)}")
    missing = [name for name, parameter in declared.items() if parameter.required and name not in given]
    if missing:
        raise refusal(f"Missing required parameters: {', '.join(missing)}")
    return {
        name: _typed(parameter, given[name]) if name in given else parameter.rules["default"]
        for name, parameter in declared.items()
    }


def texts_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The values as GetAutomationExecution shows them: lists of texts."""
    return {
        name: [_text(item) for item in (value if isinstance(value, list) else [value])]
        for name, value in values.items()
    }


def refusal(message: str) -> Refusal:
    """SSM API, StartAutomationExecution: the supplied parameters are incorrect."""
    return Refusal("InvalidAutomationExecutionParametersException", message)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _typed(parameter: Declared, texts: Sequence[str]) -> Any:
    kind = _kind(parameter)
    if kind not in _LISTS:
        if len(texts) != 1:
            raise refusal(f"Parameter {parameter.name} of type {parameter.type} takes one value")
        return _checked(parameter, _parsed(parameter, kind, texts[0]))
    least, most = parameter.rules.get("minItems", 0), parameter.rules.get("maxItems", len(texts))
    if not int(least) <= len(texts) <= int(most):
        raise refusal(f"Parameter {parameter.name} takes between {least} and {most} values")
    item = "StringMap" if kind == "MapList" else "String"
    return [_checked(parameter, _parsed(parameter, item, text)) for text in texts]


def _kind(parameter: Declared) -> str:
    if parameter.type in (*_LISTS, *_SCALARS):
        return parameter.type
    resource = _RESOURCE.fullmatch(parameter.type)
    if resource is None:
        raise refusal(f"Parameter {parameter.name} has the unknown type {parameter.type}")
    return "StringList" if resource["list"] else "String"


def _parsed(parameter: Declared, kind: str, text: str) -> Any:
    if kind == "String":
        return text
    try:
        value = json.loads(text.lower() if kind == "Boolean" else text)
    except ValueError:
        value = None
    expected = {"Boolean": bool, "Integer": int, "StringMap": dict}[kind]
    if type(value) is not expected:
        raise refusal(f"Parameter {parameter.name} with value [{text}] is not of type {kind}")
    return value


def _checked(parameter: Declared, value: Any) -> Any:
    allowed, pattern = parameter.rules.get("allowedValues"), parameter.rules.get("allowedPattern")
    if allowed is not None and value not in allowed and _text(value) not in allowed:
        raise refusal(
            f"Parameter {parameter.name} with value [{_text(value)}] is not in the list of allowed values: "
            f"{json.dumps(allowed)}"
        )
    if pattern is not None and not re.search(str(pattern), _text(value)):
        raise refusal(
            f"Parameter {parameter.name} with value [{_text(value)}] failed to match the pattern: {pattern}"
        )
    _check_length(parameter, _text(value))
    return value


def _check_length(parameter: Declared, text: str) -> None:
    least, most = parameter.rules.get("minChars", 0), parameter.rules.get("maxChars", len(text))
    if not int(least) <= len(text) <= int(most):
        raise refusal(f"Parameter {parameter.name} takes between {least} and {most} characters")
