"""CloudFormation's intrinsic functions as plain dictionaries, and templates as YAML in their short form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

Json = dict[str, Any]
NO_VALUE: Json = {"Ref": "AWS::NoValue"}
_WIDTH = 110


def ref(name: str) -> Json:
    """A parameter's value or a resource's physical id."""
    return {"Ref": name}


def sub(text: str, **values: Any) -> Json:
    """Text in which `${Name}` stands for parameters, resources, attributes or the given values."""
    return {"Fn::Sub": [text, values] if values else text}


def attribute(resource: str, name: str = "Arn") -> Json:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [resource, name]}


def when(condition: str, then: Any, otherwise: Any = None) -> Json:
    """One of two values; without the second, the property is left out where the condition is false."""
    return {"Fn::If": [condition, then, NO_VALUE if otherwise is None else otherwise]}


def join(separator: str, values: Any) -> Json:
    """A list as one text."""
    return {"Fn::Join": [separator, values]}


def equals(one: Any, other: Any) -> Json:
    """Condition: two values are the same."""
    return {"Fn::Equals": [one, other]}


def given(parameter: str) -> Json:
    """Condition: a parameter is not empty."""
    return {"Fn::Not": [equals(ref(parameter), "")]}


def given_list(parameter: str) -> Json:
    """Condition: a parameter that is a list is not empty."""
    return {"Fn::Not": [equals(join("", ref(parameter)), "")]}


class _Dumper(yaml.SafeDumper):
    """Writes intrinsic functions in their short form and long texts as blocks, without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write equal parts out each time: CloudFormation and its linters then show where."""
        return True


def _mapping(dumper: _Dumper, data: Mapping[str, Any]) -> yaml.Node:
    if len(data) == 1:
        ((name, value),) = data.items()
        if name == "Ref":
            return dumper.represent_scalar("!Ref", value)
        if name.startswith("Fn::"):
            return _function(dumper, name.removeprefix("Fn::"), value)
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items())


def _function(dumper: _Dumper, name: str, value: Any) -> yaml.Node:
    if name == "GetAtt":
        return dumper.represent_scalar("!GetAtt", ".".join(value))
    if isinstance(value, str):
        return dumper.represent_scalar(f"!{name}", value)
    return dumper.represent_sequence(f"!{name}", value)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(str, _text)


def as_yaml(template: Json, head: str) -> str:
    """The template as text below comment lines."""
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + yaml.dump(template, Dumper=_Dumper, sort_keys=False, width=_WIDTH, allow_unicode=True)
