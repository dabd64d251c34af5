"""What the rules must say of a trigger whose network spans VPCs and accounts, packet by packet.

Every rule's answer is a set of verdicts: one, unless the contract leaves open what a rule says of its own
hops where others before them are shut, or says UNKNOWN of a central egress that was not seen to work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from tests.oracle.account import Json, bounds, carries, groups_of, number
from tests.oracle.answers import Kind
from tests.oracle.packets import HTTPS, Place
from tests.oracle.spanning_names import Names, Resolved
from tests.oracle.spanning_world import Delivery, Link, Packet, World

PREFIX = "kafka-trigger-"
YES, NO, UNKNOWN, NOT_NEEDED = "COMPLIANT", "NON_COMPLIANT", "UNKNOWN", "NOT_APPLICABLE"
Verdicts = frozenset[str]
EITHER: Verdicts = frozenset([YES, NO, UNKNOWN])
A_PUBLIC_ADDRESS = number("52.94.0.1")
HIGHEST = number("223.255.255.255")
Truth = frozenset[bool]
OPEN_QUESTION: Truth = frozenset([True, False])


def judge(documents: Sequence[Json]) -> dict[str, Verdicts]:
    """The verdicts that are right for each rule of the one trigger, by the rule's name."""
    world = World(documents)
    (mapping,) = world.account.mappings()
    judged = _Judge(world, mapping)
    found = {f"{PREFIX}{service}-endpoint": judged.endpoint(service) for service in judged.services}
    found[f"{PREFIX}egress"] = judged.egress()
    found[f"{PREFIX}endpoint-ingress"] = judged.endpoint_ingress()
    found[f"{PREFIX}broker-access"] = judged.broker_access()
    return found


class _Judge:
    def __init__(self, world: World, mapping: Json) -> None:
        self.world = world
        self.names = Names(world)
        access = mapping["SourceAccessConfigurations"]
        uris = {
            kind: [e["URI"].split(":")[-1] for e in access if e["Type"] == kind] for kind in _types(access)
        }
        self.subnets = uris["VPC_SUBNET"]
        self.groups = frozenset(uris["VPC_SECURITY_GROUP"])
        self.vpc = str(world.subnet(self.subnets[0])["VpcId"])
        secrets = ["secretsmanager"] if "SASL_SCRAM_512_AUTH" in uris else []
        self.services = ["lambda", "sts", *secrets]
        servers = mapping["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"]
        self.brokers = [(number(host), int(port)) for host, port in (each.split(":") for each in servers)]

    @cached_property
    def sources(self) -> list[Place]:
        """In each trigger subnet the addresses at which anything may change: the ends of all blocks."""
        found = []
        for name in self.subnets:
            low, high = bounds(self.world.subnet(name)["CidrBlock"])
            ends = {end for pair in self.world.blocks() for end in (pair[0] - 1, *pair, pair[1] + 1)}
            at = {low, high} | {end for end in ends if low <= end <= high}
            found += [Place(each, name, self.groups) for each in sorted(at)]
        return found

    # -- endpoint rules ------------------------------------------------------------------------------

    def endpoint(self, service: str) -> Verdicts:
        """Whether every packet to the endpoint that the name leads to gets there, and its answer back."""
        found = self.names.resolve(self.vpc, service)
        if not found.captured or not self.names.dns_is_on(self.vpc):
            if not self._goes_to_a_centre(service):
                return frozenset([NO])
            return frozenset([YES] if self._centre_works else [NO, UNKNOWN])
        if found.strays and not self._gets_to(found.strays[0]):
            return frozenset([NO, UNKNOWN])
        if not found.leads or found.strays or not self.names.available(found.endpoint):
            return frozenset([NO])
        places = self._places(found)
        return _verdicts(self._exchanged(s, place, HTTPS) for s in self.sources for place in places)

    def _gets_to(self, address: int) -> bool:
        """Whether a subnet that was read is there, so that nothing's standing at the address is sure."""
        sent = (self.world.send(Packet(s.address, address, HTTPS), s.subnet) for s in self.sources)
        return any(end.subnet for ends in sent for end in ends)

    def _goes_to_a_centre(self, service: str) -> bool:
        """Whether a service for which NAT counts is called by a default route to another VPC."""
        found = self.names.resolve(self.vpc, service)
        if service == "lambda" or (found.captured and self.names.dns_is_on(self.vpc)):
            return False
        targets = {self.world.packets.route(each, A_PUBLIC_ADDRESS).target for each in self.subnets}
        return any(target.startswith(("tgw-", "pcx-")) for target in targets)

    @cached_property
    def _public(self) -> list[int]:
        """The public addresses at which anything may change."""
        ends = {end for pair in self.world.blocks() for end in (pair[0] - 1, *pair, pair[1] + 1)}
        somewhere = {A_PUBLIC_ADDRESS, *(end for end in ends if 0 <= end <= HIGHEST)}
        return [each for each in sorted(somewhere) if Packet(0, each, HTTPS).public]

    @cached_property
    def _centre_works(self) -> bool:
        """Whether every packet to a public address leaves by a NAT gateway, and is answered."""
        return all(self._leaves(source, each) for source in self.sources for each in self._public)

    def _leaves(self, source: Place, address: int) -> bool:
        there = Packet(source.address, address, HTTPS)
        ends = self.world.send(there, source.subnet)
        if any(not end.nat or not end.sure for end in ends):
            return False
        return all(
            back.subnet == source.subnet and back.sure
            for end in ends
            for port in self.world.packets.return_ports
            for back in self.world.back_from_internet(there.answer(port), end.subnet)
        )

    def _places(self, found: Resolved) -> list[Place]:
        interfaces = [self.names.interface_at(found.endpoint, each) for each in found.addresses]
        return [Place(number(i["PrivateIpAddress"]), i["SubnetId"], groups_of(i)) for i in interfaces]

    def _exchanged(self, source: Place, place: Place, port: int) -> Truth:
        """Whether a packet and its answers, whatever way they take, get where they should."""
        there = Packet(source.address, place.address, port)
        ends = [(end, place.subnet) for end in self.world.send(there, source.subnet)]
        if place.subnet != source.subnet:
            for each in self.world.packets.return_ports:
                answers = self.world.send(there.answer(each), place.subnet)
                ends += [(end, source.subnet) for end in answers]
        if not all(end.sure for end, _ in ends):
            return OPEN_QUESTION
        return frozenset([all(end.subnet == where for end, where in ends)])

    # -- groups --------------------------------------------------------------------------------------

    def egress(self) -> Verdicts:
        """Whether TriggerSG lets every packet out, to each service's endpoint and each broker."""
        surely: list[Truth] = []
        perhaps: list[Truth] = []
        for service in self.services:
            found = self.names.resolve(self.vpc, service)
            out = [self._out(s, place, HTTPS) for s in self.sources for place in self._led_to(found, service)]
            (surely if self._in_use(found) else perhaps).extend(out)
        for address, port in self.brokers:
            surely += [self._out(source, Place(address, ""), port) for source in self.sources]
        if not any(self._goes_to_a_centre(service) for service in self.services):
            return _verdicts(surely) | _verdicts(surely + perhaps) | self._in_doubt
        if not self._centre_works:
            return _verdicts(surely) | _verdicts(surely + perhaps) | EITHER
        admit = self.world.packets.groups_admit
        kinds = {admit(self.groups, "IpPermissionsEgress", each, HTTPS) for each in self._public}
        surely += [frozenset([kind is Kind.ALLOW]) for kind in kinds]
        some = len(kinds) > 1
        return _verdicts(surely) | _verdicts(surely + perhaps) | (EITHER if some else frozenset())

    def endpoint_ingress(self) -> Verdicts:
        """Whether the endpoints' groups let every poller in, wherever a name leads to an endpoint."""
        surely: list[Truth] = []
        perhaps: list[Truth] = []
        in_use = False
        for service in self.services:
            found = self.names.resolve(self.vpc, service)
            into = [self._into(s, place) for s in self.sources for place in self._led_to(found, service)]
            (surely if self._in_use(found) else perhaps).extend(into)
            in_use = in_use or self._in_use(found)
        without = _verdicts(surely) if in_use else frozenset([NOT_NEEDED])
        return without | self._in_doubt | _verdicts(surely + perhaps) if perhaps else without

    @cached_property
    def _in_doubt(self) -> Verdicts:
        """UNKNOWN, if some name leads to an address of which nobody knows who is there."""
        strays = [self.names.resolve(self.vpc, service).strays for service in self.services]
        return frozenset([UNKNOWN] if any(each and not self._gets_to(each[0]) for each in strays) else [])

    def _led_to(self, found: Resolved, service: str) -> list[Place]:
        """Where the name leads; else where an endpoint of the VPC's own stands, whose defect is blamed."""
        if found.leads or found.captured:
            return self._places(found) if found.leads else []
        return [place for each in self.names.own(self.vpc, service) for place in self._places(each)]

    def _in_use(self, found: Resolved) -> bool:
        on = found.leads and self.names.dns_is_on(self.vpc) and self.names.available(found.endpoint)
        return on and not found.strays

    def _out(self, source: Place, place: Place, port: int) -> Truth:
        packet = Packet(source.address, place.address, port)
        return _joined(
            self._passes(self.groups, "IpPermissionsEgress", self._arrived(place, end), port, _link(end))
            for end in self.world.send(packet, source.subnet)
        )

    def _arrived(self, place: Place, end: Delivery) -> Place:
        """A broker's groups are those of whatever stands at its address where the packet gets."""
        if place.subnet:
            return place
        interfaces = [i for i in self.world.account.interfaces() if carries(i, place.address)]
        here = [i for i in interfaces if not end.subnet or i["SubnetId"] == end.subnet]
        return Place(place.address, end.subnet, frozenset(g for i in here for g in groups_of(i)))

    def _into(self, source: Place, place: Place) -> Truth:
        packet = Packet(source.address, place.address, HTTPS)
        ends = self.world.send(packet, source.subnet)
        links = (Link.TRANSIT if _link(e) is Link.TRANSIT_WITH_REFERENCES else _link(e) for e in ends)
        return _joined(self._passes(place.groups, "IpPermissions", source, HTTPS, link) for link in links)

    def _passes(self, groups: Iterable[str], side: str, peer: Place, port: int, link: Link) -> Truth:
        admit = self.world.packets.groups_admit
        by_reference = admit(groups, side, peer, port) is Kind.ALLOW
        by_address = admit(groups, side, peer.address, port) is Kind.ALLOW
        match link:
            case Link.LOCAL | Link.PEERING:
                return frozenset([by_reference])
            case Link.LOST:
                return frozenset([by_reference, by_address])
            case Link.TRANSIT_WITH_REFERENCES if side == "IpPermissions":
                return frozenset([by_reference])
        return frozenset([by_address])

    # -- brokers -------------------------------------------------------------------------------------

    def broker_access(self) -> Verdicts:
        """Whether every packet gets to every broker, is let in, and is answered."""
        pairs = [(source, *broker) for broker in self.brokers for source in self.sources]
        return _verdicts(self._let_in(*pair) for pair in pairs)

    def _let_in(self, source: Place, address: int, port: int) -> Truth:
        ends = self.world.send(Packet(source.address, address, port), source.subnet)
        if not all(end.sure for end in ends):
            return OPEN_QUESTION
        return _joined(self._at_end(end, source, address, port) for end in ends)

    def _at_end(self, end: Delivery, source: Place, address: int, port: int) -> Truth:
        interfaces = self.world.account.interfaces()
        here = [each for each in interfaces if each["SubnetId"] == end.subnet and carries(each, address)]
        if not here:
            return frozenset([False])
        place = Place(address, end.subnet, groups_of(here[0]))
        admitted = self._passes(place.groups, "IpPermissions", source, port, _link(end))
        return _joined([admitted, self._exchanged(source, place, port)])


def _link(end: Delivery) -> Link:
    """On a way that is not sure to lead anywhere nobody knows where references match."""
    return end.link if end.sure else Link.LOST


def _types(access: list[Json]) -> set[str]:
    return {each["Type"] for each in access}


def _joined(truths: Iterable[Truth]) -> Truth:
    """All of several truths at once."""
    found = list(truths)
    if any(truth == frozenset([False]) for truth in found):
        return frozenset([False])
    return OPEN_QUESTION if any(False in truth for truth in found) else frozenset([True])


def _verdicts(truths: Iterable[Truth]) -> Verdicts:
    """The verdict of what is reached, or UNKNOWN too where that hangs on a way that is not sure."""
    together = _joined(truths)
    if together == OPEN_QUESTION:
        return EITHER
    return frozenset([YES if True in together else NO])
