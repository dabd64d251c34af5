"""Templates are read by the C parser, each text once: a template with its documents has 10,000 lines."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any

import yaml
from moto.cloudformation import models
from moto.cloudformation.utils import yaml_tag_constructor

from kafka_trigger_guard.sandbox.corrections import correct


class _Loader(getattr(yaml, "CLoader", yaml.Loader)):  # type: ignore[misc]
    """Reads templates with the short forms of intrinsic functions."""


_Loader.add_multi_constructor("", yaml_tag_constructor)


class _Yaml:
    """What moto uses of the module yaml."""

    Loader = _Loader

    @staticmethod
    def add_multi_constructor(*_: Any) -> None:
        """The loader has its constructor already."""

    @staticmethod
    def load(text: str, **_: Any) -> Any:
        """The template, of which the caller may change its copy."""
        return deepcopy(_parsed(text))


@lru_cache(maxsize=8)
def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)


correct(models, "yaml")(_Yaml)
