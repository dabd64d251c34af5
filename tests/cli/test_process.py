"""Specification of the program as a process of its own: start-up, pipes, terminals, signals."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import alone, recorded, surroundings
from tests.networks.healthy import healthy

_LOADED = """
import sys
sys.argv = ["kafka-trigger-guard", *{arguments!r}]
from kafka_trigger_guard.cli import run
run()
heavy = ("boto3", "botocore", "moto", "rich", "kafka_trigger_guard.evaluation")
print(*[name for name in heavy if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["evaluate", "--help"], ["demo", "--help"], ["explain", "--help"]],
)
def test_help_imports_neither_boto3_nor_moto_nor_the_engine(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(arguments=arguments)],
        capture_output=True,
        text=True,
        env=surroundings(),
        check=True,
    )
    assert done.stdout
    assert done.stderr == "\n"


def test_judging_files_needs_no_boto3(tmp_path: Path) -> None:
    file = recorded(healthy(), tmp_path / "s.json")
    arguments = ["evaluate", "--snapshot", str(file)]
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(arguments=arguments)],
        capture_output=True,
        text=True,
        env=surroundings(),
        check=True,
    )
    assert "boto" not in done.stderr
    assert "moto" not in done.stderr


def test_help_answers_at_once() -> None:
    began = os.times()
    assert alone("--help").returncode == 0
    ended = os.times()
    worked = ended.children_user + ended.children_system - began.children_user - began.children_system
    print(f"kafka-trigger-guard --help: {worked:.2f} s of CPU time")
    assert worked < 3


def test_a_missing_file_is_one_line_and_exit_code_2() -> None:
    done = alone("evaluate", "--snapshot", "absent.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_stops_early_is_no_error(red: Path) -> None:
    program = f"{sys.executable} -m kafka_trigger_guard"
    done = subprocess.run(
        ["bash", "-c", f"{program} rules --output json | head -c 1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        env=surroundings(),
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("[")
    assert done.stdout.strip()[1:].strip() in ("0", "141")
    assert red.exists()


def test_an_ascii_terminal_gets_ascii(red: Path) -> None:
    done = alone("evaluate", "--snapshot", str(red), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert "x kafka-trigger-sts-endpoint" in done.stdout


def test_a_terminal_gets_colours_and_no_color_takes_them_away(red: Path) -> None:
    assert "\x1b[" in _on_terminal("evaluate", "--snapshot", str(red))
    assert "\x1b" not in _on_terminal("evaluate", "--snapshot", str(red), NO_COLOR="1")


def test_a_narrow_terminal_is_not_overrun(red: Path) -> None:
    shown = _on_terminal("evaluate", "--snapshot", str(red), NO_COLOR="1", COLUMNS="60")
    assert max(len(line) for line in shown.splitlines()) <= 60


def _on_terminal(*arguments: str, **environment: str) -> str:
    """What the program shows on a terminal of 80 columns."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kafka_trigger_guard", *arguments],
        stdout=slave,
        stderr=slave,
        stdin=slave,
        env=surroundings(**({"TERM": "xterm-256color", "COLUMNS": "80"} | environment)),
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    process.wait(timeout=600)
    os.close(master)
    return shown.decode("utf-8")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_program_without_traceback(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    fifo = tmp_path / "never-written.json"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "kafka_trigger_guard",
            "evaluate",
            "--snapshot",
            str(fifo),
            "--out",
            "out.json",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=surroundings(),
    )
    with fifo.open("wb"):  # opens once the program reads, which then waits
        process.send_signal(sent)
        _, said = process.communicate(timeout=600)
    assert process.returncode == code
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == [fifo]


def test_long_work_shows_progress_on_a_terminal_and_none_in_a_pipe() -> None:
    assert "Building an AWS in this process" in _on_terminal("demo")
    done = alone("demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Building" not in done.stdout


def test_the_demo_without_moto_says_what_to_install() -> None:
    hide = 'import sys; sys.modules["moto"] = None; '
    program = hide + 'from kafka_trigger_guard.cli import run; sys.exit(run(["demo"]))'
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=surroundings(), check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'kafka-trigger-guard[sandbox]'" in done.stderr
    assert done.stderr.count("\n") == 1
