"""How a subnet's traffic to public addresses leaves: by NAT, by a central egress, or not at all.

vpc/latest/userguide/vpc-nat-gateway; a poller has no public address, so an internet gateway never helps it.
"""

from __future__ import annotations

from typing import NamedTuple

from remediation.scripts.guards import Peer, acl_hop, group_hop
from remediation.scripts.hops import DENIED, OPEN, UNSURE, Hop, Universe, all_denied, deciding, unsure
from remediation.scripts.reading import Item, Reading, UnreadError, ids_of, spans_of
from remediation.scripts.spans import PUBLIC, Spans, minus
from remediation.scripts.ways import choices, is_active, table_of, target_of

HTTPS: Spans = ((443, 443),)
ANYWHERE = Universe(
    "destination", PUBLIC, False, "only some public addresses pass, and the service's are not known"
)
"""A service's public addresses: somewhere among all of them."""


class Exit(NamedTuple):
    """By what a subnet leaves (`nat`, `central`, `none`, `unknown`), how much passes, and what decides."""

    kind: str
    share: str
    hop: Hop
    by: str = ""

    @property
    def carries(self) -> bool:
        """Whether some traffic may leave."""
        return self.share != "none"


def exit_of(reading: Reading, subnet: Item, group_ids: tuple[str, ...]) -> Exit:
    """The exit of pollers in a subnet towards public addresses."""
    try:
        table = table_of(reading, subnet)
        public = minus(PUBLIC, tuple(reading.blocks(subnet["VpcId"])))
        parts = [route for _, route in choices(reading, table, public) if not _to_gateway_endpoint(route)]
        exits = [_exit_by(reading, subnet, group_ids, table, route) for route in parts]
    except UnreadError as error:
        return Exit("unknown", "unknown", unsure(error))
    if len({found.kind for found in exits}) == 1:
        return min(exits, key=lambda found: ("none", "some", "unknown", "all").index(found.share))
    if exits and all(found.share in ("none", "some") for found in exits):
        return Exit("unknown", "some", next((e.hop for e in exits if e.share == "some"), exits[0].hop))
    text = f"{table['RouteTableId']} sends only part of the public addresses to a NAT"
    return _exit("unknown", "", [unsure(text), *_own_border(reading, subnet)])


def _to_gateway_endpoint(route: Item | None) -> bool:
    return bool(route and route.get("DestinationPrefixListId") and target_of(route).startswith("vpce-"))


def _exit(kind: str, by: str, hops: list[Hop]) -> Exit:
    hop = deciding(hops)
    share = {DENIED: "some", UNSURE: "unknown", OPEN: "all"}[hop.answer]
    return Exit(kind, "none" if all_denied(hops) else share, hop, by)


def _exit_by(
    reading: Reading, subnet: Item, group_ids: tuple[str, ...], table: Item, route: Item | None
) -> Exit:
    name = table["RouteTableId"]
    if route is None:
        return _exit("none", "", [Hop(DENIED, f"{name} has no route to public addresses")])
    target = target_of(route)
    if not is_active(route):
        return _exit("none", "", [Hop(DENIED, f"the route of {name} to public addresses is a blackhole")])
    if target == "local" or target.startswith("igw-"):
        return _exit(
            "none", "", [Hop(DENIED, f"{name} leads to {target} only, which needs a public address")]
        )
    if target.startswith(("nat-", "eni-", "i-")):
        through = _gateway if target.startswith("nat-") else _instance
        found = _exit("nat", target, through(reading, subnet, group_ids, target))
        kind = {"unknown": "unknown", "none": "none"}.get(found.share, "nat")
        return found._replace(kind=kind)
    text = f"{name} sends public addresses to {target}, beyond which is not judged here"
    return _exit("central", target, [*_own_border(reading, subnet), unsure(text)])


def _own_border(reading: Reading, subnet: Item) -> list[Hop]:
    return [
        acl_hop(reading, subnet, "out", ANYWHERE, HTTPS),
        acl_hop(reading, subnet, "in", ANYWHERE, back=True),
    ]


def _denied(text: str) -> Hop:
    return Hop(DENIED, text)


def _gateway(reading: Reading, subnet: Item, _: tuple[str, ...], gateway_id: str) -> list[Hop]:
    """A NAT gateway: available, public, its own way out. vpc/latest/userguide/nat-gateways-regional"""
    by_id = [{"Name": "nat-gateway-id", "Values": [gateway_id]}]
    found = reading.ask("ec2", "describe_nat_gateways", "NatGateways", Filter=by_id)
    if not found or found[0]["State"].lower() != "available":
        return [_denied(f"{gateway_id} is not available")]
    if (found[0].get("ConnectivityType") or "public").lower() != "public":
        return [_denied(f"{gateway_id} is private")]
    home_id, vpc_id = found[0].get("SubnetId"), subnet["VpcId"]
    if not home_id:
        tables = reading.of_vpc("describe_route_tables", "RouteTables", vpc_id)
        table = [each for each in tables if each["RouteTableId"] == found[0].get("RouteTableId")]
        out = _out_by(reading, vpc_id, table[0]) if table else _attached(reading, vpc_id, "")
        return [out, _public_access(reading, vpc_id, ""), *_own_border(reading, subnet)]
    home = _home(reading, vpc_id, home_id)
    return [
        _out_by(reading, vpc_id, table_of(reading, home)),
        _public_access(reading, vpc_id, home_id),
        *_borders(reading, subnet, home),
    ]


def _home(reading: Reading, vpc_id: str, subnet_id: str) -> Item:
    home = next((each for each in reading.subnets(vpc_id) if each["SubnetId"] == subnet_id), None)
    if home is None:
        raise UnreadError(f"ec2:DescribeSubnets does not list {subnet_id}")
    return home


def _instance(reading: Reading, subnet: Item, group_ids: tuple[str, ...], target: str) -> list[Hop]:
    """A NAT instance: no source/destination check, a public address, groups that let pollers through."""
    vpc_id = subnet["VpcId"]
    found = next((each for each in reading.interfaces(vpc_id) if _is(each, target)), None)
    if found is None:
        return [_denied(f"{target} does not exist")]
    publics = [found, *(found.get("PrivateIpAddresses") or [])]
    if found.get("SourceDestCheck", True):
        return [_denied(f"{target} checks source and destination, so it forwards nothing")]
    if not any((each.get("Association") or {}).get("PublicIp") for each in publics):
        return [_denied(f"{target} has no public address")]
    home, own = _home(reading, vpc_id, found["SubnetId"]), ids_of(found.get("Groups"))
    poller = Peer(Universe("source", spans_of(subnet)), frozenset(group_ids))
    return [
        _out_by(reading, vpc_id, table_of(reading, home)),
        _public_access(reading, vpc_id, found["SubnetId"]),
        group_hop(reading, own, "ingress", HTTPS, poller),
        group_hop(reading, own, "egress", HTTPS, Peer(ANYWHERE, references=False)),
        *_borders(reading, subnet, home),
    ]


def _is(interface: Item, target: str) -> bool:
    return target in (interface["NetworkInterfaceId"], (interface.get("Attachment") or {}).get("InstanceId"))


def _out_by(reading: Reading, vpc_id: str, table: Item) -> Hop:
    """The NAT's own table must lead all public addresses to an attached internet gateway."""
    public = minus(PUBLIC, tuple(reading.blocks(vpc_id)))
    parts = [route for _, route in choices(reading, table, public) if not _to_gateway_endpoint(route)]
    outward = [route for route in parts if route and is_active(route) and target_of(route).startswith("igw-")]
    if not outward:
        return _denied(f"{table['RouteTableId']} has no route to an internet gateway")
    if len(outward) < len(parts):
        return unsure(ANYWHERE.doubt)
    return _attached(reading, vpc_id, target_of(outward[0]))


def _attached(reading: Reading, vpc_id: str, gateway_id: str) -> Hop:
    operation, part = "describe_internet_gateways", "InternetGateways"
    attached = [
        gateway["InternetGatewayId"]
        for gateway in reading.ec2(operation, part, "attachment.vpc-id", vpc_id)
        for each in gateway.get("Attachments") or []
        if each["VpcId"] == vpc_id and (each.get("State") or "available").lower() in ("available", "attached")
    ]
    if gateway_id in attached or (not gateway_id and attached):
        return Hop(OPEN)
    return _denied(f"{gateway_id or 'no internet gateway'} is not attached to {vpc_id}")


def _public_access(reading: Reading, vpc_id: str, home_id: str) -> Hop:
    """Only the bidirectional mode stops NAT. vpc/latest/userguide/security-vpc-bpa-basics"""
    options = reading.ask("ec2", "describe_vpc_block_public_access_options")["VpcBlockPublicAccessOptions"]
    if (options.get("InternetGatewayBlockMode") or "off") != "block-bidirectional":
        return Hop(OPEN)
    operation = "describe_vpc_block_public_access_exclusions"
    in_force = ("create-complete", "update-complete", "update-in-progress")
    for each in reading.ask("ec2", operation, "VpcBlockPublicAccessExclusions"):
        arn = each["ResourceArn"].rpartition("/")[2]
        if (each.get("State") or in_force[0]) in in_force and arn in (vpc_id, home_id):
            return Hop(OPEN)
    return _denied(f"VPC Block Public Access blocks the NAT in {vpc_id}")


def _borders(reading: Reading, subnet: Item, home: Item) -> list[Hop]:
    """The network ACLs between pollers, the NAT's subnet and the internet, there and back."""
    outer = _own_border(reading, home)
    if subnet["SubnetId"] == home["SubnetId"]:
        return outer
    poller = Universe("source", spans_of(subnet))
    inner = [acl_hop(reading, home, "in", poller, HTTPS), acl_hop(reading, home, "out", poller, back=True)]
    return [*inner, *outer, *_own_border(reading, subnet)]
