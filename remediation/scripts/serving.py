"""Which endpoint serves a service's name in a VPC, or which one should and what it lacks.

vpc/latest/privatelink/privatelink-access-aws-services: private DNS needs the endpoint's own setting and both
of the VPC's DNS attributes; a private hosted zone or Route 53 Profile may answer instead.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from remediation.scripts.exits import HTTPS
from remediation.scripts.names import (
    Answer,
    dns_attributes,
    foreign_resolvers,
    private_answer,
    profile_endpoint_ids,
)
from remediation.scripts.pollers import Need
from remediation.scripts.reading import Item, Reading, UnreadError, ids_of, primary_of, spans_of
from remediation.scripts.spans import EVERYTHING, number_of, single
from remediation.scripts.ways import Target


class Serving(NamedTuple):
    """The endpoint in use, else the one closest to it with its `defect` (state, private-dns, vpc-dns).

    `doubt` if nobody knows. `captured` is what keeps the name from resolving publicly though no endpoint
    serves. `numbers` are the addresses to which a zone narrows the endpoint.
    """

    endpoint: Item | None = None
    in_use: bool = False
    defect: str = ""
    doubt: str = ""
    captured: str = ""
    numbers: frozenset[int] = frozenset()


def dns_name(need: Need) -> str:
    """The service's Regional host name."""
    suffix = "amazonaws.com.cn" if need.region.startswith("cn-") else "amazonaws.com"
    return f"{need.service}.{need.region}.{suffix}"


def service_names(need: Need) -> list[str]:
    """The endpoint services of a service; China has two prefixes.
    vpc/latest/privatelink/aws-services-privatelink-support"""
    name = f"com.amazonaws.{need.region}.{need.service}"
    return [name, f"cn.{name}"] if need.region.startswith("cn-") else [name]


def is_available(endpoint: Item) -> bool:
    """Whether the endpoint serves; `available` on the wire, `Available` in the model."""
    return str(endpoint.get("State")).lower() == "available"


def for_inbound_resolvers(endpoint: Item) -> bool:
    """Whether its private DNS serves inbound Resolver endpoints only."""
    return bool((endpoint.get("DnsOptions") or {}).get("PrivateDnsOnlyForInboundResolverEndpoint"))


def has_private_dns(endpoint: Item) -> bool:
    """Whether its private DNS serves the VPC's own subnets."""
    return bool(endpoint.get("PrivateDnsEnabled")) and not for_inbound_resolvers(endpoint)


def serves(reading: Reading, endpoint: Item, need: Need, kind: str = "Interface") -> bool:
    """Whether it is an endpoint of this very service: whole name, type, IPv4, this Region."""
    return (
        (
            endpoint.get("VpcEndpointType")
            or ("Interface" if endpoint.get("NetworkInterfaceIds") else "Gateway")
        )
        == kind
        and endpoint["ServiceName"] in service_names(need)
        and str(endpoint.get("IpAddressType") or "ipv4").lower() != "ipv6"
        and (endpoint.get("ServiceRegion") or reading.region) == reading.region
    )


def endpoints_of(reading: Reading, vpc_id: str) -> list[Item]:
    """All endpoints of a VPC of this account. Raises UnreadError."""
    return reading.of_vpc("describe_vpc_endpoints", "VpcEndpoints", vpc_id)


def serving_of(reading: Reading, vpc_id: str, need: Need) -> Serving:
    """How the needed service's name is served in the VPC."""
    try:
        local = [each for each in endpoints_of(reading, vpc_id) if serves(reading, each, need)]
        named = next((each for each in local if is_available(each) and has_private_dns(each)), None)
        dns_on = all(dns_attributes(reading, vpc_id))
        if named is not None:
            doubt = foreign_resolvers(reading, vpc_id)
            if not dns_on:
                return Serving(named, defect="vpc-dns")
            return Serving(named, in_use=not doubt, doubt=doubt)
        if dns_on:
            return _by_zone(reading, vpc_id, need, local)
        if local:
            return _closest_to_serving(local)
        found = _by_zone(reading, vpc_id, need, [])
        return found._replace(in_use=False, defect="vpc-dns") if found.in_use else Serving()
    except UnreadError as error:
        return Serving(doubt=str(error))


def _closest_to_serving(local: list[Item]) -> Serving:
    ranked = sorted(local, key=lambda each: (not is_available(each), not has_private_dns(each)))
    if not ranked:
        return Serving()
    return Serving(ranked[0], defect="private-dns" if is_available(ranked[0]) else "state")


def _by_zone(reading: Reading, vpc_id: str, need: Need, local: list[Item]) -> Serving:
    answer = private_answer(reading, vpc_id, dns_name(need))
    if answer is None:
        for endpoint_id in profile_endpoint_ids(reading, vpc_id):
            endpoint = _endpoint(reading, endpoint_id)
            if serves(reading, endpoint, need):
                return _answered(reading, vpc_id, endpoint, frozenset())
        return _closest_to_serving(local)
    if not answer.addresses and not answer.names:
        return Serving(captured=answer.zone_id)
    if answer.names:
        return _at_names(reading, vpc_id, need, answer)
    return _at_addresses(reading, vpc_id, need, answer)


def _endpoint(reading: Reading, endpoint_id: str) -> Item:
    found = reading.ec2("describe_vpc_endpoints", "VpcEndpoints", "vpc-endpoint-id", endpoint_id)
    if not found:
        raise UnreadError(f"{endpoint_id}, to which the name resolves, is not in this account and Region")
    return found[0]


def _answered(reading: Reading, vpc_id: str, endpoint: Item, numbers: frozenset[int]) -> Serving:
    doubt = foreign_resolvers(reading, vpc_id)
    if doubt:
        return Serving(doubt=doubt)
    if is_available(endpoint):
        return Serving(endpoint, in_use=True, numbers=numbers)
    return Serving(endpoint, defect="state", captured=endpoint["VpcEndpointId"], numbers=numbers)


def _at_names(reading: Reading, vpc_id: str, need: Need, answer: Answer) -> Serving:
    """Zonal names lead to one interface each; several endpoints are not judged."""
    matches = [re.search(r"(?:^|\.)(vpce-[0-9a-f]+)-", name) for name in answer.names]
    ids = {match[1] if match else "" for match in matches}
    if answer.addresses or len(ids) != 1 or "" in ids:
        raise UnreadError(f"{answer.zone_id} answers {', '.join(answer.names[:2])}, which is not judged here")
    endpoint = _endpoint(reading, ids.pop())
    if not serves(reading, endpoint, need):
        return Serving(captured=answer.zone_id)
    numbers: set[int] = set()
    for name in answer.names:
        zonal = _zonal(reading, endpoint, name.split(".", 1)[0])
        if not zonal:
            return _answered(reading, vpc_id, endpoint, frozenset())
        numbers |= zonal
    return _answered(reading, vpc_id, endpoint, frozenset(numbers))


def _zonal(reading: Reading, endpoint: Item, label: str) -> set[int]:
    zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in reading.subnets(endpoint["VpcId"])}
    return {
        number
        for each in seats(reading, endpoint)
        if label.endswith(f"-{zones.get(each['SubnetId'])}") and (number := number_of(primary_of(each)))
    }


def _at_addresses(reading: Reading, vpc_id: str, need: Need, answer: Answer) -> Serving:
    named = reading.ec2("describe_vpc_endpoints", "VpcEndpoints", "service-name", *service_names(need))
    for endpoint in sorted(named, key=lambda each: each["VpcId"] != vpc_id):
        held = {number_of(primary_of(each)) for each in seats(reading, endpoint)}
        if serves(reading, endpoint, need) and held & answer.addresses:
            if not answer.addresses <= held:
                raise UnreadError(f"{answer.zone_id} answers more than {endpoint['VpcEndpointId']}")
            return _answered(reading, vpc_id, endpoint, answer.addresses)
    blocks = reading.blocks(vpc_id)
    if all(any(first <= number <= last for first, last in blocks) for number in answer.addresses):
        reading.interfaces(vpc_id)
        return Serving(captured=answer.zone_id)
    raise UnreadError(f"{answer.zone_id} answers addresses of no endpoint that can be read")


def seats(reading: Reading, endpoint: Item) -> list[Item]:
    """The network interfaces of an interface endpoint."""
    ids = endpoint.get("NetworkInterfaceIds") or []
    operation, part = "describe_network_interfaces", "NetworkInterfaces"
    return reading.ec2(operation, part, "network-interface-id", *ids) if ids else []


def endpoint_groups(reading: Reading, endpoint: Item) -> tuple[str, ...]:
    """The endpoint's groups; none listed means its interfaces', else the VPC's default group."""
    if endpoint.get("Groups"):
        return ids_of(endpoint["Groups"])
    carried = (ids_of(each.get("Groups")) for each in seats(reading, endpoint))
    return next((found for found in carried if found), None) or default_group(reading, endpoint["VpcId"])


def default_group(reading: Reading, vpc_id: str) -> tuple[str, ...]:
    """The VPC's default security group."""
    groups = reading.ec2("describe_security_groups", "SecurityGroups", "vpc-id", vpc_id)
    return tuple(group["GroupId"] for group in groups if group.get("GroupName") == "default")[:1]


def endpoint_targets(reading: Reading, serving: Serving) -> list[Target]:
    """Every address at which the candidate endpoint answers; its subnets, in doubt, without interfaces."""
    endpoint = serving.endpoint
    assert endpoint is not None
    name, vpc_id = endpoint["VpcEndpointId"], endpoint["VpcId"]
    try:
        groups: tuple[str, ...] | None = endpoint_groups(reading, endpoint)
        subnets = {subnet["SubnetId"]: subnet for subnet in reading.subnets(vpc_id)}
        found = [
            Target(name, single(number), HTTPS, vpc_id, subnets.get(each["SubnetId"]), groups)
            for each in seats(reading, endpoint)
            if (number := number_of(primary_of(each))) and (not serving.numbers or number in serving.numbers)
        ]
    except UnreadError as error:
        return [Target(name, EVERYTHING, HTTPS, vpc_id, None, None, str(error))]
    if found:
        return found
    doubt = f"{name} shows no network interfaces"
    listed = [subnets[subnet_id] for subnet_id in endpoint.get("SubnetIds") or [] if subnet_id in subnets]
    known = [Target(name, spans_of(subnet), HTTPS, vpc_id, subnet, groups, doubt) for subnet in listed]
    return known or [Target(name, EVERYTHING, HTTPS, vpc_id, None, groups, doubt)]
