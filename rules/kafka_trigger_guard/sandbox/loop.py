"""The whole loop in the sandbox: change -> event -> queue -> function -> evaluation -> remediation.

    with running_loop() as loop:
        ec2.revoke_security_group_ingress(...)      # any write call becomes an event
        loop.run_until_quiet()                      # pump everything until nothing is left to do

Nothing runs by itself: `run_until_quiet` evaluates the Config rules that were asked for (`evaluate_all` asks
for all, as their schedule would), delivers the events of write calls to EventBridge's rules, lets Lambda poll
its queues, tells EventBridge which results changed, and starts automatic remediation, in this order, again
and again. Functions are those of the zip that was uploaded, and run as their roles. `loop.failures` says what
failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto.config.models import config_backends

from kafka_trigger_guard.sandbox.config.compliance_events import changed_event
from kafka_trigger_guard.sandbox.config.records import Records, records_of
from kafka_trigger_guard.sandbox.config.remediation import remediate
from kafka_trigger_guard.sandbox.config.service import Config
from kafka_trigger_guard.sandbox.events.bus import Delivery, Matched, delivered, matched
from kafka_trigger_guard.sandbox.events.trail import Event, event_of
from kafka_trigger_guard.sandbox.functions.invocations import Functions
from kafka_trigger_guard.sandbox.functions.queue_polling import polled, waiting
from kafka_trigger_guard.sandbox.iam.roles import service_session
from kafka_trigger_guard.sandbox.identification import Identified
from kafka_trigger_guard.sandbox.operations import Answer
from kafka_trigger_guard.sandbox.oversight import listening

_ERROR = 300
_CONFIG = "config.amazonaws.com"


class NeverQuietError(Exception):
    """The loop goes on and on; the message says what it did last."""


@dataclass(slots=True)
class Loop:
    """What has happened, and the pump."""

    functions: Functions = field(default_factory=Functions)
    rounds: int = 100
    """After so many it is an error that the loop is not quiet."""
    pending: list[Matched] = field(default_factory=list)
    """Events that were not delivered yet, with the EventBridge rules that they matched."""
    deliveries: list[Delivery] = field(default_factory=list)
    evaluations: list[str] = field(default_factory=list)
    """The Config rules that were evaluated, in order, by name."""
    remediations: list[tuple[str, str]] = field(default_factory=list)
    """Rule and resource id of every document that AWS Config started."""
    failures: list[str] = field(default_factory=list)
    """What failed, in words: functions that raised, deliveries that were refused."""

    @property
    def events(self) -> list[Event]:
        """The events that were not delivered yet."""
        return [put.event for put in self.pending]

    def run_until_quiet(self) -> None:
        """Do everything that is due, and what follows from it. Raises NeverQuietError."""
        for _ in range(self.rounds):
            if not self.round():
                return
        raise NeverQuietError(
            f"after {self.rounds} rounds: {self.evaluations[-3:]}, {self.remediations[-3:]}"
        )

    def round(self) -> bool:
        """Do once what is due at each station; whether there was anything.

        Evaluations take seconds, and a queue's batch is gathered for longer: those that run end first.
        """
        busy = [self._evaluate(*place) for place in _places()]
        busy += [bool(self.pending), waiting()]
        self._deliver()
        self.failures += polled(self.functions)
        for place in _places():
            busy += [self._tell_changes(*place), self._remediate(*place)]
        return any(busy)

    def evaluate_all(self) -> None:
        """The schedule of every Config rule is due."""
        for account, region in _places():
            records = records_of(account, region)
            records.started += [name for name in sorted(records.rules) if name not in records.started]

    def put(self, event: Event) -> None:
        """An event of any source, in the account and Region that it names."""
        self.pending.append(matched(event, event["account"], event["region"]))

    def hear(self, call: Identified, answer: Answer) -> None:
        """A call was answered: a write becomes an event."""
        event = event_of(call) if answer is not None and answer[0] < _ERROR else None
        if event is not None:
            self.put(event)

    def _deliver(self) -> None:
        due, self.pending[:] = tuple(self.pending), ()
        for put in due:
            done = delivered(put, self._invoke)
            self.deliveries += done
            self.failures += [f"{one.rule} -> {one.target}: {one.refused}" for one in done if one.refused]

    def _invoke(self, function_arn: str, event: Any, service: str, source_arn: str) -> None:
        try:
            self.functions.invoke(function_arn, event, service, source_arn)
        except Exception as error:
            self.failures.append(f"{function_arn} failed: {type(error).__name__}: {error}")

    def _evaluate(self, account: str, region: str) -> bool:
        records = records_of(account, region)
        started = tuple(records.started)
        for name in started:
            self._evaluate_rule(records, service_session(account, region, "AWSConfig"), name)
        records.started = [name for name in records.started if name not in started]
        return bool(started)

    def _remediate(self, account: str, region: str) -> bool:
        started = remediate(account, region)
        self.remediations += [(rule, resource[1]) for rule, resource in started]
        return bool(started)

    def _evaluate_rule(self, records: Records, session: boto3.Session, name: str) -> None:
        function_arn = str(records.rule(name)["Source"]["SourceIdentifier"])

        def handler(event: Any, _: Any) -> Any:
            return self.functions.invoke(function_arn, event, _CONFIG, str(event["configRuleArn"]))

        self.evaluations.append(name)
        try:
            Config(session, handler).evaluate(name)
        except Exception as error:
            self.failures.append(f"{name} was not evaluated: {type(error).__name__}: {error}")

    def _tell_changes(self, account: str, region: str) -> bool:
        records = records_of(account, region)
        changes, records.changes[:] = tuple(records.changes), ()
        for change in changes:
            self.put(changed_event(account, region, records, change))
        return bool(changes)


@contextmanager
def running_loop() -> Iterator[Loop]:
    """A loop that hears every call made until the block ends; use it within `aws()`."""
    loop = Loop()
    with closing(loop.functions), listening(loop.hear):
        yield loop


def _places() -> list[tuple[str, str]]:
    """The accounts and Regions that have Config rules."""
    return [
        (str(account), str(region))
        for account, regions in tuple(config_backends.items())
        for region in tuple(regions)
        if records_of(str(account), str(region)).rules
    ]
