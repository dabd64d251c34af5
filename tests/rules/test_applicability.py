"""Which triggers a rule leaves alone, and in which order the reasons count."""

from __future__ import annotations

from datetime import date

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Verdict
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.cases import RULES
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless
from tests.networks.judging import findings, reasons
from tests.networks.shapes import group_id, subnet_id

ENDPOINT_RULES = ("lambda", "sts", "secretsmanager", "destination")
UNTIL = "2026-06-30"


def on(day: date, scenario: Scenario) -> set[str]:
    """All reasons on a day, with an exemption until UNTIL."""
    parameters = {"Exempt": f"{triggers.UUID}@{UNTIL}"}
    evaluation = evaluate([from_document(scenario.document())], parameters=parameters, today=day)[0]
    return {finding.reason.value for finding in evaluation.triggers[0].findings}


def test_an_exemption_holds_up_to_and_including_its_last_day() -> None:
    """The day after, the trigger is judged again."""
    assert on(date(2026, 6, 30), healthy()) == {"exempt"}
    assert "exempt" not in on(date(2026, 7, 1), healthy())


def test_an_exemption_may_name_the_function() -> None:
    """All triggers of a function, without its qualifier."""
    scenario = healthy().mapping(FunctionArn=f"{triggers.FUNCTION_ARN}:live")
    assert set(reasons(scenario, {"Exempt": f"orders@{UNTIL}"}).values()) == {"exempt"}
    assert "exempt" not in reasons(scenario, {"Exempt": f"order@{UNTIL}"}).values()


@pytest.mark.parametrize("state", ["Disabled", "Disabling", "Deleting"])
def test_a_trigger_that_does_not_poll_is_left_alone(state: str) -> None:
    """Unless IncludeDisabled asks for it."""
    scenario = healthy().mapping(State=state)
    assert set(reasons(scenario).values()) == {"disabled"}
    assert "disabled" not in reasons(scenario, {"IncludeDisabled": "true"}).values()


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Enabled", "Updating", ""])
def test_every_other_state_is_judged(state: str) -> None:
    """A state nobody told is no disabled one."""
    assert reasons(healthy().mapping(State=state))["lambda"] == "endpoint"


def test_exempt_comes_before_disabled_and_disabled_before_a_missing_source() -> None:
    """The first match wins."""
    scenario = healthy_msk().remove(triggers.CLUSTER_ARN).mapping(State="Disabled")
    assert set(reasons(scenario, {"Exempt": f"{triggers.UUID}@{UNTIL}"}).values()) == {"exempt"}
    assert set(reasons(scenario).values()) == {"disabled"}


@pytest.mark.parametrize("missing", ["cluster", "subnet", "group"])
def test_a_missing_source_is_broker_access_s_finding_alone(missing: str) -> None:
    """NON_COMPLIANT there, naming what is gone; NOT_APPLICABLE in all other rules."""
    scenario = healthy_msk()
    gone = {"cluster": triggers.CLUSTER_ARN, "subnet": subnet_id("trigger-b"), "group": group_id("msk")}[
        missing
    ]
    found = findings(scenario.remove(gone))
    assert {finding.reason.value for finding in found.values()} == {"source-missing"}
    red = [rule for rule, finding in found.items() if finding.verdict is Verdict.NON_COMPLIANT]
    assert red == ["broker_access"]
    assert found["broker_access"].blockers[0].id == gone
    assert gone in found["broker_access"].annotation
    assert {f.verdict for rule, f in found.items() if rule not in red} == {Verdict.NOT_APPLICABLE}


def test_a_missing_source_comes_before_provisioned_mode() -> None:
    """A trigger without a cluster is broken in either mode."""
    found = reasons(healthy_msk().provisioned().remove(triggers.CLUSTER_ARN))
    assert set(found.values()) == {"source-missing"}


def test_a_cluster_that_was_not_read_is_not_a_missing_one() -> None:
    """Only a collected list says that something does not exist."""
    found = findings(healthy_msk().not_collected("kafka:ListClustersV2"))
    assert found["broker_access"].reason.value == "not-collected"
    assert "kafka:ListClustersV2" in found["broker_access"].annotation
    assert found["secretsmanager"].reason.value == "no-secret"


def test_outside_a_vpc_only_redundancy_is_judged() -> None:
    """Self-managed Kafka without VPC settings is polled from AWS's own network."""
    found = reasons(healthy().without_vpc())
    assert {found.pop("redundancy"), *found.values()} == {"redundant", "not-in-vpc"}


def test_provisioned_mode_leaves_egress_and_the_brokers() -> None:
    """AWS carries the calls of provisioned pollers."""
    found = reasons(healthy().provisioned())
    assert {found[rule] for rule in (*ENDPOINT_RULES, "endpoint_ingress")} == {"provisioned-mode"}
    assert (found["egress"], found["broker_access"], found["redundancy"]) == (
        "allowed",
        "allowed",
        "redundant",
    )


def test_not_in_vpc_comes_before_provisioned_mode_and_that_before_no_secret() -> None:
    """The first match wins."""
    assert reasons(healthy().without_vpc().provisioned())["lambda"] == "not-in-vpc"
    assert reasons(healthy().without_secret().provisioned())["secretsmanager"] == "provisioned-mode"


@pytest.mark.parametrize("rule", list(RULES))
def test_a_mapping_that_makes_no_sense_is_unknown_in_every_rule(rule: str) -> None:
    """Nobody knows whether it uses a secret or a destination, so `no-secret` would be a guess."""
    finding = findings(healthy().mapping(SourceAccessConfigurations="none"))[rule]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert "lambda:ListEventSourceMappings" in finding.annotation


def test_a_cluster_that_tells_no_subnets_is_unknown_and_not_outside_a_vpc() -> None:
    """MSK is always in a VPC."""
    scenario = healthy_serverless()
    scenario.item(triggers.SERVERLESS_ARN)["Serverless"]["VpcConfigs"] = [{}]
    found = findings(scenario)
    assert {found[rule].verdict for rule in ("lambda", "egress", "broker_access")} == {Verdict.UNKNOWN}


def test_no_candidate_endpoint_leaves_endpoint_ingress_alone() -> None:
    """Without an endpoint there is no group to ask."""
    scenario = healthy()
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        scenario.without_endpoint(service)
    assert reasons(scenario)["endpoint_ingress"] == "no-endpoint"
