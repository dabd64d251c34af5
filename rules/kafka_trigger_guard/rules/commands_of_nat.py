"""The commands that mend a NAT path: the gateway, its own way out, VPC Block Public Access."""

from __future__ import annotations

from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.rules.aws_commands import Variable, cidr_blocks, ec2, kept, option
from kafka_trigger_guard.rules.wanting import Wanting


def nat(wanting: Wanting, network: Network) -> list[str]:
    """A new public NAT gateway where the old one is, and the default route to it."""
    old = network.parts.nat_gateways.get(wanting.resource.id)
    if old is None or old.subnet_id is None or not wanting.table:
        return []
    region, address, nat = wanting.region, Variable("ADDRESS"), Variable("NAT")
    allocated = ec2(region, "allocate-address", option("domain", "vpc"))
    created = ec2(
        region,
        "create-nat-gateway",
        option("subnet-id", old.subnet_id),
        option("connectivity-type", "public"),
        option("allocation-id", address),
    )
    everywhere = option("destination-cidr-block", "0.0.0.0/0")
    table = option("route-table-id", wanting.table)
    return [
        kept(address, "AllocationId", allocated),
        kept(nat, "NatGateway.NatGatewayId", created),
        ec2(region, "wait nat-gateway-available", option("nat-gateway-ids", nat)),
        ec2(region, "replace-route", table, everywhere, option("nat-gateway-id", nat)),
    ]


def internet_route(wanting: Wanting, network: Network) -> list[str]:
    """A default route to the VPC's own internet gateway."""
    table = network.parts.route_tables.get(wanting.resource.id)
    if table is None or not wanting.lack.link:
        return []
    has_default = any(r.addresses and cidr_blocks(r.addresses) == ["0.0.0.0/0"] for r in table.routes)
    return [
        ec2(
            wanting.region,
            "replace-route" if has_default else "create-route",
            option("route-table-id", table.id),
            option("destination-cidr-block", "0.0.0.0/0"),
            option("gateway-id", wanting.lack.link),
        )
    ]


def internet_gateway(wanting: Wanting, _: Network) -> list[str]:
    """The attachment of the internet gateway to which routes lead."""
    if wanting.resource.id == wanting.lack.link:
        return []
    gateway, vpc = option("internet-gateway-id", wanting.resource.id), option("vpc-id", wanting.lack.link)
    return [ec2(wanting.region, "attach-internet-gateway", gateway, vpc)]


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
