"""Brokers in another VPC of the same account, over a peering connection or a transit gateway."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.laws.engine import findings
from tests.networks.builder import Scenario
from tests.networks.cases import RULES
from tests.networks.healthy import healthy
from tests.networks.neighbours import with_attached_vpc, with_peered_vpc
from tests.networks.shapes import Json, group_id, identify, permission

Neighbour = Callable[[Scenario], Scenario]
BOTH = pytest.mark.parametrize("joined", [with_peered_vpc, with_attached_vpc])


def far_brokers(joined: Neighbour, *ingress: Json) -> Scenario:
    """The healthy trigger with its brokers at two addresses of the neighbour, behind a group of its own."""
    scenario = joined(healthy()).group("far", ingress=ingress, vpc_name="services")
    for number in (4, 5):
        scenario.interface(f"far-{number}", "services-a", f"10.1.0.{number}", ["far"])
    return scenario.bootstrap_servers("10.1.0.4:9092", "10.1.0.5:9092")


def by_reference() -> Json:
    """A permission of the far group that names the trigger's group, as over a peering connection."""
    found = permission(9092, groups=[group_id("trigger")])
    found["UserIdGroupPairs"][0] |= {"VpcPeeringConnectionId": identify("pcx", "services")}
    found["UserIdGroupPairs"][0]["PeeringStatus"] = "active"
    return found


def judged(scenario: Scenario, rule: str) -> str:
    """The reason code of one rule."""
    return next(
        answer.reason
        for (_, name), answer in findings(scenario.document(), {}).items()
        if name == RULES[rule]
    )


@BOTH
def test_a_far_broker_that_names_the_trigger_subnets_is_reached(joined: Neighbour) -> None:
    assert judged(far_brokers(joined, permission(9092, cidrs=["10.0.0.0/24"])), "broker_access") == "allowed"


@BOTH
def test_a_far_broker_that_names_nobody_denies(joined: Neighbour) -> None:
    assert judged(far_brokers(joined), "broker_access") == "broker-ingress-denied"


def test_a_group_reference_matches_over_an_active_peering() -> None:
    assert judged(far_brokers(with_peered_vpc, by_reference()), "broker_access") == "allowed"


def test_a_group_reference_in_ingress_matches_over_a_transit_gateway() -> None:
    ingress = permission(9092, groups=[group_id("trigger")])
    assert judged(far_brokers(with_attached_vpc, ingress), "broker_access") == "allowed"


def test_a_group_reference_in_egress_does_not_match_over_a_transit_gateway() -> None:
    scenario = far_brokers(with_attached_vpc, permission(9092, cidrs=["10.0.0.0/24"]))
    scenario.egress(
        "trigger", permission(443, cidrs=["10.0.0.0/24"]), permission(9092, groups=[group_id("far")])
    )
    assert judged(scenario, "egress") == "trigger-egress-denied"


@BOTH
def test_the_way_back_needs_a_route_too(joined: Neighbour) -> None:
    scenario = far_brokers(joined, permission(9092, cidrs=["10.0.0.0/24"]))
    scenario.item(identify("rtb", "main-services"))["Routes"].pop()
    assert judged(scenario, "broker_access") == "no-route"


def test_a_peering_that_is_gone_carries_nothing() -> None:
    scenario = far_brokers(with_peered_vpc, permission(9092, cidrs=["10.0.0.0/24"]))
    scenario.change(identify("pcx", "services"), Status={"Code": "deleted", "Message": "Deleted"})
    assert judged(scenario, "broker_access") == "no-route"


def test_a_transit_gateway_whose_attachment_lacks_a_zone_is_partial() -> None:
    scenario = far_brokers(with_attached_vpc, permission(9092, cidrs=["10.0.0.0/24"]))
    vpc_attachments = scenario.items("ec2:DescribeTransitGatewayVpcAttachments")
    vpc_attachments[0]["SubnetIds"].pop()
    assert judged(scenario, "broker_access") == "partial"


def test_a_transit_route_search_that_was_cut_short_is_unknown() -> None:
    scenario = far_brokers(with_attached_vpc, permission(9092, cidrs=["10.0.0.0/24"]))
    for answer in scenario.responses["ec2:SearchTransitGatewayRoutes"].values():
        answer["AdditionalRoutesAvailable"] = True
    assert judged(scenario, "broker_access") in ("not-modelled", "not-collected")
