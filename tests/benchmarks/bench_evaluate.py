"""Evaluating 1,000 and 10,000 triggers over 100 VPCs, a fifth of them with networks of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.fleet import fleet

SIZES = (1_000, 10_000)
ROUNDS = 3
_MEASURE = """
import json, resource, sys, time
from pathlib import Path
from kafka_trigger_guard.aws.snapshot import load
from kafka_trigger_guard.evaluation import evaluate
path = Path(sys.argv[1])
start = time.process_time()
with path.open() as file:
    document = json.load(file)
loading = time.process_time() - start
del document
snapshot = load(path)
start = time.process_time()
evaluations = evaluate([snapshot])
judging = time.process_time() - start
findings = sum(len(trigger.findings) for trigger in evaluations[0].triggers)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([loading, judging, findings, peak]))
"""


def report() -> Iterator[str]:
    """CPU seconds of the best of a few fresh processes, and what they mean."""
    judged = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"fleet-{size}.json"
            path.write_text(json.dumps(fleet(size)), encoding="utf-8")
            runs = [_measure(path) for _ in range(ROUNDS)]
            loading, judging = min(run[0] for run in runs), min(run[1] for run in runs)
            findings, peak = runs[0][2], max(run[3] for run in runs)
            judged.append(judging)
            megabytes = path.stat().st_size / 2**20
            rate = findings / judging
            yield f"{size:,} triggers, {megabytes:.1f} MB: {judging:.2f} s, {rate:,.0f} findings/s"
            yield f"  {judging / loading:.1f} times json.load ({loading:.2f} s; aim: at most 15)"
            yield f"  peak memory {peak:.0f} MB (aim: under 512 at 10,000)"
    yield f"growth: {judged[1] / judged[0]:.1f} times the time for ten times the triggers (aim: at most 11)"


def _measure(path: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    return list(json.loads(done.stdout))
