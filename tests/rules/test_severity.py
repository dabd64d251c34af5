"""How urgent a finding is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafka_trigger_guard.rules.severity import severity_of
from tests.networks.builder import Scenario
from tests.networks.catalogue import CASES
from tests.networks.healthy import healthy
from tests.networks.judging import findings

SEVERITIES = {
    "nat-path": "MEDIUM",
    "central-egress": "MEDIUM",
    "partial": "MEDIUM",
    "single-broker": "LOW",
    "single-zone": "LOW",
}
"""Of what is NON_COMPLIANT; every other reason says that the trigger cannot work."""


def test_a_healthy_trigger_needs_no_action() -> None:
    assert {severity_of(each).value for each in findings(healthy()).values()} == {"INFORMATIONAL"}


@pytest.mark.parametrize(
    ("build", "rule", "severity"),
    [
        (lambda: healthy().without_endpoint("lambda").nat(), "lambda", "MEDIUM"),
        (lambda: healthy().without_endpoint("lambda"), "lambda", "HIGH"),
        (lambda: healthy().ingress("broker"), "broker_access", "HIGH"),
        (lambda: healthy().bootstrap_servers("10.0.0.132:9092"), "redundancy", "LOW"),
        (lambda: healthy().not_collected("ec2:DescribeVpcEndpoints"), "lambda", "MEDIUM"),
        (lambda: healthy().provisioned(), "lambda", "INFORMATIONAL"),
    ],
)
def test_severity_says_whether_the_trigger_works(
    build: Callable[[], Scenario], rule: str, severity: str
) -> None:
    assert severity_of(findings(build())[rule]).value == severity


def test_every_finding_of_the_catalogue_has_the_severity_of_its_verdict_and_reason() -> None:
    for case in CASES:
        for found in findings(case.build(), case.parameters).values():
            expected = {"UNKNOWN": "MEDIUM", "NON_COMPLIANT": SEVERITIES.get(found.reason.value, "HIGH")}
            assert severity_of(found).value == expected.get(found.verdict.value, "INFORMATIONAL"), case.name
