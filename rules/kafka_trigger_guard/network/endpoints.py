"""Which endpoint serves a service's name in a VPC: the one in use, or the candidate and its defect.

vpc/latest/privatelink/privatelink-access-aws-services: private DNS needs the endpoint's own setting and both
of the VPC's DNS attributes; a private hosted zone or Route 53 Profile can answer instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.model import Endpoint, Resource, Subnet, Vpc
from kafka_trigger_guard.network.names import ENDPOINT_NAME, Names, PrivateAnswer
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import ALL_IPV4, RangeSet, dotted

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_INTERFACES = "ec2:DescribeNetworkInterfaces"


class Defect(Enum):
    """Why a candidate endpoint is not in use, in the order in which AWS's settings depend on each other."""

    NOT_AVAILABLE = "endpoint-not-available"
    PRIVATE_DNS_DISABLED = "private-dns-disabled"
    VPC_DNS_DISABLED = "vpc-dns-disabled"


@dataclass(frozen=True, slots=True)
class ServiceName:
    """A service of one Region as networks know it: its DNS name and the names of its endpoint services."""

    dns_name: str
    endpoint_services: frozenset[str]
    region: str

    @classmethod
    def of(cls, code: str, region: str, home: str) -> ServiceName:
        """The service `code` of a Region as seen from the Region `home`.

        China uses two prefixes, and which one differs from service to service, so both are accepted.
        vpc/latest/privatelink/aws-services-privatelink-support
        """
        suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        names = {f"com.amazonaws.{region}.{code}"}
        if region.startswith("cn-"):
            names.add(f"cn.com.amazonaws.{region}.{code}")
        return cls(f"{code}.{region}.{suffix}", frozenset(names), home)


@dataclass(frozen=True, slots=True)
class Serving:
    """How a service's name is served in a VPC.

    `endpoint` is the candidate; `in_use` says that it serves, `defect` why it does not. `doubt` is set if
    that cannot be known; with a defect beside it, only the endpoint is not known. `captured` is what keeps
    the name from resolving publicly although no endpoint serves it. `numbers` narrows the endpoint's
    addresses to those that the name resolves to; `strays` are what `zone` answers beside them, addresses at
    which no endpoint was read.
    """

    endpoint: Endpoint | None = None
    in_use: bool = False
    defect: Defect | None = None
    doubt: Doubt | None = None
    captured: Resource | None = None
    numbers: frozenset[int] = frozenset()
    strays: frozenset[int] = frozenset()
    zone: Resource | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an endpoint listens: addresses in a subnet. `doubt` if any of them may be the one."""

    addresses: RangeSet
    subnet: Subnet | None
    doubt: Doubt | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The address itself, where it is known."""
        sole = self.addresses.sole()
        return (sole,) if sole is not None else ()


class Endpoints:
    """The VPC endpoints of one network; each VPC and service is looked up once."""

    def __init__(self, network: Network, names: Names) -> None:
        self._network = network
        self._names = names
        self._servings: dict[tuple[str, ServiceName], Serving] = {}
        self._seats: dict[tuple[str, frozenset[int]], tuple[Seat, ...]] = {}

    def serving(self, vpc: Vpc, service: ServiceName) -> Serving:
        """How the service's name is served to the VPC's own subnets."""
        key = (vpc.id, service)
        found = self._servings.get(key)
        if found is None:
            found = self._servings[key] = self._serving(vpc, service)
        return found

    def _serving(self, vpc: Vpc, service: ServiceName) -> Serving:
        doubt = self._network.vpc_gap(vpc, "ec2:DescribeVpcEndpoints")
        if doubt is not None:
            return Serving(doubt=doubt)
        local = list(self.of_service(vpc, service))
        named = next((e for e in local if e.available and _has_private_dns(e)), None)
        if named is not None:
            return self._by_private_dns(vpc, named)
        if vpc.dns_support is False or vpc.dns_hostnames is False:
            return _candidate(local) if local else self._out_of_reach(vpc, service)
        return self._by_zone(vpc, service, local, self._names.private_dns_doubt(vpc))

    def of_service(self, vpc: Vpc, service: ServiceName) -> tuple[Endpoint, ...]:
        """The VPC's own interface endpoints of a service, whatever their state."""
        return tuple(e for e in self._network.endpoints_by_vpc.get(vpc.id, ()) if _serves(e, service))

    def absent_answer(self, vpc: Vpc, service: ServiceName) -> tuple[Resource, Endpoint] | None:
        """A hosted zone or Profile that leads the name to an endpoint in use, and is not associated with the
        VPC: what central endpoints need once for every VPC that uses them."""
        answers = self._names.absent_zones(vpc, service.dns_name)
        led = {
            zone.id: (zone, endpoint)
            for zone, answer in answers
            if (endpoint := self._led_to(vpc, service, answer))
        }
        for profile in self._names.absent_profiles(vpc):
            brought = [led[zone_id][1] for zone_id in profile.zone_ids if zone_id in led]
            held = [self._network.parts.endpoints.get(e) for e in profile.endpoint_ids]
            brought += [e for e in held if e is not None and e.available and _serves(e, service)]
            if brought:
                return Resource(profile.id, "AWS::Route53Profiles::Profile", profile.account), brought[0]
        for zone, endpoint in led.values():
            return Resource(zone.id, "AWS::Route53::HostedZone", zone.account), endpoint
        return None

    def relay(self, vpc_id: str, number: int) -> Doubt | None:
        """The doubt about a load balancer, which may lead on to an endpoint: its listeners are not read."""
        found = self._network.interface_at(vpc_id, number)
        if found is None or found.type != "network_load_balancer":
            return None
        text = f"{found.id} at {dotted(number)} is a load balancer's, and what listens behind it is not read"
        return Doubt(DoubtKind.NOT_MODELLED, text, found.id, "AWS::EC2::NetworkInterface", found.account)

    def is_seat(self, interface_id: str, service: ServiceName) -> bool:
        """Whether an interface belongs to an endpoint of the service."""
        endpoints = self._network.parts.endpoints.values()
        return any(interface_id in e.interface_ids and _serves(e, service) for e in endpoints)

    def serving_anywhere(self, service: ServiceName) -> tuple[Endpoint, ...]:
        """Every available interface endpoint for the service, in whichever VPC, by id."""
        endpoints = self._network.parts.endpoints
        found = (endpoints[endpoint_id] for endpoint_id in sorted(endpoints))
        return tuple(e for e in found if e.available and _serves(e, service))

    def _led_to(self, vpc: Vpc, service: ServiceName, answer: PrivateAnswer) -> Endpoint | None:
        serving = self._at_answer(vpc, service, answer)
        return serving.endpoint if serving.in_use else None

    def _out_of_reach(self, vpc: Vpc, service: ServiceName) -> Serving:
        """The endpoint to which a zone would lead if the VPC's DNS attributes were on; that they are off is
        certain even if nobody knows which endpoint it is."""
        found = self._by_zone(vpc, service, [], None)
        if found.endpoint is None and found.doubt is None:
            return Serving()
        if found.defect is not None:
            return replace(found, captured=None)
        return replace(found, in_use=False, defect=Defect.VPC_DNS_DISABLED)

    def _by_private_dns(self, vpc: Vpc, endpoint: Endpoint) -> Serving:
        if vpc.dns_support is False or vpc.dns_hostnames is False:
            return Serving(endpoint, defect=Defect.VPC_DNS_DISABLED)
        doubt = self._names.private_dns_doubt(vpc)
        return Serving(endpoint, in_use=doubt is None, doubt=doubt)

    def _by_zone(
        self, vpc: Vpc, service: ServiceName, local: list[Endpoint], resolving: Doubt | None
    ) -> Serving:
        """What zones and Profiles lead to; `resolving` is why it is unknown whether the VPC asks them."""
        answer = self._names.private_answer(vpc, service.dns_name)
        if isinstance(answer, Doubt):
            return Serving(doubt=answer)
        if answer is None:
            return self._by_profile(vpc, service, local, resolving)
        return Serving(doubt=resolving) if resolving is not None else self._at_answer(vpc, service, answer)

    def _by_profile(
        self, vpc: Vpc, service: ServiceName, local: list[Endpoint], resolving: Doubt | None
    ) -> Serving:
        for endpoint_id, owner in self._names.profile_endpoints(vpc):
            endpoint = self._network.parts.endpoints.get(endpoint_id)
            if endpoint is None:
                return Serving(doubt=self._unread_endpoint(vpc, endpoint_id, owner))
            if _serves(endpoint, service):
                return Serving(doubt=resolving) if resolving is not None else _answered(endpoint, frozenset())
        return _candidate(local)

    def _at_answer(self, vpc: Vpc, service: ServiceName, answer: PrivateAnswer) -> Serving:
        if not answer.addresses and not answer.names:
            return Serving(captured=answer.zone)
        if answer.names and answer.addresses:
            return Serving(doubt=_not_modelled(answer, "answers both addresses and names"))
        if answer.names:
            return self._at_names(vpc, service, answer)
        return self._at_addresses(vpc, service, answer)

    def _at_names(self, vpc: Vpc, service: ServiceName, answer: PrivateAnswer) -> Serving:
        """Weighted records may lead to several zones of one endpoint; several endpoints are not judged."""
        servings = [self._at_name(vpc, service, answer, name) for name in answer.names]
        first = servings[0]
        if any(serving.endpoint != first.endpoint for serving in servings):
            return Serving(doubt=_not_modelled(answer, "points at several endpoints"))
        everywhere = any(not serving.numbers for serving in servings)
        numbers = () if everywhere else (number for serving in servings for number in serving.numbers)
        return replace(first, numbers=frozenset(numbers))

    def _at_name(self, vpc: Vpc, service: ServiceName, answer: PrivateAnswer, name: str) -> Serving:
        match = ENDPOINT_NAME.search(name)
        if match is None:
            return Serving(doubt=_not_modelled(answer, f"points at {name}"))
        endpoint = self._network.parts.endpoints.get(match[1])
        if endpoint is None:
            unread = (answer.zone.account, vpc.region) not in self._network.parts.scopes
            owner = answer.zone.account if unread else ""
            return Serving(doubt=self._unread_endpoint(vpc, match[1], owner))
        if not _serves(endpoint, service):
            return Serving(captured=answer.zone)
        return _answered(endpoint, self._zonal_numbers(endpoint, name))

    def _zonal_numbers(self, endpoint: Endpoint, name: str) -> frozenset[int]:
        """A zonal name gives the address of one zone only: `vpce-…-…-us-east-1a.lambda.…`."""
        label = name.split(".", 1)[0]
        numbers = set()
        for interface_id in endpoint.interface_ids:
            interface = self._network.parts.interfaces.get(interface_id)
            subnet = self._network.parts.subnets.get(interface.subnet_id) if interface else None
            if interface is not None and subnet is not None and label.endswith(f"-{subnet.zone_name}"):
                numbers.add(interface.primary)
        return frozenset(numbers)

    def _at_addresses(self, vpc: Vpc, service: ServiceName, answer: PrivateAnswer) -> Serving:
        wanted = frozenset(answer.addresses)
        home = self._endpoint_with(wanted, service, vpc)
        if home is not None:
            stray = wanted - {number for seat in self._read_seats(home, wanted) for number in seat.numbers}
            if stray:
                text = f"answers {dotted(min(stray))} too, which is no address of {home.id}"
                doubt, zone = _not_modelled(answer, text), answer.zone
                return Serving(home, doubt=doubt, numbers=wanted - stray, strays=stray, zone=zone)
            return _answered(home, wanted)
        if all(number in vpc.cidrs for number in wanted):
            gap = self._network.vpc_gap(vpc, _INTERFACES)
            gap = gap or next((d for n in sorted(wanted) if (d := self.relay(vpc.id, n)) is not None), None)
            return Serving(doubt=gap) if gap is not None else Serving(captured=answer.zone)
        doubt = self._unread_address(vpc, min(wanted), answer.zone)
        return Serving(doubt=doubt, strays=wanted, zone=answer.zone)

    def _unread_address(self, vpc: Vpc, number: int, zone: Resource) -> Doubt:
        """The doubt about an address that no endpoint was read to have: its list, or the interfaces'."""
        lists = ("ec2:DescribeVpcEndpoints", _INTERFACES)
        lacking = (operation for operation in lists if self._network.accounts_lacking(vpc, operation))
        operation = next(lacking, lists[0])
        what = f"{operation} tells no endpoint at {dotted(number)}, which {zone.id} answers"
        return self._unread_beyond(vpc, what, zone, operation)

    def _unread_endpoint(self, vpc: Vpc, endpoint_id: str, owner: str) -> Doubt:
        what = f"ec2:DescribeVpcEndpoints did not list {endpoint_id}, to which the name resolves"
        resource = Resource(endpoint_id, _ENDPOINT, owner)
        if owner and (owner, vpc.region) not in self._network.parts.scopes:
            text = f"{what}: account {owner} was not read"
            return Doubt(DoubtKind.NOT_COLLECTED, text, endpoint_id, _ENDPOINT, owner)
        return self._unread_beyond(vpc, what, resource)

    def _unread_beyond(
        self, vpc: Vpc, what: str, resource: Resource, operation: str = "ec2:DescribeVpcEndpoints"
    ) -> Doubt:
        """The doubt about an endpoint of unknown owner: it may be in any account joined with the VPC."""
        accounts = self._network.accounts_lacking(vpc, operation)
        text = f"{what}: account {' or '.join(accounts[:3])} was not read" if accounts else what
        account = accounts[0] if accounts else resource.account
        return Doubt(DoubtKind.NOT_COLLECTED, text, resource.id, resource.type, account)

    def _endpoint_with(self, numbers: frozenset[int], service: ServiceName, vpc: Vpc) -> Endpoint | None:
        found = []
        for endpoint in self._network.parts.endpoints.values():
            if _serves(endpoint, service):
                interfaces = map(self._network.parts.interfaces.get, endpoint.interface_ids)
                if any(i is not None and i.primary in numbers for i in interfaces):
                    found.append(endpoint)
        own = [endpoint for endpoint in found if endpoint.vpc_id == vpc.id]
        return own[0] if own else found[0] if found else None

    def seats(self, endpoint: Endpoint, numbers: frozenset[int] = frozenset()) -> tuple[Seat, ...]:
        """Where the endpoint listens; its subnets' whole blocks, in doubt, where no interface was read."""
        key = (endpoint.id, numbers)
        found = self._seats.get(key)
        if found is None:
            read = self._read_seats(endpoint, numbers)
            unread = not read or (not numbers and self._lacks_interfaces(endpoint))
            found = self._seats[key] = (*read, *self._supposed_seats(endpoint, read)) if unread else read
        return found

    def _read_seats(self, endpoint: Endpoint, numbers: frozenset[int]) -> tuple[Seat, ...]:
        interfaces = [self._network.parts.interfaces.get(i) for i in endpoint.interface_ids]
        return tuple(
            Seat(RangeSet.single(i.primary), self._network.parts.subnets.get(i.subnet_id))
            for i in interfaces
            if i is not None and (not numbers or i.primary in numbers)
        )

    def _lacks_interfaces(self, endpoint: Endpoint) -> bool:
        """Whether some interfaces are missing because their list was not wholly read."""
        interfaces = self._network.parts.interfaces
        if all(interface_id in interfaces for interface_id in endpoint.interface_ids):
            return False
        return self._network.gap(endpoint.account, endpoint.region, _INTERFACES) is not None

    def _supposed_seats(self, endpoint: Endpoint, read: tuple[Seat, ...]) -> tuple[Seat, ...]:
        text = f"{_INTERFACES}: interfaces of {endpoint.id} were not read"
        doubt = Doubt(DoubtKind.NOT_COLLECTED, text, endpoint.id, _ENDPOINT, endpoint.account)
        taken = {seat.subnet.id for seat in read if seat.subnet is not None}
        subnets = {i: self._network.parts.subnets.get(i) for i in endpoint.subnet_ids if i not in taken}
        known = [Seat(subnet.addresses, subnet, doubt) for subnet in subnets.values() if subnet is not None]
        if known and len(known) == len(subnets):
            return tuple(known)
        anywhere = self._network.vpc_addresses(endpoint.vpc_id) or ALL_IPV4
        return (*known, Seat(anywhere, None, doubt))

    def group_ids(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The endpoint's groups; none listed means its interfaces' groups, else the VPC's default group."""
        if endpoint.group_ids:
            return endpoint.group_ids
        for interface_id in endpoint.interface_ids:
            interface = self._network.parts.interfaces.get(interface_id)
            if interface is not None and interface.group_ids:
                return interface.group_ids
        default = self._network.default_groups.get(endpoint.vpc_id)
        return (default,) if default is not None else ()

    def gateway_for(self, vpc: Vpc, service: ServiceName) -> tuple[Endpoint, ...]:
        """The VPC's gateway endpoints for the service, available ones first."""
        found = [
            e
            for e in self._network.endpoints_by_vpc.get(vpc.id, ())
            if e.type == "Gateway" and e.service_name in service.endpoint_services
        ]
        return tuple(sorted(found, key=lambda endpoint: not endpoint.available))


def _serves(endpoint: Endpoint, service: ServiceName) -> bool:
    """Whole service name, interface type, IPv4, and not from another Region."""
    return (
        endpoint.type == "Interface"
        and endpoint.ipv4
        and endpoint.service_name in service.endpoint_services
        and endpoint.region == service.region
    )


def _has_private_dns(endpoint: Endpoint) -> bool:
    return endpoint.private_dns_enabled and not endpoint.inbound_resolver_only


def _candidate(local: list[Endpoint]) -> Serving:
    """The endpoint that is closest to serving, with what it lacks."""
    ranked = sorted(local, key=lambda e: (not e.available, not _has_private_dns(e)))
    if not ranked:
        return Serving()
    best = ranked[0]
    return Serving(best, defect=Defect.PRIVATE_DNS_DISABLED if best.available else Defect.NOT_AVAILABLE)


def _answered(endpoint: Endpoint, numbers: frozenset[int]) -> Serving:
    """A zone or Profile leads the name to the endpoint; if that is down, nothing else serves the name."""
    if endpoint.available:
        return Serving(endpoint, in_use=True, numbers=numbers)
    resource = Resource(endpoint.id, _ENDPOINT, endpoint.account)
    return Serving(endpoint, defect=Defect.NOT_AVAILABLE, captured=resource, numbers=numbers)


def _not_modelled(answer: PrivateAnswer, what: str) -> Doubt:
    text = f"{answer.zone.id} {what}"
    return Doubt(DoubtKind.NOT_MODELLED, text, answer.zone.id, answer.zone.type, answer.zone.account)
