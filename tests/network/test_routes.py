"""Which route a packet takes: explicit table, longest prefix, static before prefix list before propagated."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.network.answers import Doubt
from kafka_trigger_guard.network.model import Route
from kafka_trigger_guard.network.ranges import RangeSet, address
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reach, reasons
from tests.networks.shapes import identify, prefix_list_id, route_table_id, subnet_id, vpc_id


def chosen(scenario: Scenario, number: str, subnet: str = "trigger-a") -> str:
    """The target that the subnet's table chooses for an address; empty if it has none."""
    found = reach(scenario)
    _, choices = found.routes.choose(
        found.network.parts.subnets[subnet_id(subnet)], RangeSet.single(address(number))
    )
    assert len(choices) == 1
    route = choices[0].route
    assert not isinstance(route, Doubt)
    return route.target_id if isinstance(route, Route) else ""


def test_a_subnet_s_own_table_comes_before_the_main_one() -> None:
    """The main table serves the subnets that name none."""
    scenario = healthy().route("main", "0.0.0.0/0", NatGatewayId="nat-main")
    scenario.route("private", "0.0.0.0/0", NatGatewayId="nat-private")
    assert chosen(scenario, "52.0.0.1") == "nat-private"
    assert chosen(scenario, "52.0.0.1", "broker-a") == "nat-main"


def test_an_association_that_is_over_does_not_count() -> None:
    """`AssociationState` may be absent, which is associated."""
    scenario = healthy().route("private", "0.0.0.0/0", NatGatewayId="nat-private")
    associations = scenario.item(route_table_id("private"))["Associations"]
    del associations[0]["AssociationState"]
    assert chosen(scenario, "52.0.0.1") == "nat-private"
    associations[0]["AssociationState"] = {"State": "disassociated"}
    assert chosen(scenario, "52.0.0.1") == ""


def test_the_longest_prefix_wins_in_any_order() -> None:
    """Also for a part of the addresses only."""
    scenario = healthy().route("private", "52.0.0.0/8", NatGatewayId="nat-long")
    scenario.route("private", "0.0.0.0/0", NatGatewayId="nat-short").route(
        "private", "52.0.0.0/16", NatGatewayId="nat-x"
    )
    assert [chosen(scenario, a) for a in ("52.0.0.1", "52.1.0.1", "53.0.0.1")] == [
        "nat-x",
        "nat-long",
        "nat-short",
    ]


def test_static_comes_before_propagated() -> None:
    """Of the same length."""
    scenario = healthy().route(
        "private", "10.9.0.0/16", GatewayId="vgw-1", Origin="EnableVgwRoutePropagation"
    )
    scenario.route("private", "10.9.0.0/16", TransitGatewayId="tgw-1")
    assert chosen(scenario, "10.9.0.1") == "tgw-1"


def test_a_propagated_route_that_is_longer_wins_all_the_same() -> None:
    """Length comes first."""
    scenario = healthy().route(
        "private", "10.9.0.0/24", GatewayId="vgw-1", Origin="EnableVgwRoutePropagation"
    )
    scenario.route("private", "10.9.0.0/16", TransitGatewayId="tgw-1")
    assert chosen(scenario, "10.9.0.1") == "vgw-1"


def test_prefix_list_destinations_are_expanded() -> None:
    """With the length of each entry, after a static route of that length."""
    scenario = healthy().prefix_list("partners", "10.9.0.0/16", "10.8.0.0/24")
    scenario.route("private", prefix_list_id("partners"), TransitGatewayId="tgw-list")
    scenario.route("private", "10.9.0.0/16", TransitGatewayId="tgw-static")
    assert [chosen(scenario, a) for a in ("10.9.0.1", "10.8.0.1", "10.8.1.1")] == [
        "tgw-static",
        "tgw-list",
        "",
    ]


def test_a_prefix_list_that_was_not_read_makes_the_table_unknown() -> None:
    """It may hold the destination."""
    scenario = healthy().prefix_list("partners", read=False)
    scenario.route("private", prefix_list_id("partners"), TransitGatewayId="tgw-list")
    finding = findings(scenario)["lambda"]
    assert finding.reason.value == "not-collected"
    assert prefix_list_id("partners") in finding.annotation


def test_local_covers_every_cidr_of_the_vpc() -> None:
    """Also those for which the table writes no route."""
    scenario = healthy()
    block = {"CidrBlock": "10.5.0.0/24", "CidrBlockState": {"State": "associated"}, "AssociationId": "x"}
    scenario.item(vpc_id())["CidrBlockAssociationSet"].append(block)
    assert chosen(scenario, "10.5.0.9") == "local"
    block["CidrBlockState"] = {"State": "disassociated"}
    assert chosen(scenario, "10.5.0.9") == ""


def test_a_more_specific_route_overrides_local() -> None:
    """Through an appliance, whose decision nobody knows."""
    scenario = healthy().route("private", "10.0.0.64/28", NetworkInterfaceId="eni-appliance")
    assert chosen(scenario, "10.0.0.70") == "eni-appliance"
    finding = findings(scenario)["lambda"]
    assert (finding.reason.value, finding.blockers[0].id) == ("not-modelled", "eni-appliance")


def test_a_blackhole_does_not_carry_and_hides_what_is_shorter() -> None:
    """The longest prefix is chosen even if it leads nowhere."""
    scenario = healthy().route("private", "10.0.0.64/27", NetworkInterfaceId="eni-gone", State="blackhole")
    finding = findings(scenario)["lambda"]
    assert (finding.reason.value, finding.blockers[0].id) == ("no-route", route_table_id("private"))


def test_ipv6_routes_are_others() -> None:
    """An IPv6 default route leads no IPv4 packet anywhere."""
    assert chosen(healthy().route("private", "::/0", NatGatewayId="nat-1"), "52.0.0.1") == ""


def test_a_vpc_without_any_table_in_the_list_is_unknown() -> None:
    """AWS always has a main one, so the list is not whole."""
    scenario = healthy()
    scenario.items("ec2:DescribeRouteTables").clear()
    assert reasons(scenario)["lambda"] == "not-collected"


@pytest.mark.parametrize(
    "target",
    [
        {"GatewayId": "vgw-1"},
        {"CoreNetworkArn": "arn:aws:networkmanager::111122223333:core-network/core-1"},
        {"GatewayId": "vpce-firewall"},
        {"NetworkInterfaceId": "eni-1"},
        {"LocalGatewayId": "lgw-1"},
    ],
    ids=lambda target: next(iter(target.values())),
)
def test_what_is_not_modelled_is_unknown_and_named(target: dict[str, str]) -> None:
    """VPN, Cloud WAN, appliances: for brokers outside the VPC."""
    scenario = (
        healthy()
        .bootstrap_servers("10.9.0.5:9092", "10.9.0.6:9092")
        .route("private", "10.9.0.0/24", **target)
    )
    finding = findings(scenario)["broker_access"]
    assert finding.reason.value == "not-modelled"
    assert next(iter(target.values())) in finding.annotation


def test_an_internet_gateway_leads_no_poller_anywhere() -> None:
    """It has no public address."""
    scenario = healthy().internet_gateway().bootstrap_servers("52.1.2.3:9092", "52.1.2.4:9092")
    scenario.route("private", "0.0.0.0/0", GatewayId=identify("igw", "main"))
    assert reasons(scenario)["broker_access"] == "no-route"
