"""Peerings of public corpora and of AWS's own examples, retold: who reaches whom."""

from __future__ import annotations

from tests.networks.corpora_topology import ONE, TWO, Topology

A, B, C = "10.10.0.0/16", "192.168.0.0/16", "172.16.0.0/16"


def _two(account: str = ONE) -> Topology:
    found = Topology().vpc("a", A).vpc("b", B, account=account)
    found.host("a", "a", "10.10.10.0/24", "10.10.10.7").host("b", "b", "192.168.1.0/24", "192.168.1.7")
    found.estate.peering("ab", "a", "b").route("a", B, "pcx-ab").route("b", A, "pcx-ab")
    return found


def two_accounts() -> Topology:
    """batfish/batfish AwsConfigurationVpcPeeringCrossAccountTest: both directions arrive."""
    return _two(TWO).says("a", "b").says("b", "a")


def two_peers_with_one_block() -> Topology:
    """batfish/batfish AwsConfigurationVpcPeeringTest: B and C have the same block, A routes a part of it to
    each; what is in no part is dropped at A's own subnet."""
    found = Topology().vpc("a", A).vpc("b", B).vpc("c", B)
    found.host("a", "a", "10.10.10.0/24", "10.10.10.7").host("b", "b", "192.168.1.0/24", "192.168.1.7")
    found.host("c", "c", "192.168.2.0/24", "192.168.2.7").host("n", "b", "192.168.100.0/24", "192.168.100.7")
    estate = found.estate.peering("ab", "a", "b").peering("ac", "a", "c")
    estate.route("a", "192.168.1.0/24", "pcx-ab").route("a", "192.168.2.0/24", "pcx-ac")
    estate.route("b", A, "pcx-ab").route("c", A, "pcx-ac")
    found.says("a", "b").says("b", "a").says("a", "c").says("c", "a")
    return found.says("a", "n", "rtb-a")


def longest_prefix_of_two_peers() -> Topology:
    """vpc/latest/peering/peering-configurations-partial-access, longest prefix matches: A routes one part to
    B and the whole block to C, both of which have that block."""
    found = Topology().vpc("a", C).vpc("b", B).vpc("c", B)
    found.host("a", "a", "172.16.1.0/24", "172.16.1.7").host("b", "b", "192.168.0.64/28", "192.168.0.77")
    found.host("c", "c", "192.168.1.0/24", "192.168.1.7")
    estate = found.estate.peering("ab", "a", "b").peering("ac", "a", "c")
    estate.route("a", "192.168.0.64/28", "pcx-ab").route("a", B, "pcx-ac")
    estate.route("b", C, "pcx-ab").route("c", C, "pcx-ac")
    return found.says("a", "b").says("b", "a").says("a", "c").says("c", "a")


def answers_to_the_wrong_peer() -> Topology:
    """The same page, on overlapping peers: A routes the block to B alone, so that what C sends arrives and
    its answers go to B."""
    found = Topology().vpc("a", C).vpc("b", B).vpc("c", B)
    found.host("a", "a", "172.16.1.0/24", "172.16.1.7").host("c", "c", "192.168.1.0/24", "192.168.1.7")
    estate = found.estate.peering("ab", "a", "b").peering("ac", "a", "c")
    estate.route("a", B, "pcx-ab").route("b", C, "pcx-ab").route("c", C, "pcx-ac")
    return found.says("c", "a").says("a", "c", "pcx-ab")


def one_subnet_to_each_peer() -> Topology:
    """The same page, two VPCs that access specific subnets in one VPC: a subnet of A for each peer."""
    found = Topology().vpc("a", C).vpc("b", "10.0.0.0/16").vpc("c", "10.1.0.0/16")
    found.host("x", "a", "172.16.0.0/24", "172.16.0.7").host("y", "a", "172.16.1.0/24", "172.16.1.7")
    found.host("b", "b", "10.0.0.0/24", "10.0.0.7").host("c", "c", "10.1.0.0/24", "10.1.0.7")
    estate = found.estate.peering("ab", "a", "b").peering("ac", "a", "c")
    estate.table("x", "a", "x").table("y", "a", "y")
    estate.route("x", "10.0.0.0/16", "pcx-ab").route("b", "172.16.0.0/24", "pcx-ab")
    estate.route("y", "10.1.0.0/16", "pcx-ac").route("c", "172.16.1.0/24", "pcx-ac")
    found.says("x", "b").says("b", "x").says("y", "c").says("c", "y")
    return found.says("x", "c", "rtb-x").says("y", "b", "rtb-y").says("b", "y", "rtb-b")


def second_block_of_a_peer() -> Topology:
    """The same page, two VPCs that access specific CIDR blocks in one VPC: each peer is routed to one of A's
    two blocks."""
    found = Topology().vpc("a", C, "10.2.0.0/16").vpc("b", "10.0.0.0/16")
    found.host("x", "a", "172.16.0.0/24", "172.16.0.7").host("y", "a", "10.2.0.0/24", "10.2.0.7")
    found.host("b", "b", "10.0.0.0/24", "10.0.0.7")
    found.estate.peering("ab", "a", "b").route("a", "10.0.0.0/16", "pcx-ab").route("b", C, "pcx-ab")
    return found.says("b", "x").says("x", "b").says("b", "y", "rtb-b").says("y", "b")


def not_transitive() -> Topology:
    """vpc/latest/peering/vpc-peering-basics, limitations: A is peered with B and C; B does not reach C
    through A, whatever its routes say."""
    found = Topology().vpc("a", C).vpc("b", "10.0.0.0/16").vpc("c", "10.1.0.0/16")
    found.host("a", "a", "172.16.0.0/24", "172.16.0.7")
    found.host("b", "b", "10.0.0.0/24", "10.0.0.7").host("c", "c", "10.1.0.0/24", "10.1.0.7")
    estate = found.estate.peering("ab", "a", "b").peering("ac", "a", "c")
    estate.route("a", "10.0.0.0/16", "pcx-ab").route("a", "10.1.0.0/16", "pcx-ac")
    estate.route("b", "10.0.0.0/8", "pcx-ab").route("c", "10.0.0.0/8", "pcx-ac")
    estate.route("b", C, "pcx-ab").route("c", C, "pcx-ac")
    found.says("a", "b").says("b", "a").says("a", "c").says("c", "a")
    return found.says("b", "c", "pcx-ab").says("c", "b", "pcx-ac")


def gateway_behind_a_peer() -> Topology:
    """vpc/latest/peering/vpc-peering-basics: neither does B reach, through its peer A, the VPC that A reaches
    over a transit gateway, nor that VPC B."""
    found = Topology().vpc("a", C).vpc("b", "10.0.0.0/16").vpc("c", "10.1.0.0/16", account=TWO)
    found.host("a", "a", "172.16.0.0/24", "172.16.0.7")
    found.host("b", "b", "10.0.0.0/24", "10.0.0.7").host("c", "c", "10.1.0.0/24", "10.1.0.7")
    estate = found.estate.peering("ab", "a", "b").gateway("core", ONE, "all")
    estate.attach("core", "a", ["a"], "all", ["all"]).attach("core", "c", ["c"], "all", ["all"])
    estate.transit_route("all", "10.0.0.0/16", "core", "a")
    estate.route("a", "10.0.0.0/16", "pcx-ab").route("a", "10.1.0.0/16", "tgw-core")
    estate.route("b", "10.1.0.0/16", "pcx-ab").route("c", "0.0.0.0/0", "tgw-core")
    return found.says("b", "c", "pcx-ab").says("c", "b", "tgw-rtb-all").says("a", "c").says("c", "a")


def one_route_table_forgotten() -> Topology:
    """vpc/latest/peering/vpc-peering-routing: both sides need a route; A's packets arrive, B's stop."""
    found = _two(TWO)
    (table,) = found.estate.found("DescribeRouteTables", "rtb-b")
    table["Routes"].pop()
    return found.says("a", "b").says("b", "a", "rtb-b")


def not_accepted() -> Topology:
    """batfish/batfish VpcPeeringConnectionTest (what is not active is ignored): a request carries nothing."""
    found = _two(TWO)
    for each in found.estate.found("DescribeVpcPeeringConnections", "pcx-ab"):
        each["Status"] = {"Code": "pending-acceptance"}
    return found.says("a", "b", "pcx-ab").says("b", "a", "pcx-ab")


TOPOLOGIES = (
    two_accounts,
    two_peers_with_one_block,
    longest_prefix_of_two_peers,
    answers_to_the_wrong_peer,
    one_subnet_to_each_peer,
    second_block_of_a_peer,
    not_transitive,
    gateway_behind_a_peer,
    one_route_table_forgotten,
    not_accepted,
)
