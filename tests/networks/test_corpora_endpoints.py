"""Central endpoints, central egress and shared VPCs as public blueprints lay them out, and with one fault.

aws-ia/terraform-aws-network-hubandspoke, examples/central_shared_services: endpoints of a shared services
VPC, private DNS off, a hosted zone for each, associated with all spokes. AWS's whitepaper on building a
scalable multi-VPC network, centralized access to VPC private endpoints: the same over transit gateway or
peering.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from tests.networks.corpora_estate import Estate
from tests.networks.corpora_shapes import Json, admit, entry
from tests.oracle.spanning_organizations import CIDRS, DATA, NAMES, Plan, build


def found(network: Estate | list[Json]) -> dict[str, tuple[str, str]]:
    """The reason and the first blocker of each rule that is not green."""
    documents = network.documents() if isinstance(network, Estate) else network
    evaluations = evaluate([from_document(each) for each in documents])
    (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
    return {
        each.rule.removeprefix("kafka-trigger-"): (
            each.reason.value,
            each.blockers[0].id if each.blockers else "",
        )
        for each in trigger.findings
        if each.verdict.value in ("NON_COMPLIANT", "UNKNOWN")
    }


def without_zones(estate: Estate) -> Estate:
    """Nothing answers privately, so that the services are called over the central egress."""
    for account in estate.accounts:
        for answer in estate.keyed(account, "route53:ListHostedZonesByVPC").values():
            answer["HostedZoneSummaries"] = []
    return estate


@pytest.mark.parametrize(
    "plan",
    [
        Plan(),
        Plan(hub_by="peering"),
        Plan(hub_by="two gateways"),
        Plan(shared=True),
        Plan(names="profile"),
        Plan(names="profile of zones", shared=True),
        Plan(hub_zones="c"),
        Plan(routes="prefix list"),
        Plan(routes="default", own_link_subnets=False),
        Plan(appliance=True, egress=True),
    ],
    ids=lambda plan: str(plan).removeprefix("Plan"),
)
def test_the_blueprints_reach_their_services_and_brokers(plan: Plan) -> None:
    assert found(build(plan)) == {}


def test_a_poller_that_is_admitted_by_group_is_let_in_over_a_peering_only() -> None:
    """vpc/latest/userguide/security-group-rules; vpc/latest/tgw/tgw-vpc-attachments"""
    assert found(build(Plan(hub_by="peering", endpoint_admits="group"))) == {}
    over_transit = found(build(Plan(hub_by="transit", endpoint_admits="group")))
    assert over_transit == {"endpoint-ingress": ("endpoint-ingress-denied", "sg-ends")}


def brokers_in_another_region(plan: Plan) -> list[Json]:
    """The brokers' VPC, in an account of its own, is in another Region."""
    estate = build(plan)
    for each in estate.found("DescribeVpcPeeringConnections", "pcx-data"):
        each["AccepterVpcInfo"]["Region"] = "eu-west-1"
    found = estate.documents()
    for document in found:
        if document["account"] == DATA:
            document["region"] = "eu-west-1"
    return found


def test_a_peering_between_regions_carries_packets_and_no_references() -> None:
    """vpc/latest/peering/vpc-peering-security-groups"""
    assert found(brokers_in_another_region(Plan(data_by="peering"))) == {}
    by_group = found(brokers_in_another_region(Plan(data_by="peering", broker_admits="group")))
    assert by_group == {"broker-access": ("broker-ingress-denied", "sg-kafka")}


def test_central_egress_reaches_what_may_be_reached_by_nat() -> None:
    """vpc/latest/tgw/transit-gateway-nat-igw"""
    assert found(without_zones(build(Plan(egress=True)))) == {
        "lambda-endpoint": ("central-egress", "tgw-org")
    }


# -- one difference for each defect that was found by trying packets ------------------------------------


def stray_into_a_vpc_that_sends_it_back(estate: Estate) -> None:
    """The answers' route leads to VPC `data`, whose table leads back to the gateway: round and round."""
    estate.transit_route("shared", "10.1.1.0/24", "org", "data")


def acl_of_the_other_zone_in_appliance_mode(estate: Estate) -> None:
    """Only pollers of zone a are there, but in appliance mode packets come out in any zone."""
    estate.acl("b", "hub", ["hub-link-b"], entry(1, "deny", egress=True, cidr="10.2.0.0/16"))


def acl_lets_nothing_enter_the_gateway(estate: Estate) -> None:
    """The attachment is in the pollers' own subnet, whose ACL is asked about what enters the gateway."""
    without_zones(estate)
    estate.acl("work", "spoke", ["work-a"], entry(1, "deny", egress=False, cidr=CIDRS["spoke"]))


def acl_lets_no_answer_in(estate: Estate) -> None:
    """The same subnet's ACL is not asked about answers that come out of the attachment there."""
    without_zones(estate)
    ports = (1024, 65535)
    estate.acl("work", "spoke", ["work-a"], entry(1, "deny", egress=False, cidr="52.0.0.0/8", ports=ports))


def nat_of_the_other_zone_failed(estate: Estate) -> None:
    """The gateway keeps traffic in the zone of the pollers, whose NAT gateway works."""
    without_zones(estate)
    for each in estate.found("DescribeNatGateways", "nat-b"):
        each["State"] = "failed"


def stale_address_beside_a_subnet_without_routes(estate: Estate) -> None:
    """Lambda's zone answers an address more; only one of the pollers' subnets has a way there, to nobody."""
    records = estate.keyed(NAMES, "route53:ListResourceRecordSets")["ZLAMBDA"]["ResourceRecordSets"]
    records[-1]["ResourceRecords"].append({"Value": "10.2.0.99"})
    estate.table("work-a", "spoke", "work-a")


CENTRAL = {"lambda-endpoint": ("central-egress", "tgw-org")}
CASES: tuple[tuple[Plan, Callable[[Estate], None], dict[str, tuple[str, str]]], ...] = (
    (
        Plan(trigger_zones="a"),
        stray_into_a_vpc_that_sends_it_back,
        dict.fromkeys(("lambda-endpoint", "sts-endpoint", "broker-access"), ("no-route", "tgw-rtb-shared")),
    ),
    (
        Plan(trigger_zones="a", appliance=True),
        acl_of_the_other_zone_in_appliance_mode,
        dict.fromkeys(("lambda-endpoint", "sts-endpoint"), ("network-acl-denies", "acl-b")),
    ),
    (Plan(trigger_zones="a"), acl_of_the_other_zone_in_appliance_mode, {}),
    (
        Plan(trigger_zones="a", own_link_subnets=False, data_by="spoke", egress=True),
        acl_lets_nothing_enter_the_gateway,
        CENTRAL | {"sts-endpoint": ("no-path", "ZSTS"), "broker-access": ("network-acl-denies", "acl-work")},
    ),
    (
        Plan(trigger_zones="a", own_link_subnets=False, data_by="spoke", egress=True),
        acl_lets_no_answer_in,
        CENTRAL,
    ),
    (Plan(trigger_zones="a", egress=True), nat_of_the_other_zone_failed, CENTRAL),
    (
        Plan(names="addresses", data_by="spoke"),
        stale_address_beside_a_subnet_without_routes,
        {"lambda-endpoint": ("partial", "rtb-work-a"), "sts-endpoint": ("partial", "rtb-work-a")},
    ),
)


@pytest.mark.parametrize(
    ("plan", "change", "expected"), CASES, ids=[change.__name__ for _, change, _ in CASES]
)
def test_one_difference_is_red_where_it_closes_the_way_and_nowhere_else(
    plan: Plan, change: Callable[[Estate], None], expected: dict[str, tuple[str, str]]
) -> None:
    estate = build(plan)
    change(estate)
    red = found(estate)
    red.pop("broker-redundancy", None)
    assert red == expected


def test_a_spoke_that_admits_one_subnet_is_reached_by_half_of_the_pollers() -> None:
    estate = build(Plan())
    (group,) = estate.found("DescribeSecurityGroups", "sg-ends")
    group["IpPermissions"] = [admit(443, "10.1.1.0/24")]
    assert found(estate) == {"endpoint-ingress": ("partial", "sg-ends")}
