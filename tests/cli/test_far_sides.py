"""Specification of snapshots that were recorded only because a path leads there."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Guard
from tests.networks.organization import HUB_ACCOUNT, Organization, central_endpoints
from tests.networks.shapes import ACCOUNT, Json

LISTING = "lambda:ListEventSourceMappings"


def written(document: Json, path: Path) -> Path:
    path.write_text(json.dumps(document))
    return path


def files(organization: Organization, folder: Path) -> list[Path]:
    """The spoke's file and the hub's, which lists no triggers."""
    spoke, hub = organization.documents()
    hub["responses"].pop(LISTING, None)
    return [written(spoke, folder / "spoke.json"), written(hub, folder / "hub.json")]


def test_a_snapshot_that_lists_no_triggers_is_the_far_side_of_one_that_does(
    guard: Guard, tmp_path: Path
) -> None:
    spoke, hub = files(central_endpoints().over_transit(), tmp_path)
    ran = guard("evaluate", "--snapshot", spoke, "--snapshot", hub, "--output", "json")
    assert (ran.code, ran.err) == (0, "")
    judged = json.loads(ran.out)
    assert (judged["account"], len(judged["triggers"])) == (ACCOUNT, 1)


def test_it_may_come_first(guard: Guard, tmp_path: Path) -> None:
    spoke, hub = files(central_endpoints().over_transit(), tmp_path)
    assert guard("evaluate", "--snapshot", hub, "--snapshot", spoke).code == 0


def test_without_it_the_trigger_is_unknown_and_names_the_account(guard: Guard, tmp_path: Path) -> None:
    spoke, _ = files(central_endpoints().over_transit(), tmp_path)
    ran = guard("evaluate", "--snapshot", spoke)
    assert ran.code == 1
    assert f"Read account {HUB_ACCOUNT} too" in " ".join(ran.out.split())


def test_alone_it_says_nothing(guard: Guard, tmp_path: Path) -> None:
    _, hub = files(central_endpoints().over_transit(), tmp_path)
    ran = guard("evaluate", "--snapshot", hub)
    assert ran.code == 2
    assert f"{LISTING} failed (NotCollected" in ran.err


def both(organization: Organization, folder: Path) -> list[Path]:
    return [written(d, folder / f"{d['account']}.json") for d in organization.documents()]


def test_a_far_side_that_refused_the_listing_is_named_and_the_others_are_judged(
    guard: Guard, tmp_path: Path
) -> None:
    """Its triggers were asked for, and are not known; what was read of its network counts."""
    organization = central_endpoints().over_transit()
    organization.hub.not_collected(LISTING)
    spoke, hub = both(organization, tmp_path)
    ran = guard("evaluate", "--snapshot", spoke, "--snapshot", hub, "--output", "json")
    assert ran.code == 1
    assert f"not evaluated: {HUB_ACCOUNT} us-east-1: {LISTING} failed (UnauthorizedOperation" in ran.err
    verdicts = {f["verdict"] for e in json.loads(ran.out) for t in e["triggers"] for f in t["findings"]}
    assert verdicts == {"COMPLIANT"}
    assert guard("report", "--snapshot", spoke, "--snapshot", hub).code == 1


@pytest.mark.parametrize("operation", [LISTING, "ec2:DescribeVpcEndpoints", "ec2:SearchTransitGatewayRoutes"])
def test_a_far_side_that_is_half_read_ends_as_one_that_is_not_there(
    guard: Guard, tmp_path: Path, operation: str
) -> None:
    organization = central_endpoints().over_transit()
    organization.hub.not_collected(operation)
    spoke, hub = both(organization, tmp_path)
    half = guard("evaluate", "--snapshot", spoke, "--snapshot", hub)
    assert half.code == guard("evaluate", "--snapshot", spoke).code == 1


def test_where_nobody_lists_triggers_nothing_was_evaluated(guard: Guard, tmp_path: Path) -> None:
    organization = central_endpoints().over_transit()
    for side in (organization.spoke, organization.hub):
        side.not_collected(LISTING)
    spoke, hub = both(organization, tmp_path)
    assert guard("evaluate", "--snapshot", spoke, "--snapshot", hub).code == 2
