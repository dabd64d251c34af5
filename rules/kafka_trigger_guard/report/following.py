"""Progress of an execution on a terminal's standard error; nothing at all in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kafka_trigger_guard.report.untrusted import printable


@contextmanager
def following(what: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner with what is being done, and what is told of it while the block runs."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(printable(what))) as status:
        yield lambda told: status.update(escape(printable(f"{what}: {told}" if told else what)))
