"""Which route a packet takes out of a subnet: longest prefix, then static over prefix list over propagated.

vpc/latest/userguide/VPC_Route_Tables, route priority.
"""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.model import Route, RouteTable, RouteTarget, Subnet, Vpc
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import RangeSet, prefix_length


@dataclass(frozen=True, slots=True)
class Choice:
    """For some addresses: the route that a table chooses, None if it has none, a Doubt if nobody knows."""

    addresses: RangeSet
    route: Route | Doubt | None

    @property
    def local(self) -> bool:
        """Whether the part stays inside the VPC."""
        return isinstance(self.route, Route) and self.route.active and self.route.target is RouteTarget.LOCAL

    @property
    def to_gateway_endpoint(self) -> bool:
        """Whether the part goes to a gateway endpoint, which takes its own service's addresses only."""
        route = self.route
        if not isinstance(route, Route) or route.target is not RouteTarget.ENDPOINT:
            return False
        return route.prefix_list_id is not None


@dataclass(frozen=True, slots=True)
class _Option:
    addresses: RangeSet
    rank: tuple[int, int]
    route: Route


class Routes:
    """The route tables of one network; each table's options are sorted once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._options: dict[str, tuple[list[_Option], list[Route]]] = {}
        self._choices: dict[tuple[str, RangeSet], tuple[Choice, ...]] = {}

    def choose(self, subnet: Subnet, addresses: RangeSet) -> tuple[RouteTable | None, tuple[Choice, ...]]:
        """The subnet's table and its choice for each part of the addresses."""
        table = self._network.route_table_of(subnet)
        if isinstance(table, Doubt):
            return None, (Choice(addresses, table),)
        return table, self.choose_in(table, addresses)

    def choose_in(self, table: RouteTable, addresses: RangeSet) -> tuple[Choice, ...]:
        """The table's choice for each part of the addresses."""
        key = (table.id, addresses)
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = tuple(self._pieces(table, addresses))
        return found

    def _pieces(self, table: RouteTable, addresses: RangeSet) -> list[Choice]:
        options, unread = self._sorted_options(table)
        if unread:
            return [Choice(addresses, _unread_list(table, unread[0]))]
        pieces, left = [], addresses
        for option in options:
            if not option.addresses.overlaps(left):
                continue
            pieces.append(Choice(left & option.addresses, option.route))
            left -= option.addresses
            if not left:
                return pieces
        return [*pieces, Choice(left, None)]

    def _sorted_options(self, table: RouteTable) -> tuple[list[_Option], list[Route]]:
        found = self._options.get(table.id)
        if found is None:
            found = self._options[table.id] = self._expand(table)
        return found

    def _expand(self, table: RouteTable) -> tuple[list[_Option], list[Route]]:
        options, unread = self._local(table), []
        for route in table.routes:
            if route.addresses is not None:
                rank = (-route.prefix_length, 2 if route.propagated else 0)
                options.append(_Option(route.addresses, rank, route))
            elif route.prefix_list_id is not None:
                prefix_list = self._network.parts.prefix_lists.get(route.prefix_list_id)
                if prefix_list is not None:
                    options += [_Option(a, (-length, 1), route) for a, length in prefix_list.entries]
                elif route.target is not RouteTarget.ENDPOINT:
                    unread.append(route)
        options.sort(key=lambda option: option.rank)
        return options, unread

    def _local(self, table: RouteTable) -> list[_Option]:
        """`local` covers all CIDRs of the VPC, unless a route for just that block replaces it."""
        vpc: Vpc | None = self._network.parts.vpcs.get(table.vpc_id)
        written = {route.addresses.spans[0] for route in table.routes if route.addresses is not None}
        missing = [span for span in (vpc.blocks if vpc is not None else ()) if span not in written]
        return [
            _Option(
                RangeSet((span,)),
                (-prefix_length(span), 0),
                Route(RouteTarget.LOCAL, "local", RangeSet((span,)), prefix_length(span)),
            )
            for span in missing
        ]


def _unread_list(table: RouteTable, route: Route) -> Doubt:
    text = f"a route of {table.id} goes to {route.prefix_list_id}, which was not read"
    return Doubt(
        DoubtKind.NOT_COLLECTED,
        f"ec2:GetManagedPrefixListEntries {route.prefix_list_id}: {text}",
        route.prefix_list_id or "",
        "AWS::EC2::PrefixList",
        table.account,
    )
