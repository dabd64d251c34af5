"""Is the STS API reachable?"""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks import gateways
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import endpoint_id, nat_gateway_id, permission, vpc_attributes, vpc_id

RULE = BY_NAME["kafka-trigger-sts-endpoint"]


def test_an_endpoint_in_use_is_green() -> None:
    """And the endpoint is named."""
    finding = findings(healthy())["sts"]
    assert (finding.rule, finding.verdict, finding.reason.value) == (RULE.name, Verdict.COMPLIANT, "endpoint")
    assert endpoint_id("sts") in finding.annotation
    assert finding.remediation is None


def test_the_other_services_endpoints_do_not_help() -> None:
    """Each service is asked by a rule of its own."""
    red = {
        rule
        for rule, f in findings(healthy().without_endpoint("sts")).items()
        if f.verdict is not Verdict.COMPLIANT
    }
    assert red == {"sts"}


def without_dns(scenario: Scenario) -> Scenario:
    """With endpoints that let the whole VPC in, which then uses them."""
    scenario.ingress("endpoint", permission(443, cidrs=["10.0.0.0/16"]))
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = vpc_attributes(support=False)
    return scenario


@pytest.mark.parametrize(
    ("scenario", "reason", "blocker"),
    [
        (healthy().without_endpoint("sts"), "no-path", vpc_id()),
        (healthy().change(endpoint_id("sts"), State="pending"), "endpoint-not-available", endpoint_id("sts")),
        (
            healthy().change(endpoint_id("sts"), PrivateDnsEnabled=False),
            "private-dns-disabled",
            endpoint_id("sts"),
        ),
        (without_dns(healthy()), "vpc-dns-disabled", vpc_id()),
    ],
    ids=["none", "pending", "no private DNS", "no VPC DNS"],
)
def test_a_missing_or_defective_endpoint_is_red_and_can_be_repaired(
    scenario: Scenario, reason: str, blocker: str
) -> None:
    """By the document that creates or repairs interface endpoints."""
    finding = findings(scenario)["sts"]
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
    finding = findings(healthy().change(endpoint_id("sts"), PolicyDocument=closed))["sts"]
    assert (finding.reason.value, finding.blockers[0].id) == ("endpoint-policy-denies", endpoint_id("sts"))
    assert finding.remediation is None


@pytest.mark.parametrize(
    ("allow_nat", "reason"), [(None, "nat-allowed"), ("true", "nat-allowed"), ("false", "nat-path")]
)
def test_a_working_nat_path_counts_where_it_is_allowed(allow_nat: str | None, reason: str) -> None:
    """By default it does: the traffic is tiny."""
    parameters = {} if allow_nat is None else {f"{RULE.name}.AllowNat": allow_nat}
    finding = findings(healthy().without_endpoint("sts").nat(), parameters)["sts"]
    assert finding.reason.value == reason
    assert nat_gateway_id() in finding.annotation


def test_what_was_not_read_is_unknown_and_named() -> None:
    """Never guessed to be green."""
    finding = findings(healthy().not_collected("ec2:DescribeVpcEndpoints"))["sts"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert "ec2:DescribeVpcEndpoints" in finding.annotation


def test_provisioned_mode_needs_none() -> None:
    """AWS carries the calls."""
    assert reasons(healthy().provisioned())["sts"] == "provisioned-mode"
