"""boto3 sessions of the sandbox, which share what is made of the service models: for EC2 it takes longest."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
from botocore.client import ClientCreator
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.session import get_session

_LOADER = Loader(include_default_search_paths=True)
_METHODS: dict[ServiceModel, dict[str, Any]] = {}
_botocore_methods: Any = ClientCreator._create_methods  # type: ignore[attr-defined]


def session_of(region: str, **credentials: str) -> boto3.Session:
    """A session in a Region; `credentials` as boto3.Session names them."""
    core = get_session()
    core.register_component("data_loader", _LOADER)
    return boto3.Session(botocore_session=core, region_name=region, **credentials)


@contextmanager
def shared_models() -> Iterator[None]:
    """Sessions that anybody makes meanwhile share the models and the clients' methods too."""
    with (
        patch.object(botocore.session, "create_loader", lambda _=None: _LOADER),
        patch.object(ClientCreator, "_load_service_model", _service_model),
        patch.object(ClientCreator, "_create_methods", _methods),
    ):
        yield


def _service_model(_: Any, service_name: str, api_version: str | None = None) -> ServiceModel:
    return _model(service_name, api_version)


@cache
def _model(service_name: str, api_version: str | None) -> ServiceModel:
    return ServiceModel(_LOADER.load_service_model(service_name, "service-2", api_version), service_name)


def _methods(creator: Any, model: ServiceModel) -> dict[str, Any]:
    """The methods of a client's class by their names, for each class anew: botocore adds to them."""
    if model not in _METHODS:
        _METHODS[model] = _botocore_methods(creator, model)
    return dict(_METHODS[model])
