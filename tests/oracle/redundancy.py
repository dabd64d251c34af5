"""Whether one broker or one zone failing stops the trigger."""

from __future__ import annotations

import ipaddress

from tests.oracle.account import Account, inside
from tests.oracle.answers import Answer, Kind, NotCollectedError, deny
from tests.oracle.sources import Broker, Known, Trigger, brokers_of, is_unread, nodes_of

ENOUGH = 2**31
MAY_BE = frozenset(["not-collected", "not-modelled", "shared-vpc"])


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
        return Answer(Kind.UNKNOWN, "broker-unresolved", uuid, MAY_BE)
    return Answer(Kind.ALLOW, "redundant")


def _broker_count(account: Account, trigger: Trigger) -> tuple[int, int]:
    """How many brokers there are for sure, and how many there may be; names that only were not read may all
    lead to one."""
    if trigger.kind != "self-managed":
        nodes: int = trigger.cluster.get("Provisioned", {}).get("NumberOfBrokerNodes", ENOUGH)
        return nodes, nodes
    brokers = brokers_of(account, trigger)
    parts = [part for broker in brokers for part in broker.parts]
    hosts = {part.address or part.host for part in parts if part.known is not Known.UNRESOLVED}
    names = {part.host for part in parts if part.known is Known.UNRESOLVED}
    unread = any(is_unread(account, trigger, name) for name in names)
    sure = len(hosts) + (0 if unread else len(names))
    return sure, ENOUGH if names else sure


def _broker_zones(account: Account, trigger: Trigger) -> tuple[int, int]:
    """In how many zones the known brokers are, and may be; one whose place is unknown may be anywhere. None
    known is enough where no reading would tell any."""
    try:
        parts = [part for broker in _placed(account, trigger) for part in broker.parts]
    except NotCollectedError:
        return 0, ENOUGH
    subnets = account.listed("ec2:DescribeSubnets", "Subnets")
    known = {place.subnet for part in parts for place in part.places}
    missing = [part.address for part in parts if part.known is Known.MISSING]
    known |= {
        each["SubnetId"] for each in subnets if any(inside(each["CidrBlock"], address) for address in missing)
    }
    zones = len(_zones(account, known))
    if any(_is_lost(account, trigger, part) for part in parts):
        return zones, ENOUGH
    unsure = any(part.known in (Known.UNRESOLVED, Known.OUTSIDE) for part in parts)
    return zones or ENOUGH, ENOUGH if unsure else zones or ENOUGH


def _placed(account: Account, trigger: Trigger) -> list[Broker]:
    """The brokers as far as their places go, whatever their ports are."""
    if "Provisioned" in trigger.cluster:
        return nodes_of(account, trigger, 0)
    return brokers_of(account, trigger) if trigger.kind == "self-managed" else []


def _is_lost(account: Account, trigger: Trigger, part: Broker) -> bool:
    """Whether a broker is in some network, so that reading more would tell its zone."""
    if part.known is Known.UNRESOLVED:
        return is_unread(account, trigger, part.host)
    return part.known is Known.OUTSIDE and not ipaddress.IPv4Address(part.address).is_global


def _zones(account: Account, subnets: set[str]) -> set[str]:
    return {(account.subnet(each) or {})["AvailabilityZone"] for each in subnets}
