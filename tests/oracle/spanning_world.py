"""Several accounts' snapshots as one world, and single packets that cross it from VPC to VPC.

Written from AWS's pages, not from the engine: vpc/latest/tgw/how-transit-gateways-work (association, longest
prefix, static over propagated, zones), vpc/latest/tgw/tgw-nacls, vpc/latest/peering/vpc-peering-basics.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from tests.oracle.account import Account, Json, bounds, inside
from tests.oracle.answers import Kind
from tests.oracle.packets import Packets

_MOST_TURNS = 8
OWN_KEYS = (
    "NatGatewayId",
    "InternetGatewayId",
    "VpcPeeringConnectionId",
    "TransitGatewayAttachmentId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "VpcEndpointId",
    "NetworkAclId",
    "RouteTableId",
    "GroupId",
    "SubnetId",
    "VpcId",
)


PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")


class Link(Enum):
    """What joins the two ends of a way, which decides where group references match.

    vpc/latest/userguide/security-group-rules; vpc/latest/peering/vpc-peering-security-groups
    """

    LOCAL = "inside one VPC"
    PEERING = "a peering within the Region"
    FAR_PEERING = "a peering between Regions"
    TRANSIT = "a transit gateway that does not carry references"
    TRANSIT_WITH_REFERENCES = "a transit gateway that carries them for inbound rules"
    LOST = "the packet got nowhere"


@dataclass(frozen=True, slots=True)
class Packet:
    """A TCP packet to a port."""

    source: int
    destination: int
    port: int

    @property
    def public(self) -> bool:
        """Whether it goes to an address outside RFC 1918 and RFC 6598."""
        return not any(inside(block, self.destination) for block in PRIVATE)

    def answer(self, port: int) -> Packet:
        return Packet(self.destination, self.source, port)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where one of the ways that AWS may choose ends: the subnet, or "" and what dropped the packet.

    It is not sure where a VPC without the destination sent the packet back into a gateway: AWS's pages tell
    of that only with an appliance between.
    """

    subnet: str
    link: Link
    dropped_by: str = ""
    sure: bool = True
    nat: str = ""


@dataclass(frozen=True, slots=True)
class _Travel:
    """A packet on its way: the zone it started in, what it has crossed, and how often it turned."""

    packet: Packet
    zone: str
    link: Link = Link.LOCAL
    turns: int = 0

    def turned(self, link: Link) -> _Travel:
        return replace(self, link=link, turns=self.turns + 1)


def merged(documents: Sequence[Json]) -> Json:
    """One document of all: an object that several accounts see is listed once, as it is seen most fully."""
    whole: Json = {**documents[0], "responses": {}}
    for document in documents:
        for operation, response in document["responses"].items():
            into = whole["responses"].setdefault(operation, {})
            for key, value in copy.deepcopy(response).items():
                if isinstance(value, list):
                    into[key] = _united(into.get(key, []) + value)
                else:
                    into.setdefault(key, value)
    return whole


def _united(items: list[Json]) -> list[Json]:
    """A gateway's owner sees the association of an attachment, which others may not."""
    fullest: dict[str, Json] = {}
    for each in sorted(items, key=len):
        fullest[_identity(each)] = each
    return list(fullest.values())


def _identity(item: Json) -> str:
    key = next((key for key in OWN_KEYS if key in item), None)
    if key == "TransitGatewayAttachmentId":
        return f"{item[key]} at {item['TransitGatewayId']}"
    return str(item[key]) if key else repr(item)


class World:
    """All VPCs that were read; sends packets through them."""

    def __init__(self, documents: Sequence[Json]) -> None:
        self.account = Account(merged(documents))
        self.packets = Packets(self.account)
        self._sent: dict[tuple[Packet, str], tuple[Delivery, ...]] = {}

    # -- what stands where ---------------------------------------------------------------------------

    def subnet(self, identifier: str) -> Json:
        found = self.account.subnet(identifier)
        assert found is not None, identifier
        return found

    def subnet_in(self, vpc: str, address: int) -> str:
        """The subnet of a VPC that holds an address, or ""."""
        subnets = self.account.listed("ec2:DescribeSubnets", "Subnets")
        here = (s for s in subnets if s["VpcId"] == vpc and inside(s["CidrBlock"], address))
        return next((str(each["SubnetId"]) for each in here), "")

    def blocks(self) -> list[tuple[int, int]]:
        """Every IPv4 block that anything names, at whose ends something may change."""
        return sorted({bounds(text) for text in _blocks_in(self.account.document["responses"])})

    # -- sending -------------------------------------------------------------------------------------

    def send(self, packet: Packet, start: str) -> tuple[Delivery, ...]:
        """The ends of all ways that AWS may choose for a packet that leaves an interface in a subnet."""
        key = (packet, start)
        if key not in self._sent:
            self._sent[key] = tuple(self._send(packet, start))
        return self._sent[key]

    def _send(self, packet: Packet, start: str) -> list[Delivery]:
        if inside(self.subnet(start)["CidrBlock"], packet.destination):
            return [Delivery(start, Link.LOCAL)]
        if self._shut(start, True, packet):
            return [Delivery("", self._first_link(packet, start), f"{start} out")]
        return self._by_route(_Travel(packet, self.subnet(start)["AvailabilityZoneId"]), start)

    def _first_link(self, packet: Packet, start: str) -> Link:
        """The link that the packet would have taken, had the first network ACL let it out."""
        way = self._by_route(_Travel(packet, self.subnet(start)["AvailabilityZoneId"]), start)
        return way[0].link

    def _shut(self, subnet: str, egress: bool, packet: Packet) -> bool:
        """Network ACLs look at the destination of what leaves and at the source of what enters."""
        address = packet.destination if egress else packet.source
        return self.packets.acl(subnet, egress, address, packet.port).kind is not Kind.ALLOW

    def _by_route(self, travel: _Travel, subnet: str) -> list[Delivery]:
        if travel.turns > _MOST_TURNS:
            return [Delivery("", Link.LOST, "a circle")]
        route = self.packets.route(subnet, travel.packet.destination)
        vpc = self.subnet(subnet)["VpcId"]
        if route.target == "local":
            return [self._land(travel, vpc)]
        if route.target.startswith("pcx-"):
            return [self._over_peering(travel, vpc, route.target)]
        if route.target.startswith("tgw-"):
            return self._into_gateway(travel, subnet, route.target)
        if route.target.startswith("nat-") and travel.packet.public:
            return [self._through_nat(travel, subnet, route.target)]
        if route.target.startswith(
            "nat-"
        ):  # its own address takes the sender's place: AWS tells little of it
            return [Delivery("", Link.LOST, route.target, sure=False)]
        return [Delivery("", Link.LOST, route.table)]

    def _land(self, travel: _Travel, vpc: str) -> Delivery:
        home = self.subnet_in(vpc, travel.packet.destination)
        if not home:
            return Delivery("", Link.LOST, vpc)
        if self._shut(home, False, travel.packet):
            return Delivery("", travel.link, f"{home} in")
        return Delivery(home, travel.link)

    def _over_peering(self, travel: _Travel, vpc: str, name: str) -> Delivery:
        """To the other VPC's own addresses, and only for what starts in this one."""
        peerings = self.account.listed("ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections")
        peering = next((each for each in peerings if each["VpcPeeringConnectionId"] == name), None)
        if peering is None or peering["Status"]["Code"] != "active" or travel.turns:
            return Delivery("", Link.LOST, name)
        sides = [peering["RequesterVpcInfo"], peering["AccepterVpcInfo"]]
        far = next(side for side in sides if side["VpcId"] != vpc)
        one_region = len({side["Region"] for side in sides}) == 1
        return self._land(travel.turned(Link.PEERING if one_region else Link.FAR_PEERING), far["VpcId"])

    def _through_nat(self, travel: _Travel, subnet: str, name: str) -> Delivery:
        """Into a public NAT gateway and out of its VPC: its own subnet's network ACL sees the poller come in
        and the packet leave. vpc/latest/userguide/nat-gateway-basics"""
        gateways = self.account.listed("ec2:DescribeNatGateways", "NatGateways")
        gateway = next((each for each in gateways if each["NatGatewayId"] == name), None)
        if gateway is None or gateway["State"] != "available" or gateway["ConnectivityType"] != "public":
            return Delivery("", Link.LOST, name)
        home, packet = gateway["SubnetId"], travel.packet
        if home != subnet and self._shut(home, False, packet):
            return Delivery("", travel.link, f"{home} in")
        route = self.packets.route(home, packet.destination)
        attached = self.account.listed("ec2:DescribeInternetGateways", "InternetGateways")
        vpcs = [
            a["VpcId"] for i in attached if i["InternetGatewayId"] == route.target for a in i["Attachments"]
        ]
        if self.subnet(home)["VpcId"] not in vpcs or self._shut(home, True, packet):
            return Delivery("", travel.link, f"{home} to the internet")
        return Delivery(home, travel.link, nat=name)

    def back_from_internet(self, packet: Packet, home: str) -> tuple[Delivery, ...]:
        """The ends of an answer from a public address that comes in to a NAT gateway's subnet."""
        if self._shut(home, False, packet):
            return (Delivery("", Link.LOST, f"{home} in"),)
        return self.send(packet, home)

    # -- transit gateways ----------------------------------------------------------------------------

    def _into_gateway(self, travel: _Travel, subnet: str, gateway: str) -> list[Delivery]:
        """By the attachment's subnet in the sender's zone, whose network ACL judges what comes in."""
        attachment = self._attachment(gateway, self.subnet(subnet)["VpcId"])
        if attachment is None:
            return [Delivery("", Link.LOST, f"no attachment to {gateway}")]
        seats = self._seats(attachment)
        zone = self.subnet(subnet)["AvailabilityZoneId"]
        seat = next((each for each in seats if self.subnet(each)["AvailabilityZoneId"] == zone), None)
        if seat is None:
            return [Delivery("", Link.LOST, f"no zone of {attachment['TransitGatewayAttachmentId']}")]
        found = self._in_gateway(travel.turned(Link.TRANSIT), gateway, attachment)
        if travel.turns:
            found = [replace(each, sure=False) for each in found]
        if self._shut(seat, False, travel.packet):
            return [Delivery("", found[0].link, f"{seat} in")]
        return found

    def _in_gateway(self, travel: _Travel, gateway: str, came_by: Json) -> list[Delivery]:
        if travel.turns > _MOST_TURNS:
            return [Delivery("", Link.LOST, "a circle")]
        association = came_by.get("Association") or {}
        table = association.get("TransitGatewayRouteTableId")
        if not table or association.get("State", "associated") != "associated":
            return [Delivery("", Link.LOST, f"association of {came_by['TransitGatewayAttachmentId']}")]
        target = self._gateway_route(table, travel.packet.destination)
        if target is None:
            return [Delivery("", Link.LOST, table)]
        if target["ResourceType"] == "peering":
            return self._over_gateway_peering(travel, gateway, target)
        far = self._attachment(gateway, target["ResourceId"])
        if far is None:
            return [Delivery("", Link.LOST, target["TransitGatewayAttachmentId"])]
        link = self._link(gateway, came_by, far)
        return [end for seat in self._exits(travel, far) for end in self._emerge(travel.turned(link), seat)]

    def _gateway_route(self, table: str, address: int) -> Json | None:
        """The longest prefix wins, then static over propagated; a blackhole drops."""
        routes = self.account.keyed("ec2:SearchTransitGatewayRoutes", table)["Routes"]
        fitting = [each for each in routes if inside(each["DestinationCidrBlock"], address)]
        if not fitting:
            return None
        best = min(fitting, key=lambda each: (-_length(each), each["Type"] != "static"))
        targets: list[Json] = best.get("TransitGatewayAttachments") or []
        return targets[0] if best["State"] == "active" and targets else None

    def _over_gateway_peering(self, travel: _Travel, gateway: str, target: Json) -> list[Delivery]:
        name, peered = target["TransitGatewayAttachmentId"], target["ResourceId"]
        sides = [self._gateway_attachment(name, each) for each in (gateway, peered)]
        if any(side is None or side["State"] != "available" for side in sides):
            return [Delivery("", Link.LOST, name)]
        assert sides[1] is not None
        return self._in_gateway(travel.turned(Link.TRANSIT), peered, sides[1])

    def _exits(self, travel: _Travel, far: Json) -> list[str]:
        """Traffic stays in the zone it came from; if the far attachment is not there, it may use any, as it
        may in appliance mode. vpc/latest/tgw/transit-gateway-appliance-scenario"""
        seats = self._seats(far)
        if self._details(far)["Options"].get("ApplianceModeSupport") == "enable":
            return seats
        same = [each for each in seats if self.subnet(each)["AvailabilityZoneId"] == travel.zone]
        return same or seats

    def _emerge(self, travel: _Travel, seat: str) -> list[Delivery]:
        """Out of the far attachment: its subnet's table decides; to its own subnet no network ACL does."""
        address = travel.packet.destination
        if inside(self.subnet(seat)["CidrBlock"], address):
            return [Delivery(seat, travel.link)]
        found = self._by_route(travel, seat)
        if self._shut(seat, True, travel.packet):
            return [Delivery("", found[0].link, f"{seat} out")]
        return found

    def _attachment(self, gateway: str, vpc: str) -> Json | None:
        """The available attachment of a VPC, with its association."""
        listed = self.account.listed("ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments")
        return next(
            (
                each
                for each in listed
                if each["TransitGatewayId"] == gateway
                and each["ResourceId"] == vpc
                and each["State"] == "available"
            ),
            None,
        )

    def _gateway_attachment(self, name: str, gateway: str) -> Json | None:
        listed = self.account.listed("ec2:DescribeTransitGatewayAttachments", "TransitGatewayAttachments")
        both = (each for each in listed if each["TransitGatewayAttachmentId"] == name)
        return next((each for each in both if each["TransitGatewayId"] == gateway), None)

    def _details(self, attachment: Json) -> Json:
        listed: list[Json] = self.account.listed(
            "ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"
        )
        own = attachment["TransitGatewayAttachmentId"]
        return next(each for each in listed if each["TransitGatewayAttachmentId"] == own)

    def _seats(self, attachment: Json) -> list[str]:
        return list(self._details(attachment)["SubnetIds"])

    def _link(self, gateway: str, came_by: Json, far: Json) -> Link:
        """References cross one gateway whose own switch and both attachments' are on.
        vpc/latest/tgw/tgw-vpc-attachments"""
        if came_by["ResourceType"] != "vpc":
            return Link.TRANSIT
        gateways = self.account.listed("ec2:DescribeTransitGateways", "TransitGateways")
        own = next(each for each in gateways if each["TransitGatewayId"] == gateway)
        switches = [own, self._details(came_by), self._details(far)]
        on = all(each["Options"].get("SecurityGroupReferencingSupport") == "enable" for each in switches)
        return Link.TRANSIT_WITH_REFERENCES if on else Link.TRANSIT


def _length(route: Json) -> int:
    return int(route["DestinationCidrBlock"].partition("/")[2])


def _blocks_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return {found for each in value.values() for found in _blocks_in(each)}
    if isinstance(value, list):
        return {found for each in value for found in _blocks_in(each)}
    if isinstance(value, str) and value.count(".") == 3 and value.count("/") == 1 and value[0].isdigit():
        return {value}
    return set()
