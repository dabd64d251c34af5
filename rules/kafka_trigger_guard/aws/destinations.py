"""Which routes lead to what triggers want: longest prefix first, as far as it decides what to read."""

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from kafka_trigger_guard.aws.recorded import Item, Recorded, Records

_EVERYWHERE: Final = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True, slots=True)
class Destinations:
    """What triggers want: addresses, and the internet where no endpoint serves."""

    addresses: frozenset[IPv4Address]
    internet: bool

    @classmethod
    def of(cls, addresses: Iterable[str], *, internet: bool) -> "Destinations":
        """Destinations from written addresses; those of IPv6 are left out, as pollers use IPv4."""
        parsed = (ipaddress.ip_address(address) for address in addresses)
        return cls(frozenset(a for a in parsed if isinstance(a, IPv4Address)), internet)


def routes_of(home: Recorded, vpc_id: str, subnet_ids: Collection[str]) -> list[Mapping[str, Any]]:
    """The routes of the tables of some subnets: associated, else the VPC's main table."""
    tables = [t for t in home.items("ec2:DescribeRouteTables") if t.get("VpcId") == vpc_id]
    of_subnet = {a.get("SubnetId"): table for table in tables for a in table.get("Associations", [])}
    main = next((t for t in tables if any(a.get("Main") for a in t.get("Associations", []))), None)
    used = (of_subnet.get(subnet_id, main) for subnet_id in sorted(subnet_ids))
    distinct = {str(table["RouteTableId"]): table for table in used if table is not None}
    return [route for table in distinct.values() for route in table.get("Routes", [])]


def chosen(routes: Iterable[Item], wanted: Destinations, records: Records) -> list[Item]:
    """The routes that some destination takes, of VPC or transit gateway route tables."""
    known = [(network, route) for route in routes for network in _networks(route, records)]
    taken: dict[int, Item] = {}
    for address in wanted.addresses:
        leading = [(network.prefixlen, route) for network, route in known if address in network]
        longest = max((length for length, _ in leading), default=0)
        taken |= {id(route): route for length, route in leading if length == longest}
    if wanted.internet:
        taken |= {id(route): route for network, route in known if not network.is_private}
    return [route for _, route in known if taken.pop(id(route), None) is not None]


def _networks(route: Item, records: Records) -> Iterator[IPv4Network]:
    """The IPv4 destinations; all there is if it is a prefix list whose entries were not read."""
    block = route.get("DestinationCidrBlock")
    if block is not None:
        if ":" not in block:
            yield IPv4Network(block, strict=False)
        return
    list_id = route.get("DestinationPrefixListId") or route.get("PrefixListId")
    if list_id is None:
        return
    if list_id not in records.prefix_lists:
        yield _EVERYWHERE
        return
    for entry in records.prefix_lists[list_id].get("Entries", []):
        if ":" not in str(entry.get("Cidr")):
            yield IPv4Network(entry["Cidr"], strict=False)
