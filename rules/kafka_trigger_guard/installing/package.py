"""The Lambda package as it is uploaded: built here, or a file that the user has built."""

from __future__ import annotations

import hashlib
import importlib.util
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from zipfile import is_zipfile

from kafka_trigger_guard import __version__, bundled
from kafka_trigger_guard.installing.failures import InstallError


@dataclass(frozen=True, slots=True)
class Package:
    """The bytes of the zip."""

    content: bytes

    @property
    def key(self) -> str:
        """Where it lies in a bucket: other bytes have another key, so that CloudFormation sees a change."""
        digest = hashlib.sha256(self.content).hexdigest()[:16]
        return f"functions/{__version__}-{digest}.zip"


def package(built: Path | None = None) -> Package:
    """The given zip, else a new one of this program and its dependencies. Raises InstallError."""
    if built is not None:
        if not is_zipfile(built):
            raise InstallError(f"--package {built}: no zip file; `make package` writes one")
        return Package(built.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kafka-trigger-guard.zip"
        _build(target)
        return Package(target.read_bytes())


def _build(target: Path) -> None:
    try:
        builder = _builder()
    except ModuleNotFoundError as error:
        raise InstallError(_advice(f"needs {error.name}")) from None
    try:
        builder.build(target)
    except builder.PackageError as error:
        raise InstallError(f"the Lambda package cannot be built: {error}") from None
    except ModuleNotFoundError as error:
        raise InstallError(_advice(f"needs {error.name}")) from None


def _advice(said: str) -> str:
    install = "pip install 'kafka-trigger-guard[config]'"
    return f"the Lambda package {said}: install it with `{install}`, or name a built one with --package FILE"


def _builder() -> ModuleType:
    """The script that comes along; it is no part of the package that runs in Lambda."""
    spec = importlib.util.spec_from_file_location(
        "kafka_trigger_guard_builder", bundled.deploy() / "package.py"
    )
    if spec is None or spec.loader is None:
        raise InstallError(_advice("has no builder here"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
