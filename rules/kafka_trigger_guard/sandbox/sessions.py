"""boto3 sessions of the sandbox, which share the parsed service models: parsing EC2's takes longest."""

from contextlib import AbstractContextManager
from unittest.mock import patch

import boto3
import botocore.session
from botocore.loaders import Loader
from botocore.session import get_session

_LOADER = Loader(include_default_search_paths=True)


def session_of(region: str, **credentials: str) -> boto3.Session:
    """A session in a Region; `credentials` as boto3.Session names them."""
    core = get_session()
    core.register_component("data_loader", _LOADER)
    return boto3.Session(botocore_session=core, region_name=region, **credentials)


def shared_models() -> AbstractContextManager[object]:
    """Sessions that anybody makes meanwhile share the parsed models too."""
    return patch.object(botocore.session, "create_loader", lambda _=None: _LOADER)
