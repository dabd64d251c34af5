"""boto3 clients of the tests' process: making one from EC2's model takes longer than most tests do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import ClientCreator
from botocore.model import ServiceModel

_load_model: Any = ClientCreator._load_service_model  # type: ignore[attr-defined]
_make_methods: Any = ClientCreator._create_methods  # type: ignore[attr-defined]
_MODELS: dict[tuple[str, str | None], ServiceModel] = {}
_METHODS: dict[ServiceModel, dict[str, Any]] = {}


@contextmanager
def shared_models() -> Iterator[None]:
    """All clients of a service share its model, which is only read, and its methods."""
    with (
        patch.object(ClientCreator, "_load_service_model", _model),
        patch.object(ClientCreator, "_create_methods", _methods),
    ):
        yield


def _model(creator: Any, service_name: str, api_version: str | None = None) -> ServiceModel:
    key = (service_name, api_version)
    if key not in _MODELS:
        _MODELS[key] = _load_model(creator, service_name, api_version)
    return _MODELS[key]


def _methods(creator: Any, model: ServiceModel) -> dict[str, Any]:
    if model not in _METHODS:
        _METHODS[model] = _make_methods(creator, model)
    return dict(_METHODS[model])
