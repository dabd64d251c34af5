"""The way to a service's public addresses: NAT gateways and instances, gateway endpoints, ways elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.account import Account, Json, bounds, groups_of
from tests.oracle.answers import (
    ALLOW,
    Answer,
    Kind,
    NotCollectedError,
    along,
    ask,
    deny,
    unknown,
)
from tests.oracle.packets import HTTPS, Packets, Place, Route
from tests.oracle.sources import Trigger

NOT_PUBLIC = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
)
CENTRAL = ("tgw-", "pcx-", "vgw-", "vpce-", "lgw-", "arn:")


class Internet:
    """The ways of one trigger's packets to public addresses."""

    def __init__(self, account: Account, packets: Packets, trigger: Trigger) -> None:
        self.account = account
        self.packets = packets
        self.trigger = trigger
        self.sources = trigger.sources(account)
        self.publics = public_addresses(account.document)
        self._uplinks: dict[tuple[str, int], Answer] = {}

    def answers(self) -> list[Answer]:
        """For every source address and return port: a NAT path carries the traffic, does not, or is unknown.

        An unknown answer with the reason `central-egress` left the VPC for a network that was not read.
        """
        return [answer for source in self.sources for answer in self._answers_from(source)]

    def _answers_from(self, source: Place) -> list[Answer]:
        return [
            _over_public(self.carried(source, public, port) for public in self.publics)
            for port in self.packets.return_ports
        ]

    def by_gateway(self, gateway: str, policy: Answer, allow_nat: bool) -> list[list[Answer]]:
        """The hops of every packet to the service of a gateway endpoint; its policy is one of them.

        A subnet whose table does not lead to the endpoint uses NAT, as far as it may.
        """
        paths = []
        for source in self.sources:
            addresses = self.behind(gateway, source.subnet)
            paths += [
                [self._own_acl(source, address, port), policy]
                for address in addresses
                for port in self.packets.return_ports
            ]
            if not addresses:
                paths += [[_by_nat(each, allow_nat)] for each in self._answers_from(source)]
        return paths

    def behind(self, gateway: str, subnet: str) -> list[int]:
        """The ends of every range that a subnet's table sends to a gateway endpoint."""
        table = self.packets.table_of(subnet)
        lists = [
            route["DestinationPrefixListId"]
            for route in table["Routes"]
            if route.get("GatewayId") == gateway and route.get("State") != "blackhole"
        ]
        ranges = [bounds(cidr) for each in lists for cidr in self.account.prefix_list(each)]
        return [end for pair in ranges for end in pair]

    def _own_acl(self, source: Place, address: int, port: int) -> Answer:
        return along(
            [
                self.packets.acl(source.subnet, True, address, HTTPS),
                self.packets.acl(source.subnet, False, address, port),
            ]
        )

    # NAT

    def carried(self, source: Place, public: int, port: int) -> Answer:
        """Whether a NAT path carries a packet to a public address, and its answer to a return port."""
        route = self._route(source.subnet, public)
        if isinstance(route, Answer):
            return route
        if route.target.startswith(CENTRAL):
            acls = self._acls_of_gateway(route.target, source, public, port)
            if acls.kind is Kind.DENY:
                return Answer(Kind.DENY, "no-path", acls.by, frozenset(["central-egress"]))
            return unknown("central-egress", route.target)
        own_acl = self._own_acl(source, public, port)
        if route.target.startswith("nat-"):
            hops = ask(lambda: self._by_nat_gateway(route.target, source, public, port))
        elif route.target.startswith(("eni-", "i-")):
            hops = ask(lambda: self._by_instance(route.target, source, public, port))
        else:
            return deny("no-path", route.table)
        answer = along([hops, own_acl])
        if answer.kind is Kind.DENY:
            return deny("no-path", answer.by)
        return Answer(Kind.ALLOW, "", route.target) if answer.kind is Kind.ALLOW else answer

    def _acls_of_gateway(self, target: str, source: Place, public: int, port: int) -> Answer:
        """The ACLs between a subnet and a transit gateway, which has interfaces in subnets of its own choice.

        A subnet with both asks its ACL twice about what enters the gateway, and not about the answers.
        vpc/latest/tgw/tgw-nacls
        """
        landing = self._attached(target, source.subnet)
        apart = [subnet for subnet in landing if subnet != source.subnet]
        legs = [
            self.packets.acl(source.subnet, True, public, HTTPS),
            *(self.packets.acl(subnet, False, source.address, HTTPS) for subnet in landing),
            *(self.packets.acl(subnet, True, source.address, port) for subnet in apart),
        ]
        if apart or not landing:
            legs.append(self.packets.acl(source.subnet, False, public, port))
        return along(legs)

    def _attached(self, gateway: str, subnet: str) -> list[str]:
        """The subnets of a subnet's zone in which a transit gateway has an interface."""
        if not gateway.startswith("tgw-"):
            return []
        listed = self.account.listed(
            "ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"
        )
        zone = (self.account.subnet(subnet) or {})["AvailabilityZone"]
        return [
            each
            for attachment in listed
            if (attachment["TransitGatewayId"], attachment["VpcId"]) == (gateway, self.trigger.vpc)
            for each in attachment["SubnetIds"]
            if (self.account.subnet(each) or {}).get("AvailabilityZone") == zone
        ]

    def _route(self, subnet: str, address: int) -> Route | Answer:
        try:
            return self.packets.route(subnet, address)
        except NotCollectedError as missing:
            return unknown("not-collected", str(missing))

    def _by_nat_gateway(self, identifier: str, source: Place, public: int, port: int) -> Answer:
        gateways = self.account.listed("ec2:DescribeNatGateways", "NatGateways")
        gateway = next((each for each in gateways if each["NatGatewayId"] == identifier), None)
        if gateway is None or gateway["State"].lower() != "available":
            return deny("no-path", identifier)
        if gateway.get("ConnectivityType", "public") != "public":
            return deny("no-path", identifier)
        if gateway.get("AvailabilityMode") == "regional":
            return self._uplink_of_table(gateway["RouteTableId"], public)
        return self._leaves_by(gateway["SubnetId"], source, public, port)

    def _by_instance(self, identifier: str, source: Place, public: int, port: int) -> Answer:
        interface = self.account.interface(identifier)
        if interface is None or interface.get("SourceDestCheck", True):
            return deny("no-path", identifier)
        if not interface.get("Association", {}).get("PublicIp"):
            return deny("no-path", identifier)
        groups = groups_of(interface)
        peer = Place(source.address, source.subnet, self.trigger.groups)
        kinds = [
            self.packets.groups_admit(groups, "IpPermissions", peer, HTTPS),
            self.packets.groups_admit(groups, "IpPermissionsEgress", public, HTTPS),
        ]
        if Kind.DENY in kinds:
            return deny("no-path", identifier)
        if Kind.UNKNOWN in kinds:
            return unknown("not-collected", "ec2:GetManagedPrefixListEntries")
        return self._leaves_by(interface["SubnetId"], source, public, port)

    def _leaves_by(self, subnet: str, source: Place, public: int, port: int) -> Answer:
        """Whether a packet leaves through a NAT's subnet: its ACL both ways and its internet gateway."""
        legs = []
        if subnet != source.subnet:
            legs = [
                self.packets.acl(subnet, False, source.address, HTTPS),
                self.packets.acl(subnet, True, source.address, port),
            ]
        legs += [self.packets.acl(subnet, True, public, HTTPS), self.packets.acl(subnet, False, public, port)]
        return along([self._uplink(subnet, public), *legs])

    def _uplink(self, subnet: str, public: int) -> Answer:
        key = (subnet, public)
        if key not in self._uplinks:
            self._uplinks[key] = ask(lambda: self._by_internet_gateway(self.packets.route(*key), subnet))
        return self._uplinks[key]

    def _uplink_of_table(self, table: str, public: int) -> Answer:
        tables = self.account.listed("ec2:DescribeRouteTables", "RouteTables")
        found = next((each for each in tables if each["RouteTableId"] == table), None)
        if found is None:
            return deny("no-path", table)
        return self._by_internet_gateway(self.packets.route_in(found, public), "")

    def _by_internet_gateway(self, route: Route, subnet: str) -> Answer:
        if not route.target.startswith("igw-"):
            return deny("no-path", route.table)
        gateways = self.account.listed("ec2:DescribeInternetGateways", "InternetGateways")
        attached = any(
            each["InternetGatewayId"] == route.target
            and attachment["VpcId"] == self.trigger.vpc
            and attachment["State"].lower() in ("available", "attached")
            for each in gateways
            for attachment in each["Attachments"]
        )
        if not attached:
            return deny("no-path", route.target)
        return deny("no-path", self.trigger.vpc) if self._is_blocked(subnet) else ALLOW

    def _is_blocked(self, subnet: str) -> bool:
        """Whether VPC Block Public Access stops the traffic; absent options are AWS's default, off."""
        answer = self.account.document["responses"].get("ec2:DescribeVpcBlockPublicAccessOptions", {})
        options = answer.get("VpcBlockPublicAccessOptions", {})
        if options.get("InternetGatewayBlockMode", "off") != "block-bidirectional":
            return False
        excluded = self.account.listed(
            "ec2:DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions"
        )
        resources = [each["ResourceArn"].split("/")[-1] for each in excluded if _is_in_force(each)]
        return self.trigger.vpc not in resources and subnet not in resources


def _is_in_force(exclusion: Json) -> bool:
    return exclusion["State"] in ("create-complete", "update-complete")


def _by_nat(answer: Answer, allow_nat: bool) -> Answer:
    """What NAT is worth beside a gateway endpoint."""
    if answer.kind is Kind.ALLOW and not allow_nat:
        return deny("nat-path", answer.by)
    if answer.reason == "central-egress":
        return unknown("not-modelled", answer.by) if allow_nat else deny("central-egress", answer.by)
    return answer


def _over_public(answers: Iterable[Answer]) -> Answer:
    """All public addresses are carried, none is, or it is unknown whether the service's own are."""
    found = set(answers)
    kinds = {each.kind for each in found}
    if kinds == {Kind.UNKNOWN}:
        return min(found, key=lambda each: (each.reason == "central-egress", each.reason, each.by))
    if len(kinds) == 1:
        return min(found, key=lambda each: each.by)
    collected = [each for each in found if each.reason == "not-collected"]
    return collected[0] if collected else unknown("not-modelled", "public addresses")


def every_address(document: Json) -> list[int]:
    """Both ends, inside and outside, of every CIDR that the document names."""
    ends = {end for cidr in {*NOT_PUBLIC, *_cidrs_in(document["responses"])} for end in _ends(cidr)}
    return sorted(end for end in ends if 0 <= end < 2**32)


def public_addresses(document: Json) -> list[int]:
    """Both ends, inside and outside, of every CIDR that the document names, as far as they are public."""
    return [address for address in every_address(document) if is_public(address)]


def is_public(address: int) -> bool:
    return not any(low <= address <= high for low, high in map(bounds, NOT_PUBLIC))


def _ends(cidr: str) -> tuple[int, int, int, int]:
    low, high = bounds(cidr)
    return low - 1, low, high, high + 1


def _cidrs_in(part: object) -> set[str]:
    """Every IPv4 CIDR that is a value somewhere in the document."""
    if isinstance(part, dict):
        return set().union(*(_cidrs_in(each) for each in part.values()))
    if isinstance(part, list):
        return set().union(*(_cidrs_in(each) for each in part))
    if isinstance(part, str) and part.count(".") == 3 and part.count("/") == 1 and part[0].isdigit():
        return {part}
    return set()
