"""Does TriggerSG let the poller out to every endpoint and broker it needs?"""

from __future__ import annotations

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.judging import findings, reasons
from tests.networks.shapes import endpoint_id, group_id, permission

RULE = BY_NAME["kafka-trigger-egress"]
TO_BROKERS = permission(9092, cidrs=["10.0.0.128/25"])
TO_ENDPOINTS = permission(443, cidrs=["10.0.0.64/27"])


def test_out_to_brokers_and_endpoints_is_green() -> None:
    """And the group is named."""
    finding = findings(healthy().egress("trigger", TO_BROKERS, TO_ENDPOINTS))["egress"]
    assert (finding.rule, finding.verdict) == (RULE.name, Verdict.COMPLIANT)
    assert group_id("trigger") in finding.annotation


def test_a_closed_group_is_red_here_alone_and_can_be_repaired() -> None:
    """A fault is red in the rules whose own hops it cuts, and in no other."""
    found = findings(healthy().egress("trigger"))
    assert [rule for rule, finding in found.items() if finding.verdict is not Verdict.COMPLIANT] == ["egress"]
    finding = found["egress"]
    assert (finding.reason.value, finding.blockers[0].id) == ("trigger-egress-denied", group_id("trigger"))
    assert finding.remediation is not None
    assert finding.remediation.document == "KafkaTriggerGuard-AuthorizeTriggerEgress"


def test_each_of_brokers_and_endpoints_is_needed() -> None:
    """One destination denied is enough."""
    assert reasons(healthy().egress("trigger", TO_BROKERS))["egress"] == "trigger-egress-denied"
    assert reasons(healthy().egress("trigger", TO_ENDPOINTS))["egress"] == "trigger-egress-denied"


def test_provisioned_mode_needs_the_brokers_only() -> None:
    """AWS carries the calls."""
    assert reasons(healthy().provisioned().egress("trigger", TO_BROKERS))["egress"] == "allowed"
    assert (
        reasons(healthy().provisioned().egress("trigger", TO_ENDPOINTS))["egress"] == "trigger-egress-denied"
    )


def test_the_candidate_endpoint_counts_even_if_it_is_defective_otherwise() -> None:
    """Once repaired, it is where the traffic goes."""
    scenario = healthy().change(endpoint_id("lambda"), State="pending").egress("trigger", TO_BROKERS)
    assert reasons(scenario)["egress"] == "trigger-egress-denied"


def test_a_way_by_nat_that_does_not_count_needs_nothing() -> None:
    """Absent AllowNat means each service's default: lambda's payload must not leave."""
    scenario = healthy().without_endpoint("lambda").nat().egress("trigger", TO_BROKERS, TO_ENDPOINTS)
    assert reasons(scenario)["egress"] == "allowed"
    assert reasons(scenario, {"kafka-trigger-egress.AllowNat": "true"})["egress"] == "trigger-egress-denied"


def test_a_trigger_without_brokers_is_unknown() -> None:
    """No destination is no proof."""
    assert findings(healthy().bootstrap_servers())["egress"].verdict is Verdict.UNKNOWN


def test_msk_s_own_group_must_let_its_members_out() -> None:
    """TriggerSG is the brokers' group."""
    finding = findings(healthy_msk().egress("msk", permission(443, cidrs=["10.0.0.0/24"])))["egress"]
    assert (finding.reason.value, finding.blockers[0].id) == ("trigger-egress-denied", group_id("msk"))
