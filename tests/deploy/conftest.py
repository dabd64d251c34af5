"""An account in the embedded AWS that is ready to be deployed to, and the command line that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kafka_trigger_guard.cli import run
from kafka_trigger_guard.installing.package import package
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.aws import Aws
from tests.deploy.places import REGION, ready

Deploy = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Lambda package, built once."""
    path = tmp_path_factory.mktemp("package") / "kafka-trigger-guard.zip"
    path.write_bytes(package().content)
    return path


@pytest.fixture
def sandbox() -> Iterator[Aws]:
    """An AWS in which AWS Config and CloudTrail were set up."""
    with aws(REGION) as running:
        ready(running.session())
        yield running


@pytest.fixture
def client(sandbox: Aws) -> Callable[[str], Any]:
    """Clients of the account."""

    def made(service: str) -> Any:
        session: Any = sandbox.session()
        return session.client(service)

    return made


@pytest.fixture
def guard(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deploy:
    """The program: its exit code, what it said, and what it complained of."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def deploy(guard: Deploy, built: Path, sandbox: Aws) -> Deploy:
    """`deploy KIND` in the sandbox's Region with the built package."""
    region = sandbox.region

    def call(kind: str, *arguments: str) -> tuple[int, str, str]:
        package = ("--package", str(built)) if kind != "members" else ()
        return guard("deploy", kind, "--region", region, *package, *arguments)

    return call


@pytest.fixture
def undeploy(guard: Deploy, sandbox: Aws) -> Deploy:
    """`undeploy KIND` in the sandbox's Region."""
    return lambda kind, *arguments: guard("undeploy", kind, "--region", sandbox.region, *arguments)
