"""`deploy central` and `deploy members` over an organization in the embedded AWS, and their removal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kafka_trigger_guard.rules.registry import RULES
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.aws import Aws
from tests.deploy.conftest import Deploy
from tests.deploy.places import REGION, acting, delegated, organized, ready, standing


@pytest.fixture
def organization(sandbox: Aws) -> Iterator[dict[str, str]]:
    """A management account, and by name a central one, two members and one to leave out; we are central."""
    accounts = organized(sandbox.session(), "central", "orders", "legacy")
    delegated(sandbox.session(), accounts["central"])
    ready(sandbox.session(account=accounts["central"]))
    with acting(sandbox, accounts["central"]):
        yield accounts


def stands_in(sandbox: Aws, account: str) -> set[str]:
    return standing(sandbox.session(account=account))


def test_an_organization_is_deployed_and_removed_again(
    sandbox: Aws, organization: dict[str, str], deploy: Deploy, undeploy: Deploy
) -> None:
    before = {name: stands_in(sandbox, account) for name, account in organization.items()}
    code, out, err = deploy("central")
    assert (code, err) == (0, "")
    code, out, err = deploy("members", "--exclude-account", organization["legacy"])
    assert (code, err) == (0, "")
    assert "stands in 2 accounts" in out
    for name in ("central", "orders"):
        rules = {f"Config rule {rule.name}" for rule in RULES}
        found = stands_in(sandbox, organization[name])
        assert rules | {"role KafkaTriggerGuardRead"} <= found
    assert stands_in(sandbox, organization["legacy"]) == before["legacy"]
    assert "undeploy members" in undeploy("central")[2]
    for kind in ("members", "central"):
        code, _, err = undeploy(kind)
        assert (code, err) == (0, "")
    assert {name: stands_in(sandbox, account) for name, account in organization.items()} == before


def test_members_ask_the_central_function_and_answer_only_to_it(
    sandbox: Aws, organization: dict[str, str], deploy: Deploy
) -> None:
    assert deploy("central")[0] == 0
    assert deploy("members")[0] == 0
    member: Any = sandbox.session(account=organization["orders"])
    (rule, *_) = member.client("config").describe_config_rules()["ConfigRules"]
    function = f"arn:aws:lambda:{REGION}:{organization['central']}:function:kafka-trigger-guard"
    assert rule["Source"]["SourceIdentifier"] == function
    role = member.client("iam").get_role(RoleName="KafkaTriggerGuardRead")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{organization['central']}:root"}
    central: Any = sandbox.session(account=organization["central"])
    settings = central.client("lambda").get_function(FunctionName="kafka-trigger-guard")["Configuration"]
    organization_id = central.client("organizations").describe_organization()["Organization"]["Id"]
    assert settings["Environment"]["Variables"]["ORGANIZATION_ID"] == organization_id


def test_a_second_deployment_changes_all_members(
    sandbox: Aws, organization: dict[str, str], deploy: Deploy
) -> None:
    assert deploy("central")[0] == 0
    assert deploy("members")[0] == 0
    code, out, _ = deploy("members", "--parameter", "Schedule=One_Hour")
    assert code == 0
    assert "~ Schedule: TwentyFour_Hours becomes One_Hour" in out
    member: Any = sandbox.session(account=organization["orders"])
    (rule, *_) = member.client("config").describe_config_rules()["ConfigRules"]
    assert rule["Source"]["SourceDetails"][0]["MaximumExecutionFrequency"] == "One_Hour"


def test_a_dry_run_touches_nothing(sandbox: Aws, organization: dict[str, str], deploy: Deploy) -> None:
    assert deploy("central")[0] == 0
    before = {name: stands_in(sandbox, account) for name, account in organization.items()}
    code, out, _ = deploy("members", "--dry-run", "--ou", "ou-abcd-12345678")
    assert code == 0
    assert "accounts: all of ou-abcd-12345678; Regions: us-east-1" in out
    assert out.endswith("nothing was touched\n")
    assert {name: stands_in(sandbox, account) for name, account in organization.items()} == before


def test_the_management_account_names_who_answers(guard: Deploy) -> None:
    with aws(REGION) as sandbox:
        organized(sandbox.session(), "central")
        code, _, err = guard("deploy", "members", "--region", REGION)
        assert (code, "--central-account" in err) == (2, True)
