"""A Lambda function's code, taken from the zip that was uploaded, beside the same modules of this process.

Everything that the zip holds is imported from the zip, but for the AWS SDK, which is this process's own: it
is what the sandbox answers. A function's modules, loggers and environment are seen by nobody else.
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch
from zipfile import ZipFile

import boto3

_OF_THIS_PROCESS = frozenset(("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six"))


class Unpacked:
    """An uploaded zip in a folder of its own, and the names of what can be imported of it."""

    def __init__(self, archive: bytes) -> None:
        self.folder = TemporaryDirectory(prefix="function-", ignore_cleanup_errors=True)
        self.names: set[str] = set()
        with ZipFile(io.BytesIO(archive)) as files:
            for name in files.namelist():
                top = name.partition("/")[0].removesuffix(".py")
                if top not in _OF_THIS_PROCESS:
                    files.extract(name, self.folder.name)
                    self.names.add(top)


class FunctionCode:
    """One function's code in one execution environment: cold until it is first invoked."""

    def __init__(self, unpacked: Unpacked, handler: str) -> None:
        self._unpacked = unpacked
        self._handler = handler
        self._modules: dict[str, ModuleType] = {}
        self._loggers = logging.Manager(logging.root)
        self.output = io.StringIO()
        """What the function has written."""

    def __call__(self, event: Any, context: Any, environment: Mapping[str, str]) -> Any:
        """Invoke the handler; raises what it raises."""
        module, _, name = self._handler.rpartition(".")
        with self._inside(environment):
            return getattr(importlib.import_module(module.replace("/", ".")), name)(event, context)

    @contextmanager
    def _inside(self, environment: Mapping[str, str]) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(self.output))
            stack.enter_context(patch.dict(os.environ, {**_kept_environment(), **environment}, clear=True))
            stack.enter_context(patch.object(boto3, "DEFAULT_SESSION", None))
            stack.enter_context(patch.object(logging.Logger, "manager", self._loggers))
            stack.enter_context(self._imported())
            yield

    @contextmanager
    def _imported(self) -> Iterator[None]:
        hidden = self._take()
        sys.modules.update(self._modules)
        sys.path.insert(0, self._unpacked.folder.name)
        try:
            yield
        finally:
            sys.path.remove(self._unpacked.folder.name)
            self._modules = self._take()
            sys.modules.update(hidden)

    def _take(self) -> dict[str, ModuleType]:
        """Take this function's modules, by name, out of those that are imported."""
        names = [name for name in sys.modules if name.partition(".")[0] in self._unpacked.names]
        return {name: sys.modules.pop(name) for name in names}


def _kept_environment() -> dict[str, str]:
    """What a function inherits: nothing that names an account, a Region or credentials."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "POWERTOOLS_"))}
