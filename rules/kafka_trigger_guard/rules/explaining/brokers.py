"""The paths to a trigger's brokers."""

from __future__ import annotations

from kafka_trigger_guard.network.hops import HopKind
from kafka_trigger_guard.network.paths import Path
from kafka_trigger_guard.network.security_groups import named
from kafka_trigger_guard.rules import broker_access, egress
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.explaining.journeys import Leg, steps_of
from kafka_trigger_guard.triggers.trigger import Broker

_OWNERS = dict.fromkeys(HopKind, broker_access.RULE.name) | {HopKind.EGRESS: egress.RULE.name}


def broker_legs(case: Case, broker: Broker) -> tuple[Leg, ...]:
    """From every trigger subnet to every address of one broker."""
    return tuple(
        Leg(path.subnet.id, _where(path), steps_of(path, _OWNERS, case.situation.group_ids))
        for path in case.ground.broker_paths(broker)
    )


def _where(path: Path) -> str:
    target = path.target
    if target.subnet is None and target.doubt is not None:
        return "an address that is not known"
    return named(target.addresses)
