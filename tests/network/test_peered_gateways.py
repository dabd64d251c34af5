"""Two transit gateways that are peered: decided where both sides were read, whose routes are static.

The hub hangs on a gateway of the account `core`. vpc/latest/tgw/tgw-peering
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.rules.findings import Finding, Verdict
from tests.networks.changes_of_landscapes import broker_in_hub, tables, transit
from tests.networks.landscape import answers, landscape, transit_route
from tests.networks.landscape_shapes import (
    CIDRS,
    NETWORK,
    REGION,
    SHARED,
    SPOKES,
    TGW,
    UUID,
    Json,
    Landscape,
    route,
)

CORE = "510000000004"
FAR_TGW, FAR_TABLE, PEERING = "tgw-0fa4", "tgw-rtb-0fa4", "tgw-attach-peering"


def peered() -> Landscape:
    """The landing zone whose hub is reached over a second gateway."""
    found = landscape()
    network = found["network"]
    hub = []
    for operation in ("ec2:DescribeTransitGatewayAttachments", "ec2:DescribeTransitGatewayVpcAttachments"):
        for each in answers(network, operation):
            if each["TransitGatewayAttachmentId"] == "tgw-attach-hub":
                each["TransitGatewayId"] = FAR_TGW
                hub.append(dict(each))
                each.pop("Association", None)
                each["TransitGatewayOwnerId"] = CORE
    answers(network, "ec2:DescribeTransitGatewayAttachments").append(
        _peering(TGW, NETWORK, FAR_TGW, CORE, SHARED)
    )
    tables(found, "network")["rtb-hub"]["Routes"][-1] = route("10.0.0.0/8", TransitGatewayId=FAR_TGW)
    transit(found, SPOKES)[0] = _over_peering(CIDRS["hub"], FAR_TGW)
    found["core"] = _core(*hub)
    return found


def _core(attachment: Json, vpc_attachment: Json) -> Json:
    attachment |= {"TransitGatewayOwnerId": CORE}
    attachment["Association"] = {"TransitGatewayRouteTableId": FAR_TABLE, "State": "associated"}
    routes = [transit_route(CIDRS["hub"], "hub"), _over_peering(CIDRS["spoke"], TGW)]
    responses = {
        "ec2:DescribeTransitGateways": {"TransitGateways": [{"TransitGatewayId": FAR_TGW, "OwnerId": CORE}]},
        "ec2:DescribeTransitGatewayAttachments": {
            "TransitGatewayAttachments": [attachment, _peering(FAR_TGW, CORE, TGW, NETWORK, FAR_TABLE)]
        },
        "ec2:DescribeTransitGatewayVpcAttachments": {"TransitGatewayVpcAttachments": [vpc_attachment]},
        "ec2:SearchTransitGatewayRoutes": {FAR_TABLE: {"Routes": routes, "AdditionalRoutesAvailable": False}},
    }
    told = {"account": CORE, "region": REGION, "captured_at": "2026-03-01T09:00:00Z"}
    return {"format": 1, **told, "responses": responses, "errors": {}}


def _peering(gateway: str, owner: str, other: str, other_owner: str, table: str) -> Json:
    """One side's view of the peering, which has one id at both."""
    return {
        "TransitGatewayAttachmentId": PEERING,
        "TransitGatewayId": gateway,
        "TransitGatewayOwnerId": owner,
        "ResourceType": "peering",
        "ResourceId": other,
        "ResourceOwnerId": other_owner,
        "State": "available",
        "Association": {"TransitGatewayRouteTableId": table, "State": "associated"},
    }


def _over_peering(block: str, gateway: str) -> Json:
    target = {"TransitGatewayAttachmentId": PEERING, "ResourceType": "peering", "ResourceId": gateway}
    return {
        "DestinationCidrBlock": block,
        "Type": "static",
        "State": "active",
        "TransitGatewayAttachments": [target],
    }


def judged(found: Landscape) -> dict[str, Finding]:
    evaluations = evaluate([from_document(document) for document in found.values()])
    (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
    return {finding.rule.removeprefix("kafka-trigger-"): finding for finding in trigger.findings}


def test_both_sides_with_static_routes_carry() -> None:
    findings = judged(peered())
    assert {f.verdict for f in findings.values()} <= {Verdict.COMPLIANT, Verdict.NOT_APPLICABLE}
    assert findings["lambda-endpoint"].reason.value == "endpoint"


def test_whichever_snapshot_comes_first() -> None:
    turned = dict(reversed(peered().items()))
    assert judged(turned)["lambda-endpoint"].reason.value == "endpoint"


def _no_route_there(found: Landscape) -> tuple[str, str]:
    transit(found, SPOKES).clear()
    return SPOKES, NETWORK


def _no_route_back(found: Landscape) -> tuple[str, str]:
    found["core"]["responses"]["ec2:SearchTransitGatewayRoutes"][FAR_TABLE]["Routes"].pop()
    return FAR_TABLE, CORE


def _no_route_on(found: Landscape) -> tuple[str, str]:
    found["core"]["responses"]["ec2:SearchTransitGatewayRoutes"][FAR_TABLE]["Routes"].pop(0)
    return FAR_TABLE, CORE


def _no_association(found: Landscape) -> tuple[str, str]:
    del answers(found["core"], "ec2:DescribeTransitGatewayAttachments")[1]["Association"]
    return PEERING, CORE


def _waiting(found: Landscape) -> tuple[str, str]:
    for side in ("network", "core"):
        for each in answers(found[side], "ec2:DescribeTransitGatewayAttachments"):
            if each["TransitGatewayAttachmentId"] == PEERING:
                each["State"] = "pendingAcceptance"
    return PEERING, NETWORK


@pytest.mark.parametrize("fault", [_no_route_there, _no_route_back, _no_route_on, _no_association, _waiting])
def test_one_fault_is_no_route_and_names_the_object_and_its_account(
    fault: Callable[[Landscape], tuple[str, str]],
) -> None:
    found = peered()
    blocker = fault(found)
    finding = judged(found)["lambda-endpoint"]
    assert finding.reason.value == "no-route"
    assert (finding.blockers[0].id, finding.blockers[0].account) == blocker


def test_the_missing_static_route_is_written_by_the_gateway_s_owner() -> None:
    """Peerings propagate nothing."""
    found = peered()
    _no_route_back(found)
    (explanation,) = explanations([from_document(each) for each in found.values()], UUID)
    (remedy,) = (each for each in explanation.remedies if each.account == CORE)
    assert remedy.commands == (
        f"aws ec2 create-transit-gateway-route --destination-cidr-block {CIDRS['spoke']} "
        f"--transit-gateway-route-table-id {FAR_TABLE} --transit-gateway-attachment-id {PEERING} "
        f"--region {REGION}",
    )


def test_the_way_shows_both_gateways_and_their_owners() -> None:
    found = peered()
    (explanation,) = explanations([from_document(each) for each in found.values()], UUID)
    way = explanation.places[0].destinations[0].ways[0].journeys[0]
    stops = next(step.via for step in way.steps if step.via)
    owners = [(stop.id, stop.account) for stop in stops]
    assert (TGW, NETWORK) in owners
    assert (FAR_TGW, CORE) in owners
    assert owners.index((TGW, NETWORK)) < owners.index((FAR_TGW, CORE))


def test_a_far_gateway_that_was_not_read_is_unknown_and_named() -> None:
    found = peered()
    del found["core"]
    finding = judged(found)["lambda-endpoint"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert CORE in finding.annotation
    assert "ec2:DescribeTransitGatewayAttachments" in finding.annotation


def test_group_references_do_not_cross_a_peering_of_gateways() -> None:
    """vpc/latest/tgw/tgw-vpc-attachments"""
    found = peered()
    broker_in_hub(found)
    finding = judged(found)["broker-access"]
    assert (finding.reason.value, finding.blockers[0].id) == ("broker-ingress-denied", "sg-kafka")


def test_packets_that_gateways_send_in_a_circle_arrive_nowhere() -> None:
    found = peered()
    routes = found["core"]["responses"]["ec2:SearchTransitGatewayRoutes"][FAR_TABLE]["Routes"]
    routes[0] = _over_peering(CIDRS["hub"], TGW)
    transit(found, SHARED).append(_over_peering(CIDRS["hub"], FAR_TGW))
    finding = judged(found)["lambda-endpoint"]
    assert (finding.reason.value, finding.blockers[0].id) == ("no-route", FAR_TABLE)
