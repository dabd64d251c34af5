"""Whether the brokers let the poller in: routes, network ACLs, and the brokers' own groups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from tests.oracle.account import Account, inside
from tests.oracle.answers import ALLOW, Answer, Kind, ask, deny, over_paths, unknown
from tests.oracle.packets import Packets, Place
from tests.oracle.services import Services
from tests.oracle.sources import Broker, Known


class BrokerAccess:
    """Answers of the broker-access rule for one trigger."""

    def __init__(self, account: Account, packets: Packets, services: Services) -> None:
        self.account = account
        self.packets = packets
        self.services = services

    def answer(self, broker: Broker) -> Answer:
        """The answer for one broker over all packets to all its addresses."""
        return over_paths(path for part in broker.parts for path in self._paths(part))

    def _paths(self, broker: Broker) -> Iterable[list[Answer]]:
        match broker.known:
            case Known.UNRESOLVED:
                return [[unknown("broker-unresolved", broker.host)]]
            case Known.MISSING | Known.OUTSIDE if self.services.shared:
                return [[self._in_a_shared_vpc()]]
            case Known.MISSING:
                return self._to_nobody(broker)
            case Known.OUTSIDE:
                return self._beyond(broker)
            case _:
                return self._within(broker)

    def _within(self, broker: Broker) -> Iterable[list[Answer]]:
        for place in broker.places:
            for source in self.services.sources:
                door = ask(partial(self._door, source, place, broker))
                if self.services.shared:
                    yield [self._in_a_shared_vpc(), door]
                    continue
                ports = self.packets.return_ports if source.subnet != place.subnet else [1024]
                for port in ports:
                    yield [*self.packets.exchange(source, place, broker.port, port), door]

    def _to_nobody(self, broker: Broker) -> list[list[Answer]]:
        """Nothing has the address, which is the last hop of every packet to it."""
        gone = deny("broker-missing", broker.host)
        subnets = self.account.listed("ec2:DescribeSubnets", "Subnets")
        homes = [each["SubnetId"] for each in subnets if inside(each["CidrBlock"], broker.address)]
        paths = [
            [*self.packets.exchange(source, Place(broker.address, home), broker.port, port), gone]
            for home in homes
            for source in self.services.sources
            for port in self.packets.return_ports
        ]
        return paths or [[gone]]

    def _in_a_shared_vpc(self) -> Answer:
        """A participant sees neither routes nor network ACLs nor the interfaces of others."""
        return unknown("shared-vpc", self.services.trigger.vpc)

    def _door(self, source: Place, place: Place, broker: Broker) -> Answer:
        """What the broker's own interface says."""
        if broker.known is Known.LISTENER:
            refuses = broker.kind in ("nat_gateway", "natGateway")
            closed = deny("broker-ingress-denied", place.interface)
            return closed if refuses else unknown("not-modelled", place.interface)
        middlebox = self.packets.passes_middlebox(source, place)
        kind = self.packets.groups_admit(
            place.groups, "IpPermissions", source, broker.port, through_middlebox=middlebox
        )
        if kind is Kind.UNKNOWN:
            return unknown("not-collected", "ec2:GetManagedPrefixListEntries")
        named = ", ".join(sorted(place.groups))
        return ALLOW if kind is Kind.ALLOW else deny("broker-ingress-denied", named)

    def _beyond(self, broker: Broker) -> Iterable[list[Answer]]:
        """A broker outside the VPC: routes and ACLs on the way decide, what lies beyond is unknown."""
        for source in self.services.sources:
            way_out = ask(partial(self._way_out, source, broker.address))
            for port in self.packets.return_ports:
                legs = [
                    self.packets.acl(source.subnet, True, broker.address, broker.port),
                    self.packets.acl(source.subnet, False, broker.address, port),
                ]
                yield [way_out, *legs]

    def _way_out(self, source: Place, address: int) -> Answer:
        route = self.packets.route(source.subnet, address)
        if not route.target or route.target == "local" or route.target.startswith("igw-"):
            return deny("no-route", route.table)
        if route.target.startswith("nat-"):
            return self._beyond_nat(source, address)
        return Answer(Kind.UNKNOWN, "not-modelled", route.target, frozenset(["not-collected"]))

    def _beyond_nat(self, source: Place, address: int) -> Answer:
        carried = self.services.internet.carried(source, address, 1024)
        if carried.kind is Kind.DENY:
            return deny("no-route", carried.by)
        return unknown("not-modelled", carried.by)
