"""What the trigger's own groups let out, and what the endpoints' groups let in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.oracle.account import Json
from tests.oracle.answers import (
    ALLOW,
    Answer,
    Kind,
    NotCollectedError,
    deny,
    over_packets,
    unknown,
)
from tests.oracle.internet import every_address, public_addresses
from tests.oracle.packets import HTTPS, Packets, Place
from tests.oracle.services import Services
from tests.oracle.sources import Broker, Known


class TriggerGroups:
    """Answers of the egress and endpoint-ingress rules for one trigger."""

    def __init__(self, packets: Packets, services: Services) -> None:
        self.packets = packets
        self.services = services
        self.trigger = services.trigger
        self.named = ", ".join(sorted(self.trigger.groups))

    # Out of the trigger

    def egress_to_service(self, service: str, allow_nat: bool) -> Answer:
        """Whether TriggerSG lets the poller out to a service, on every way the service may be reached."""
        if self.services.shared:
            return self.egress_to_anywhere("shared-vpc", self.trigger.vpc)
        try:
            way = self.services.way(service)
        except NotCollectedError as missing:
            return self.egress_to_anywhere("not-collected", str(missing))
        if way.candidate is not None:
            return self._out_to_endpoint(way.candidate)
        kinds = {each.kind for each in way.internet}
        if way.serves.kind is Kind.UNKNOWN:
            return self._out_on_an_unknown_way(way.endpoint, allow_nat, way.serves)
        unsure = [each for each in way.internet if each.kind is Kind.UNKNOWN]
        for each in unsure:
            if each.reason != "central-egress":
                return self._out_on_an_unknown_way(way.endpoint, allow_nat, each)
        return self._out_to_public() if allow_nat and kinds != {Kind.DENY} else ALLOW

    def egress_to_anywhere(self, reason: str, by: str) -> Answer:
        """Out to a service of which nothing is known: only what lets everything out is an answer."""
        answer = self._out_to_some(self._all_addresses(), HTTPS, reason, by)
        return answer if answer.kind is Kind.ALLOW else unknown(reason, by)

    def _all_addresses(self) -> list[int]:
        return every_address(self.services.account.document)

    def _out_on_an_unknown_way(self, endpoint: Json | None, allow_nat: bool, why: Answer) -> Answer:
        """NAT or the defective endpoint may be what counts: only if both are let out is there an answer."""
        possible = {self._out_to_public() if allow_nat else ALLOW}
        possible.add(self._out_to_endpoint(endpoint) if endpoint else ALLOW)
        return ALLOW if possible == {ALLOW} else why

    def _out_to_endpoint(self, endpoint: Json) -> Answer:
        if endpoint["VpcEndpointType"].lower() == "gateway":
            return self._out_to_gateway(endpoint)
        try:
            return over_packets(self._out(self.services.places(endpoint), HTTPS))
        except NotCollectedError as missing:
            return unknown("not-collected", str(missing))

    def _out_to_gateway(self, endpoint: Json) -> Answer:
        table = self.packets.gateway_tables(endpoint["VpcEndpointId"])
        internet = self.services.internet
        addresses = [
            address
            for subnet in self.trigger.subnets
            for address in internet.behind(endpoint["VpcEndpointId"], subnet)
        ]
        return over_packets(self._out_of_groups(each, HTTPS, False) for each in addresses) if table else ALLOW

    def egress_to_broker(self, broker: Broker) -> Answer:
        """Whether TriggerSG lets the poller out to a broker, at all its addresses."""
        return over_packets(answer for part in broker.parts for answer in self._out_to_part(part))

    def _out_to_part(self, broker: Broker) -> list[Answer]:
        if broker.places:
            return self._out(broker.places, broker.port)
        if broker.known is Known.UNRESOLVED:
            anybody: list[Place | int] = [*self._all_addresses(), self._member_of_everything()]
            return [self._out_to_some(anybody, broker.port, "broker-unresolved", broker.host)]
        why = "shared-vpc" if self.services.shared else "not-collected"
        peers: list[Place | int] = [broker.address]
        if self.services.shared or (broker.known is Known.OUTSIDE and self._may_carry_groups(broker.address)):
            peers = [broker.address, replace(self._member_of_everything(), address=broker.address)]
        answer = self._out_to_some(peers, broker.port, why, broker.host)
        return [answer]

    def _out_to_public(self) -> Answer:
        publics = public_addresses(self.services.account.document)
        return self._out_to_some(publics, HTTPS, "not-modelled", "public addresses")

    def _may_carry_groups(self, address: int) -> bool:
        """Whether references may match beyond the VPC: over a peering, or where no route tells."""
        try:
            targets = {self.packets.route(each, address).target for each in self.trigger.subnets}
        except NotCollectedError:
            return True
        return any(not target or target.startswith("pcx-") for target in targets)

    def _member_of_everything(self) -> Place:
        """What an unknown broker may be at most: an interface that carries every group."""
        own = [self.services.account.group(each) or {} for each in self.trigger.groups]
        return Place(
            0,
            "",
            frozenset(
                pair["GroupId"]
                for group in own
                for permission in group.get("IpPermissionsEgress", [])
                for pair in permission.get("UserIdGroupPairs", [])
            ),
        )

    def _out_to_some(self, peers: Iterable[Place | int], port: int, reason: str, by: str) -> Answer:
        """The answer for an unknown one of many peers: all are allowed, none is, or it is unknown."""
        answers = [self._out_of_groups(each, port, False) for each in peers]
        kinds = {each.kind for each in answers}
        also = frozenset(each.reason for each in answers if each.kind is Kind.UNKNOWN)
        return answers[0] if len(kinds) == 1 else Answer(Kind.UNKNOWN, reason, by, also)

    def _out(self, places: Iterable[Place], port: int) -> list[Answer]:
        first = {source.subnet: source for source in self.services.sources}
        return [
            self._out_of_groups(place, port, self.packets.passes_middlebox(source, place))
            for place in places
            for source in first.values()
        ]

    def _out_of_groups(self, peer: Place | int, port: int, through_middlebox: bool) -> Answer:
        kind = self.packets.groups_admit(
            self.trigger.groups, "IpPermissionsEgress", peer, port, through_middlebox=through_middlebox
        )
        return _answer(kind, "trigger-egress-denied", self.named)

    # Into the endpoints

    def endpoint_ingress(self) -> list[Answer]:
        """One answer for each needed service that has a candidate interface endpoint."""
        answers = []
        for service in self.services.needed():
            try:
                way = self.services.way(service)
            except NotCollectedError as missing:
                answers.append(unknown("not-collected", str(missing)))
                continue
            candidate = way.candidate
            if candidate is not None and candidate["VpcEndpointType"].lower() != "gateway":
                answers.append(self._into(candidate))
            elif way.endpoint is not None and way.unsure_whether_nat_carries:
                answers.append(unknown("not-modelled", "whether NAT carries the traffic"))
        return answers

    def _into(self, endpoint: Json) -> Answer:
        groups = frozenset(each["GroupId"] for each in endpoint["Groups"])
        groups = groups or frozenset([self.services.account.default_group(self.trigger.vpc)])
        try:
            places = self.services.places(endpoint)
        except NotCollectedError:
            places = [Place(0, each) for each in endpoint["SubnetIds"]]
        return over_packets(
            self._admitted(source, place, groups) for source in self.services.sources for place in places
        )

    def _admitted(self, source: Place, place: Place, groups: frozenset[str]) -> Answer:
        middlebox = self.packets.passes_middlebox(source, place)
        kind = self.packets.groups_admit(groups, "IpPermissions", source, HTTPS, through_middlebox=middlebox)
        return _answer(kind, "endpoint-ingress-denied", ", ".join(sorted(groups)))


def _answer(kind: Kind, reason: str, by: str) -> Answer:
    """A deny names the groups; an unknown one hangs on a prefix list that was not read."""
    if kind is Kind.ALLOW:
        return ALLOW
    if kind is Kind.DENY:
        return deny(reason, by)
    return unknown("not-collected", "ec2:GetManagedPrefixListEntries")
