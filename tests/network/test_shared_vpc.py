"""Subnets that another account owns: the participant sees too little, the owner's snapshot decides."""

from __future__ import annotations

from kafka_trigger_guard.rules.findings import Verdict
from tests.networks.judging import findings, reasons
from tests.networks.organization import HUB_ACCOUNT, shared_vpc
from tests.networks.shapes import acl_id, endpoint_id, entry, vpc_id


def test_without_the_owner_s_snapshot_what_the_owner_alone_describes_is_unknown() -> None:
    """The answer names the owner and the operation; groups are the participant's own."""
    found = findings(shared_vpc().documents(with_hub=False))
    for rule in ("lambda", "sts", "secretsmanager", "destination", "endpoint_ingress", "broker_access"):
        assert (found[rule].verdict, found[rule].reason.value) == (Verdict.UNKNOWN, "shared-vpc")
        assert HUB_ACCOUNT in found[rule].annotation
        assert found[rule].blockers[0].id == vpc_id()
    assert (found["egress"].reason.value, found["redundancy"].reason.value) == ("allowed", "redundant")


def test_with_the_owner_s_snapshot_everything_is_decided() -> None:
    """The two form one network."""
    assert set(reasons(shared_vpc()).values()) == {"endpoint", "allowed", "redundant"}


def test_the_owner_s_faults_are_found() -> None:
    """With the owner's objects as blockers, in the owner's account."""
    organization = shared_vpc()
    organization.hub.change(endpoint_id("lambda"), State="pending")
    organization.hub.acl_entry("default", entry(1, "deny", egress=True, ports=(9092, 9092)))
    found = findings(organization)
    assert found["lambda"].reason.value == "endpoint-not-available"
    assert found["lambda"].blockers[0].account == HUB_ACCOUNT
    assert found["broker_access"].reason.value == "network-acl-denies"
    assert (found["broker_access"].blockers[0].id, found["broker_access"].blockers[0].account) == (
        acl_id("default"),
        HUB_ACCOUNT,
    )
