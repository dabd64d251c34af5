"""The journeys to a trigger's brokers."""

from __future__ import annotations

from kafka_trigger_guard.network.hops import HopKind
from kafka_trigger_guard.network.security_groups import named
from kafka_trigger_guard.rules import broker_access, egress
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.journeys import Journey, Leg, grouped, steps_of
from kafka_trigger_guard.triggers.trigger import Broker

_OWNERS = dict.fromkeys(HopKind, broker_access.RULE.name) | {HopKind.EGRESS: egress.RULE.name}


def broker_journeys(case: Case, broker: Broker) -> tuple[Journey, ...]:
    """From every trigger subnet to every address of one broker."""
    return grouped(
        Leg(
            path.subnet.id,
            "an address that is not known"
            if path.target.subnet is None and path.target.doubt
            else named(path.target.addresses),
            steps_of(path, _OWNERS, case.situation.group_ids),
        )
        for path in case.ground.broker_paths(broker)
    )
