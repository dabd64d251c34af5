"""Packets that come into a VPC which does not have their destination: whether they end there."""

from __future__ import annotations

from collections.abc import Callable

from kafka_trigger_guard.network.answers import Answer, Doubt
from kafka_trigger_guard.network.crossings import Crossing
from kafka_trigger_guard.network.model import Resource, RouteTable, RouteTarget, Subnet
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import PUBLIC_IPV4, RangeSet
from kafka_trigger_guard.network.routes import Choice, Routes

Turns = tuple[str, ...]
"""Route tables and NAT gateways' subnets that sent packets on: one of them twice is a circle."""
End = str | Doubt | None
"""Why packets get no further, what was not read to tell, or None if they may get on."""
Cross = Callable[[Subnet, Resource, str, RangeSet, Turns], tuple[Crossing, ...]]
_MOST_TURNS = 8
"""More than any sensible way takes one after the other."""


class Astray:
    """Follows packets that a transit gateway brought to the wrong VPC; `cross` sends them into the next."""

    def __init__(self, network: Network, routes: Routes, cross: Cross) -> None:
        self._network = network
        self._routes = routes
        self._cross = cross

    def end(self, entries: tuple[Subnet, ...], addresses: RangeSet, turns: Turns) -> End:
        """Why private addresses end in a VPC that does not have them, whichever subnet packets come in by;
        what was not read to tell; None if they may get on. A NAT gateway sends them on by its own subnet's
        table. vpc/latest/userguide/nat-gateway-basics"""
        if addresses.overlaps(PUBLIC_IPV4) or len(turns) >= _MOST_TURNS:
            return None
        return _together([self._from(entry, addresses, turns) for entry in entries])

    def _from(self, subnet: Subnet, addresses: RangeSet, turns: Turns) -> End:
        table, choices = self._routes.choose(subnet, addresses)
        return _together([self._by(subnet, table, choice, turns) for choice in choices])

    def _by(self, subnet: Subnet, table: RouteTable | None, choice: Choice, turns: Turns) -> End:
        route = choice.route
        if isinstance(route, Doubt) or table is None:
            return route if isinstance(route, Doubt) else None
        if route is None or not route.active:
            return f"{table.id} has no {'route' if route is None else 'working route'} to it"
        match route.target:
            case RouteTarget.INTERNET_GATEWAY:
                return f"{table.id} leads to {route.target_id}"
            case RouteTarget.PEERING:  # never on behalf of others: vpc/latest/peering/vpc-peering-basics
                return f"{table.id} leads to {route.target_id}, which carries only what {table.vpc_id} sends"
            case RouteTarget.NAT_GATEWAY:
                return self._behind_nat(subnet, route.target_id, choice.addresses, turns)
            case RouteTarget.TRANSIT_GATEWAY:
                resource = Resource(table.id, "AWS::EC2::RouteTable", table.account)
                found = self._cross(subnet, resource, route.target_id, choice.addresses, turns)
                return _together([c.text if c.answer is Answer.DENY else c.doubt for c in found])
        return None

    def _behind_nat(self, subnet: Subnet, gateway_id: str, addresses: RangeSet, turns: Turns) -> End:
        vpc = self._network.vpc_of(subnet)
        gateway = self._network.nat_gateway(vpc, gateway_id)
        if isinstance(gateway, Doubt):
            return gateway
        home = self._network.parts.subnets.get((gateway.subnet_id if gateway else None) or "")
        if home is None:
            return self._network.vpc_gap(vpc, "ec2:DescribeSubnets")
        if home.id == subnet.id:
            return None
        if home.id in turns:
            return f"{gateway_id} gets it again, in a circle"
        return self._from(home, addresses, (*turns, home.id))


def _together(ends: list[End]) -> End:
    """One end of several: unknown if one is, in doubt if one is, else the first."""
    if not ends or any(end is None for end in ends):
        return None
    return next((end for end in ends if isinstance(end, Doubt)), ends[0])
