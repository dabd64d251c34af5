"""The demo: an account in the embedded AWS, judged from the command line and by AWS Config, and repaired.

`Demonstration` holds all that was found, the snapshots included, so that more can be made of it than text.
"""

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
from kafka_trigger_guard.rules.explaining.explanation import Explanation
from kafka_trigger_guard.rules.registry import BY_NAME
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.config.service import Compliance, Config
from kafka_trigger_guard.sandbox.story import repairs as story_repairs
from kafka_trigger_guard.sandbox.story import triggers as story
from kafka_trigger_guard.sandbox.story.repairs import Repair

if TYPE_CHECKING:
    import boto3

    from kafka_trigger_guard.aws.snapshot import Snapshot

Announce = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """The account at one time: as it was read, what that is judged to be, and what AWS Config shows."""

    snapshot: Snapshot
    evaluation: Evaluation
    compliance: tuple[Compliance, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The account before and after AWS Config repaired it, one trigger explained, and each repair."""

    before: Moment
    explanation: Explanation
    repairs: tuple[Repair, ...]
    after: Moment


def demonstration(announce: Announce) -> Demonstration:
    """Build the story, let AWS Config judge and repair it, and read it over boto3 before and after."""
    with aws() as sandbox, redirect_stdout(StringIO()):
        session = sandbox.session()
        told = story.build(session)
        config = _rules(session)
        before = _moment(session, config, announce)
        announce(sandbox.region, "remediating")
        story_repairs.install(session)
        repairs = tuple(story_repairs.repairs(session, config))
        after = _moment(session, config, announce)
    explained = explanations([before.snapshot], told.shipments_refused_by_endpoint)[0]
    return Demonstration(before, explained, repairs, after)


def _rules(session: boto3.Session) -> Config:
    """AWS Config after one round of all rules; the function's own log lines are not shown."""
    from kafka_trigger_guard.config.handler import handler

    config = Config(session, handler)
    for name in BY_NAME:
        config.put_rule(name)
    config.run_all()
    return config


def _moment(session: boto3.Session, config: Config, announce: Announce) -> Moment:
    snapshot = collect(session, config.region, progress=partial(announce, config.region))
    return Moment(snapshot, evaluate([snapshot])[0], config.compliance())
