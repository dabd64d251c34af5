"""What network ACLs, route tables and security groups say to one packet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tests.oracle.account import Account, Json, bounds, inside
from tests.oracle.answers import (
    ALLOW,
    Answer,
    Kind,
    NotCollectedError,
    ask,
    deny,
    either,
    unknown,
)

HTTPS = 443
ROUTE_TARGETS = (
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "CoreNetworkArn",
    "LocalGatewayId",
    "CarrierGatewayId",
    "GatewayId",
)
AclEntry = tuple[int, int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Place:
    """One address in a known subnet, and the groups of the interface that has it."""

    address: int
    subnet: str
    groups: frozenset[str] = frozenset()
    interface: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The route that a packet takes: its target ("" if there is none) and the table that holds it."""

    target: str
    table: str


class Packets:
    """Decides single packets against one snapshot; every answer is remembered."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._acl_answers: dict[tuple[str, bool, int, int], Answer] = {}
        self._acls: dict[str, tuple[str, dict[bool, list[AclEntry]]]] = {}
        self._routes: dict[tuple[str, int], Route] = {}

    # Network ACLs

    def acl(self, subnet: str, egress: bool, address: int, port: int) -> Answer:
        """Whether the network ACL of a subnet passes a TCP packet from or to `address`, to `port`."""
        key = (subnet, egress, address, port)
        if key not in self._acl_answers:
            self._acl_answers[key] = ask(lambda: self._first_match(*key))
        return self._acl_answers[key]

    def _first_match(self, subnet: str, egress: bool, address: int, port: int) -> Answer:
        identifier, entries = self._acl_of(subnet)
        for low, high, first_port, last_port, allows in entries[egress]:
            if low <= address <= high and first_port <= port <= last_port:
                return ALLOW if allows else deny("network-acl-denies", identifier)
        return deny("network-acl-denies", identifier)

    def _acl_of(self, subnet: str) -> tuple[str, dict[bool, list[AclEntry]]]:
        if subnet not in self._acls:
            acls = self.account.listed("ec2:DescribeNetworkAcls", "NetworkAcls")
            owner = self.account.subnet(subnet)
            associated = [
                acl for acl in acls if any(each["SubnetId"] == subnet for each in acl["Associations"])
            ]
            defaults = [acl for acl in acls if acl["IsDefault"] and owner and acl["VpcId"] == owner["VpcId"]]
            acl = (associated + defaults)[0]
            self._acls[subnet] = (
                acl["NetworkAclId"],
                {side: _tcp_entries(acl, side) for side in (True, False)},
            )
        return self._acls[subnet]

    def acl_ports(self) -> set[int]:
        """The ends of the ephemeral range, and every port at which some network ACL may change its mind."""
        ports = {1024, 65535}
        try:
            acls = self.account.listed("ec2:DescribeNetworkAcls", "NetworkAcls")
        except NotCollectedError:
            return ports
        for entry in (entry for acl in acls for entry in acl["Entries"]):
            if entry.get("PortRange"):
                low, high = entry["PortRange"]["From"], entry["PortRange"]["To"]
                ports |= {low - 1, low, low + 1, high - 1, high, high + 1}
        return {port for port in ports if 1024 <= port <= 65535}

    @cached_property
    def return_ports(self) -> list[int]:
        """The return ports that are tried."""
        return sorted(self.acl_ports())

    # Routes

    def route(self, subnet: str, address: int) -> Route:
        """The route of a packet that leaves a subnet."""
        key = (subnet, address)
        if key not in self._routes:
            self._routes[key] = self.route_in(self.table_of(subnet), address)
        return self._routes[key]

    def table_of(self, subnet: str) -> Json:
        tables = self.account.listed("ec2:DescribeRouteTables", "RouteTables")
        owner = self.account.subnet(subnet)
        explicit = [table for table in tables if _is_associated(table, "SubnetId", subnet)]
        main = [table for table in tables if owner and table["VpcId"] == owner["VpcId"] and _is_main(table)]
        if not explicit + main:
            raise NotCollectedError("ec2:DescribeRouteTables")
        return (explicit + main)[0]

    def route_in(self, table: Json, address: int) -> Route:
        """The route that a table has for an address: longest prefix, then static over prefix list over
        propagated. vpc/latest/userguide/VPC_Route_Tables, route priority"""
        matching = [
            (low - high, _origin_rank(route), index)
            for index, route in enumerate(table["Routes"])
            if not self._leads_to_gateway_endpoint(route)
            for low, high in map(bounds, self._destinations(route))
            if low <= address <= high
        ]
        if not matching:
            return Route("", table["RouteTableId"])
        best = min(matching, key=lambda match: (-match[0], match[1]))
        route = table["Routes"][best[2]]
        carried = route.get("State", "active") != "blackhole"
        return Route(_target(route) if carried else "", table["RouteTableId"])

    def _leads_to_gateway_endpoint(self, route: Json) -> bool:
        """Whether a route is one of S3 or DynamoDB, whose addresses no other service and no broker has."""
        try:
            endpoints = self.account.listed("ec2:DescribeVpcEndpoints", "VpcEndpoints")
        except NotCollectedError:
            endpoints = []
        target = route.get("GatewayId", "")
        return any(
            each["VpcEndpointId"] == target and each["VpcEndpointType"].lower() == "gateway"
            for each in endpoints
        )

    def _destinations(self, route: Json) -> list[str]:
        if route.get("DestinationPrefixListId"):
            return self.account.prefix_list(route["DestinationPrefixListId"])
        return [route["DestinationCidrBlock"]] if route.get("DestinationCidrBlock") else []

    def gateway_tables(self, gateway: str) -> set[str]:
        """The ids of the route tables that send a prefix list to a gateway endpoint."""
        tables = self.account.listed("ec2:DescribeRouteTables", "RouteTables")
        return {
            table["RouteTableId"]
            for table in tables
            if any(
                route.get("GatewayId") == gateway and route.get("State") != "blackhole"
                for route in table["Routes"]
            )
        }

    def delivered(self, source: Place, destination: Place) -> Answer:
        """Whether routes inside the VPC bring a packet from one place to the other."""
        if source.subnet == destination.subnet:
            return ALLOW
        return ask(lambda: self._routed(source.subnet, destination.address))

    def _routed(self, subnet: str, address: int) -> Answer:
        route = self.route(subnet, address)
        if route.target == "local":
            return ALLOW
        if not route.target or route.target.startswith("igw-"):
            return deny("no-route", route.table)
        return unknown("not-modelled", route.target)

    def passes_middlebox(self, source: Place, destination: Place) -> bool:
        """Whether an appliance stands between the two places, so that group references do not match."""
        if source.subnet == destination.subnet:
            return False
        try:
            target = self.route(source.subnet, destination.address).target
        except NotCollectedError:
            return False
        return target.startswith(("eni-", "i-", "vpce-"))

    # A packet and its answer, between two places of one VPC

    def exchange(self, source: Place, destination: Place, port: int, return_port: int) -> list[Answer]:
        """The hops of a packet to `port` and of the answer to it on `return_port`: routes, then ACLs."""
        there = [self.delivered(source, destination), self.delivered(destination, source)]
        if source.subnet == destination.subnet:
            return there
        legs = [
            self.acl(source.subnet, True, destination.address, port),
            self.acl(destination.subnet, False, source.address, port),
            self.acl(destination.subnet, True, source.address, return_port),
            self.acl(source.subnet, False, destination.address, return_port),
        ]
        return there + legs

    # Security groups

    def groups_admit(
        self,
        groups: Iterable[str],
        side: str,
        peer: Place | int,
        port: int,
        *,
        through_middlebox: bool = False,
    ) -> Kind:
        """Whether any of the groups lets TCP to `port` pass; `side` is IpPermissions or IpPermissionsEgress.

        The peer is a place, or an address of which no interface is known.
        """
        address = peer.address if isinstance(peer, Place) else peer
        peer_groups = frozenset() if through_middlebox or isinstance(peer, int) else peer.groups
        found = [self.account.group(each) for each in groups]
        return either(
            self._permits(permission, address, peer_groups, port)
            for group in found
            if group is not None
            for permission in group.get(side, [])
        )

    def _permits(self, permission: Json, address: int, peer_groups: frozenset[str], port: int) -> Kind:
        if not _covers(permission, port):
            return Kind.DENY
        pairs = [pair for pair in permission.get("UserIdGroupPairs", []) if not _is_stale(pair)]
        if any(pair["GroupId"] in peer_groups for pair in pairs):
            return Kind.ALLOW
        if any(inside(each["CidrIp"], address) for each in permission.get("IpRanges", [])):
            return Kind.ALLOW
        lists = [each["PrefixListId"] for each in permission.get("PrefixListIds", [])]
        return either(self._in_prefix_list(each, address) for each in lists)

    def _in_prefix_list(self, identifier: str, address: int) -> Kind:
        try:
            cidrs = self.account.prefix_list(identifier)
        except NotCollectedError:
            return Kind.UNKNOWN
        return Kind.ALLOW if any(inside(cidr, address) for cidr in cidrs) else Kind.DENY


def _tcp_entries(acl: Json, egress: bool) -> list[AclEntry]:
    """The IPv4 entries of one side that speak of TCP, by rule number."""
    entries = [
        entry
        for entry in acl["Entries"]
        if entry["Egress"] == egress and entry.get("CidrBlock") and entry["Protocol"] in ("-1", "6")
    ]
    found = []
    for entry in sorted(entries, key=lambda entry: int(entry["RuleNumber"])):
        ports = entry.get("PortRange") if entry["Protocol"] == "6" else None
        low, high = bounds(entry["CidrBlock"])
        first, last = (ports["From"], ports["To"]) if ports else (0, 65535)
        found.append((low, high, first, last, entry["RuleAction"] == "allow"))
    return found


def _origin_rank(route: Json) -> int:
    if route.get("Origin") == "EnableVgwRoutePropagation":
        return 2
    return 1 if route.get("DestinationPrefixListId") else 0


def _is_associated(table: Json, key: str, value: str) -> bool:
    return any(
        each.get(key) == value and each.get("AssociationState", {}).get("State", "associated") == "associated"
        for each in table["Associations"]
    )


def _is_main(table: Json) -> bool:
    return any(each.get("Main") for each in table["Associations"])


def _target(route: Json) -> str:
    return next((str(route[key]) for key in ROUTE_TARGETS if route.get(key)), "")


def _covers(permission: Json, port: int) -> bool:
    if permission["IpProtocol"] == "-1":
        return True
    if permission["IpProtocol"] not in ("tcp", "6"):
        return False
    low, high = permission.get("FromPort", -1), permission.get("ToPort", -1)
    return low in (None, -1) or low <= port <= high


def _is_stale(pair: Json) -> bool:
    return bool(pair.get("PeeringStatus", "active") != "active")
