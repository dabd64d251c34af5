"""Progress of long work on a terminal's standard error; nothing at all in a pipe."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from kafka_trigger_guard.jobs.gathering import Announce


@contextmanager
def progress(what: str) -> Iterator[Announce]:
    """Show a spinner with the number of calls while the block runs; may be told from several threads."""
    if not sys.stderr.isatty():
        yield lambda _region, _operation: None
        return
    from rich.console import Console

    calls: Counter[str] = Counter()
    lock = Lock()
    with Console(stderr=True).status(what) as status:

        def announce(region: str, operation: str) -> None:
            with lock:
                calls[region] += 1
                total = sum(calls.values())
                status.update(f"{what}: {total} calls, {region} {operation}")

        yield announce
