"""Transit gateways of public corpora and of AWS's own examples, retold: who reaches whom.

Each docstring names the source. Names and blocks are ours; what arrives and what stops is the source's.
"""

from __future__ import annotations

from tests.networks.corpora_estate import Estate
from tests.networks.corpora_topology import ONE, TWO, Topology

WEST, EAST, SOUTH = "10.10.0.0/16", "192.168.0.0/16", "172.20.0.0/16"


def _pair(east_account: str = ONE) -> Topology:
    """Two VPCs of one subnet each, with routes to each other over gateway `core`; not attached yet."""
    found = Topology().vpc("west", WEST).vpc("east", EAST, account=east_account)
    found.host("w", "west", "10.10.10.0/24", "10.10.10.7").host("e", "east", "192.168.1.0/24", "192.168.1.7")
    found.estate.route("west", EAST, "tgw-core").route("east", WEST, "tgw-core")
    return found


def one_table_for_both() -> Topology:
    """batfish/batfish AwsConfigurationTransitGatewayTest: A and B reach each other; A's second subnet is in a
    zone without attachment. The corpus stops what B sends there at the VPC, AWS's page lets it arrive
    (how-transit-gateways-work) and its answers fail; either way there is no connection."""
    found = _pair().host("w2", "west", "10.10.20.0/24", "10.10.20.7", zone="b")
    found.estate.gateway("core", ONE, "all")
    found.estate.attach("core", "west", ["w"], "all", ["all"]).attach("core", "east", ["e"], "all", ["all"])
    found.says("w", "e").says("e", "w")
    return found.says("w2", "e", "tgw-attach-core-west").says("e", "w2")


def a_table_for_each() -> Topology:
    """batfish/batfish AwsConfigurationTransitGatewayMultiTableTest and ...AsymmetricTest: each VPC is
    associated with its own table and propagates to the other's only; both directions arrive."""
    found = _pair()
    found.estate.gateway("core", ONE, "west", "east")
    found.estate.attach("core", "west", ["w"], "west", ["east"])
    found.estate.attach("core", "east", ["e"], "east", ["west"])
    return found.says("w", "e").says("e", "w")


def one_side_does_not_propagate() -> Topology:
    """batfish/batfish AwsConfigurationTransitGatewayMultiTableTest, whose point are the propagations: without
    the one of the east, only the east's packets arrive."""
    found = _pair()
    found.estate.gateway("core", ONE, "west", "east")
    found.estate.attach("core", "west", ["w"], "west", ["east"])
    found.estate.attach("core", "east", ["e"], "east", [])
    return found.says("w", "e", "tgw-rtb-west").says("e", "w")


def shared_with_another_account() -> Topology:
    """batfish/batfish AwsConfigurationTransitGatewayMultiAccountTest: the gateway is shared, a VPC of another
    account is attached; both directions arrive. One more subnet has no route to the gateway."""
    found = _pair(east_account=TWO).host("w2", "west", "10.10.20.0/24", "10.10.20.7", zone="b")
    found.estate.gateway("core", ONE, "all").table("w2", "west", "w2").subnet(
        "l", "west", "10.10.9.0/24", "b"
    )
    found.estate.attach("core", "west", ["w", "l"], "all", ["all"])
    found.estate.attach("core", "east", ["e"], "all", ["all"])
    found.says("w", "e").says("e", "w")
    return found.says("w2", "e", "rtb-w2").says("e", "w2")


def there_by_one_gateway_back_by_another() -> Topology:
    """batfish/batfish AwsConfigurationTransitGatewayAsymmetricPathsTest: each VPC sends by a gateway to which
    it does not propagate, and is told to the other; both directions arrive by different gateways."""
    found = Topology().vpc("bat", WEST).vpc("fish", EAST)
    found.host("b", "bat", "10.10.1.0/24", "10.10.1.7").host("f", "fish", "192.168.1.0/24", "192.168.1.7")
    estate = found.estate.gateway("bat", ONE, "bat").gateway("fish", ONE, "fish")
    estate.attach("bat", "bat", ["b"], "bat", []).attach("bat", "fish", ["f"], "", ["bat"])
    estate.attach("fish", "fish", ["f"], "fish", []).attach("fish", "bat", ["b"], "", ["fish"])
    estate.route("bat", EAST, "tgw-bat").route("fish", WEST, "tgw-fish")
    return found.says("b", "f").says("f", "b")


def both_use_the_first_gateway() -> Topology:
    """The same, but fish answers by the gateway of bat, where it is associated with no table."""
    found = there_by_one_gateway_back_by_another()
    (table,) = found.estate.found("DescribeRouteTables", "rtb-fish")
    table["Routes"][-1]["TransitGatewayId"] = "tgw-bat"
    return found.says("f", "b", "tgw-attach-bat-fish")


def peered_gateways() -> Topology:
    """batfish/batfish AwsConfigurationTransitGatewayPeeringTest (there between Regions, here within one): bat
    has no route to fish in its table; bat2's table has; what fish sends to bat stops at fish's own table,
    and to bat2 at the peering's table, to which bat2 does not propagate."""
    found = Topology().vpc("bat", "10.10.0.0/16").vpc("bat2", "10.20.0.0/16")
    found.vpc("fish", EAST, account=TWO)
    found.host("b", "bat", "10.10.1.0/24", "10.10.1.7").host("b2", "bat2", "10.20.1.0/24", "10.20.1.7")
    found.host("f", "fish", "192.168.1.0/24", "192.168.1.7")
    estate = found.estate.gateway("bat", ONE, "bat", "bat2").gateway("fish", TWO, "fish")
    estate.attach("bat", "bat", ["b"], "bat", ["bat"]).attach("bat", "bat2", ["b2"], "bat2", ["bat2"])
    estate.attach("fish", "fish", ["f"], "fish", ["fish"]).peer_gateways("bat", "fish", ("bat", "fish"))
    estate.route_to_peer("bat2", EAST, ("bat", "fish"), "fish")
    estate.route_to_peer("fish", "10.20.0.0/16", ("bat", "fish"), "bat")
    estate.route("bat", EAST, "tgw-bat").route("bat2", EAST, "tgw-bat")
    estate.route("fish", "10.10.0.0/16", "tgw-fish").route("fish", "10.20.0.0/16", "tgw-fish")
    found.says("b", "f", "tgw-rtb-bat").says("b2", "f")
    return found.says("f", "b", "tgw-rtb-fish").says("f", "b2", "tgw-rtb-bat")


# -- AWS's own examples ---------------------------------------------------------------------------------


def _three() -> tuple[Topology, Estate]:
    """VPCs a, b and c, each of which sends all it does not have to the gateway."""
    found = Topology()
    for number, name in enumerate("abc", 1):
        account = TWO if name == "c" else ONE
        found.vpc(name, f"10.{number}.0.0/16", account=account)
        found.host(name, name, f"10.{number}.1.0/24", f"10.{number}.1.7")
        found.estate.route(name, "0.0.0.0/0", "tgw-core")
    return found, found.estate


def centralized_router() -> Topology:
    """vpc/latest/tgw/transit-gateway-centralized-router: one table, to which all are associated and which all
    propagate to (the defaults of a gateway); all reach all."""
    found, estate = _three()
    estate.gateway("core", ONE, "all")
    for name in "abc":
        estate.attach("core", name, [name], "all", ["all"])
    for sender, receiver in ("ab", "ba", "ac", "ca", "bc", "cb"):
        found.says(sender, receiver)
    return found


def isolated() -> Topology:
    """vpc/latest/tgw/transit-gateway-isolated: isolated VPCs send to each other over the gateway, "where they
    are blocked because there is no route for them"."""
    found, estate = _three()
    estate.gateway("core", ONE, "isolated", "others")
    for name in "abc":
        estate.attach("core", name, [name], "isolated", ["others"])
    for sender, receiver in ("ab", "ba", "ac", "cb"):
        found.says(sender, receiver, "tgw-rtb-isolated")
    return found


def isolated_with_shared_services() -> Topology:
    """vpc/latest/tgw/transit-gateway-isolated-shared: isolated VPCs reach the shared one and it them, and not
    each other."""
    found, estate = _three()
    found.vpc("d", "10.4.0.0/16").host("d", "d", "10.4.1.0/24", "10.4.1.7")
    estate.route("d", "0.0.0.0/0", "tgw-core").gateway("core", ONE, "isolated", "shared")
    for name in "abc":
        estate.attach("core", name, [name], "isolated", ["shared"])
        found.says(name, "d").says("d", name)
    estate.attach("core", "d", ["d"], "shared", ["isolated", "shared"])
    for sender, receiver in ("ab", "ba", "bc"):
        found.says(sender, receiver, "tgw-rtb-isolated")
    return found


def segments() -> Topology:
    """aws-ia/terraform-aws-network-hubandspoke, central_shared_services: a table a segment; VPCs of one
    segment reach each other and the shared services, not the other segment."""
    found, estate = _three()
    found.vpc("s", "10.9.0.0/16", account=TWO).host("s", "s", "10.9.1.0/24", "10.9.1.7")
    estate.gateway("core", TWO, "prod", "dev", "shared").route("s", "10.0.0.0/8", "tgw-core")
    for name, segment in (("a", "prod"), ("b", "prod"), ("c", "dev")):
        estate.attach("core", name, [name], segment, [segment, "shared"])
        found.says(name, "s").says("s", name)
    estate.attach("core", "s", ["s"], "shared", ["prod", "dev"])
    found.says("a", "b").says("b", "a")
    return found.says("a", "c", "tgw-rtb-prod").says("c", "b", "tgw-rtb-dev")


def spokes_over_the_hubs_table() -> Topology:
    """cloudbuildlab/terraform-aws-transit-gateway, examples/vpc-to-vpc-hub-spoke: one custom table with
    explicit propagations; hub and spokes, and spokes among themselves, reach each other."""
    found, estate = _three()
    estate.gateway("core", ONE, "custom")
    for name in "abc":
        estate.attach("core", name, [name], "custom", ["custom"])
    return found.says("a", "b").says("b", "c").says("c", "a").says("c", "b")


# -- which route of a gateway's table wins --------------------------------------------------------------


def _preference(*routes: tuple[str, str, str]) -> Topology:
    """West sends to gateway `core`, whose table holds these routes: block, VPC ("" a blackhole), kind."""
    found = _pair().vpc("south", SOUTH).host("s", "south", "172.20.1.0/24", "172.20.1.7")
    found.estate.gateway("core", ONE, "west", "back").attach("core", "west", ["w"], "west", ["back"])
    found.estate.attach("core", "east", ["e"], "back").attach("core", "south", ["s"], "back")
    for block, vpc, kind in routes:
        found.estate.transit_route("west", block, "core", vpc, kind)
    return found.says("e", "w")


def static_beats_propagated() -> Topology:
    """vpc/latest/tgw/how-transit-gateways-work, route evaluation order: for one block a static route is
    preferred over a propagated one; batfish/batfish TransitGatewayTest has both kinds in one table."""
    found = _preference((EAST, "south", "propagated"), (EAST, "east", "static"))
    return found.says("w", "e")


def static_to_the_wrong_vpc() -> Topology:
    """The same the other way round: the static route leads into a VPC that does not have the address."""
    found = _preference((EAST, "east", "propagated"), (EAST, "south", "static"))
    return found.says("w", "e", "tgw-rtb-west")


def longest_prefix_beats_static() -> Topology:
    """how-transit-gateways-work: the most specific route first, whatever its kind."""
    found = _preference(("192.168.0.0/12", "south", "static"), ("192.168.1.0/24", "east", "propagated"))
    return found.says("w", "e")


def blackhole_beats_propagated() -> Topology:
    """vpc/latest/tgw/tgw-create-static-route: a static blackhole drops what would otherwise be propagated."""
    found = _preference((EAST, "east", "propagated"), (EAST, "", "static"))
    return found.says("w", "e", "tgw-rtb-west")


def blackhole_around_a_way() -> Topology:
    """A blackhole of a wider block does not matter beside a more specific route."""
    found = _preference(("192.0.0.0/8", "", "static"), (EAST, "east", "propagated"))
    return found.says("w", "e")


def blackhole_of_the_hosts_subnet() -> Topology:
    """A blackhole of a narrower block does."""
    found = _preference((EAST, "east", "propagated"), ("192.168.1.0/24", "", "static"))
    return found.says("w", "e", "tgw-rtb-west")


def duplicate_routes_to_one_vpc() -> Topology:
    """Static and propagated to one attachment are no several ways; ECMP is of VPN and Connect only."""
    found = _preference((EAST, "east", "propagated"), (EAST, "east", "static"))
    return found.says("w", "e")


def associated_with_no_table() -> Topology:
    """vpc/latest/tgw/tgw-route-tables: default association off, and nobody associated the attachment."""
    found = _pair()
    found.estate.gateway("core", ONE, "all")
    found.estate.attach("core", "west", ["w"], "", ["all"]).attach("core", "east", ["e"], "all", ["all"])
    return found.says("w", "e", "tgw-attach-core-west").says("e", "w")


def propagation_is_off() -> Topology:
    """vpc/latest/tgw/tgw-route-tables: default association on, default propagation off: an empty table."""
    found = _pair()
    found.estate.gateway("core", ONE, "all")
    found.estate.attach("core", "west", ["w"], "all").attach("core", "east", ["e"], "all")
    return found.says("w", "e", "tgw-rtb-all").says("e", "w", "tgw-rtb-all")


def attached_by_a_subnet_of_its_own() -> Topology:
    """vpc/latest/tgw/tgw-best-design-practices: a small subnet for the attachment in each zone, whose
    own table needs nothing but the local route."""
    found = _pair()
    found.estate.subnet("wl", "west", "10.10.255.0/28").subnet("el", "east", "192.168.255.0/28")
    found.estate.table("wl", "west", "wl").table("el", "east", "el").gateway("core", ONE, "all")
    found.estate.attach("core", "west", ["wl"], "all", ["all"])
    found.estate.attach("core", "east", ["el"], "all", ["all"])
    return found.says("w", "e").says("e", "w")


TOPOLOGIES = (
    one_table_for_both,
    a_table_for_each,
    one_side_does_not_propagate,
    shared_with_another_account,
    there_by_one_gateway_back_by_another,
    both_use_the_first_gateway,
    peered_gateways,
    centralized_router,
    isolated,
    isolated_with_shared_services,
    segments,
    spokes_over_the_hubs_table,
    static_beats_propagated,
    static_to_the_wrong_vpc,
    longest_prefix_beats_static,
    blackhole_beats_propagated,
    blackhole_around_a_way,
    blackhole_of_the_hosts_subnet,
    duplicate_routes_to_one_vpc,
    associated_with_no_table,
    propagation_is_off,
    attached_by_a_subnet_of_its_own,
)
