"""How public addresses are left for: by NAT, by a central egress, or not at all."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import endpoint_id, identify, internet_gateway_id, nat_gateway_id, permission


def routed(**target: str) -> Scenario:
    """No endpoints for lambda and sts; the default route leads to a target."""
    scenario = healthy().without_endpoint("lambda").without_endpoint("sts")
    return scenario.route("private", "0.0.0.0/0", **target)


@pytest.mark.parametrize(
    "target",
    [
        {"TransitGatewayId": identify("tgw", "x")},
        {"VpcPeeringConnectionId": identify("pcx", "x")},
        {"GatewayId": "vgw-1"},
        {"CoreNetworkArn": "arn:aws:networkmanager::111122223333:core-network/core-1"},
        {"GatewayId": "vpce-0123456789abcdef0"},
    ],
    ids=["transit gateway", "peering", "VPN", "Cloud WAN", "inspection appliance"],
)
def test_a_default_route_that_leads_elsewhere_is_a_central_egress(target: dict[str, str]) -> None:
    """Red where the payload must be private; unknown where NAT would do and nobody read it."""
    found = findings(routed(**target))
    assert found["lambda"].reason.value == "central-egress"
    assert found["lambda"].blockers[0].id == next(iter(target.values()))
    assert (found["sts"].verdict, found["sts"].reason.value) == (Verdict.UNKNOWN, "not-modelled")


def test_an_internet_gateway_alone_is_no_path() -> None:
    """A poller has no public address."""
    scenario = routed(GatewayId=internet_gateway_id()).internet_gateway()
    assert {reasons(scenario)[rule] for rule in ("lambda", "sts")} == {"no-path"}


def test_no_default_route_is_no_path() -> None:
    """And the VPC is named, in which an endpoint is missing."""
    finding = findings(healthy().without_endpoint("lambda"))["lambda"]
    assert finding.reason.value == "no-path"
    assert finding.remediation is not None
    assert finding.remediation.document == "KafkaTriggerGuard-CreateInterfaceEndpoint"


def test_half_a_default_route_to_a_nat_is_unknown() -> None:
    """The service's addresses may lie in the other half."""
    scenario = healthy().without_endpoint("sts").nat(tables=())
    scenario.route("private", "0.0.0.0/1", NatGatewayId=nat_gateway_id())
    assert reasons(scenario)["sts"] == "not-modelled"
    scenario.route("private", "128.0.0.0/1", NatGatewayId=nat_gateway_id())
    assert reasons(scenario)["sts"] == "nat-allowed"


def test_routes_to_private_addresses_do_not_matter() -> None:
    """A VPN to 10.0.0.0/8 takes no public address."""
    scenario = healthy().without_endpoint("sts").nat().route("private", "10.0.0.0/8", GatewayId="vgw-1")
    assert reasons(scenario)["sts"] == "nat-allowed"


def test_a_gateway_endpoint_s_routes_take_its_own_service_s_addresses_only() -> None:
    """The rest still leaves by the NAT."""
    assert reasons(healthy().without_endpoint("sts").nat().s3_gateway())["sts"] == "nat-allowed"


def test_an_endpoint_in_use_makes_nat_irrelevant() -> None:
    """Private DNS sends all traffic of the VPC to it: its closed group is red beside a working NAT."""
    found = reasons(healthy().nat().ingress("endpoint"), {"AllowNat": "true"})
    assert (found["lambda"], found["endpoint_ingress"]) == ("endpoint", "endpoint-ingress-denied")


@pytest.mark.parametrize(
    ("fields", "defect"),
    [
        ({"State": "pending"}, "endpoint-not-available"),
        ({"PrivateDnsEnabled": False}, "private-dns-disabled"),
        ({"State": "pending", "PrivateDnsEnabled": False}, "endpoint-not-available"),
    ],
)
def test_nat_comes_before_the_defect_of_an_endpoint_that_is_not_in_use(
    fields: dict[str, object], defect: str
) -> None:
    """What carries the traffic is the finding; the defect is where nothing does."""
    assert reasons(healthy().change(endpoint_id("lambda"), **fields))["lambda"] == defect
    assert reasons(healthy().nat().change(endpoint_id("lambda"), **fields))["lambda"] == "nat-path"
    allowed = reasons(healthy().nat().change(endpoint_id("lambda"), **fields), {"AllowNat": "true"})
    assert allowed["lambda"] == "nat-allowed"


class TestEgressOfTheTriggerSG:
    """What TriggerSG must let out depends on the way that counts."""

    def test_all_public_addresses_are_allowed(self) -> None:
        scenario = healthy().without_endpoint("sts").nat()
        assert reasons(scenario)["egress"] == "allowed"

    def test_none_is_denied(self) -> None:
        scenario = (
            healthy().without_endpoint("sts").nat().egress("trigger", permission(cidrs=["10.0.0.0/24"]))
        )
        assert reasons(scenario)["egress"] == "trigger-egress-denied"

    def test_some_is_unknown(self) -> None:
        scenario = healthy().without_endpoint("sts").nat()
        scenario.egress("trigger", permission(cidrs=["10.0.0.0/24"]), permission(443, cidrs=["52.0.0.0/8"]))
        assert reasons(scenario)["egress"] == "not-modelled"

    def test_nothing_is_needed_for_a_way_that_does_not_count(self) -> None:
        scenario = (
            healthy().without_endpoint("sts").nat().egress("trigger", permission(cidrs=["10.0.0.0/24"]))
        )
        assert reasons(scenario, {"AllowNat": "false"})["egress"] == "allowed"
