"""Do the brokers let TriggerSG in?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless, healthy_vpc_connection
from tests.networks.judging import findings, reasons
from tests.networks.shapes import acl_id, group_id, interface_id, permission, vpc_id

RULE = BY_NAME["kafka-trigger-broker-access"]


@pytest.mark.parametrize("start", [healthy, healthy_msk, healthy_serverless, healthy_vpc_connection])
def test_brokers_that_let_the_poller_in_are_green(start: Callable[[], Scenario]) -> None:
    """Of every kind of source."""
    finding = findings(start())["broker_access"]
    assert (finding.rule, finding.verdict, finding.reason.value) == (RULE.name, Verdict.COMPLIANT, "allowed")


def test_a_closed_group_is_red_here_alone_and_can_be_repaired() -> None:
    """A fault is red in the rules whose own hops it cuts, and in no other."""
    found = findings(healthy().ingress("broker"))
    assert [rule for rule, finding in found.items() if finding.verdict is not Verdict.COMPLIANT] == [
        "broker_access"
    ]
    finding = found["broker_access"]
    assert (finding.reason.value, finding.blockers[0].id) == ("broker-ingress-denied", group_id("broker"))
    assert finding.remediation is not None
    assert finding.remediation.document == "KafkaTriggerGuard-AuthorizeBrokerIngress"


def test_only_group_causes_are_repaired() -> None:
    """Routes, ACLs and missing brokers are a person's work."""
    scenario = healthy().acl("shut", [], ["broker-a"])
    finding = findings(scenario)["broker_access"]
    assert (finding.reason.value, finding.blockers[0].id, finding.remediation) == (
        "network-acl-denies",
        acl_id("shut"),
        None,
    )


def test_one_broker_of_three_is_enough_to_be_red() -> None:
    """Deny, then unknown, then allow."""
    scenario = healthy().remove(interface_id("broker-c"))
    finding = findings(scenario)["broker_access"]
    assert (finding.reason.value, finding.blockers[0].id) == ("broker-missing", vpc_id())
    assert "10.0.0.164" in finding.annotation


def test_a_missing_broker_needs_interfaces_that_were_read() -> None:
    """Else it may be there."""
    scenario = healthy().not_collected("ec2:DescribeNetworkInterfaces")
    assert reasons(scenario)["broker_access"] == "not-collected"


def test_a_name_that_does_not_resolve_is_unknown() -> None:
    """And named."""
    finding = findings(healthy().bootstrap_servers("kafka.example.com:9092", "10.0.0.132:9092"))[
        "broker_access"
    ]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "broker-unresolved")
    assert "kafka.example.com" in finding.annotation


def test_without_brokers_it_is_unknown() -> None:
    """No destination is no proof."""
    assert reasons(healthy().bootstrap_servers())["broker_access"] == "broker-unresolved"


def test_a_public_broker_without_a_route_is_no_route() -> None:
    """Outside every VPC that was read, routes still decide."""
    assert reasons(healthy().bootstrap_servers("52.1.2.3:9092"))["broker_access"] == "no-route"


def test_the_broker_port_is_the_one_that_counts() -> None:
    """Of this bootstrap server."""
    scenario = healthy().bootstrap_servers("10.0.0.132:9094", "10.0.0.148:9092")
    assert reasons(scenario)["broker_access"] == "broker-ingress-denied"
    scenario.ingress("broker", permission((9092, 9094), groups=[group_id("trigger")]))
    assert reasons(scenario)["broker_access"] == "allowed"


def test_provisioned_mode_is_judged_alike() -> None:
    """Polling is identical in both modes."""
    assert reasons(healthy().provisioned().ingress("broker"))["broker_access"] == "broker-ingress-denied"
