"""The Config functions: import time, package size, and the memory and calls of a thousand triggers."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RUNS = 15
_TRIGGERS = 1000
_IMPORTS = {
    "boto3 and rdklib": "import boto3, rdklib",
    "the handler": "import kafka_trigger_guard.config.handler",
}
_TIMED = "import time; begun = time.perf_counter(); {}; print(time.perf_counter() - begun)"
_MEASURED = "from tests.benchmarks.bench_config import print_memory; print_memory({})"


def report() -> Iterator[str]:
    """The figures, one line each."""
    yield from _import_times()
    yield _package()
    yield from _memory_and_calls()


def _import_times() -> Iterator[str]:
    """The fastest of several runs, taken in turn so that a busy machine slows both alike."""
    runs: dict[str, list[float]] = {name: [] for name in _IMPORTS}
    for _ in range(_RUNS):
        for name, statement in _IMPORTS.items():
            runs[name].append(float(_python(_TIMED.format(statement))))
    plain, handler = (min(times) for times in runs.values())
    yield f"import boto3, rdklib: {plain * 1000:.0f} ms"
    yield f"import of the handler: {handler * 1000:.0f} ms, {handler / plain:.2f} times that (at most 1.35)"


def _package() -> str:
    spec = importlib.util.spec_from_file_location("package", ROOT / "deploy" / "package.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with tempfile.TemporaryDirectory() as folder:
        size = script.build(Path(folder) / "guard.zip")
    return f"package: {size / 1e6:.2f} MB (at most 10)"


def _memory_and_calls() -> Iterator[str]:
    """Each in a process of its own; the second holds the canned AWS of the test and no event is answered."""
    idle = int(_python(_MEASURED.format(0)).split()[0])
    peak, *calls = _python(_MEASURED.format(8)).split()
    own = (int(peak) - idle) / 1024
    yield f"peak memory, {_TRIGGERS} triggers under eight rules: {int(peak) / 1024:.0f} MB (at most 256),"
    yield f"  of which {own:.0f} MB above a process that holds the canned AWS alone"
    yield f"AWS calls of the first rule: {calls[0]}; of each other: {calls[1]}, Config's own"


def print_memory(rules: int) -> None:
    """Print the peak of a process's memory in KiB, and the calls of its first and its other rules."""
    import resource

    import pytest

    from kafka_trigger_guard.rules.registry import RULES
    from tests.benchmarks.fleet import fleet
    from tests.config.cold import Guard, event
    from tests.config.networks import canned
    from tests.config.wire import wired

    with pytest.MonkeyPatch.context() as patch, open(os.devnull, "w") as nowhere:  # noqa: PTH123
        wire, calls = wired(canned(fleet(_TRIGGERS)), patch), []
        output, sys.stdout = sys.stdout, nowhere
        guard = Guard()
        for rule in RULES[:rules]:
            wire.forget_requests()
            guard.answer(event("scheduled", Rule=rule.name))
            calls.append(len(wire.attempts))
            assert len(wire.compliance) == _TRIGGERS
            assert len(calls) == 1 or all(name.startswith("config:") for name in wire.attempts)
        sys.stdout = output
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *calls[:1], *sorted(set(calls[1:])))


def _python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "rules"), str(ROOT)))}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
