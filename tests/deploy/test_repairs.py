"""What starts the documents, by each rule's parameter and by what starts repairs that are automatic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from kafka_trigger_guard.rules.registry import RULES
from tests.deploy.conftest import Deploy
from tests.deploy.templates import TEMPLATES, of_type

REPAIRED = [rule for rule in RULES if rule.document is not None]
CONTENTS = {
    each["Name"]: yaml.safe_load(each["Content"])
    for each in of_type(TEMPLATES["member.yaml"], "AWS::SSM::Document").values()
}


def repairs(client: Callable[[str], Any]) -> dict[str, dict[str, Any]]:
    names = [rule.name for rule in REPAIRED]
    found = client("config").describe_remediation_configurations(ConfigRuleNames=names)
    return {each["ConfigRuleName"]: each for each in found["RemediationConfigurations"]}


def started_by_events(client: Callable[[str], Any]) -> list[str]:
    rules = client("events").list_rules()["Rules"]
    return sorted(rule["Name"].split("-")[3] for rule in rules if "RepairEvents" in rule["Name"])


def test_by_default_a_person_starts_each_rules_document(deploy: Deploy, client: Callable[[str], Any]) -> None:
    assert deploy("single")[0] == 0
    found = repairs(client)
    assert {name: each["TargetId"] for name, each in found.items()} == {
        rule.name: rule.document for rule in REPAIRED
    }
    assert not any(each["Automatic"] for each in found.values())
    assert started_by_events(client) == []


def test_what_starts_repairs_can_be_changed_later(deploy: Deploy, client: Callable[[str], Any]) -> None:
    one = "--parameter=kafka-trigger-egress.Remediation=auto"
    assert deploy("single", "--parameter=Remediation=off", one)[0] == 0
    (egress,) = repairs(client).values()
    assert (egress["ConfigRuleName"], egress["Automatic"]) == ("kafka-trigger-egress", True)
    assert deploy("single", "--parameter=RemediationTrigger=eventbridge")[0] == 0
    (egress,) = repairs(client).values()
    assert egress["Automatic"] is False
    assert started_by_events(client) == ["EgressRepairEvents"]
    assert deploy("single", "--parameter=Remediation=off")[0] == 0
    assert repairs(client) == {}
    assert started_by_events(client) == []


@pytest.mark.parametrize("rule", REPAIRED, ids=lambda rule: rule.name)
def test_a_document_is_told_all_that_it_asks_for(rule: Any) -> None:
    """Each of its parameters but the switch of a dry run; the resource's id and nothing else is dynamic."""
    properties = next(
        each
        for each in of_type(TEMPLATES["member.yaml"], "AWS::Config::RemediationConfiguration").values()
        if each["Parameters"]["Rule"]["StaticValue"]["Values"] == [rule.name]
    )
    asked = set(CONTENTS[rule.document]["parameters"]) - {"DryRun"}
    if "AllowNat" not in [parameter.name for parameter in rule.own_parameters]:
        asked -= {"AllowNat"}
    given = properties["Parameters"]
    assert set(given) == asked
    assert given.pop("EventSourceMappingId") == {"ResourceValue": {"Value": "RESOURCE_ID"}}
    assert all("StaticValue" in each.get("Fn::If", [None, each])[1] for each in given.values())


def test_each_document_of_a_rule_accepts_the_rule() -> None:
    for rule in REPAIRED:
        accepted = CONTENTS[str(rule.document)]["parameters"]["Rule"].get("allowedValues", [rule.name])
        assert rule.name in accepted
