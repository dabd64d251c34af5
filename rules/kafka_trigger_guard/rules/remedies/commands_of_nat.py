"""The commands that mend a NAT path: the gateway, its own way out, VPC Block Public Access."""

from __future__ import annotations

from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.rules.remedies.aws_commands import Option, Variable, cidr_blocks, ec2, kept, option
from kafka_trigger_guard.rules.remedies.wanting import Wanting

_GATEWAY = Variable("GATEWAY")


def nat(wanting: Wanting, network: Network) -> list[str]:
    """A new public NAT gateway where the old one is, and every route to the old one led to it."""
    old = network.parts.nat_gateways.get(wanting.resource.id)
    led = _led_to(network, wanting.resource.id)
    if old is None or old.subnet_id is None or not led:
        return []
    region, address, nat = wanting.region, Variable("ADDRESS"), Variable("NAT")
    created = ec2(
        region,
        "create-nat-gateway",
        option("subnet-id", old.subnet_id),
        option("connectivity-type", "public"),
        option("allocation-id", address),
    )
    return [
        _allocated(region, address),
        kept(nat, "NatGateway.NatGatewayId", created),
        ec2(region, "wait nat-gateway-available", option("nat-gateway-ids", nat)),
        *(ec2(region, "replace-route", table, block, option("nat-gateway-id", nat)) for table, block in led),
    ]


def _led_to(network: Network, target_id: str) -> list[tuple[Option, Option]]:
    """The route tables and destinations of all routes to a target."""
    tables = network.parts.route_tables
    return [
        (option("route-table-id", table_id), option("destination-cidr-block", block))
        for table_id in sorted(tables)
        for route in tables[table_id].routes
        if route.target_id == target_id and route.addresses is not None
        for block in cidr_blocks(route.addresses)
    ]


def _allocated(region: str, address: Variable) -> str:
    return kept(address, "AllocationId", ec2(region, "allocate-address", option("domain", "vpc")))


def public_address(wanting: Wanting, _: Network) -> list[str]:
    """An Elastic IP address for a NAT instance. vpc/latest/userguide/work-with-nat-instances"""
    region, address = wanting.region, Variable("ADDRESS")
    interface = option("network-interface-id", wanting.resource.id)
    return [
        _allocated(region, address),
        ec2(region, "associate-address", option("allocation-id", address), interface),
    ]


def internet_route(wanting: Wanting, network: Network) -> list[str]:
    """A default route to the VPC's own internet gateway, or to a new one."""
    table = network.parts.route_tables.get(wanting.resource.id)
    if table is None:
        return []
    has_default = any(r.addresses and cidr_blocks(r.addresses) == ["0.0.0.0/0"] for r in table.routes)
    made = [] if wanting.lack.link else _new_gateway(wanting.region, table.vpc_id)
    leading = ec2(
        wanting.region,
        "replace-route" if has_default else "create-route",
        option("route-table-id", table.id),
        option("destination-cidr-block", "0.0.0.0/0"),
        option("gateway-id", wanting.lack.link or _GATEWAY),
    )
    return [*made, leading]


def internet_gateway(wanting: Wanting, _: Network) -> list[str]:
    """The attachment of the internet gateway to which routes lead, or of a new one."""
    if wanting.resource.id == wanting.lack.link:
        return _new_gateway(wanting.region, wanting.lack.link)
    gateway, vpc = option("internet-gateway-id", wanting.resource.id), option("vpc-id", wanting.lack.link)
    return [ec2(wanting.region, "attach-internet-gateway", gateway, vpc)]


def _new_gateway(region: str, vpc_id: str) -> list[str]:
    created = ec2(region, "create-internet-gateway")
    own = option("internet-gateway-id", _GATEWAY)
    return [
        kept(_GATEWAY, "InternetGateway.InternetGatewayId", created),
        ec2(region, "attach-internet-gateway", own, option("vpc-id", vpc_id)),
    ]


def exclusion(wanting: Wanting, _: Network) -> list[str]:
    """Egress only: what is kept out stays out. vpc/latest/userguide/security-vpc-bpa-basics"""
    name = "subnet-id" if wanting.lack.link.startswith("subnet-") else "vpc-id"
    mode = option("internet-gateway-exclusion-mode", "allow-egress")
    where = option(name, wanting.lack.link)
    return [ec2(wanting.region, "create-vpc-block-public-access-exclusion", where, mode)]


def forwarding(wanting: Wanting, _: Network) -> list[str]:
    """A NAT instance that forwards what is not its own."""
    interface = option("network-interface-id", wanting.resource.id)
    switch = option("no-source-dest-check")
    return [ec2(wanting.region, "modify-network-interface-attribute", interface, switch)]
