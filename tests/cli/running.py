"""Runs of the program, in this process and in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kafka_trigger_guard.cli import run
from tests.networks.builder import Scenario

RULES_ROOM = Path(__file__).parents[2] / "rules"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Guard:
    """Runs command lines in this process."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Ran:
        self.capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        return Ran(code, said.out, said.err)


def alone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kafka_trigger_guard", *arguments],
        capture_output=True,
        text=True,
        env=surroundings(**environment),
        timeout=600,
        check=False,
    )


def surroundings(**more: str) -> dict[str, str]:
    """An environment without settings of AWS or of the terminal, in which the package is found."""
    terminal = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if name not in terminal}
    inherited = {name: value for name, value in kept.items() if not name.startswith("AWS_")}
    offline = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
    return inherited | offline | {"PYTHONPATH": str(RULES_ROOM), "PYTHONIOENCODING": "utf-8"} | more


def recorded(scenario: Scenario, path: Path) -> Path:
    """The scenario as a snapshot file."""
    path.write_text(json.dumps(scenario.document()))
    return path
