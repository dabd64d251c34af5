"""Specification of `--organization --role-name`: all accounts at once, and those that refuse named."""

import json
from pathlib import Path

import pytest

from kafka_trigger_guard.aws import organization
from tests.aws.canned_aws import REGION
from tests.aws.canned_organization import ROLE, CannedOrganization, accounts
from tests.aws.fleet_of_accounts import fleet, spoke_account
from tests.cli.running import Guard
from tests.networks.organization import HUB_ACCOUNT
from tests.networks.triggers import UUID

ALL = ("--organization", "--role-name", ROLE, "--region", REGION)
FILES = "snapshot-{account}-{region}.json.gz"


@pytest.fixture
def canned(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> CannedOrganization:
    """Two accounts with a trigger, their network account, and 47 without any."""
    del guard  # its environment comes first
    return fleet(2, 47).install(monkeypatch)


def test_fifty_accounts_of_which_three_deny_the_role(guard: Guard, canned: CannedOrganization) -> None:
    canned.denying = {"300000000004", "300000000009", spoke_account(1)}
    ran = guard("evaluate", *ALL, "--output", "json")
    judged = json.loads(ran.out)
    assert (ran.code, len(judged)) == (1, 47)
    assert {found["account"] for found in judged} == set(canned.members) - canned.denying
    lines = ran.err.splitlines()
    assert [line.split(" ")[3] for line in lines] == sorted(canned.denying)
    assert all("not evaluated: " in line and "(sts:AssumeRole: AccessDenied" in line for line in lines)


def test_all_accounts_judged_and_green_exit_0(guard: Guard, canned: CannedOrganization) -> None:
    ran = guard("evaluate", *ALL, "--output", "json")
    assert (ran.code, ran.err) == (0, "")
    with_triggers = {found["account"] for found in json.loads(ran.out) if found["triggers"]}
    assert with_triggers == {spoke_account(0), spoke_account(1)}
    assert len(json.loads(ran.out)) == len(canned.members)


def test_no_account_that_can_be_evaluated_exits_2_with_one_line(
    guard: Guard, canned: CannedOrganization
) -> None:
    canned.denying = set(canned.members)
    ran = guard("evaluate", *ALL)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert ROLE in ran.err


@pytest.mark.usefixtures("canned")
def test_a_trigger_is_explained_through_the_network_account(guard: Guard) -> None:
    ran = guard("explain", UUID, *ALL, "--output", "json")
    assert ran.code == 0
    assert HUB_ACCOUNT in ran.out


@pytest.mark.usefixtures("canned")
def test_an_organization_is_recorded_in_files_that_judge_the_same(guard: Guard, tmp_path: Path) -> None:
    live = json.loads(guard("evaluate", *ALL, "--output", "json").out)
    assert guard("snapshot", *ALL, "--out", tmp_path / FILES).code == 0
    files = [
        tmp_path / f"snapshot-{account}-{REGION}.json.gz"
        for account in (spoke_account(0), spoke_account(1), HUB_ACCOUNT)
    ]
    assert len(list(tmp_path.glob("snapshot-*"))) == len(live)
    ran = guard("evaluate", *(part for file in files for part in ("--snapshot", file)), "--output", "json")
    recorded = {found["account"]: found["triggers"] for found in json.loads(ran.out)}
    assert recorded == {found["account"]: found["triggers"] for found in live if found["account"] in recorded}


@pytest.mark.parametrize("name", ["all.json", "{region}.json", "{account}.json"])
def test_files_that_do_not_tell_accounts_apart_are_refused_before_anything_is_read(
    guard: Guard, canned: CannedOrganization, tmp_path: Path, name: str
) -> None:
    ran = guard("snapshot", *ALL, "--out", tmp_path / name)
    assert (ran.code, canned.calls.total()) == (2, 0)
    assert FILES in ran.err


def test_an_interrupted_recording_leaves_no_file(
    guard: Guard, canned: CannedOrganization, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(organization, "follow", interrupted)
    ran = guard("snapshot", *ALL, "--out", tmp_path / FILES)
    assert canned.calls.total() > 50
    assert (ran.code, ran.err.count("\n"), list(tmp_path.iterdir())) == (130, 1, [])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--organization"], "use both or neither"),
        (["--role-name", ROLE], "use both or neither"),
        ([*ALL, "--snapshot", "a.json"], "use one kind"),
    ],
)
def test_options_that_mean_nothing_together_exit_2(guard: Guard, options: list[str], said: str) -> None:
    ran = guard("evaluate", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_all_regions_are_those_of_each_account(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    canned = CannedOrganization().join(*accounts(2)).install(monkeypatch)
    for number, account in enumerate(accounts(2), start=1):
        names = [REGION, "eu-west-1"][:number]
        canned.place(account, REGION).items["ec2:DescribeRegions"] = [{"RegionName": n} for n in names]
    ran = guard("evaluate", "--organization", "--role-name", ROLE, "--all-regions", "--output", "json")
    assert [(found["account"], found["region"]) for found in json.loads(ran.out)] == [
        (accounts(2)[0], REGION),
        (accounts(2)[1], "eu-west-1"),
        (accounts(2)[1], REGION),
    ]
