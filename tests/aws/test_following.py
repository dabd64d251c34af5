"""Specification of following paths into other accounts: what is read decides as whole snapshots would."""

from collections.abc import Callable

import pytest

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.following import follow
from kafka_trigger_guard.aws.snapshot import Snapshot, from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Finding, Verdict
from tests.aws.canned_aws import REGION
from tests.aws.canned_organization import CannedOrganization
from tests.networks.organization import (
    Organization,
    central_egress,
    central_endpoints,
    shared_vpc,
)
from tests.networks.shapes import ACCOUNT

SHAPES: dict[str, Callable[[], Organization]] = {
    "central endpoints behind a transit gateway": lambda: central_endpoints().over_transit(),
    "central endpoints behind a peering": lambda: central_endpoints().peered(),
    "central egress": central_egress,
    "shared VPC": shared_vpc,
}


@pytest.fixture(params=SHAPES, ids=lambda name: name.replace(" ", "-"))
def organization(request: pytest.FixtureRequest) -> Organization:
    """Two accounts; the trigger is in the spoke."""
    return SHAPES[request.param]()


def collected(canned: CannedOrganization) -> Snapshot:
    """The spoke alone, as the collector reads it."""
    return collect(canned.session(ACCOUNT), REGION, account=ACCOUNT)


def followed(canned: CannedOrganization) -> tuple[Snapshot, ...]:
    """The spoke and all that its triggers need of the hub."""
    return follow([collected(canned)], canned.session)


def judged(*snapshots: Snapshot) -> dict[str, Finding]:
    """The findings of the spoke's trigger."""
    return {finding.rule: finding for finding in evaluate(snapshots)[0].triggers[0].findings}


def reasons(*snapshots: Snapshot) -> dict[str, tuple[str, str]]:
    """Verdict and reason of each rule."""
    return {rule: (f.verdict.value, f.reason.value) for rule, f in judged(*snapshots).items()}


def canned_as(organization: Organization) -> CannedOrganization:
    """The two accounts on the wire."""
    return CannedOrganization().add(*organization.documents())


def test_what_is_followed_decides_as_whole_snapshots_do(organization: Organization) -> None:
    whole = reasons(*(from_document(document) for document in organization.documents()))
    assert reasons(*followed(canned_as(organization))) == whole


def test_before_following_the_far_side_is_unknown_and_names_the_account(organization: Organization) -> None:
    canned = canned_as(organization)
    unknown = [f for f in judged(collected(canned)).values() if f.verdict is Verdict.UNKNOWN]
    assert unknown
    after = judged(*followed(canned))
    assert [after[f.rule].verdict for f in unknown] != [f.verdict for f in unknown]
