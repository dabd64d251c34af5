"""The roles in the templates: who may take them on, and that each allows what is called and no more."""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path
from typing import Any

import pytest

from kafka_trigger_guard.aws.listings import LISTINGS
from tests.deploy.templates import STACKS, TEMPLATES, listed, of_type, statements_of
from tests.networks.builder import KEYED

ROLE = "AWS::IAM::Role"
ROLES = [(name, key) for name in STACKS for key in of_type(TEMPLATES[name], ROLE)]
DOCUMENTS = sorted(Path("remediation/documents").glob("*.policy.json"))
READS = ("Describe", "Get", "List", "Search", "Lookup")
OTHERS = {"ec2:DescribeRegions", "ec2:DescribeVpcBlockPublicAccessOptions", "sts:GetCallerIdentity"}
OF_CONFIG = {
    "config:DescribeConfigRules",
    "config:GetComplianceDetailsByConfigRule",
    "config:GetResourceConfigHistory",
    "config:PutEvaluations",
    "config:StartConfigRulesEvaluation",
}
FOR_DASHBOARDS = {"cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources"}
WITHOUT_RESOURCES = {"config:PutEvaluations"}
"""Writes for which AWS has no resource to name. service-authorization/latest/reference/list_awsconfig"""
WITHOUT_SOURCE = {"lambda.amazonaws.com", "config.amazonaws.com"}
"""Services that are not documented to say on whose behalf they take a role on."""


def role(name: str, key: str) -> dict[str, Any]:
    return of_type(TEMPLATES[name], ROLE)[key]


def actions(properties: dict[str, Any]) -> set[str]:
    return {action for statement in statements_of(properties) for action in listed(statement["Action"])}


@pytest.mark.parametrize("name", ["single-account.yaml", "member.yaml"])
def test_the_read_role_allows_what_is_read_and_recorded(name: str) -> None:
    assert actions(role(name, "ReadRole")) == {*LISTINGS, *KEYED, *OTHERS, *OF_CONFIG, *FOR_DASHBOARDS}


@pytest.mark.parametrize("name", ["single-account.yaml", "member.yaml"])
@pytest.mark.parametrize("policy", DOCUMENTS, ids=lambda path: path.name)
def test_a_documents_role_allows_what_its_policy_says(name: str, policy: Path) -> None:
    document = policy.name.removesuffix(".policy.json")
    (found,) = (each for each in of_type(TEMPLATES[name], ROLE).values() if each["RoleName"] == document)
    assert list(statements_of(found)) == json.loads(policy.read_text())["Statement"]


@pytest.mark.parametrize(("name", "key"), ROLES)
def test_no_action_has_a_wildcard(name: str, key: str) -> None:
    assert not [action for action in actions(role(name, key)) if "*" in action]


@pytest.mark.parametrize(("name", "key"), ROLES)
def test_no_write_is_allowed_on_everything(name: str, key: str) -> None:
    for statement in statements_of(role(name, key)):
        writes = {
            action
            for action in listed(statement["Action"])
            if not action.split(":")[1].startswith(READS) and action not in WITHOUT_RESOURCES
        }
        if writes:
            assert "*" not in listed(statement["Resource"]), writes


@pytest.mark.parametrize(("name", "key"), ROLES)
def test_trust_is_bound_to_this_account_or_the_central_one(name: str, key: str) -> None:
    for statement in _trusts(role(name, key)):
        conditions = json.dumps(statement.get("Condition", {}))
        if "AWS" in statement["Principal"]:
            assert statement["Principal"]["AWS"]["Fn::Sub"][0].endswith(":iam::${Reader}:root")
            assert "aws:PrincipalArn" in conditions
        elif statement["Principal"]["Service"] not in WITHOUT_SOURCE:
            assert "aws:SourceAccount" in conditions
            assert "aws:SourceArn" in conditions


def _trusts(properties: dict[str, Any]) -> list[dict[str, Any]]:
    from tests.deploy.templates import statements_in

    return list(statements_in(properties["AssumeRolePolicyDocument"]["Statement"]))


@pytest.mark.parametrize(("name", "key"), ROLES)
def test_every_role_can_be_held_to_a_boundary(name: str, key: str) -> None:
    boundary = role(name, key)["PermissionsBoundary"]
    assert boundary == {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}


@pytest.mark.parametrize("name", STACKS)
def test_a_role_with_one_name_for_all_regions_stands_in_the_home_region_only(name: str) -> None:
    for key, resource in TEMPLATES[name].resources.items():
        if resource["Type"] == ROLE:
            regional = "${AWS::Region}" in json.dumps(resource["Properties"]["RoleName"])
            home = resource.get("Condition") in ("IsHome", "AggregatesOrganization")
            assert regional != home, key


def test_the_functions_assume_only_the_read_role_and_only_where_they_are_told() -> None:
    (single,) = (s for s in statements_of(role("single-account.yaml", "RuleFunctionRole")) if _assumes(s))
    own = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/KafkaTriggerGuardRead"
    assert single["Resource"] == {"Fn::Sub": own}
    for statement in filter(_assumes, statements_of(role("central.yaml", "RuleFunctionRole"))):
        resource = statement["Resource"]["Fn::Sub"]
        if resource != own:
            assert fnmatch.fnmatch(
                "arn:${AWS::Partition}:iam::111122223333:role/KafkaTriggerGuardRead", resource
            )
            assert {"aws:ResourceOrgID", "aws:ResourceAccount"} & set(statement["Condition"]["StringEquals"])


def _assumes(statement: dict[str, Any]) -> bool:
    return bool(statement["Action"] == "sts:AssumeRole")


def test_the_bus_takes_events_of_the_organization_or_of_named_accounts_only() -> None:
    policies = of_type(TEMPLATES["central.yaml"], "AWS::Events::EventBusPolicy")
    organization = policies["OrganizationBusPolicy"]["Statement"]
    assert organization["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}}
    assert policies["AccountsBusPolicy"]["Statement"]["Principal"] == {"AWS": {"Ref": "AllowedAccounts"}}


def test_only_a_central_function_may_be_asked_by_other_accounts() -> None:
    (single,) = of_type(TEMPLATES["single-account.yaml"], "AWS::Lambda::Permission").values()
    assert single["SourceAccount"] == {"Ref": "AWS::AccountId"}
    (central,) = of_type(TEMPLATES["central.yaml"], "AWS::Lambda::Permission").values()
    assert (central["Principal"], central.get("SourceAccount")) == ("config.amazonaws.com", None)
