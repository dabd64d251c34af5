"""What security groups let through: allow rules only, united, with references by membership."""

from __future__ import annotations

import pytest

from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.judging import findings, reasons
from tests.networks.shapes import Json, endpoint_id, group_id, permission, prefix_list_id, vpc_id

TRIGGERS = "10.0.0.0/26"


def let_in(*permissions: Json) -> str:
    """What endpoint-ingress says of an endpoint group with these permissions."""
    return reasons(healthy().ingress("endpoint", *permissions))["endpoint_ingress"]


@pytest.mark.parametrize(
    "ports", [443, (1, 65535), (443, 444), (0, 443), (-1, -1), None], ids=lambda ports: f"ports-{ports}"
)
def test_443_lies_inside_a_range_and_ports_of_minus_one_or_none_are_all(
    ports: int | tuple[int, int] | None,
) -> None:
    """`FromPort` and `ToPort` may be absent or -1."""
    assert let_in(permission(ports, cidrs=[TRIGGERS], protocol=None if ports is None else "tcp")) == "allowed"


@pytest.mark.parametrize("ports", [442, 444, (1, 442), (444, 65535)], ids=lambda ports: f"ports-{ports}")
def test_other_ports_do_not_help(ports: int | tuple[int, int]) -> None:
    """Exact at the edges."""
    assert let_in(permission(ports, cidrs=[TRIGGERS])) == "endpoint-ingress-denied"


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        ("tcp", "allowed"),
        ("6", "allowed"),
        ("-1", "allowed"),
        ("udp", "endpoint-ingress-denied"),
        ("17", "endpoint-ingress-denied"),
        ("icmp", "endpoint-ingress-denied"),
        ("41", "endpoint-ingress-denied"),
    ],
)
def test_tcp_is_written_in_three_ways(protocol: str, expected: str) -> None:
    """`-1` is all protocols."""
    assert let_in(permission(443, cidrs=[TRIGGERS], protocol=protocol)) == expected


def test_protocol_minus_one_has_no_ports() -> None:
    """What stands in FromPort does not narrow it."""
    assert let_in(permission(22, cidrs=[TRIGGERS], protocol="-1")) == "allowed"


def test_permissions_groups_and_ranges_are_united() -> None:
    """Two halves in one permission, in two permissions, in two groups."""
    halves = ["10.0.0.0/27", "10.0.0.32/27"]
    assert let_in(permission(443, cidrs=halves)) == "allowed"
    assert let_in(*(permission(443, cidrs=[half]) for half in halves)) == "allowed"
    scenario = healthy().ingress("endpoint", permission(443, cidrs=halves[:1]))
    scenario.group("second", ingress=[permission(443, cidrs=halves[1:])])
    for each in (
        *scenario.items("ec2:DescribeVpcEndpoints"),
        *scenario.items("ec2:DescribeNetworkInterfaces"),
    ):
        if {"GroupId": group_id("endpoint"), "GroupName": group_id("endpoint")} in each["Groups"]:
            each["Groups"].append({"GroupId": group_id("second")})
    assert reasons(scenario)["endpoint_ingress"] == "allowed"


@pytest.mark.parametrize("cidr", ["10.0.0.0/27", "10.0.0.4/32", "10.0.0.0/28"])
def test_part_of_the_poller_s_addresses_is_partial(cidr: str) -> None:
    """Its source address is any of its subnet's."""
    assert let_in(permission(443, cidrs=[cidr])) == "partial"


def test_a_reference_matches_membership_and_not_addresses() -> None:
    """A group whose members have the same addresses, but not the poller, does not match."""
    assert let_in(permission(443, groups=[group_id("trigger")])) == "allowed"
    assert let_in(permission(443, groups=[group_id("default")])) == "endpoint-ingress-denied"
    assert let_in(permission(443, groups=[group_id("default"), group_id("trigger")])) == "allowed"


@pytest.mark.parametrize("status", ["deleted", "rejected", "expired", "Inactive"])
def test_a_stale_reference_matches_nothing(status: str) -> None:
    """Its peering is gone."""
    stale = permission(443, groups=[group_id("trigger")])
    stale["UserIdGroupPairs"][0]["PeeringStatus"] = status
    assert let_in(stale) == "endpoint-ingress-denied"
    stale["UserIdGroupPairs"][0]["PeeringStatus"] = "active"
    assert let_in(stale) == "allowed"


def test_ipv6_rules_do_not_help_ipv4() -> None:
    """Pollers are judged on IPv4."""
    assert let_in(permission(443, cidrs=["::/0"])) == "endpoint-ingress-denied"


class TestPrefixLists:
    """A prefix list is its entries; one that was not read is unknown."""

    def test_it_is_expanded(self) -> None:
        scenario = healthy().prefix_list("office", "10.0.0.0/27", "10.0.0.32/28")
        scenario.ingress("endpoint", permission(443, prefix_lists=[prefix_list_id("office")]))
        assert reasons(scenario)["endpoint_ingress"] == "allowed"

    def test_part_of_the_addresses_is_partial(self) -> None:
        scenario = healthy().prefix_list("office", "10.0.0.0/28")
        scenario.ingress("endpoint", permission(443, prefix_lists=[prefix_list_id("office")]))
        assert reasons(scenario)["endpoint_ingress"] == "partial"

    def test_an_empty_one_lets_nothing_in(self) -> None:
        scenario = healthy().prefix_list("office")
        scenario.ingress("endpoint", permission(443, prefix_lists=[prefix_list_id("office")]))
        assert reasons(scenario)["endpoint_ingress"] == "endpoint-ingress-denied"

    def test_one_that_was_not_read_is_unknown_and_named(self) -> None:
        scenario = healthy().prefix_list("office", read=False)
        scenario.ingress("endpoint", permission(443, prefix_lists=[prefix_list_id("office")]))
        finding = findings(scenario)["endpoint_ingress"]
        assert finding.reason.value == "not-collected"
        assert f"ec2:GetManagedPrefixListEntries {prefix_list_id('office')}" in finding.annotation

    def test_one_that_was_not_read_does_not_matter_on_another_port(self) -> None:
        scenario = healthy().prefix_list("office", read=False)
        unread = permission(22, prefix_lists=[prefix_list_id("office")])
        scenario.ingress("endpoint", unread, permission(443, cidrs=[TRIGGERS]))
        assert reasons(scenario)["endpoint_ingress"] == "allowed"

    def test_one_that_was_not_read_beside_half_of_the_addresses_is_unknown(self) -> None:
        """It may hold the other half."""
        scenario = healthy().prefix_list("office", read=False)
        unread = permission(443, prefix_lists=[prefix_list_id("office")])
        scenario.ingress("endpoint", unread, permission(443, cidrs=["10.0.0.0/27"]))
        assert reasons(scenario)["endpoint_ingress"] == "not-collected"


def test_no_return_rule_is_needed() -> None:
    """Groups are stateful: neither the endpoints nor the brokers let anything out."""
    assert set(reasons(healthy().egress("endpoint").egress("broker")).values()) == set(
        reasons(healthy()).values()
    )


def test_a_group_of_another_vpc_counts() -> None:
    """Shared group associations and shared VPCs."""
    assert (
        reasons(healthy().change(group_id("endpoint"), VpcId=vpc_id("other")))["endpoint_ingress"]
        == "allowed"
    )


def test_msk_s_own_group_needs_itself_in_both_directions() -> None:
    """Trigger group and broker group are one."""
    assert reasons(healthy_msk().ingress("msk"))["broker_access"] == "broker-ingress-denied"
    to_itself = permission(9098, groups=[group_id("msk")])
    to_endpoints = permission(443, groups=[group_id("endpoint")])
    found = reasons(healthy_msk().egress("msk", to_itself, to_endpoints))
    assert (found["egress"], found["broker_access"]) == ("allowed", "allowed")


@pytest.mark.parametrize(
    "destination",
    [
        {"groups": [group_id("endpoint"), group_id("broker")]},
        {"cidrs": ["10.0.0.0/24"]},
        {"cidrs": ["10.0.0.64/27", "10.0.0.128/25"]},
        {"cidrs": ["0.0.0.0/0"]},
    ],
    ids=["groups", "the VPC", "subnets", "everything"],
)
def test_egress_may_name_what_it_reaches_in_many_ways(destination: Json) -> None:
    """All of them let the poller out."""
    assert reasons(healthy().egress("trigger", permission(**destination)))["egress"] == "allowed"


def test_egress_to_one_of_two_endpoint_addresses_is_partial() -> None:
    """DNS hands out both."""
    scenario = healthy().egress(
        "trigger", permission(443, cidrs=["10.0.0.64/28"]), permission(9092, cidrs=["10.0.0.128/25"])
    )
    finding = findings(scenario)["egress"]
    assert (finding.reason.value, finding.blockers[0].id) == ("partial", group_id("trigger"))


def test_a_group_reference_does_not_match_a_broker_whose_interface_was_not_read() -> None:
    """Nobody knows which groups it carries, so egress by reference is unknown and not denied."""
    scenario = healthy().egress("trigger", permission(groups=[group_id("broker"), group_id("endpoint")]))
    scenario.not_collected("ec2:DescribeNetworkInterfaces")
    assert reasons(scenario)["egress"] == "not-collected"


def test_endpoints_without_groups_carry_the_default_group() -> None:
    """No group listed, neither by the endpoint nor by its interfaces."""
    scenario: Scenario = healthy()
    for each in (
        *scenario.items("ec2:DescribeVpcEndpoints"),
        *scenario.items("ec2:DescribeNetworkInterfaces"),
    ):
        if group_id("endpoint") in str(each["Groups"]):
            each["Groups"] = []
    finding = findings(scenario)["endpoint_ingress"]
    assert (finding.reason.value, finding.blockers[0].id) == ("endpoint-ingress-denied", group_id("default"))
    scenario.ingress("default", permission(443, cidrs=[TRIGGERS]))
    assert reasons(scenario)["endpoint_ingress"] == "allowed"
    assert scenario.item(endpoint_id("lambda"))["Groups"] == []
