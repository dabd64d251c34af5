"""Where pollers stand: their subnets, groups and VPC, and from there the ways to services and brokers."""

from __future__ import annotations

from typing import NamedTuple

from remediation.scripts.brokers import Broker, brokers_of
from remediation.scripts.exits import ANYWHERE, HTTPS, Exit, exit_of
from remediation.scripts.guards import acl_hop
from remediation.scripts.hops import DENIED, UNSURE, Hop, unsure
from remediation.scripts.names import addresses_of_host
from remediation.scripts.pollers import Need, Place, Poller
from remediation.scripts.reading import GoneError, Item, Reading, UnreadError, addresses_of, ids_of, spans_of
from remediation.scripts.serving import (
    Serving,
    default_group,
    endpoint_targets,
    endpoints_of,
    is_available,
    serves,
    serving_of,
)
from remediation.scripts.spans import EVERYTHING, PUBLIC, Spans, block, both, single, union, within
from remediation.scripts.ways import Path, Target, arrive, is_active, path, table_of, target_of


class Ground(NamedTuple):
    """One place of a trigger, found in the network."""

    reading: Reading
    poller: Poller
    place: Place
    vpc_id: str
    subnets: tuple[Item, ...]
    group_ids: tuple[str, ...]


def ground_of(reading: Reading, poller: Poller, place: Place) -> Ground:
    """The ground. Raises GoneError if a subnet or group is gone, UnreadError."""
    listed = reading.ec2("describe_subnets", "Subnets", "subnet-id", *place.subnet_ids)
    by_id = {subnet["SubnetId"]: subnet for subnet in listed}
    gone = [subnet_id for subnet_id in place.subnet_ids if subnet_id not in by_id]
    if gone:
        raise GoneError(f"{gone[0]} does not exist any more")
    subnets = tuple(by_id[subnet_id] for subnet_id in place.subnet_ids)
    vpc_id = subnets[0]["VpcId"]
    group_ids = place.group_ids or default_group(reading, vpc_id)
    gone = [group_id for group_id in group_ids if reading.group(group_id) is None]
    if gone:
        raise GoneError(f"{gone[0]} does not exist any more")
    if not group_ids:
        raise UnreadError(f"the default security group of {vpc_id} was not found")
    return Ground(reading, poller, place, vpc_id, subnets, group_ids)


def owner_of(ground: Ground) -> str:
    """The account that owns the subnets if it is not the trigger's own, else nothing."""
    owners = {subnet.get("OwnerId") or ground.poller.account for subnet in ground.subnets}
    return next(iter(owners - {ground.poller.account}), "")


def exits_of(ground: Ground) -> list[Exit]:
    """How each trigger subnet leaves for public addresses."""
    return [exit_of(ground.reading, subnet, ground.group_ids) for subnet in ground.subnets]


def allows_nat(need: Need, switch: str) -> bool:
    """Whether a NAT path counts: as AllowNat says, else not for `lambda`, whose payload is billed per GB."""
    return switch == "true" if switch else need.service != "lambda"


# -- services ----------------------------------------------------------------------------------------


def serving_here(ground: Ground, need: Need) -> Serving:
    """How the service's name is served; S3 also by a gateway endpoint to which routes lead."""
    found = serving_of(ground.reading, ground.vpc_id, need)
    if need.service != "s3" or found.in_use or found.captured:
        return found
    try:
        listed = endpoints_of(ground.reading, ground.vpc_id)
    except UnreadError as error:
        return Serving(doubt=str(error))
    gateways = [each for each in listed if serves(ground.reading, each, need, "Gateway")]
    gateways.sort(key=lambda each: not is_available(each))
    led = [each for each in gateways if any(gateway_route(ground, s, each) for s in ground.subnets)]
    if led and is_available(led[0]):
        return Serving(led[0], in_use=True)
    if not gateways or found.endpoint is not None or (found.doubt and not led):
        return found
    chosen = (led or gateways)[0]
    return Serving(chosen, defect="" if is_available(chosen) else "state")


def gateway_route(ground: Ground, subnet: Item, endpoint: Item) -> str:
    """The prefix list by which the subnet's table leads to a gateway endpoint."""
    try:
        routes = table_of(ground.reading, subnet)["Routes"]
    except UnreadError:
        return ""
    led = [route for route in routes if is_active(route) and target_of(route) == endpoint["VpcEndpointId"]]
    return next(
        (route["DestinationPrefixListId"] for route in led if route.get("DestinationPrefixListId")), ""
    )


def gateway_border(ground: Ground, subnet: Item, endpoint: Item) -> list[Hop]:
    """The network ACL of a subnet that a gateway endpoint serves, there and back."""
    list_id = gateway_route(ground, subnet, endpoint)
    try:
        spans = union(block(text) for text in ground.reading.listed_blocks(list_id))
    except UnreadError:
        spans = PUBLIC
    of = ANYWHERE._replace(spans=spans)
    return [
        acl_hop(ground.reading, subnet, "out", of, HTTPS),
        acl_hop(ground.reading, subnet, "in", of, back=True),
    ]


def candidate_of(ground: Ground, need: Need) -> Serving:
    """The endpoint in use, else the one whose defect the endpoint rule blames: none where a NAT or a central
    egress takes the traffic, and a doubt where nobody knows whether one does."""
    found = serving_here(ground, need)
    if found.in_use or found.captured or found.endpoint is None:
        return found
    exits = exits_of(ground)
    if found.doubt:
        return Serving(doubt=found.doubt) if any(each.carries for each in exits) else found
    if any(each.kind in ("nat", "central") for each in exits):
        return Serving()
    doubt = doubt_of(exits)
    return Serving(doubt=doubt) if doubt else found


def doubt_of(exits: list[Exit]) -> str:
    """Why it is unknown whether some exit carries, if it is."""
    unknown = [each.hop for each in exits if each.kind == "unknown"]
    return unknown[0].text if unknown and (unknown[0].answer == UNSURE or unknown[0].slices) else ""


def service_paths(ground: Ground, serving: Serving) -> list[Path]:
    """The paths from each trigger subnet to a candidate interface endpoint."""
    targets = endpoint_targets(ground.reading, serving)
    return [path(ground.reading, s, ground.group_ids, target) for s in ground.subnets for target in targets]


# -- brokers -----------------------------------------------------------------------------------------


def brokers_here(ground: Ground) -> tuple[Broker, ...]:
    """The brokers that pollers connect to."""
    return brokers_of(ground.reading, ground.poller.mapping)


def broker_paths(ground: Ground, broker: Broker) -> list[Path]:
    """The paths from every trigger subnet to one broker."""
    return [
        path(ground.reading, subnet, ground.group_ids, target)
        for subnet in ground.subnets
        for target in _broker_targets(ground, subnet, broker)
    ]


def _nowhere(broker: Broker, why: object) -> list[Target]:
    return [Target(broker.name, EVERYTHING, broker.ports, doubt=str(why), arrival=unsure(why))]


def _broker_targets(ground: Ground, subnet: Item, broker: Broker) -> list[Target]:
    reading, place = ground.reading, ground.place
    if broker.anywhere:
        groups = place.group_ids or ground.group_ids
        shut = Hop(DENIED, broker.shut) if broker.shut else None
        return [
            Target(broker.name, spans_of(each), broker.ports, each["VpcId"], each, groups, arrival=shut)
            for each in ground.subnets
        ]
    if not broker.host:
        arrival = unsure(broker.unread)
        return [
            Target(broker.name, spans_of(s), broker.ports, s["VpcId"], s, None, broker.unread, arrival)
            for s in ground.subnets
        ]
    try:
        numbers = addresses_of_host(reading, ground.vpc_id, broker.host)
        return [_at_address(ground, subnet, broker, number) for number in numbers]
    except UnreadError as error:
        return _nowhere(broker, error)


def _at_address(ground: Ground, subnet: Item, broker: Broker, number: int) -> Target:
    """What stands at an address; the route decides in which VPC."""
    spans, reading = single(number), ground.reading
    crossing = arrive(reading, subnet, spans)[0]
    vpc_id = crossing.vpc_id
    if within(spans, spans_of(subnet)) or (not vpc_id and both(spans, tuple(reading.blocks(ground.vpc_id)))):
        vpc_id = ground.vpc_id
    if not vpc_id:
        why = crossing.text if crossing.answer == UNSURE else f"{broker.host} is in no VPC of this account"
        return Target(broker.name, spans, broker.ports, arrival=unsure(why))
    interfaces = reading.interfaces(vpc_id)
    found = next((each for each in interfaces if both(addresses_of(each), spans)), None)
    inside = next((each for each in reading.subnets(vpc_id) if both(spans_of(each), spans)), None)
    if found is None:
        return Target(
            broker.name, spans, broker.ports, vpc_id, inside, arrival=_absent(ground, vpc_id, broker)
        )
    groups = ids_of(found.get("Groups"))
    gate = None if groups else _without_groups(found)
    return Target(broker.name, spans, broker.ports, vpc_id, inside, groups, gate=gate)


def _absent(ground: Ground, vpc_id: str, broker: Broker) -> Hop:
    """Only a VPC's owner sees all its interfaces. vpc/latest/userguide/vpc-sharing"""
    try:
        ground.reading.own(vpc_id)
    except UnreadError as error:
        return unsure(error)
    return Hop(DENIED, f"no network interface in {vpc_id} has the address of {broker.name}")


def _without_groups(interface: Item) -> Hop:
    name, kind = interface["NetworkInterfaceId"], interface.get("InterfaceType") or "interface"
    if kind in ("nat_gateway", "natGateway"):
        return Hop(DENIED, f"{name} is a NAT gateway's, which refuses")
    return unsure(f"{name} ({kind}) has no security groups; what listens behind it is not read")


def sole_port(ports: Spans) -> int:
    """The port if it is known, else 0."""
    return ports[0][0] if len(ports) == 1 and ports[0][0] == ports[0][1] else 0
