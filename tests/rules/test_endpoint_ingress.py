"""Do the endpoint SGs let TriggerSG in on 443?"""

from __future__ import annotations

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import endpoint_id, group_id, permission

RULE = BY_NAME["kafka-trigger-endpoint-ingress"]


def test_endpoints_that_let_the_poller_in_are_green() -> None:
    """And all of them are named."""
    finding = findings(healthy())["endpoint_ingress"]
    assert (finding.rule, finding.verdict) == (RULE.name, Verdict.COMPLIANT)
    assert all(endpoint_id(each) in finding.annotation for each in ("lambda", "sts", "secretsmanager", "sqs"))


def test_a_closed_group_is_red_here_alone_and_can_be_repaired() -> None:
    """A fault is red in the rules whose own hops it cuts, and in no other."""
    found = findings(healthy().ingress("endpoint"))
    assert [rule for rule, finding in found.items() if finding.verdict is not Verdict.COMPLIANT] == [
        "endpoint_ingress"
    ]
    finding = found["endpoint_ingress"]
    assert (finding.reason.value, finding.blockers[0].id) == ("endpoint-ingress-denied", group_id("endpoint"))
    assert finding.remediation is not None
    assert finding.remediation.document == "KafkaTriggerGuard-AuthorizeEndpointIngress"


def test_one_closed_endpoint_of_four_is_enough() -> None:
    """Its own group is the blocker."""
    scenario = healthy().without_endpoint("sts").group("shut").endpoint("sts", groups=["shut"])
    finding = findings(scenario)["endpoint_ingress"]
    assert (finding.reason.value, [b.id for b in finding.blockers]) == (
        "endpoint-ingress-denied",
        [group_id("shut")],
    )


def test_the_candidate_endpoint_counts_even_if_it_is_defective_otherwise() -> None:
    """Both rules are red, each for its own fault."""
    found = reasons(healthy().change(endpoint_id("lambda"), State="pending").ingress("endpoint"))
    assert (found["lambda"], found["endpoint_ingress"]) == (
        "endpoint-not-available",
        "endpoint-ingress-denied",
    )


def test_a_defective_endpoint_beside_a_nat_is_no_candidate() -> None:
    """The traffic goes to public addresses."""
    scenario = (
        healthy()
        .nat()
        .without_endpoint("sts")
        .group("shut")
        .endpoint("sts", groups=["shut"], State="pending")
    )
    assert reasons(scenario)["endpoint_ingress"] == "allowed"


def test_without_any_endpoint_it_does_not_apply() -> None:
    """A gateway endpoint has no groups either."""
    scenario = healthy().without_secret().with_destination("arn:aws:s3:::orders-failed").s3_gateway()
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        scenario.without_endpoint(service)
    assert reasons(scenario)["endpoint_ingress"] == "no-endpoint"


def test_endpoints_that_were_not_read_are_unknown() -> None:
    """Deny, then unknown, then allow."""
    assert reasons(healthy().not_collected("ec2:DescribeVpcEndpoints"))["endpoint_ingress"] == "not-collected"


def test_a_group_may_name_the_trigger_subnets_addresses() -> None:
    """Their CIDR is as good as TriggerSG."""
    assert (
        reasons(healthy().ingress("endpoint", permission(443, cidrs=["10.0.0.0/26"])))["endpoint_ingress"]
        == "allowed"
    )
