"""The registry of rules, against the table of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafka_trigger_guard.rules.findings import Reason
from kafka_trigger_guard.rules.registry import BY_NAME, RULES
from kafka_trigger_guard.rules.rule import Rule
from tests.networks.cases import RULES as SHORT_NAMES
from tests.networks.catalogue import CASES

DOCS = Path(__file__).parents[2] / "docs" / "rules"
CREATE, EGRESS = "KafkaTriggerGuard-CreateInterfaceEndpoint", "KafkaTriggerGuard-AuthorizeTriggerEgress"
ENDPOINT_INGRESS = "KafkaTriggerGuard-AuthorizeEndpointIngress"
BROKER_INGRESS = "KafkaTriggerGuard-AuthorizeBrokerIngress"
COMMON = {"IncludeDisabled", "UnknownAs", "Exempt", "EvaluatedResourceType"}
TABLE = {
    "kafka-trigger-lambda-endpoint": ("Is the Lambda API reached privately?", CREATE, {"AllowNat"}),
    "kafka-trigger-sts-endpoint": ("Is the STS API reachable?", CREATE, {"AllowNat"}),
    "kafka-trigger-secretsmanager-endpoint": (
        "Is Secrets Manager reachable, if a secret is used?",
        CREATE,
        {"AllowNat"},
    ),
    "kafka-trigger-destination-endpoint": (
        "Is the on-failure destination's service reachable, if there is one?",
        CREATE,
        {"AllowNat"},
    ),
    "kafka-trigger-egress": (
        "Does TriggerSG let the poller out to every endpoint and broker it needs?",
        EGRESS,
        {"AllowNat"},
    ),
    "kafka-trigger-endpoint-ingress": (
        "Do the endpoint SGs let TriggerSG in on 443?",
        ENDPOINT_INGRESS,
        set(),
    ),
    "kafka-trigger-broker-access": ("Do the brokers let TriggerSG in?", BROKER_INGRESS, set()),
    "kafka-trigger-broker-redundancy": (
        "Does one broker or one zone failing stop the trigger?",
        None,
        {"MinimumBrokers", "MinimumZones"},
    ),
}
"""What users script against: names in order, questions, remediation documents, own parameters."""


def test_the_rules_are_those_of_the_contract_in_its_order() -> None:
    """Names are unique."""
    assert [rule.name for rule in RULES] == list(TABLE) == list(BY_NAME)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_asks_repairs_and_takes_what_the_contract_says(rule: Rule) -> None:
    """Question, document, parameters."""
    asks, document, own = TABLE[rule.name]
    assert (rule.asks, rule.document) == (asks, document)
    assert {parameter.name for parameter in rule.parameters} == own | COMMON


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_page_that_says_what_it_asks_and_cannot_see(rule: Rule) -> None:
    """Generated from the rule itself."""
    page = " ".join((DOCS / f"{rule.name}.md").read_text(encoding="utf-8").split())
    assert rule.asks in page
    assert rule.cannot_see[1:] in page
    assert all(parameter.name in page for parameter in rule.parameters)
    assert rule.document is None or rule.document in page


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    """And nothing else stands there."""
    assert {path.stem for path in DOCS.glob("kafka-trigger-*.md")} == set(BY_NAME)


def test_every_reason_code_is_shown_by_a_hand_made_network() -> None:
    """None is dead."""
    shown = {reason for case in CASES for reason in case.findings.values()}
    assert {reason.value for reason in Reason} - shown == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_gives_no_reason_that_it_does_not_declare(rule: Rule) -> None:
    """But for the reasons that every rule may give."""
    everywhere = {"exempt", "disabled", "source-missing", "not-in-vpc", "provisioned-mode", "no-secret"}
    everywhere |= {"no-destination", "no-endpoint", "not-collected", "shared-vpc", "not-modelled"}
    shown = {case.findings[rule.name] for case in CASES}
    assert shown - everywhere <= {reason.value for reason in rule.reasons}


def test_the_short_names_of_the_tests_are_all_rules() -> None:
    """No test asks a rule that does not exist."""
    assert set(SHORT_NAMES.values()) == set(BY_NAME)
