"""Whether one broker or one zone failing stops the trigger."""

from __future__ import annotations

from tests.oracle.account import Account
from tests.oracle.answers import Answer, Kind, NotCollectedError, deny, unknown
from tests.oracle.sources import Known, Trigger, brokers_of

ENOUGH = 2**31


def redundancy(account: Account, trigger: Trigger, minimum_brokers: int, minimum_zones: int) -> Answer:
    """The answer of the broker-redundancy rule; raises NotCollectedError."""
    sure, possible = _broker_count(account, trigger)
    if possible < minimum_brokers:
        return deny("single-broker", trigger.mapping["UUID"])
    if trigger.subnets:
        of_subnets = _zones(account, set(trigger.subnets))
        of_brokers = _zones(account, _broker_subnets(account, trigger))
        if len(of_subnets) < minimum_zones or 0 < len(of_brokers) < minimum_zones:
            return deny("single-zone", ", ".join(sorted(of_subnets)))
    if sure < minimum_brokers:
        return unknown("broker-unresolved", trigger.mapping["UUID"])
    return Answer(Kind.ALLOW, "redundant")


def _broker_count(account: Account, trigger: Trigger) -> tuple[int, int]:
    """How many brokers there are for sure, and how many there may be."""
    if trigger.kind != "self-managed":
        nodes: int = trigger.cluster.get("Provisioned", {}).get("NumberOfBrokerNodes", ENOUGH)
        return nodes, nodes
    hosts: set[object] = set()
    unresolved = False
    for broker in brokers_of(account, trigger):
        hosts |= {place.address for place in broker.places} or {broker.address or broker.host}
        unresolved = unresolved or broker.known is Known.UNRESOLVED
    return len(hosts), ENOUGH if unresolved else len(hosts)


def _broker_subnets(account: Account, trigger: Trigger) -> set[str]:
    """The subnets of the brokers whose place is known."""
    try:
        return {place.subnet for broker in brokers_of(account, trigger) for place in broker.places}
    except NotCollectedError:
        return set()


def _zones(account: Account, subnets: set[str]) -> set[str]:
    return {(account.subnet(each) or {})["AvailabilityZone"] for each in subnets}
