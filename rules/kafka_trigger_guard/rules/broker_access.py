"""kafka-trigger-broker-access: the brokers, and the way to them, must let TriggerSG in."""

from __future__ import annotations

from kafka_trigger_guard.network.hops import HopKind
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.combining import over_destinations, over_paths
from kafka_trigger_guard.rules.findings import Judgement, Reason, compliant, unknown
from kafka_trigger_guard.rules.mending import is_shut_by_own_groups, sees_brokers
from kafka_trigger_guard.rules.rule import BROKER_INGRESS_DOCUMENT, Rule, always_needed

_JUDGED = frozenset({HopKind.ROUTE, HopKind.NETWORK_ACL, HopKind.ARRIVAL, HopKind.INGRESS})
_REASONS = {
    HopKind.ROUTE: Reason.NO_ROUTE,
    HopKind.NETWORK_ACL: Reason.NETWORK_ACL_DENIES,
    HopKind.ARRIVAL: Reason.BROKER_MISSING,
    HopKind.INGRESS: Reason.BROKER_INGRESS_DENIED,
}


def _judge(case: Case) -> Judgement:
    brokers = case.situation.placement.brokers
    if not brokers:
        return unknown(Reason.BROKER_UNRESOLVED, "the trigger names no broker")
    destinations = [
        over_paths(broker.name, [path.outcome(_JUDGED) for path in case.ground.broker_paths(broker)])
        for broker in brokers
    ]
    denied = over_destinations(destinations, _REASONS)
    all_of_them = "the broker lets" if len(brokers) == 1 else f"all {len(brokers)} brokers let"
    return denied or compliant(Reason.ALLOWED, f"{all_of_them} the poller in")


def _mends(case: Case) -> bool:
    """Only the brokers' own groups close the way, and the port is known."""
    if not sees_brokers(case):
        return False
    for broker in case.situation.placement.brokers:
        paths = case.ground.broker_paths(broker)
        if not is_shut_by_own_groups(case, paths, _JUDGED):
            return False
        if broker.unread and any(path.closed for path in paths):
            return False
    return True


RULE = Rule(
    name="kafka-trigger-broker-access",
    asks="Do the brokers let TriggerSG in?",
    judges="broker SG ingress, routes, network ACLs",
    reasons=(
        Reason.ALLOWED,
        Reason.BROKER_INGRESS_DENIED,
        Reason.BROKER_MISSING,
        Reason.NO_ROUTE,
        Reason.NETWORK_ACL_DENIES,
        Reason.PARTIAL,
        Reason.SOURCE_MISSING,
        Reason.BROKER_UNRESOLVED,
    ),
    judge=_judge,
    not_needed=always_needed,
    cannot_see=(
        "anything but the bootstrap servers: no advertised listeners, no KRaft controllers, nothing behind a "
        "load balancer, and no authentication"
    ),
    mends=_mends,
    document=BROKER_INGRESS_DOCUMENT,
    in_provisioned_mode=True,
    when_source_missing=True,
)
