"""What commands say and where: results on standard output or in a file, complaints on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kafka_trigger_guard.report.untrusted import printable

if TYPE_CHECKING:
    from kafka_trigger_guard.jobs.gathering import Progress
    from kafka_trigger_guard.report.page import Page

PROGRAM = "kafka-trigger-guard"
CLEAN, FOUND, FAILED = 0, 1, 2
"""Exit codes: nothing non-compliant, something NON_COMPLIANT or UNKNOWN, could not evaluate."""
_PIPE_CLOSED = 141


class CannotEvaluate(Exception):  # noqa: N818 - it says what is the case
    """The command cannot do what it is asked; the message is one line that says what to do."""


def complain(message: str) -> None:
    """One line on standard error."""
    print(f"{PROGRAM}: {printable(' '.join(message.split()))}", file=sys.stderr)


def complain_of(not_evaluated: Sequence[str]) -> None:
    """A line for each account or Region that refused to be read."""
    for refused in not_evaluated:
        complain(f"not evaluated: {refused}")


def emit(text: str, out: Path | None = None) -> None:
    """The result, to a file or to standard output; a reader that has enough ends the program quietly."""
    from kafka_trigger_guard.report.writing import write

    if out is not None:
        write(out, text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise typer.Exit(pipe_closed()) from None


def pipe_closed() -> int:
    """The exit code when whoever read the output has enough; the buffer's rest must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED


def check_out(out: Path | None) -> None:
    """Raise WriteError before the long work if its result could not be written."""
    from kafka_trigger_guard.report.writing import check_writable

    if out is not None:
        check_writable(out)


def page(out: Path | None = None) -> Page:
    """The page that is written on: a file's, or that of the terminal or pipe."""
    from kafka_trigger_guard.report.page import Page, page_of

    return Page() if out is not None else page_of(sys.stdout)


def shown_progress() -> Progress:
    """Progress on a terminal, none in a pipe."""
    from kafka_trigger_guard.report.progress import progress

    return progress
