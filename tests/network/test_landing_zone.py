"""A landing zone of three accounts: a change at one hop is red in its own rule, with object and owner."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Finding, Verdict
from tests.networks.landscape import landscape
from tests.networks.landscape_cases import CHANGES, Change, Expected
from tests.networks.landscape_shapes import NAMES, NETWORK, SPOKE, Landscape


def judged(found: Landscape) -> dict[str, Finding]:
    """The findings of the spoke's trigger, by the rules' short names."""
    evaluations = evaluate([from_document(document) for document in found.values()])
    (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
    return {finding.rule.removeprefix("kafka-trigger-"): finding for finding in trigger.findings}


def changed(change: Change) -> Landscape:
    found = landscape()
    change.make(found)
    return found


def told(finding: Finding) -> Expected:
    first = finding.blockers[0] if finding.blockers else None
    return finding.reason.value, first.id if first else "", first.account if first else ""


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_at_one_hop_is_red_in_its_own_rule_and_in_no_other(change: Change) -> None:
    found = judged(changed(change))
    green = {"endpoint", "nat-allowed", "allowed", "redundant", "no-destination"}
    assert {rule: told(f) for rule, f in found.items() if f.reason.value not in green} == change.expected


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whoever_must_act_is_named_where_it_is_not_the_trigger_s_own_account(change: Change) -> None:
    for finding in judged(changed(change)).values():
        owners = {blocker.account for blocker in finding.blockers} - {SPOKE}
        if finding.verdict is Verdict.NON_COMPLIANT and finding.remediation is None and owners:
            assert any(account in finding.annotation for account in (NETWORK, NAMES)), finding.annotation
        assert len(finding.annotation) <= 256


@pytest.mark.parametrize(
    ("missing", "account", "operation"),
    [("names", NAMES, "route53:ListResourceRecordSets"), ("network", NETWORK, "ec2:DescribeVpcEndpoints")],
)
def test_an_account_that_was_not_read_is_named_with_the_operation(
    missing: str, account: str, operation: str
) -> None:
    found = landscape()
    del found[missing]
    for rule in ("lambda-endpoint", "sts-endpoint", "secretsmanager-endpoint", "endpoint-ingress"):
        finding = judged(found)[rule]
        assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
        assert account in finding.annotation
        assert operation in finding.annotation
