"""Logs as JSON and metrics in CloudWatch's embedded format, with Powertools."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from aws_lambda_powertools import Logger

if TYPE_CHECKING:
    from kafka_trigger_guard.rules.findings import Verdict

SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", "kafka-trigger-guard")
NAMESPACE = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "KafkaTriggerGuard")


class _Output(logging.StreamHandler[TextIO]):
    """Writes to what standard output is now, not to what it was at the start."""

    @property
    def stream(self) -> TextIO:
        """Standard output."""
        return sys.stdout

    @stream.setter
    def stream(self, _: TextIO) -> None:
        return


logger = Logger(service=SERVICE, logger_handler=_Output())


class Meter:
    """What one invocation measures: API calls, snapshot age, findings by verdict and its duration."""

    def __init__(self) -> None:
        self._calls = 0
        self._begun = time.perf_counter()

    def begin(self) -> None:
        """Start measuring an invocation."""
        self._calls = 0
        self._begun = time.perf_counter()

    def count_call(self) -> None:
        """One API call with an assumed role."""
        self._calls += 1

    def emit(self, rule: str, verdicts: Iterable[Verdict], snapshot_age_seconds: float | None) -> None:
        """Print the metrics of an invocation: one line, dimensions `service` and `Rule`."""
        from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

        from kafka_trigger_guard.rules.findings import Verdict

        metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
        metrics.add_dimension("Rule", rule)
        counted = dict.fromkeys(Verdict, 0)
        for verdict in verdicts:
            counted[verdict] += 1
        for verdict, count in counted.items():
            name = "Findings" + "".join(word.capitalize() for word in verdict.value.split("_"))
            metrics.add_metric(name, MetricUnit.Count, count)
        metrics.add_metric("ApiCalls", MetricUnit.Count, self._calls)
        if snapshot_age_seconds is not None:
            metrics.add_metric("SnapshotAge", MetricUnit.Seconds, snapshot_age_seconds)
        elapsed = (time.perf_counter() - self._begun) * 1000
        metrics.add_metric("Duration", MetricUnit.Milliseconds, elapsed)
        metrics.flush_metrics()
