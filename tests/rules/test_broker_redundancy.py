"""Does one broker or one zone failing stop the trigger?"""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import BY_NAME
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless
from tests.networks.judging import findings, reasons
from tests.networks.shapes import vpc_id

RULE = BY_NAME["kafka-trigger-broker-redundancy"]


def test_three_brokers_in_three_zones_are_green() -> None:
    """The healthy trigger."""
    finding = findings(healthy())["redundancy"]
    assert (finding.rule, finding.verdict, finding.reason.value) == (
        RULE.name,
        Verdict.COMPLIANT,
        "redundant",
    )


def test_a_single_broker_is_red_and_a_person_decides() -> None:
    """No document repairs it."""
    finding = findings(healthy().bootstrap_servers("10.0.0.132:9092"))["redundancy"]
    assert (finding.verdict, finding.reason.value, finding.remediation) == (
        Verdict.NON_COMPLIANT,
        "single-broker",
        None,
    )
    assert finding.blockers[0].id == triggers.UUID


def test_one_broker_on_two_ports_or_under_two_names_is_one() -> None:
    """Addresses count."""
    assert (
        reasons(healthy().bootstrap_servers("10.0.0.132:9092", "10.0.0.132:9094"))["redundancy"]
        == "single-broker"
    )
    same = healthy().bootstrap_servers("10.0.0.132:9092", "ip-10-0-0-132.ec2.internal:9092")
    assert reasons(same)["redundancy"] == "single-broker"


@pytest.mark.parametrize(
    ("minimum", "reason"), [("1", "redundant"), ("3", "redundant"), ("4", "single-broker")]
)
def test_minimum_brokers_is_a_parameter(minimum: str, reason: str) -> None:
    """Two by default."""
    assert reasons(healthy(), {"MinimumBrokers": minimum})["redundancy"] == reason


@pytest.mark.parametrize(
    ("minimum", "reason"), [("1", "redundant"), ("3", "redundant"), ("4", "single-zone")]
)
def test_minimum_zones_is_a_parameter(minimum: str, reason: str) -> None:
    """Two by default."""
    assert reasons(healthy(), {"MinimumZones": minimum})["redundancy"] == reason


def test_trigger_subnets_in_one_zone_are_red() -> None:
    """Whatever the brokers do."""
    assert reasons(healthy().trigger_subnets("trigger-a"))["redundancy"] == "single-zone"


def test_a_single_name_that_does_not_resolve_is_unknown() -> None:
    """It may be one broker or several; two such names are two."""
    assert reasons(healthy().bootstrap_servers("kafka.example.com:9092"))["redundancy"] == "broker-unresolved"
    two = healthy().bootstrap_servers("one.example.com:9092", "two.example.com:9092")
    assert reasons(two)["redundancy"] == "redundant"


def test_msk_counts_its_broker_nodes_and_serverless_is_always_enough() -> None:
    """As AWS states them."""
    scenario = healthy_msk()
    scenario.item(triggers.CLUSTER_ARN)["Provisioned"]["NumberOfBrokerNodes"] = 1
    assert reasons(scenario)["redundancy"] == "single-broker"
    assert reasons(healthy_serverless())["redundancy"] == "redundant"


def test_outside_a_vpc_only_brokers_count() -> None:
    """There are no trigger subnets."""
    one = healthy().without_vpc().bootstrap_servers("52.1.2.3:9092")
    assert reasons(one)["redundancy"] == "single-broker"
    assert reasons(healthy().without_vpc())["redundancy"] == "redundant"


def test_closed_groups_do_not_matter() -> None:
    """They are other rules' findings."""
    assert reasons(healthy().ingress("broker").egress("trigger"))["redundancy"] == "redundant"


def unread_zone(*hosts: str) -> Scenario:
    """Brokers under names of a private zone that was not read."""
    scenario = healthy().bootstrap_servers(*(f"{host}:9092" for host in hosts))
    summary = {"HostedZoneId": "Z1", "Name": "corp.", "Owner": {"OwningAccount": "222233334444"}}
    scenario.responses["route53:ListHostedZonesByVPC"][vpc_id()] = {"HostedZoneSummaries": [summary]}
    return scenario


def test_brokers_whose_zones_a_reading_would_tell_are_unknown_and_it_is_named() -> None:
    """Both may be in one zone, and two names may be one broker."""
    finding = findings(unread_zone("one.corp", "two.corp"))["redundancy"]
    assert finding.reason.value == "broker-unresolved"
    assert "route53:ListResourceRecordSets Z1" in finding.annotation
    assert "222233334444" in finding.annotation


def test_known_zones_are_enough_whatever_is_not_known() -> None:
    """Two known brokers in two zones need no third."""
    scenario = unread_zone("one.corp", "10.0.0.132", "10.0.0.148")
    assert reasons(scenario)["redundancy"] == "redundant"


def test_names_that_were_not_read_do_not_count_as_brokers_of_their_own() -> None:
    scenario = unread_zone("one.corp", "10.0.0.132", "10.0.0.148")
    assert reasons(scenario, {"MinimumBrokers": "3"})["redundancy"] == "broker-unresolved"


@pytest.mark.parametrize(
    ("hosts", "reason"),
    [
        (("192.168.7.1", "192.168.7.2"), "not-collected"),
        (("192.168.7.1", "10.0.0.132"), "not-collected"),
        (("192.168.7.1", "10.0.0.132", "10.0.0.148"), "redundant"),
        (("52.1.2.3", "52.1.2.4"), "redundant"),
        (("52.1.2.3", "10.0.0.132"), "not-modelled"),
    ],
)
def test_a_broker_in_no_vpc_that_was_read_may_be_in_any_zone(hosts: tuple[str, ...], reason: str) -> None:
    """A public address is in no zone at all; it only keeps one zone of the others from being all there is."""
    scenario = healthy().bootstrap_servers(*(f"{host}:9092" for host in hosts))
    assert reasons(scenario)["redundancy"] == reason


def test_nodes_that_were_not_read_are_unknown() -> None:
    finding = findings(healthy_msk().absent("kafka:ListNodes"))["redundancy"]
    assert finding.reason.value == "not-collected"
    assert "kafka:ListNodes" in finding.annotation
