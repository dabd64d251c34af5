"""The four templates, put together from their parts."""

from __future__ import annotations

from pathlib import Path

from deploy.templates import account, documents, following, functions, parameters, rules, telling
from deploy.templates.intrinsics import Json, equals, given, given_list, ref, sub

FORMAT = "2010-09-09"
ROOT = Path(__file__).resolve().parents[2]
_READERS = "ARNs (with * if need be) of who else may read by the role, such as a person's role; empty: nobody"


def templates(folder: Path = documents.FOLDER) -> dict[str, Json]:
    """Every template by its file's name."""
    found = documents.read(folder)
    return {
        "single-account.yaml": single(found),
        "central.yaml": central(),
        "member.yaml": member(found),
        "conformance-pack.yaml": conformance_pack(),
    }


def single(found: tuple[documents.Document, ...]) -> Json:
    """Everything in one account and Region; the management account's too, which StackSets leave out."""
    asked = {
        "What is judged": parameters.of_schedule() | parameters.of_rules(),
        "What is repaired": parameters.of_remediation(rules.repaired(found), found),
        "Functions": parameters.of_functions(),
        "This account": {**parameters.of_place(), "Readers": parameters.texts(_READERS)},
    }
    conditions = {
        **_place_conditions(),
        **functions.conditions(central=False),
        "HasEmail": given("Email"),
        "HasReaders": given_list("Readers"),
        **rules.rule_conditions(),
        **rules.repair_conditions(found),
    }
    function = {"Fn::GetAtt": [functions.RULE.key, "Arn"]}
    resources = {
        **functions.resources(central=False),
        **following.queue(),
        **following.changes_to_queue(),
        **telling.topics(""),
        **telling.alarms(),
        **telling.dashboard(),
        **telling.account_aggregator(),
        "ReadRole": account.read_role(ref("AWS::AccountId")),
        **documents.resources(found),
        **rules.config_rules(function, depends_on="ConfigPermission"),
        **rules.repairs(found),
    }
    meaning = "Judges the Kafka triggers of this account and Region, and repairs what is wrong with them"
    return _template(meaning, asked, conditions, resources, _told())


def central() -> Json:
    """What answers for an organization, in a Region of its central account."""
    organization = {
        "OrganizationId": parameters.text(
            "Organization whose accounts are answered, o-...; empty: only those that are allowed",
            AllowedPattern="^$|^o-[a-z0-9]{10,32}$",
        ),
        "AllowedAccounts": parameters.texts("Ids of accounts that are answered besides; empty: none"),
    }
    asked = {
        "Who is answered": organization,
        "Functions": parameters.of_functions(),
        "This account": parameters.of_place(),
    }
    conditions = {
        **_place_conditions(),
        **functions.conditions(central=True),
        "HasEmail": given("Email"),
        "AggregatesOrganization": {"Fn::And": [{"Condition": "IsHome"}, {"Condition": "HasOrganization"}]},
    }
    resources = {
        **functions.resources(central=True),
        **following.queue(),
        **following.bus(),
        **telling.topics("Bus"),
        **telling.alarms(),
        **telling.dashboard(),
        **telling.organization_aggregator(),
    }
    meaning = "Answers AWS Config for the Kafka triggers of an organization's accounts in this Region"
    bus = {"BusArn": {"Description": "Where members forward to", "Value": {"Fn::GetAtt": ["Bus", "Arn"]}}}
    return _template(meaning, asked, conditions, resources, _told() | bus)


def member(found: tuple[documents.Document, ...]) -> Json:
    """What stands in each account that a central one answers; a StackSet brings it there."""
    account_id = parameters.text(
        "Account whose function answers, in each Region", None, AllowedPattern="[0-9]{12}"
    )
    asked = {
        "Who answers": {"CentralAccount": account_id},
        "What is judged": parameters.of_schedule() | parameters.of_rules(),
        "What is repaired": parameters.of_remediation(rules.repaired(found), found),
        "This account": {**parameters.of_place(), "Readers": parameters.texts(_READERS)},
    }
    conditions = {
        **_place_conditions(),
        "HasReaders": given_list("Readers"),
        **rules.rule_conditions(),
        **rules.repair_conditions(found),
    }
    function = sub(
        "arn:${AWS::Partition}:lambda:${AWS::Region}:${CentralAccount}:function:" + functions.RULE.name
    )
    resources = {
        "ReadRole": account.read_role(ref("CentralAccount")),
        **following.forwarding(),
        **documents.resources(found),
        **rules.config_rules(function),
        **rules.repairs(found),
    }
    meaning = "Has the Kafka triggers of this account and Region judged by a central account"
    return _template(meaning, asked, conditions, resources, {})


def conformance_pack() -> Json:
    """The rules alone, for a conformance pack; the function's account must have been deployed before.

    config/latest/developerguide/custom-conformance-pack. Packs add a suffix to the rules' names.
    """
    arn = parameters.text(f"ARN of the function {functions.RULE.name} in the Region of the pack", None)
    asked = {"FunctionArn": arn, **parameters.of_schedule(), **parameters.of_rules()}
    return {
        "Parameters": asked,
        "Conditions": rules.rule_conditions(),
        "Resources": rules.config_rules(ref("FunctionArn")),
    }


def _place_conditions() -> Json:
    home = {"Fn::Or": [equals(ref("HomeRegion"), ""), equals(ref("HomeRegion"), ref("AWS::Region"))]}
    return {"IsHome": home, "HasBoundary": given("PermissionsBoundary")}


def _told() -> Json:
    """What the stack says once it is there."""
    return {
        "FunctionArn": {
            "Description": "The function that answers AWS Config",
            "Value": {"Fn::GetAtt": [functions.RULE.key, "Arn"]},
        },
        "FindingsTopicArn": {
            "Description": "The topic that tells of results that turn red",
            "Value": ref("FindingsTopic"),
        },
        "AlarmsTopicArn": {"Description": "The topic of the alarms", "Value": ref("AlarmsTopic")},
    }


def _template(meaning: str, asked: dict[str, Json], conditions: Json, resources: Json, told: Json) -> Json:
    groups = [
        {"Label": {"default": label}, "Parameters": list(group)} for label, group in asked.items() if group
    ]
    return {
        "AWSTemplateFormatVersion": FORMAT,
        "Description": f"kafka-trigger-guard: {meaning}",
        "Metadata": {"AWS::CloudFormation::Interface": {"ParameterGroups": groups}},
        "Parameters": {name: value for group in asked.values() for name, value in group.items()},
        "Conditions": conditions,
        "Resources": resources,
        **({"Outputs": told} if told else {}),
    }
