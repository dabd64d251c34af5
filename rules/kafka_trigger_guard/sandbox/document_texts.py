"""The texts of SSM documents, each parsed once: parsing YAML takes moto longer than everything else."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import yaml
from moto.ssm import models

from kafka_trigger_guard.sandbox.corrections import correct

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    return yaml.load(text, _LOADER)


correct(models, "yaml")(SimpleNamespace(safe_load=_parsed, dump=yaml.dump, YAMLError=yaml.YAMLError))
