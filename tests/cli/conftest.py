"""What all tests of the command line use."""

from pathlib import Path

import pytest

from tests.cli.running import Guard, recorded
from tests.networks.healthy import healthy


@pytest.fixture
def guard(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Guard:
    """The program, in a directory of its own and without anybody's AWS settings."""
    for name in (
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "FORCE_COLOR",
        "COLUMNS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Guard(capsys)


@pytest.fixture
def green(tmp_path: Path) -> Path:
    """A snapshot in which all is well."""
    return recorded(healthy(), tmp_path / "green.json")


@pytest.fixture
def red(tmp_path: Path) -> Path:
    """A snapshot whose trigger does not reach STS."""
    return recorded(healthy().without_endpoint("sts"), tmp_path / "red.json")
