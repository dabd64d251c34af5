"""Ways out of a VPC over peerings: brokers and endpoints in another account's VPC."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from tests.networks.judging import findings, reasons
from tests.networks.organization import HUB_ACCOUNT, HUB_CIDR, PEERING, Organization, central_endpoints
from tests.networks.shapes import entry, group_id, permission, route_table_id, vpc_id


def peered() -> Organization:
    return central_endpoints().peered()


def brokers_in_the_hub() -> Organization:
    """The brokers too are in the hub's VPC, and its group admits the spoke."""
    organization = peered()
    organization.hub.group("kafka", ingress=[permission(9092, cidrs=["10.0.0.0/24"])], vpc_name="hub")
    organization.hub.interface("kafka-a", "hub-a", "10.1.0.10", ["kafka"])
    organization.hub.interface("kafka-b", "hub-b", "10.1.0.20", ["kafka"])
    organization.spoke.bootstrap_servers("10.1.0.10:9092", "10.1.0.20:9092")
    return organization


def test_an_active_peering_with_routes_both_ways_carries() -> None:
    """Endpoints and brokers beyond it are judged like those at home."""
    assert set(reasons(brokers_in_the_hub()).values()) == {"endpoint", "allowed", "redundant"}


@pytest.mark.parametrize(
    ("side", "table", "cidr"), [("spoke", "private", HUB_CIDR), ("hub", "main-hub", "10.0.0.0/24")]
)
def test_a_missing_route_on_either_side_is_no_route(side: str, table: str, cidr: str) -> None:
    """The way back counts as much as the way there."""
    organization = brokers_in_the_hub()
    own = (organization.spoke if side == "spoke" else organization.hub).item(route_table_id(table))
    own["Routes"] = [each for each in own["Routes"] if each.get("DestinationCidrBlock") != cidr]
    found = findings(organization)
    for rule in ("lambda", "broker_access"):
        assert (found[rule].reason.value, found[rule].blockers[0].id) == ("no-route", route_table_id(table))


@pytest.mark.parametrize("status", ["pending-acceptance", "deleted", "rejected", "expired", "failed"])
def test_a_peering_that_is_not_active_does_not_carry(status: str) -> None:
    """The peering itself is to blame."""
    organization = brokers_in_the_hub()
    for side in (organization.spoke, organization.hub):
        side.change(PEERING, Status={"Code": status})
    finding = findings(organization)["broker_access"]
    assert (finding.reason.value, finding.blockers[0].id) == ("no-route", PEERING)


def test_a_peering_leads_no_further_than_the_peer_s_own_addresses() -> None:
    """vpc/latest/peering/vpc-peering-basics"""
    organization = brokers_in_the_hub()
    organization.spoke.route("private", "10.7.0.0/24", VpcPeeringConnectionId=PEERING)
    organization.spoke.bootstrap_servers("10.7.0.5:9092", "10.7.0.6:9092")
    assert reasons(organization)["broker_access"] == "no-route"


def test_a_far_side_that_was_not_read_is_unknown_and_names_account_and_operation() -> None:
    """Adding its snapshot decides."""
    organization = brokers_in_the_hub()
    finding = findings(organization.documents(with_hub=False))["broker_access"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert "ec2:DescribeVpcs" in finding.annotation
    assert HUB_ACCOUNT in finding.annotation
    assert reasons(organization)["broker_access"] == "allowed"


def test_the_order_of_the_snapshots_does_not_matter() -> None:
    """They form one network."""
    organization = brokers_in_the_hub()
    spoke, hub = organization.documents()
    assert reasons([spoke, hub]) == reasons(organization)
    assert [f.annotation for f in findings([spoke, hub]).values()] == [
        f.annotation for f in findings(organization).values()
    ]


@pytest.mark.parametrize(
    "operation",
    [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
    ],
)
def test_one_refused_operation_of_the_far_side_is_named(operation: str) -> None:
    """With the account that refused it as blocker or in the text."""
    organization = brokers_in_the_hub()
    organization.hub.not_collected(operation)
    finding = findings(organization)["broker_access"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert operation in finding.annotation


def test_a_broker_whose_far_subnet_was_not_read_is_not_called_reached() -> None:
    """Its ACL and its routes back are not known."""
    organization = brokers_in_the_hub()
    organization.hub.not_collected("ec2:DescribeSubnets")
    assert findings(organization)["broker_access"].verdict is Verdict.UNKNOWN


def test_nothing_at_a_far_address_is_a_missing_broker() -> None:
    """The hub's interfaces were read."""
    organization = brokers_in_the_hub()
    organization.spoke.bootstrap_servers("10.1.0.10:9092", "10.1.0.25:9092")
    finding = findings(organization)["broker_access"]
    assert (finding.reason.value, finding.blockers[0].id) == ("broker-missing", vpc_id("hub"))


def test_the_far_acl_is_asked_about_the_answers() -> None:
    """Stateless beyond the peering too."""
    organization = brokers_in_the_hub()
    organization.hub.acl_entry("default-hub", entry(1, "deny", egress=True, ports=(1024, 65535)))
    assert reasons(organization)["broker_access"] == "network-acl-denies"


def test_references_do_not_cross_a_peering_between_regions() -> None:
    """vpc/latest/peering/vpc-peering-security-groups"""
    organization = brokers_in_the_hub()
    organization.hub.ingress("kafka", permission(9092, groups=[group_id("trigger")]))
    assert reasons(organization)["broker_access"] == "allowed"
    for side in (organization.spoke, organization.hub):
        side.item(PEERING)["AccepterVpcInfo"]["Region"] = "eu-west-1"
    assert reasons(organization)["broker_access"] == "broker-ingress-denied"
