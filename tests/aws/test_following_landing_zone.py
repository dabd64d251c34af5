"""Specification of following in a landing zone: with whatever is wrong, what is read decides as all would."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.following import follow
from kafka_trigger_guard.aws.snapshot import Snapshot, from_document
from kafka_trigger_guard.evaluation import evaluate
from tests.aws.canned_organization import CannedOrganization
from tests.network.test_peered_gateways import peered
from tests.networks.landscape import landscape
from tests.networks.landscape_cases import CHANGES
from tests.networks.landscape_shapes import REGION, SPOKE, Landscape


@pytest.fixture(autouse=True)
def _without_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def answered(*snapshots: Snapshot) -> dict[str, tuple[str, str]]:
    """Verdict and reason of every finding."""
    found = evaluate(snapshots)[0].triggers[0].findings
    return {finding.rule: (finding.verdict.value, finding.reason.value) for finding in found}


LED_ELSEWHERE = (
    "nothing",
    "no return route in the hub",
    "the spoke's default route alone",
    "hub not propagated, default to egress",
    "spokes' table empty",
    "attachment in the other table",
    "attachment in no table",
    "spoke's attachment waiting",
    "failed endpoint",
    "one zone not associated",
    "one zone for all services",
    "one stale address",
    "Profile of endpoints",
    "Profile that is not associated",
    "peering that waits",
    "central egress, no way back to the spoke",
    "broker in the hub, references off at an attachment",
    "broker in the hub, no transit route",
)
"""The changes that lead the reading to other things."""


def test_peered_gateways_are_followed_one_after_the_other() -> None:
    """Into the account of the second gateway, and by its routes to the hub."""
    assert_followed_decides_as_whole(peered())


@pytest.mark.parametrize("change", LED_ELSEWHERE)
def test_what_is_followed_decides_as_whole_snapshots_do(change: str) -> None:
    found = landscape()
    CHANGES[change].make(found)
    assert_followed_decides_as_whole(found)


def assert_followed_decides_as_whole(found: Landscape) -> None:
    canned = CannedOrganization().add(*found.values())
    spoke = collect(canned.session(SPOKE, REGION), REGION, account=SPOKE)
    followed = follow([spoke], lambda account: canned.session(account, REGION))
    assert answered(*followed) == answered(*(from_document(document) for document in found.values()))
