"""Routes: where packets from a subnet arrive, and every hop to a destination and back.

vpc/latest/userguide/VPC_Route_Tables: longest prefix, then static over prefix list over propagated.
"""

from __future__ import annotations

from typing import NamedTuple

from remediation.scripts.guards import Peer, acl_hop, group_hop
from remediation.scripts.hops import ANY_PORT, DENIED, OPEN, UNSURE, Hop, Slice, Universe, passage, unsure
from remediation.scripts.reading import Item, Reading, UnreadError, spans_of
from remediation.scripts.spans import Span, Spans, block, both, in_words, minus, union


class Crossing(NamedTuple):
    """Where some addresses are reached: in `vpc_id` if open; whether group references match on the way."""

    spans: Spans
    answer: int
    text: str
    vpc_id: str = ""
    references: bool = True


class Target(NamedTuple):
    """A destination: addresses, port, and what guards it as far as it is known.

    `doubt`: one of the addresses, or an unknown one. `arrival` is what happens at the address itself, `gate`
    what stands there instead of groups; `group_ids` is None where nobody knows them.
    """

    name: str
    spans: Spans
    ports: Spans
    vpc_id: str = ""
    subnet: Item | None = None
    group_ids: tuple[str, ...] | None = None
    doubt: str = ""
    arrival: Hop | None = None
    gate: Hop | None = None


class Path(NamedTuple):
    """The hops to a target by whom they belong to: TriggerSG, the way, the target's own groups."""

    reading: Reading
    subnet: Item
    target: Target
    references: bool
    egress: Hop
    ingress: tuple[Hop, ...]

    @property
    def way(self) -> list[Hop]:
        """Routes and network ACLs, there and back; read only if somebody asks for them."""
        return _way(self.reading, self.subnet, self.target)


def table_of(reading: Reading, subnet: Item) -> Item:
    """The subnet's route table, else the main one. Raises UnreadError."""
    main = None
    for table in reading.of_vpc("describe_route_tables", "RouteTables", subnet["VpcId"]):
        for each in table.get("Associations") or []:
            if ((each.get("AssociationState") or {}).get("State") or "associated").lower() != "associated":
                continue
            if each.get("SubnetId") == subnet["SubnetId"]:
                return table
            main = table if each.get("Main") else main
    if main is None:
        raise UnreadError(f"ec2:DescribeRouteTables lists none for {subnet['SubnetId']}")
    return main


def target_of(route: Item) -> str:
    """The id of what a route leads to."""
    names = ("NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "NetworkInterfaceId", "InstanceId")
    return str(
        next((route[name] for name in (*names, "CoreNetworkArn", "GatewayId") if route.get(name)), "?")
    )


_Option = tuple[int, int, Span, Item]
"""The size of what a route covers, how late it comes among routes of that size, its block, the route."""


def choices(reading: Reading, table: Item, spans: Spans) -> list[tuple[Spans, Item | None]]:
    """The route that a table chooses for each part of the addresses, None without one. Raises UnreadError."""
    routes = [each for each in table["Routes"] if not each.get("DestinationIpv6CidrBlock")]
    written = {each.get("DestinationCidrBlock") for each in routes}
    spanned = {block(text) for text in written if text}
    blocks = [span for span in reading.blocks(table["VpcId"]) if span not in spanned]
    options: list[_Option] = [(span[1] - span[0], 0, span, {"GatewayId": "local"}) for span in blocks]
    for route in routes:
        if route.get("DestinationCidrBlock"):
            span = block(route["DestinationCidrBlock"])
            late = 2 if route.get("Origin") == "EnableVgwRoutePropagation" else 0
            options.append((span[1] - span[0], late, span, route))
        elif route.get("DestinationPrefixListId"):
            options += _listed(reading, route)
    options.sort(key=lambda option: option[:2])
    found: list[tuple[Spans, Item | None]] = []
    for _, _, span, route in options:
        if both(spans, (span,)):
            found.append((both(spans, (span,)), route))
            spans = minus(spans, (span,))
    return [*found, (spans, None)] if spans else found


def _listed(reading: Reading, route: Item) -> list[_Option]:
    try:
        spans = [block(text) for text in reading.listed_blocks(route["DestinationPrefixListId"])]
    except UnreadError:
        if target_of(route).startswith("vpce-"):
            return []
        raise
    return [(span[1] - span[0], 1, span, route) for span in spans]


def is_active(route: Item) -> bool:
    """Whether a route is no blackhole."""
    return (route.get("State") or "active").lower() == "active"


def arrive(reading: Reading, subnet: Item, spans: Spans) -> list[Crossing]:
    """Where each part of the addresses is reached from the subnet."""
    try:
        table = table_of(reading, subnet)
        return [
            c for part, route in choices(reading, table, spans) for c in _cross(reading, table, part, route)
        ]
    except UnreadError as error:
        return [Crossing(spans, UNSURE, str(error))]


def _cross(reading: Reading, table: Item, spans: Spans, route: Item | None) -> list[Crossing]:
    name, whom = table["RouteTableId"], in_words(spans)
    if route is None:
        return [Crossing(spans, DENIED, f"{name} has no route to {whom}")]
    target = target_of(route)
    if not is_active(route):
        return [Crossing(spans, DENIED, f"the route of {name} to {whom} is a blackhole")]
    if target == "local":
        return [Crossing(spans, OPEN, "", table["VpcId"])]
    if target.startswith("igw-"):
        return [Crossing(spans, DENIED, f"{name} sends {whom} to {target}, which needs a public address")]
    if target.startswith("pcx-"):
        return _over_peering(reading, table, spans, target)
    return [
        Crossing(
            spans, UNSURE, f"{name} sends {whom} to {target}, beyond which is not judged here", "", False
        )
    ]


def _over_peering(reading: Reading, table: Item, spans: Spans, peering_id: str) -> list[Crossing]:
    """A peering leads to the far VPC's own addresses only. vpc/latest/peering/vpc-peering-basics"""
    operation, part = "describe_vpc_peering_connections", "VpcPeeringConnections"
    found = reading.ec2(operation, part, "vpc-peering-connection-id", peering_id)
    if not found or found[0]["Status"]["Code"] != "active":
        return [Crossing(spans, DENIED, f"{peering_id} is not active", "", False)]
    sides = (found[0]["RequesterVpcInfo"], found[0]["AccepterVpcInfo"])
    near, far = sides if sides[0].get("VpcId") == table["VpcId"] else sides[::-1]
    references = near.get("Region") == far.get("Region")
    try:
        inside = union(reading.blocks(far["VpcId"]))
    except UnreadError as error:
        return [Crossing(spans, UNSURE, str(error), "", references)]
    reached, beyond = both(spans, inside), minus(spans, inside)
    crossings = [Crossing(reached, OPEN, "", far["VpcId"], references)] if reached else []
    text = f"{in_words(beyond)} is not in {far['VpcId']}, and {peering_id} leads no further"
    return [*crossings, Crossing(beyond, DENIED, text, "", references)] if beyond else crossings


def route_hop(reading: Reading, subnet: Item, vpc_id: str, peer: Universe) -> Hop:
    """The routes from a subnet to a peer that is in a VPC."""
    crossings = arrive(reading, subnet, peer.spans)
    arrived = [each for each in crossings if each.answer == OPEN and each.vpc_id == vpc_id]
    doubted = [each for each in crossings if each.answer == UNSURE]
    wrong = [each for each in crossings if each not in arrived and each not in doubted]
    decider = (wrong or doubted or arrived)[0]
    allowed = union(span for each in arrived for span in each.spans)
    possible = union((*allowed, *(span for each in doubted for span in each.spans)))
    of = peer._replace(doubt=doubted[0].text if doubted else peer.doubt)
    text = decider.text or f"{subnet['SubnetId']} sends {in_words(decider.spans)} elsewhere"
    return passage(text, of, [Slice(ANY_PORT, allowed, possible)])


def path(reading: Reading, subnet: Item, group_ids: tuple[str, ...], target: Target) -> Path:
    """Every hop from any address of a subnet, carrying groups, to a target and back."""
    references, open_all = True, [] if target.arrival is None else [target.arrival]
    if not _is_at(target, subnet):
        crossings = arrive(reading, subnet, target.spans)
        chosen = [each for each in crossings if each.vpc_id == target.vpc_id] or crossings
        references = chosen[0].references
    there, here = _ends(subnet, target)
    carried = () if target.gate else target.group_ids
    seen = Peer(there, None if carried is None else frozenset(carried), references)
    egress = group_hop(reading, group_ids, "egress", target.ports, seen)
    ingress = open_all + ([target.gate] if target.gate else [])
    if target.group_ids is not None and not target.gate:
        peer = Peer(here, frozenset(group_ids), references)
        ingress.append(group_hop(reading, target.group_ids, "ingress", target.ports, peer))
    return Path(reading, subnet, target, references, egress, tuple(ingress))


def _is_at(target: Target, subnet: Item) -> bool:
    return target.subnet is not None and target.subnet["SubnetId"] == subnet["SubnetId"]


def _ends(subnet: Item, target: Target) -> tuple[Universe, Universe]:
    doubt = target.doubt or (
        target.arrival.text if target.arrival and target.arrival.answer == UNSURE else ""
    )
    there = Universe("destination", target.spans, not target.doubt, doubt)
    return there, Universe("source", spans_of(subnet))


def _way(reading: Reading, subnet: Item, target: Target) -> list[Hop]:
    there, here = _ends(subnet, target)
    if _is_at(target, subnet):
        return []
    if target.doubt and target.subnet is None:
        return [unsure(target.doubt)]
    hops = [
        route_hop(reading, subnet, target.vpc_id, there),
        acl_hop(reading, subnet, "out", there, target.ports),
        acl_hop(reading, subnet, "in", there, back=True),
    ]
    if target.subnet is None:
        return hops + ([unsure(f"the subnet of {target.name} was not read")] if target.vpc_id else [])
    return [
        *hops,
        acl_hop(reading, target.subnet, "in", here, target.ports),
        acl_hop(reading, target.subnet, "out", here, back=True),
        route_hop(reading, target.subnet, subnet["VpcId"], here),
    ]
