"""What a name resolves to inside a VPC: private hosted zones, Route 53 Profiles, EC2's own names.

Route53/latest/DeveloperGuide/hosted-zone-private-considerations: the zone whose name matches most wins, and
a zone without a record for the name answers that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.model import HostedZone, Profile, Record, Resource, Vpc
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import address, dotted

_EC2_NAME = re.compile(r"ip-(\d+)-(\d+)-(\d+)-(\d+)\.(?:ec2|[a-z0-9-]+\.compute)\.internal")
_INSTANCE_NAME = re.compile(r"(i-[0-9a-f]+)\..*(?:ec2|compute)\.internal")
ENDPOINT_NAME = re.compile(r"(?:^|\.)(vpce-[0-9a-f]+)-")
"""The names that interface endpoints give themselves, with the endpoint's id."""
_MOST_ALIASES = 8
_AMAZON_RESOLVERS = frozenset({"AmazonProvidedDNS", "169.254.169.253"})


@dataclass(frozen=True, slots=True)
class PrivateAnswer:
    """What a private zone answers: addresses, and names outside the zone to which it points.

    Neither means that the zone says there is no such name. `alias_zone` is the id of the zone in which
    Route 53 itself looks an alias's target up, whatever other zones answer for it.
    """

    zone: Resource
    addresses: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    alias_zone: str = ""


class Names:
    """The names of one network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._answers: dict[tuple[str, str], PrivateAnswer | Doubt | None] = {}

    def private_answer(self, vpc: Vpc, name: str) -> PrivateAnswer | Doubt | None:
        """What private zones answer in the VPC; None if none is responsible for the name."""
        key = (vpc.id, name)
        if key not in self._answers:
            self._answers[key] = self._ask(vpc, name)
        return self._answers[key]

    def private_dns_doubt(self, vpc: Vpc) -> Doubt | None:
        """Why it is unknown whether private names hold in the VPC: its DNS attributes, its own resolvers."""
        if vpc.dns_support is None or vpc.dns_hostnames is None:
            listed = vpc.id in self._network.parts.vpcs
            operation = f"ec2:DescribeVpcAttribute {vpc.id}" if listed else "ec2:DescribeVpcs"
            text = f"{operation} was not read"
            gap = self._network.vpc_gap(vpc, operation)
            return gap or Doubt(DoubtKind.NOT_COLLECTED, text, vpc.id, "AWS::EC2::VPC", vpc.account)
        options = self._network.parts.dhcp_options.get(vpc.dhcp_options_id or "")
        if options is None:
            return self._network.failed(vpc, "ec2:DescribeDhcpOptions")
        if all(_amazons(resolver, vpc) for resolver in options.resolvers):
            return None
        text = f"{options.id} names resolvers of its own ({', '.join(options.resolvers[:2])})"
        return Doubt(DoubtKind.NOT_MODELLED, text, options.id, "AWS::EC2::DHCPOptions", options.account)

    def addresses_of_host(self, vpc: Vpc, host: str) -> tuple[int, ...] | Doubt:
        """The addresses of a host name as seen in the VPC."""
        written = literal(host)
        if written:
            return written
        name = host.lower().rstrip(".")
        found = self._ec2_name(vpc, name)
        if found:
            return found
        zones_hold = vpc.dns_support is not False and vpc.dns_hostnames is not False
        answer = self.private_answer(vpc, name) if zones_hold else None
        if isinstance(answer, PrivateAnswer) and answer.addresses:
            doubt = self.private_dns_doubt(vpc)
            if doubt is None:
                return answer.addresses
            answer = doubt
        if answer is None and _INSTANCE_NAME.fullmatch(name) is not None:
            answer = self._network.vpc_gap(vpc, "ec2:DescribeNetworkInterfaces")
        text = f"{host} resolves to no address that was read"
        if not isinstance(answer, Doubt):
            return Doubt(DoubtKind.UNRESOLVED, text)
        unread = "" if answer.kind is DoubtKind.NOT_MODELLED else answer.unread_account or answer.account
        return Doubt(DoubtKind.UNRESOLVED, f"{text} ({answer.text})", unread_account=unread)

    def _ec2_name(self, vpc: Vpc, name: str) -> tuple[int, ...]:
        interfaces = self._network.interfaces_by_private_name.get(name, ())
        instance = _INSTANCE_NAME.fullmatch(name)
        if not interfaces and instance is not None:
            everything = self._network.parts.interfaces.values()
            interfaces = tuple(i for i in everything if i.instance_id == instance[1])
        here = tuple(i for i in interfaces if i.vpc_id == vpc.id) or interfaces
        if here:
            return tuple(interface.primary for interface in here)
        spelled = _EC2_NAME.fullmatch(name)
        return literal(".".join(spelled.groups())) if spelled is not None else ()

    def _ask(self, vpc: Vpc, name: str) -> PrivateAnswer | Doubt | None:
        """An alias leads to a record of its own zone or to an AWS resource, whatever zones there are for the
        resource's name; a CNAME is asked for anew.
        Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias"""
        zones = self._zones(vpc, name)
        if isinstance(zones, Doubt):
            return zones
        zone = _closest(zones, name)
        if zone is None:
            return None
        for _ in range(_MOST_ALIASES):
            answer = self._lookup(zone, name)
            if isinstance(answer, Doubt) or len(answer.names) != 1 or answer.addresses:
                return answer
            name = answer.names[0]
            if answer.alias_zone == zone.id:
                continue
            resource = answer.alias_zone and ENDPOINT_NAME.search(name)
            further = None if resource else _closest(zones, name)
            if further is None:
                return answer
            zone = further
        return PrivateAnswer(Resource(zone.id, "AWS::Route53::HostedZone", zone.account))

    def _zones(self, vpc: Vpc, name: str) -> list[HostedZone] | Doubt:
        """The VPC's own zones first: they win over a Profile's. Route53/latest/DeveloperGuide/profiles"""
        own = self._network.parts.zones_of_vpc.get(vpc.id)
        if own is None:
            operation = f"route53:ListHostedZonesByVPC {vpc.id}"
            gap = self._network.vpc_gap(vpc, operation)
            return gap or _unread(operation, vpc)
        zones = list(own)
        if any(zone.name == name for zone in zones):
            return zones
        doubt = self._network.vpc_gap(vpc, "route53profiles:ListProfileAssociations")
        if doubt is not None:
            return doubt
        for profile_id in self._network.parts.profiles_of_vpc.get(vpc.id, ()):
            more = self._profile_zones(vpc, profile_id)
            if isinstance(more, Doubt):
                return more
            zones += more
        return zones

    def _profile_zones(self, vpc: Vpc, profile_id: str) -> list[HostedZone] | Doubt:
        profile = self._network.parts.profiles.get(profile_id)
        if profile is None:
            operation = f"route53profiles:ListProfileResourceAssociations {profile_id}"
            return self._unread_profile(vpc, profile_id, self._network.vpc_gap(vpc, operation))
        zones, owners = [], dict(profile.owners)
        for zone_id in profile.zone_ids:
            zone = self._network.parts.zones.get(zone_id)
            if zone is None:
                return _unread_records(HostedZone(zone_id, "", owners.get(zone_id, vpc.account)))
            zones.append(zone)
        return zones

    def _unread_profile(self, vpc: Vpc, profile_id: str, gap: Doubt | None) -> Doubt:
        """A Profile tells its owner and whoever it is shared with what it holds; who owns it, an association
        does not tell. Route53/latest/DeveloperGuide/sharing-profiles"""
        if gap is not None and gap.kind is DoubtKind.SHARED_VPC:
            return gap
        operation = f"route53profiles:ListProfileResourceAssociations {profile_id}"
        others = self._network.accounts_lacking(vpc, operation) or self._network.accounts_joined(vpc)
        text = gap.text if gap is not None else f"{operation} was not read"
        where = " or ".join((vpc.account, *others[:2]))
        account = others[0] if others else vpc.account
        kind = "AWS::Route53Profiles::Profile"
        return Doubt(DoubtKind.NOT_COLLECTED, f"{text} in account {where}", profile_id, kind, account)

    def profile_endpoints(self, vpc: Vpc) -> tuple[tuple[str, str], ...]:
        """Interface endpoints that Profiles bring to the VPC, each with its account if it is told."""
        profiles = self._network.parts.profiles
        ids = self._network.parts.profiles_of_vpc.get(vpc.id, ())
        found = [profiles[i] for i in ids if i in profiles]
        return tuple((e, dict(profile.owners).get(e, "")) for profile in found for e in profile.endpoint_ids)

    def absent_zones(self, vpc: Vpc, name: str) -> list[tuple[HostedZone, PrivateAnswer]]:
        """Zones that would answer for the name, were they associated with the VPC, and what they answer."""
        here = self._zones(vpc, name)
        if isinstance(here, Doubt):
            return []
        known = {zone.id for zone in here}
        zones = [z for z in self._network.parts.zones.values() if z.id not in known and _responsible(z, name)]
        answers = [(zone, self._lookup(zone, name)) for zone in sorted(zones, key=lambda zone: zone.id)]
        return [(zone, answer) for zone, answer in answers if isinstance(answer, PrivateAnswer)]

    def absent_profiles(self, vpc: Vpc) -> list[Profile]:
        """Profiles that were read and are not associated with the VPC."""
        here = self._network.parts.profiles_of_vpc.get(vpc.id, ())
        profiles = self._network.parts.profiles
        return [profiles[profile_id] for profile_id in sorted(profiles) if profile_id not in here]

    def _lookup(self, zone: HostedZone, name: str) -> PrivateAnswer | Doubt:
        resource = Resource(zone.id, "AWS::Route53::HostedZone", zone.account)
        records = self._network.parts.records.get(zone.id)
        if records is None:
            return _unread_records(zone)
        matching = _best_match(records, name)
        numbers = tuple(n for r in matching if r.type == "A" for n in _addresses(r))
        names = tuple(
            target
            for record in matching
            for target in (
                (record.alias,) if record.alias else record.values if record.type == "CNAME" else ()
            )
        )
        alias_zone = next((record.alias_zone for record in matching if record.alias), "")
        return PrivateAnswer(resource, numbers, names, alias_zone)


def literal(host: str) -> tuple[int, ...]:
    """The address that a host is if it is written as one."""
    try:
        return (address(host),)
    except ValueError:
        return ()


def _amazons(resolver: str, vpc: Vpc) -> bool:
    """Whether a resolver is Amazon's own: by name, link-local, or at a CIDR block's base plus two."""
    return resolver in _AMAZON_RESOLVERS or resolver in {dotted(first + 2) for first, _ in vpc.blocks}


def _closest(zones: list[HostedZone], name: str) -> HostedZone | None:
    serving = [zone for zone in zones if _responsible(zone, name)]
    return max(serving, key=lambda zone: len(zone.name), default=None)


def _responsible(zone: HostedZone, name: str) -> bool:
    return name == zone.name or name.endswith("." + zone.name)


def _best_match(records: tuple[Record, ...], name: str) -> list[Record]:
    for candidate in _candidates(name):
        matching = [record for record in records if record.name == candidate]
        if matching:
            return [r for r in matching if r.type in ("A", "CNAME")]
    return []


def _candidates(name: str) -> Iterator[str]:
    yield name
    labels = name.split(".")
    for cut in range(1, len(labels)):
        yield "*." + ".".join(labels[cut:])


def _addresses(record: Record) -> Iterator[int]:
    for value in record.values:
        try:
            yield address(value)
        except ValueError:
            continue


def _unread_records(zone: HostedZone) -> Doubt:
    text = f"route53:ListResourceRecordSets {zone.id} was not read in account {zone.account}"
    return Doubt(DoubtKind.NOT_COLLECTED, text, zone.id, "AWS::Route53::HostedZone", zone.account)


def _unread(operation: str, vpc: Vpc) -> Doubt:
    return Doubt(DoubtKind.NOT_COLLECTED, f"{operation} was not read", vpc.id, "AWS::EC2::VPC", vpc.account)
