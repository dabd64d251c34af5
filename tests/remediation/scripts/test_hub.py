"""Endpoints and brokers in another VPC: of the same account the law holds, of another nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from remediation.scripts.diagnosis import Decision
from tests.networks import shapes
from tests.networks.healthy import healthy
from tests.networks.organization import (
    Organization,
    central_egress,
    central_endpoints,
    shared_vpc,
)
from tests.networks.shapes import endpoint_id, group_id, permission
from tests.remediation.scripts.asking import ask, permissions
from tests.remediation.scripts.hubs import in_one_account
from tests.remediation.scripts.law import DIAGNOSES, diagnosed, expected, tally_of
from tests.remediation.scripts.snapshot_aws import SnapshotAws

Change = Callable[[Organization], object]


def far_broker(organization: Organization) -> None:
    """One of two brokers is in the hub, behind a group that lets nobody in."""
    organization.hub.group("far", vpc_name="hub").interface("far-broker", "hub-a", "10.1.0.9", ["far"])
    organization.spoke.bootstrap_servers("10.1.0.9:9092", "10.0.0.132:9092")


def dns_off(organization: Organization) -> None:
    """The spoke's VPC does not resolve names."""
    attributes = shapes.vpc_attributes(support=False)
    organization.spoke.responses["ec2:DescribeVpcAttribute"][shapes.vpc_id()] = attributes


CHANGES: tuple[Change, ...] = (
    lambda _: None,
    lambda each: each.spoke.egress("trigger"),
    lambda each: each.spoke.egress("trigger", permission(9092, cidrs=["0.0.0.0/0"])),
    lambda each: each.spoke.ingress("broker"),
    lambda each: each.hub.ingress("hub-endpoint"),
    lambda each: each.hub.ingress("hub-endpoint", permission(443, cidrs=["10.0.0.0/27"])),
    lambda each: each.hub.change(endpoint_id("sts"), State="pending"),
    lambda each: each.hub.change(endpoint_id("sts"), State="failed"),
    lambda each: each.without_zone("lambda"),
    lambda each: each.profile_of_zones(),
    dns_off,
    far_broker,
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_law_holds_over_a_peering_within_one_account(change: Change) -> None:
    """Group references match over it, both ways."""
    organization = central_endpoints().peered()
    change(organization)
    assert tally_of(in_one_account(organization), {}).total() == len(DIAGNOSES)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("joined", [Organization.peered, Organization.over_transit])
def test_what_another_account_holds_is_never_guessed(
    joined: Callable[[Organization], Organization], change: Change
) -> None:
    """The engine read both accounts, the document sees its own: it acts where both agree."""
    organization = joined(central_endpoints())
    change(organization)
    hold_to_what_is_seen(organization)


@pytest.mark.parametrize(
    "organization", [central_egress(), shared_vpc(), shared_vpc(healthy().egress("trigger"))]
)
def test_what_a_hub_or_an_owner_holds_is_never_guessed(organization: Organization) -> None:
    """A NAT of the hub, and subnets of another account."""
    hold_to_what_is_seen(organization)


def hold_to_what_is_seen(organization: Organization) -> None:
    """What the spoke's documents decide, against findings of both accounts."""
    documents = organization.documents()
    found = evaluate([from_document(each) for each in documents])[0].triggers[0]
    for finding in found.findings:
        if finding.rule in DIAGNOSES:
            decision = diagnosed(documents[0], finding.rule, {}, found.uuid).decision
            wanted = expected(finding)
            assert decision in ({wanted, Decision.PERSON} if wanted is Decision.NOTHING else {wanted}), (
                finding
            )


def test_endpoints_beyond_a_transit_gateway_are_named_by_address() -> None:
    """References never match PrivateLink there. vpc/latest/tgw/tgw-vpc-attachments"""
    organization = central_endpoints().over_transit()
    organization.spoke.egress("trigger", permission(9092, cidrs=["0.0.0.0/0"]))
    found = permissions(ask("egress", SnapshotAws(in_one_account(organization))))
    assert {peer for *_, peer in found} == {f"10.1.0.{number}/32" for number in (4, 5, 6, 7, 20, 21, 22, 23)}


def test_an_endpoint_group_beyond_a_transit_gateway_admits_the_trigger_subnets() -> None:
    """Their blocks, because references do not match."""
    organization = central_endpoints().over_transit()
    organization.hub.ingress("hub-endpoint")
    found = permissions(ask("endpoint_ingress", SnapshotAws(in_one_account(organization))))
    blocks = ["10.0.0.0/28", "10.0.0.16/28", "10.0.0.32/28"]
    assert found == [(group_id("hub-endpoint"), "ingress", 443, block) for block in blocks]
