"""What a name resolves to inside a VPC: private hosted zones, Route 53 Profiles, EC2's own names.

Route53/latest/DeveloperGuide/hosted-zone-private-considerations: the zone whose name matches most wins, and
one without a record for the name answers that there is none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from remediation.scripts.reading import Item, NoSuchRegionError, Reading, UnreadError, primary_of
from remediation.scripts.spans import number_of

_SPELLED = re.compile(r"ip-(\d+)-(\d+)-(\d+)-(\d+)\.(?:ec2|[a-z0-9-]+\.compute)\.internal")
_INSTANCE = re.compile(r"(i-[0-9a-f]+)\..*(?:ec2|compute)\.internal")


class Zone(NamedTuple):
    """A private hosted zone and the account that owns it, where AWS tells it."""

    name: str
    id: str
    owner: str = ""


class Answer(NamedTuple):
    """What a private zone answers: addresses and names; neither means that there is no such name."""

    zone_id: str
    addresses: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()


def dns_attributes(reading: Reading, vpc_id: str) -> tuple[bool, bool]:
    """Whether enableDnsSupport and enableDnsHostnames are on. Raises UnreadError."""
    found = []
    for name in ("DnsSupport", "DnsHostnames"):
        answer = reading.ask("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=f"enable{name}")
        found.append(bool(answer[f"Enable{name}"]["Value"]))
    return found[0], found[1]


def foreign_resolvers(reading: Reading, vpc_id: str) -> str:
    """Why private names may not hold: the VPC's DHCP options name resolvers that are not Amazon's."""
    options_id = reading.vpc(vpc_id).get("DhcpOptionsId") or "default"
    amazon = {"AmazonProvidedDNS", "169.254.169.253"}
    amazon |= {str(number_text(first + 2)) for first, _ in reading.blocks(vpc_id)}
    for options in reading.ec2("describe_dhcp_options", "DhcpOptions", "dhcp-options-id", options_id):
        for entry in options.get("DhcpConfigurations") or []:
            values = [value["Value"] for value in entry.get("Values") or []]
            if entry.get("Key") == "domain-name-servers" and set(values) - amazon:
                return f"{options_id} names resolvers of its own ({', '.join(values[:2])})"
    return ""


def number_text(number: int) -> str:
    """An IPv4 address as people write it."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def plain_name(written: str) -> str:
    """Lower case, without final dot and octal escapes. Route53/latest/DeveloperGuide/DomainNameFormat"""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), written).lower().rstrip(".")


def private_answer(reading: Reading, vpc_id: str, name: str) -> Answer | None:
    """What private zones answer in the VPC; None if none is responsible. Raises UnreadError."""
    zones = _zones(reading, vpc_id, name)
    zone = _closest(zones, name)
    for _ in range(8):
        if zone is None:
            return None
        answer = _lookup(reading, zone, name)
        if len(answer.names) != 1 or answer.addresses:
            return answer
        name = answer.names[0]
        zone = _closest(zones, name)
        if zone is None:
            return answer
    return Answer(zone.id if zone else "")


def _closest(zones: list[Zone], name: str) -> Zone | None:
    serving = [zone for zone in zones if name == zone.name or name.endswith("." + zone.name)]
    return max(serving, key=lambda zone: len(zone.name), default=None)


def _zones(reading: Reading, vpc_id: str, name: str) -> list[Zone]:
    """The VPC's own zones first, which win over a Profile's. Route53/latest/DeveloperGuide/profiles"""
    region = {"VPCId": vpc_id, "VPCRegion": reading.region}
    listed = reading.ask("route53", "list_hosted_zones_by_vpc", "HostedZoneSummaries", **region)
    zones = [
        Zone(
            plain_name(zone["Name"]),
            zone["HostedZoneId"].rpartition("/")[2],
            owner.get("OwningAccount") or "",
        )
        for zone in listed
        if not (owner := zone.get("Owner") or {}).get("OwningService")
    ]
    if all(zone.name != name for zone in zones):
        for resource in _profile_resources(reading, vpc_id):
            if ":hostedzone/" in resource:
                zone = Zone("", resource.rpartition("/")[2])
                soa = [r["Name"] for r in _records(reading, zone) if r["Type"] in ("SOA", "NS")]
                zones.append(zone._replace(name=plain_name(soa[0]) if soa else ""))
    return zones


def _profile_resources(reading: Reading, vpc_id: str) -> list[str]:
    found = []
    done = ("COMPLETE", "UPDATING")
    try:
        associations = reading.ask("route53profiles", "list_profile_associations", "ProfileAssociations")
    except NoSuchRegionError:
        return []
    for each in associations:
        if each["ResourceId"].rpartition("/")[2] == vpc_id and (each.get("Status") or "COMPLETE") in done:
            operation, part = "list_profile_resource_associations", "ProfileResourceAssociations"
            listed = reading.ask("route53profiles", operation, part, ProfileId=each["ProfileId"])
            found += [r["ResourceArn"] for r in listed if (r.get("Status") or "COMPLETE") in done]
    return found


def profile_endpoint_ids(reading: Reading, vpc_id: str) -> list[str]:
    """Interface endpoints that Route 53 Profiles bring to the VPC."""
    arns = _profile_resources(reading, vpc_id)
    return [arn.rpartition("/")[2] for arn in arns if ":vpc-endpoint/" in arn]


def _records(reading: Reading, zone: Zone) -> list[Item]:
    """AWS gives a zone's records to its owner alone."""
    operation = "list_resource_record_sets"
    try:
        found: list[Item] = reading.ask("route53", operation, "ResourceRecordSets", HostedZoneId=zone.id)
        return found
    except UnreadError as error:
        owner = f"account {zone.owner}" if zone.owner else "its owner"
        said = f"{owner} must tell what the hosted zone {zone.id} answers"
        raise UnreadError(f"{error}, and {said}") from None


def _lookup(reading: Reading, zone: Zone, name: str) -> Answer:
    records = [(plain_name(record["Name"]), record) for record in _records(reading, zone)]
    labels = name.split(".")
    candidates = [name, *("*." + ".".join(labels[cut:]) for cut in range(1, len(labels)))]
    for candidate in candidates:
        matching = [record for written, record in records if written == candidate]
        if matching:
            return _answer(zone.id, [r for r in matching if r["Type"] in ("A", "CNAME")])
    return Answer(zone.id)


def _answer(zone_id: str, records: list[Item]) -> Answer:
    numbers, names = set(), []
    for record in records:
        values = [entry["Value"] for entry in record.get("ResourceRecords") or []]
        if record.get("AliasTarget"):
            names.append(plain_name(record["AliasTarget"]["DNSName"]))
        elif record["Type"] == "CNAME":
            names += [plain_name(value) for value in values]
        else:
            numbers |= {number for value in values if (number := number_of(value)) is not None}
    return Answer(zone_id, frozenset(numbers), tuple(names))


def addresses_of_host(reading: Reading, vpc_id: str, host: str) -> tuple[int, ...]:
    """The addresses of a broker's host as seen in the VPC. Raises UnreadError if it resolves to none."""
    written = number_of(host)
    if written is not None:
        return (written,)
    name, why = host.lower().rstrip("."), ""
    found = _ec2_name(reading, vpc_id, name)
    try:
        if not found and all(dns_attributes(reading, vpc_id)):
            answer = private_answer(reading, vpc_id, name)
            why = foreign_resolvers(reading, vpc_id) if answer is not None and answer.addresses else ""
            found = tuple(sorted(answer.addresses)) if answer is not None and not why else ()
    except UnreadError as error:
        why = str(error)
    if not found:
        raise UnreadError(f"{host} resolves to no address that can be read" + (f" ({why})" if why else ""))
    return found


def _ec2_name(reading: Reading, vpc_id: str, name: str) -> tuple[int, ...]:
    instance, spelled = _INSTANCE.fullmatch(name), _SPELLED.fullmatch(name)
    found = []
    for interface in reading.interfaces(vpc_id):
        attached = (interface.get("Attachment") or {}).get("InstanceId")
        if name in _private_names(interface) or (instance and attached == instance[1]):
            found.append(number_of(primary_of(interface)))
    numbers = tuple(number for number in found if number is not None)
    if numbers or spelled is None:
        return numbers
    number = number_of(".".join(spelled.groups()))
    return () if number is None else (number,)


def _private_names(interface: Item) -> set[str]:
    entries = [interface, *(interface.get("PrivateIpAddresses") or [])]
    names = [entry.get("PrivateDnsName") for entry in entries]
    names += [(entry.get("Association") or {}).get("PublicDnsName") for entry in entries]
    return {name.lower() for name in names if name}
