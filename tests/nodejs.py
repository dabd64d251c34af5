"""What tests use of Node.js: skipped where it is not installed, failed in continuous integration."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

MODULES = Path(__file__).parent / "node_modules"


def node() -> str:
    """The path of Node.js."""
    found = shutil.which("node")
    return found or _missing("Node.js 20 or later and npm are not installed: install them, then `make test`")


def package(name: str) -> Path:
    """The folder of an npm package that tests/package.json names."""
    folder = MODULES / name
    if not (folder / "package.json").is_file():
        _missing(f"the npm package {name} is not installed: `make test` does it, by npm ci --prefix tests")
    return folder


def _missing(what: str) -> NoReturn:
    """Under KAFKA_TRIGGER_GUARD_CI nothing is skipped."""
    if os.environ.get("KAFKA_TRIGGER_GUARD_CI"):
        pytest.fail(what)
    pytest.skip(what)
