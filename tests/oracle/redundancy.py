"""Whether one broker or one zone failing stops the trigger."""

from __future__ import annotations

from tests.oracle.account import Account, inside
from tests.oracle.answers import Answer, Kind, NotCollectedError, deny
from tests.oracle.sources import Known, Trigger, brokers_of

ENOUGH = 2**31


def redundancy(account: Account, trigger: Trigger, minimum_brokers: int, minimum_zones: int) -> Answer:
    """The answer of the broker-redundancy rule; raises NotCollectedError."""
    sure, possible = _broker_count(account, trigger)
    if possible < minimum_brokers:
        return deny("single-broker", trigger.mapping["UUID"])
    zones, possible_zones = ENOUGH, ENOUGH
    if trigger.subnets:
        of_subnets = len(_zones(account, set(trigger.subnets)))
        if of_subnets < minimum_zones:
            return deny("single-zone", ", ".join(sorted(trigger.subnets)))
        zones, possible_zones = _broker_zones(account, trigger)
    if possible_zones < minimum_zones:
        return deny("single-zone", trigger.mapping["UUID"])
    if sure < minimum_brokers or zones < minimum_zones:
        uuid = trigger.mapping["UUID"]
        return Answer(Kind.UNKNOWN, "broker-unresolved", uuid, frozenset(["not-collected"]))
    return Answer(Kind.ALLOW, "redundant")


def _broker_count(account: Account, trigger: Trigger) -> tuple[int, int]:
    """How many brokers there are for sure, and how many there may be."""
    if trigger.kind != "self-managed":
        nodes: int = trigger.cluster.get("Provisioned", {}).get("NumberOfBrokerNodes", ENOUGH)
        return nodes, nodes
    hosts: set[object] = set()
    unresolved = False
    for broker in brokers_of(account, trigger):
        hosts |= {part.address or part.host for part in broker.parts}
        unresolved = unresolved or broker.known is Known.UNRESOLVED
    return len(hosts), ENOUGH if unresolved else len(hosts)


def _broker_zones(account: Account, trigger: Trigger) -> tuple[int, int]:
    """In how many zones the known brokers are, and may be; one whose place is unknown may be anywhere."""
    try:
        brokers = brokers_of(account, trigger)
    except NotCollectedError:
        return ENOUGH, ENOUGH
    subnets = account.listed("ec2:DescribeSubnets", "Subnets")
    parts = [part for broker in brokers for part in broker.parts]
    known = {place.subnet for part in parts for place in part.places}
    missing = [part.address for part in parts if part.known is Known.MISSING]
    known |= {
        each["SubnetId"] for each in subnets if any(inside(each["CidrBlock"], address) for address in missing)
    }
    zones = len(_zones(account, known))
    unsure = any(part.known in (Known.UNRESOLVED, Known.OUTSIDE) for part in parts)
    return zones or ENOUGH, ENOUGH if unsure else zones or ENOUGH


def _zones(account: Account, subnets: set[str]) -> set[str]:
    return {(account.subnet(each) or {})["AvailabilityZone"] for each in subnets}
