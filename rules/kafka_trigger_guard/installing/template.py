"""The templates that come along, and what their parameters and resources are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from kafka_trigger_guard import bundled
from kafka_trigger_guard.installing.failures import InstallError

Json = dict[str, Any]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads the short forms of intrinsic functions as the dictionaries that they stand for."""


def _intrinsic(loader: Any, suffix: str, node: yaml.Node) -> Json:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    value = str(loader.construct_scalar(node))
    return {name: value.split(".", 1) if suffix == "GetAtt" else value}


_Loader.add_multi_constructor("!", _intrinsic)


def parsed(text: str) -> Json:
    """A template as dictionaries, intrinsic functions in their long form."""
    template: Json = yaml.load(text, Loader=_Loader)
    return template


@dataclass(frozen=True)
class Template:
    """A template's file name and text."""

    name: str
    text: str

    @cached_property
    def body(self) -> Json:
        """The template as dictionaries."""
        return parsed(self.text)

    @property
    def parameters(self) -> Mapping[str, Json]:
        """The parameters by name."""
        found: Mapping[str, Json] = self.body["Parameters"]
        return found

    @property
    def resources(self) -> Mapping[str, Json]:
        """The resources by logical id."""
        found: Mapping[str, Json] = self.body["Resources"]
        return found

    @property
    def key(self) -> str:
        """Where it lies in a bucket: another text has another key."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()[:16]
        return f"templates/{digest}-{self.name}"


def template_of(name: str) -> Template:
    """A template that comes along. Raises InstallError."""
    path = bundled.deploy() / name
    try:
        return Template(name, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InstallError(f"the template {name} is not there ({error}); install the program again") from None
