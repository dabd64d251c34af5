"""Is the on-failure destination's service reachable, if there is one?"""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import endpoint_id

RULE = BY_NAME["kafka-trigger-destination-endpoint"]


def sent_to(arn: str) -> Scenario:
    """The healthy trigger without the queue's endpoint, with another destination."""
    return healthy().without_endpoint("sqs").with_destination(arn)


@pytest.mark.parametrize(
    ("arn", "service"),
    [(triggers.QUEUE_ARN, "sqs"), (triggers.TOPIC_ARN, "sns"), (triggers.BUCKET_ARN, "s3")],
)
def test_each_kind_of_destination_needs_its_own_service(arn: str, service: str) -> None:
    """Red without, green with its interface endpoint."""
    assert reasons(sent_to(arn))["destination"] == "no-path"
    finding = findings(sent_to(arn).endpoint(service))["destination"]
    assert (finding.rule, finding.reason.value) == (RULE.name, "endpoint")


def test_a_bucket_is_also_reached_by_a_gateway_endpoint() -> None:
    """Where the trigger subnets' tables lead to it."""
    assert reasons(sent_to(triggers.BUCKET_ARN).s3_gateway())["destination"] == "endpoint"
    assert reasons(sent_to(triggers.BUCKET_ARN).s3_gateway(tables=("main",)))["destination"] == "no-path"


def test_a_gateway_endpoint_that_is_not_available_is_the_defect() -> None:
    """As with interface endpoints."""
    scenario = sent_to(triggers.BUCKET_ARN).s3_gateway().change(endpoint_id("s3-gateway"), State="deleting")
    assert reasons(scenario)["destination"] == "endpoint-not-available"


@pytest.mark.parametrize("arn", ["kafka://orders-failed", ""])
def test_without_a_destination_in_aws_it_does_not_apply(arn: str) -> None:
    """`kafka://` is the source cluster itself."""
    assert reasons(healthy().with_destination(arn))["destination"] == "no-destination"
    assert reasons(healthy().without_destination())["destination"] == "no-destination"


def test_a_destination_in_another_region_is_not_served_by_this_one_s_endpoint() -> None:
    """Only a NAT path leads there."""
    arn = "arn:aws:sqs:eu-west-1:111122223333:orders-failed"
    assert reasons(healthy().with_destination(arn))["destination"] == "no-path"
    assert reasons(healthy().with_destination(arn).nat())["destination"] == "nat-allowed"


def test_nat_may_be_forbidden() -> None:
    """For organizations without internet."""
    finding = findings(sent_to(triggers.QUEUE_ARN).nat(), {"AllowNat": "false"})["destination"]
    assert (finding.verdict, finding.reason.value) == (Verdict.NON_COMPLIANT, "nat-path")
