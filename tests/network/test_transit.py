"""Two accounts joined by a transit gateway: every hop decides, and every side that was not read is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from tests.networks.judging import findings, reasons
from tests.networks.organization import (
    GATEWAY,
    HUB_ACCOUNT,
    HUB_CIDR,
    HUBS_TABLE,
    SPOKES_TABLE,
    Organization,
    attachment_id,
    central_egress,
    central_endpoints,
)
from tests.networks.shapes import (
    Json,
    acl_id,
    entry,
    group_id,
    identify,
    nat_gateway_id,
    permission,
    route_table_id,
    subnet_id,
    vpc_id,
)


def joined() -> Organization:
    return central_endpoints().over_transit()


def without_route(organization: Organization, table: str, destination: str) -> Organization:
    """Take one route away, in the spoke or the hub."""
    for side in (organization.spoke, organization.hub):
        for each in side.items("ec2:DescribeRouteTables"):
            if each["RouteTableId"] == route_table_id(table):
                each["Routes"] = [r for r in each["Routes"] if r.get("DestinationCidrBlock") != destination]
    return organization


def transit_routes(organization: Organization, table: str) -> list[Json]:
    answers = organization.hub.responses["ec2:SearchTransitGatewayRoutes"]
    found: list[Json] = answers[identify("tgw-rtb", table)]["Routes"]
    return found


def _no_route_of_the_spoke(organization: Organization) -> str:
    without_route(organization, "private", HUB_CIDR)
    return route_table_id("private")


def _no_route_back(organization: Organization) -> str:
    without_route(organization, "main-hub", "10.0.0.0/24")
    return route_table_id("main-hub")


def _no_transit_route(organization: Organization) -> str:
    transit_routes(organization, "spokes").clear()
    return SPOKES_TABLE


def _no_transit_route_back(organization: Organization) -> str:
    transit_routes(organization, "hubs").clear()
    return HUBS_TABLE


def _blackhole(organization: Organization) -> str:
    transit_routes(organization, "spokes")[0]["State"] = "blackhole"
    return SPOKES_TABLE


def _associated_with_another_table(organization: Organization) -> str:
    attachment = organization.hub.items("ec2:DescribeTransitGatewayAttachments")[0]
    attachment["Association"]["TransitGatewayRouteTableId"] = HUBS_TABLE
    return HUBS_TABLE


def _associated_with_no_table(organization: Organization) -> str:
    organization.hub.items("ec2:DescribeTransitGatewayAttachments")[0].pop("Association")
    return attachment_id("main")


def _attachment_that_is_gone(organization: Organization) -> str:
    organization.spoke.items("ec2:DescribeTransitGatewayAttachments")[0]["State"] = "deleting"
    organization.spoke.items("ec2:DescribeTransitGatewayVpcAttachments")[0]["State"] = "deleting"
    return attachment_id("main")


def _not_attached(organization: Organization) -> str:
    for side in (organization.spoke, organization.hub):
        for operation in (
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeTransitGatewayVpcAttachments",
        ):
            items = side.items(operation)
            items[:] = [i for i in items if i["TransitGatewayAttachmentId"] != attachment_id("main")]
    return GATEWAY


@pytest.mark.parametrize(
    "fault",
    [
        _no_route_of_the_spoke,
        _no_route_back,
        _no_transit_route,
        _no_transit_route_back,
        _blackhole,
        _associated_with_another_table,
        _associated_with_no_table,
        _attachment_that_is_gone,
        _not_attached,
    ],
)
def test_one_fault_on_the_way_is_no_route_and_names_what_decided(
    fault: Callable[[Organization], str],
) -> None:
    """The endpoint rules are red, and no other: each fault cuts routes only."""
    organization = joined()
    blocker = fault(organization)
    found = findings(organization)
    assert {found[rule].reason.value for rule in ("lambda", "sts", "secretsmanager", "destination")} == {
        "no-route"
    }
    assert found["lambda"].blockers[0].id == blocker
    assert blocker in found["lambda"].annotation
    assert {found[rule].verdict for rule in ("egress", "broker_access", "redundancy")} == {Verdict.COMPLIANT}


def test_central_endpoints_over_a_transit_gateway_are_in_use() -> None:
    """The healthy start of all faults here."""
    assert set(reasons(joined()).values()) == {"endpoint", "allowed", "redundant"}


@pytest.mark.parametrize("vpc", ["main", "hub"])
def test_an_attachment_needs_a_subnet_in_the_zone_on_both_sides(vpc: str) -> None:
    """One zone of the spoke's, or the endpoint's, without attachment cuts part of the traffic."""
    organization = joined()
    kept = subnet_id("trigger-a" if vpc == "main" else "hub-a")
    for scenario in (organization.spoke, organization.hub):
        for each in scenario.items("ec2:DescribeTransitGatewayVpcAttachments"):
            if each["VpcId"] == vpc_id(vpc):
                each["SubnetIds"] = [kept]
    finding = findings(organization)["lambda"]
    assert (finding.reason.value, finding.blockers[0].id) == ("partial", attachment_id(vpc))


def test_a_group_reference_never_matches_privatelink_over_a_transit_gateway() -> None:
    """Central endpoints must admit the spoke's CIDR, even where references are switched on everywhere."""
    organization = joined()
    organization.hub.ingress("hub-endpoint", permission(443, groups=[group_id("trigger")]))
    finding = findings(organization)["endpoint_ingress"]
    assert (finding.reason.value, finding.blockers[0].id) == (
        "endpoint-ingress-denied",
        group_id("hub-endpoint"),
    )


def test_a_group_reference_matches_over_a_peering_of_one_region() -> None:
    """vpc/latest/peering/vpc-peering-security-groups"""
    organization = central_endpoints().peered()
    organization.hub.ingress("hub-endpoint", permission(443, groups=[group_id("trigger")]))
    assert reasons(organization)["endpoint_ingress"] == "allowed"


def test_egress_to_a_central_endpoint_s_group_is_no_egress_over_a_transit_gateway() -> None:
    """References cross a transit gateway for inbound rules only."""
    organization = joined()
    open_brokers = permission(9092, cidrs=["10.0.0.0/24"])
    organization.spoke.egress("trigger", permission(443, groups=[group_id("hub-endpoint")]), open_brokers)
    assert reasons(organization)["egress"] == "trigger-egress-denied"


def test_a_network_acl_of_the_hub_closes_the_way_back() -> None:
    """Stateless on the far side too."""
    organization = joined()
    organization.hub.acl_entry("default-hub", entry(1, "deny", egress=True, cidr="10.0.0.0/24"))
    finding = findings(organization)["lambda"]
    assert (finding.reason.value, finding.blockers[0].id) == ("network-acl-denies", acl_id("default-hub"))


class TestWhatWasNotRead:
    """A far side that was not read is UNKNOWN, names account and operation, and adding it decides."""

    def test_the_hub_s_snapshot_decides(self) -> None:
        finding = findings(joined().documents(with_hub=False))["lambda"]
        assert finding.verdict is Verdict.UNKNOWN
        assert HUB_ACCOUNT in finding.annotation
        assert "route53:ListResourceRecordSets" in finding.annotation
        assert reasons(joined())["lambda"] == "endpoint"

    @pytest.mark.parametrize(
        "operation",
        [
            "ec2:DescribeTransitGatewayAttachments",
            "ec2:DescribeVpcs",
            "ec2:DescribeSubnets",
            "ec2:DescribeRouteTables",
            "ec2:DescribeNetworkAcls",
        ],
    )
    def test_one_refused_operation_of_the_hub_is_named(self, operation: str) -> None:
        organization = joined()
        organization.hub.not_collected(operation)
        finding = findings(organization)["lambda"]
        assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
        assert operation in finding.annotation

    def test_attachments_that_were_not_read_are_named(self) -> None:
        organization = joined()
        organization.hub.not_collected("ec2:DescribeTransitGatewayVpcAttachments")
        finding = findings(organization)["lambda"]
        assert finding.verdict is Verdict.UNKNOWN
        assert f"ec2:DescribeTransitGatewayVpcAttachments of {vpc_id('hub')}" in finding.annotation
        assert HUB_ACCOUNT in finding.annotation

    @pytest.mark.parametrize("table", ["spokes", "hubs"])
    def test_a_route_search_that_was_cut_short_is_unknown(self, table: str) -> None:
        organization = joined()
        answers = organization.hub.responses["ec2:SearchTransitGatewayRoutes"]
        answers[identify("tgw-rtb", table)]["AdditionalRoutesAvailable"] = True
        finding = findings(organization)["lambda"]
        assert finding.verdict is Verdict.UNKNOWN
        assert "AdditionalRoutesAvailable" in finding.annotation

    @pytest.mark.parametrize("table", ["spokes", "hubs"])
    def test_a_route_search_that_is_missing_is_named_with_its_table(self, table: str) -> None:
        organization = joined()
        own = identify("tgw-rtb", table)
        organization.hub.absent("ec2:SearchTransitGatewayRoutes", own)
        finding = findings(organization)["lambda"]
        assert finding.verdict is Verdict.UNKNOWN
        assert f"ec2:SearchTransitGatewayRoutes {own}" in finding.annotation

    def test_a_route_to_a_vpn_is_not_modelled(self) -> None:
        organization = joined()
        attachment = transit_routes(organization, "spokes")[0]["TransitGatewayAttachments"][0]
        attachment |= {"ResourceType": "vpn", "ResourceId": "vpn-1"}
        assert reasons(organization)["lambda"] == "not-modelled"


class TestRouteChoice:
    """Longest prefix first, then static over propagated."""

    def test_a_longer_blackhole_wins(self) -> None:
        organization = joined().transit_route("spokes", "10.1.0.0/25", "hub", State="blackhole")
        assert reasons(organization)["lambda"] == "no-route"

    def test_a_static_route_wins_over_a_propagated_blackhole(self) -> None:
        organization = joined().transit_route("spokes", HUB_CIDR, "hub", State="blackhole", Type="propagated")
        assert reasons(organization)["lambda"] == "endpoint"

    def test_a_blackhole_of_other_addresses_does_not_matter(self) -> None:
        organization = joined().transit_route("spokes", "10.1.0.128/25", "hub", State="blackhole")
        assert reasons(organization)["lambda"] == "endpoint"


class TestCentralEgress:
    """A NAT gateway in the hub carries the spoke's traffic."""

    def test_payload_is_red_and_the_small_services_are_green(self) -> None:
        found = reasons(central_egress())
        assert (found["lambda"], found["sts"]) == ("central-egress", "nat-allowed")

    def test_a_far_nat_that_was_not_read_is_unknown_and_names_the_account(self) -> None:
        finding = findings(central_egress().documents(with_hub=False))["sts"]
        assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-modelled")
        assert HUB_ACCOUNT in finding.annotation

    def test_a_far_nat_that_cannot_answer_is_not_called_reached(self) -> None:
        organization = without_route(central_egress(), "hub-public", "10.0.0.0/24")
        assert findings(organization)["sts"].verdict is not Verdict.COMPLIANT

    def test_a_far_nat_that_failed_is_not_called_reached(self) -> None:
        organization = central_egress()
        organization.hub.change(nat_gateway_id("hub"), State="failed")
        assert findings(organization)["sts"].verdict is not Verdict.COMPLIANT

    def test_the_spoke_s_own_acl_counts(self) -> None:
        organization = central_egress()
        closed = entry(1, "deny", egress=False, ports=(1024, 65535))
        organization.spoke.acl_entry("default", closed)
        assert findings(organization)["sts"].verdict is Verdict.NON_COMPLIANT

    def test_the_acl_before_the_far_nat_is_asked_about_the_spoke_s_addresses(self) -> None:
        """Admitting the hub's own CIDR alone is not enough."""
        organization = central_egress()
        closed = entry(1, "deny", egress=False, cidr="10.0.0.0/24")
        organization.hub.acl("public", [closed, *_open()], ["hub-public"])
        assert findings(organization)["sts"].verdict is not Verdict.COMPLIANT


def _open() -> list[Json]:
    return [entry(100, "allow", egress=True), entry(100, "allow", egress=False)]
