"""What network ACLs let through: first match by number, stateless, four legs."""

from __future__ import annotations

import pytest

from tests.networks.builder import TRIGGER_SUBNETS, Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import Json, acl_id, entry, open_entries

EPHEMERAL = (1024, 65535)
ENDPOINTS = ("endpoint-a", "endpoint-b")


def guarded(*entries: Json, subnets: tuple[str, ...] = TRIGGER_SUBNETS) -> Scenario:
    """The healthy network with an ACL of these entries around some subnets."""
    return healthy().acl("guard", list(entries), subnets)


def out(number: int, action: str, **fields: object) -> Json:
    return entry(number, action, egress=True, **fields)  # type: ignore[arg-type]


def into(number: int, action: str, **fields: object) -> Json:
    return entry(number, action, egress=False, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subnets", "entries"),
    [
        (TRIGGER_SUBNETS, [out(1, "deny", ports=(443, 443)), *open_entries()]),
        (ENDPOINTS, [into(1, "deny", ports=(443, 443)), *open_entries()]),
        (ENDPOINTS, [out(1, "deny", ports=EPHEMERAL), *open_entries()]),
        (TRIGGER_SUBNETS, [into(1, "deny", ports=EPHEMERAL), *open_entries()]),
    ],
    ids=[
        "out of the trigger subnet",
        "into the endpoint subnet",
        "answers out of it",
        "answers into the first",
    ],
)
def test_each_of_four_legs_can_close_the_way(subnets: tuple[str, ...], entries: list[Json]) -> None:
    """ACLs are stateless."""
    finding = findings(guarded(*entries, subnets=subnets))["lambda"]
    assert (finding.reason.value, finding.blockers[0].id) == ("network-acl-denies", acl_id("guard"))


@pytest.mark.parametrize("ports", [(1025, 65535), (1024, 65534), (32768, 65535), (1024, 4999)])
def test_the_return_range_is_needed_as_a_whole(ports: tuple[int, int]) -> None:
    """Partly allowed is a finding of its own."""
    assert reasons(guarded(out(1, "allow"), into(1, "allow", ports=ports)))["lambda"] == "partial"


def test_the_return_range_may_be_allowed_in_pieces() -> None:
    """Together they are the whole interval."""
    pieces = [into(1, "allow", ports=(1024, 30000)), into(2, "allow", ports=(30001, 65535))]
    assert reasons(guarded(out(1, "allow"), *pieces))["lambda"] == "endpoint"


def test_a_hole_of_one_port_is_partial() -> None:
    """Exact intervals, not samples."""
    hole = into(1, "deny", ports=(40000, 40000))
    assert reasons(guarded(out(1, "allow"), hole, into(2, "allow")))["lambda"] == "partial"


def test_the_lowest_number_matches_first_whatever_the_order_in_the_file() -> None:
    """Sorted by `RuleNumber`."""
    denied_first = [out(200, "allow"), into(200, "allow"), out(100, "deny", ports=(443, 443))]
    assert reasons(guarded(*denied_first))["lambda"] == "network-acl-denies"
    allowed_first = [out(200, "deny", ports=(443, 443)), out(100, "allow"), into(100, "allow")]
    assert reasons(guarded(*allowed_first))["lambda"] == "endpoint"


def test_what_no_entry_matches_is_denied() -> None:
    """The implicit last entry."""
    assert reasons(guarded(out(1, "allow", ports=(443, 443))))["lambda"] == "network-acl-denies"


def test_a_deny_of_one_cidr_covers_only_that_part() -> None:
    """A low deny beats a later, wider allow, for what it names."""
    finding = findings(guarded(out(1, "deny", cidr="10.0.0.64/28"), *open_entries()))["lambda"]
    assert (finding.reason.value, finding.blockers[0].id) == ("partial", acl_id("guard"))
    assert (
        reasons(guarded(out(1, "deny", cidr="10.0.0.64/26"), *open_entries()))["lambda"]
        == "network-acl-denies"
    )
    assert reasons(guarded(out(1, "deny", cidr="10.0.0.224/27"), *open_entries()))["lambda"] == "endpoint"


def test_an_acl_is_not_asked_inside_one_subnet() -> None:
    """vpc/latest/userguide/vpc-network-acls"""
    scenario = healthy().trigger_subnets("endpoint-a").without_endpoint("lambda")
    scenario.endpoint("lambda", ["endpoint-a"]).acl("shut", [], ["endpoint-a"])
    assert reasons(scenario)["lambda"] == "endpoint"


@pytest.mark.parametrize("protocol", ["17", "1", "58", "47"])
def test_other_protocols_do_not_touch_tcp(protocol: str) -> None:
    """Protocol numbers are strings."""
    assert reasons(guarded(out(1, "deny", protocol=protocol), *open_entries()))["lambda"] == "endpoint"
    assert (
        reasons(guarded(out(1, "allow", protocol=protocol), into(1, "allow")))["lambda"]
        == "network-acl-denies"
    )


def test_port_ranges_of_all_protocols_do_not_count() -> None:
    """`PortRange` belongs to protocols 6 and 17."""
    assert (
        reasons(guarded(out(1, "deny", ports=(22, 22), protocol="-1"), *open_entries()))["lambda"]
        == "network-acl-denies"
    )


def test_ipv6_entries_are_others() -> None:
    """IPv4 and IPv6 entries are split."""
    assert reasons(guarded(out(1, "deny", cidr="::/0"), *open_entries()))["lambda"] == "endpoint"
    ipv6_only = [out(1, "allow", cidr="::/0"), into(1, "allow", cidr="::/0")]
    assert reasons(guarded(*ipv6_only))["lambda"] == "network-acl-denies"


def test_a_subnet_without_association_uses_the_default_acl() -> None:
    """The one that says `IsDefault`."""
    scenario = guarded(*open_entries())
    default = scenario.item(acl_id("default"))
    default["Associations"] = []
    default["Entries"] = [out(1, "deny"), into(1, "deny")]
    found = findings(scenario)["lambda"]
    assert (found.reason.value, found.blockers[0].id) == ("network-acl-denies", acl_id("default"))


def test_a_vpc_without_any_acl_in_the_list_is_unknown() -> None:
    """AWS always has one, so the list is not whole."""
    scenario = healthy()
    scenario.items("ec2:DescribeNetworkAcls").clear()
    assert reasons(scenario)["lambda"] == "not-collected"


def test_acls_do_not_touch_the_rules_of_groups() -> None:
    """Every hop belongs to exactly one rule."""
    found = reasons(guarded())
    assert (found["egress"], found["endpoint_ingress"], found["redundancy"]) == (
        "allowed",
        "allowed",
        "redundant",
    )
    assert found["broker_access"] == "network-acl-denies"
