"""The demo: an account in the embedded AWS, judged from the command line and by AWS Config."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.evaluation import Evaluation, evaluate
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.rules.explaining import Explanation
from kafka_trigger_guard.rules.registry import BY_NAME
from kafka_trigger_guard.sandbox import aws, story
from kafka_trigger_guard.sandbox.config_service import Compliance, Config

if TYPE_CHECKING:
    import boto3


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demo found: all findings, one trigger explained, and what AWS Config shows."""

    evaluation: Evaluation
    explanation: Explanation
    compliance: tuple[Compliance, ...]


def demonstration(announce: Callable[[str, str], None]) -> Demonstration:
    """Build the story, read it over boto3, judge it, and let AWS Config invoke the rule function for it."""
    with aws() as sandbox:
        session = sandbox.session()
        told = story.build(session)
        recorded = collect(session, sandbox.region, progress=partial(announce, sandbox.region))
        compliance = _as_config_shows(session)
    explained = explanations([recorded], told.shipments_refused_by_endpoint)[0]
    return Demonstration(evaluate([recorded])[0], explained, compliance)


def _as_config_shows(session: boto3.Session) -> tuple[Compliance, ...]:
    """The compliance after one round of all rules; the function's own log lines are not shown."""
    with redirect_stdout(StringIO()):
        from kafka_trigger_guard.config.handler import handler

        config = Config(session, handler)
        for name in BY_NAME:
            config.put_rule(name)
        config.run_all()
    return config.compliance()
