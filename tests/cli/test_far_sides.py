"""Specification of snapshots that were recorded only because a path leads there."""

import json
from pathlib import Path

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


def test_a_far_side_that_refused_the_listing_is_named(guard: Guard, tmp_path: Path) -> None:
    """Its triggers were asked for, and are not known."""
    organization = central_endpoints().over_transit()
    organization.hub.not_collected(LISTING)
    spoke, hub = (written(d, tmp_path / f"{d['account']}.json") for d in organization.documents())
    ran = guard("evaluate", "--snapshot", spoke, "--snapshot", hub)
    assert ran.code == 2
    assert f"{HUB_ACCOUNT} us-east-1: {LISTING} failed (UnauthorizedOperation" in ran.err
