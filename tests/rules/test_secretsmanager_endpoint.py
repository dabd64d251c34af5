"""Is Secrets Manager reachable, if a secret is used?"""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks import gateways
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import endpoint_id, nat_gateway_id, permission, vpc_attributes, vpc_id

RULE = BY_NAME["kafka-trigger-secretsmanager-endpoint"]


def test_an_endpoint_in_use_is_green() -> None:
    """And the endpoint is named."""
    finding = findings(healthy())["secretsmanager"]
    assert (finding.rule, finding.verdict, finding.reason.value) == (RULE.name, Verdict.COMPLIANT, "endpoint")
    assert endpoint_id("secretsmanager") in finding.annotation
    assert finding.remediation is None


def test_the_other_services_endpoints_do_not_help() -> None:
    """Each service is asked by a rule of its own."""
    red = {
        rule
        for rule, f in findings(healthy().without_endpoint("secretsmanager")).items()
        if f.verdict is not Verdict.COMPLIANT
    }
    assert red == {"secretsmanager"}


def without_dns(scenario: Scenario) -> Scenario:
    """With endpoints that let the whole VPC in, which then uses them."""
    scenario.ingress("endpoint", permission(443, cidrs=["10.0.0.0/16"]))
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = vpc_attributes(support=False)
    return scenario


@pytest.mark.parametrize(
    ("scenario", "reason", "blocker"),
    [
        (healthy().without_endpoint("secretsmanager"), "no-path", vpc_id()),
        (
            healthy().change(endpoint_id("secretsmanager"), State="pending"),
            "endpoint-not-available",
            endpoint_id("secretsmanager"),
        ),
        (
            healthy().change(endpoint_id("secretsmanager"), PrivateDnsEnabled=False),
            "private-dns-disabled",
            endpoint_id("secretsmanager"),
        ),
        (without_dns(healthy()), "vpc-dns-disabled", vpc_id()),
    ],
    ids=["none", "pending", "no private DNS", "no VPC DNS"],
)
def test_a_missing_or_defective_endpoint_is_red_and_can_be_repaired(
    scenario: Scenario, reason: str, blocker: str
) -> None:
    """By the document that creates or repairs interface endpoints."""
    finding = findings(scenario)["secretsmanager"]
    assert (finding.verdict, finding.reason.value, finding.blockers[0].id) == (
        Verdict.NON_COMPLIANT,
        reason,
        blocker,
    )
    assert finding.remediation is not None
    assert finding.remediation.document == "KafkaTriggerGuard-CreateInterfaceEndpoint"
    assert finding.remediation.parameters["Rule"] == RULE.name


def test_a_policy_that_shuts_the_poller_out_is_red_and_a_person_s_work() -> None:
    """No document touches endpoint policies."""
    closed = gateways.OPEN_POLICY.replace("Allow", "Deny")
    finding = findings(healthy().change(endpoint_id("secretsmanager"), PolicyDocument=closed))[
        "secretsmanager"
    ]
    assert (finding.reason.value, finding.blockers[0].id) == (
        "endpoint-policy-denies",
        endpoint_id("secretsmanager"),
    )
    assert finding.remediation is None


@pytest.mark.parametrize(
    ("allow_nat", "reason"), [(None, "nat-allowed"), ("true", "nat-allowed"), ("false", "nat-path")]
)
def test_a_working_nat_path_counts_where_it_is_allowed(allow_nat: str | None, reason: str) -> None:
    """By default it does: the traffic is tiny."""
    parameters = {} if allow_nat is None else {f"{RULE.name}.AllowNat": allow_nat}
    finding = findings(healthy().without_endpoint("secretsmanager").nat(), parameters)["secretsmanager"]
    assert finding.reason.value == reason
    assert nat_gateway_id() in finding.annotation


def test_what_was_not_read_is_unknown_and_named() -> None:
    """Never guessed to be green."""
    finding = findings(healthy().not_collected("ec2:DescribeVpcEndpoints"))["secretsmanager"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert "ec2:DescribeVpcEndpoints" in finding.annotation


def test_provisioned_mode_needs_none() -> None:
    """AWS carries the calls."""
    assert reasons(healthy().provisioned())["secretsmanager"] == "provisioned-mode"


def test_without_a_secret_it_does_not_apply() -> None:
    """Whatever endpoints there are."""
    assert reasons(healthy().without_secret())["secretsmanager"] == "no-secret"


def test_any_secretsmanager_arn_is_a_secret() -> None:
    """Whatever its type."""
    scenario = healthy().without_secret().with_secret("BRAND_NEW_AUTH").without_endpoint("secretsmanager")
    assert reasons(scenario)["secretsmanager"] == "no-path"
