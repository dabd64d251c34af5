"""Specification of explanations: what is red in them is what the rules call red."""

import pytest

from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.rules.explaining.explanation import Destination, DestinationKind, Explanation
from kafka_trigger_guard.rules.explaining.journeys import Journey, Step
from kafka_trigger_guard.rules.findings import Finding, Reason, Verdict
from tests.networks import catalogue
from tests.networks.cases import Case
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.shapes import (
    acl_id,
    endpoint_id,
    entry,
    group_id,
    nat_gateway_id,
    open_entries,
    permission,
    route_table_id,
    subnet_id,
    vpc_id,
)
from tests.report.evaluated import explained, snapshot

_WITHOUT_A_HOP = {Reason.SINGLE_BROKER, Reason.SINGLE_ZONE, Reason.SOURCE_MISSING}
_CATALOGUE = pytest.mark.parametrize("case", catalogue.CASES, ids=lambda case: case.name)


def _destinations(found: Explanation) -> list[Destination]:
    return [destination for place in found.places for destination in place.destinations]


def _journeys(found: Explanation) -> list[Journey]:
    return [j for destination in _destinations(found) for way in destination.ways for j in way.journeys]


def _steps(found: Explanation, rule: str) -> list[Step]:
    return [step for journey in _journeys(found) for step in journey.steps if step.rule == rule]


def _destination(found: Explanation, name: str) -> Destination:
    return next(d for d in _destinations(found) if name in d.names)


def _of(case: Case) -> Explanation:
    scenario = case.build()
    uuid = str(scenario.trigger["UUID"])
    return explanations([snapshot(scenario)], uuid, parameters=case.parameters)[0]


def _applies(finding: Finding) -> bool:
    return finding.reason not in _WITHOUT_A_HOP and "redundancy" not in finding.rule


@_CATALOGUE
def test_every_red_finding_has_a_hop_that_is_red(case: Case) -> None:
    found = _of(case)
    for finding in found.findings:
        if finding.verdict is Verdict.NON_COMPLIANT and _applies(finding):
            answers = [step.answer for step in _steps(found, finding.rule)]
            assert Answer.DENY in answers, finding


@_CATALOGUE
def test_a_trigger_without_red_findings_has_no_path_that_is_blocked(case: Case) -> None:
    found = _of(case)
    if all(finding.verdict is Verdict.COMPLIANT for finding in found.findings):
        assert {destination.answer for destination in _destinations(found)} == {Answer.ALLOW}


@_CATALOGUE
def test_every_blocked_hop_says_what_would_open_it_and_no_open_one_does(case: Case) -> None:
    for journey in _journeys(_of(case)):
        for step in journey.steps:
            assert bool(step.opening) is (step.answer is not Answer.ALLOW)
            assert not step.opening or step.opening.endswith(".")


@_CATALOGUE
def test_findings_are_those_of_the_evaluation(case: Case) -> None:
    scenario = case.build()
    (evaluation,) = evaluate([snapshot(scenario)], parameters=case.parameters)
    assert _of(case).findings == evaluation.triggers[0].findings


def test_the_blocker_of_a_finding_is_the_object_of_the_blocking_hop() -> None:
    found = explained(healthy().ingress("broker"))
    (journey,) = _destination(found, "10.0.0.132:9092").ways[0].journeys
    assert journey.blocking is not None
    assert journey.blocking.resource.id == group_id("broker")
    assert journey.blocking.opening == (
        f"Allow TCP 9092 from {group_id('trigger')} in the ingress of {group_id('broker')}."
    )


def test_equal_paths_are_told_once_for_all_subnets_and_addresses() -> None:
    (way,) = _destination(explained(healthy()), "lambda").ways
    (journey,) = way.journeys
    (ends,) = journey.ends
    assert ends.subnet_ids == tuple(subnet_id(f"trigger-{zone}") for zone in "abc")
    assert len(ends.addresses) == 2


def test_a_subnet_that_differs_is_told_apart() -> None:
    found = explained(healthy().acl("shut", [], ["trigger-b"]))
    journeys = _destination(found, "lambda").ways[0].journeys
    blocked = {j.ends[0].subnet_ids: j.blocking.resource.id for j in journeys if j.blocking is not None}
    assert blocked == {(subnet_id("trigger-b"),): acl_id("shut")}


def test_brokers_that_are_reached_alike_stand_together() -> None:
    (brokers,) = [d for d in _destinations(explained(healthy())) if d.kind is DestinationKind.BROKER]
    assert brokers.names == ("10.0.0.132:9092", "10.0.0.148:9092", "10.0.0.164:9092")


def test_every_hop_names_the_rule_that_owns_it() -> None:
    (way,) = _destination(explained(healthy()), "sqs").ways
    owners = {step.kind: step.rule for step in way.journeys[0].steps}
    assert owners == {
        "name": "kafka-trigger-destination-endpoint",
        "egress": "kafka-trigger-egress",
        "route": "kafka-trigger-destination-endpoint",
        "network-acl": "kafka-trigger-destination-endpoint",
        "ingress": "kafka-trigger-endpoint-ingress",
    }


def test_without_an_endpoint_the_nat_path_is_shown_with_its_hops() -> None:
    found = explained(healthy().without_endpoint("sts").nat())
    sts = _destination(found, "sts")
    assert sts.answer is Answer.ALLOW
    assert sts.ways[0].by is not None
    assert sts.ways[0].by.id == nat_gateway_id()
    assert route_table_id("public") in {s.resource.id for s in sts.ways[0].journeys[0].steps}


def test_a_nat_path_that_does_not_count_is_blocked_at_the_nat_gateway() -> None:
    found = explained(healthy().without_endpoint("lambda").nat())
    blocking = _destination(found, "lambda").ways[0].journeys[0].blocking
    assert blocking is not None
    assert (blocking.kind, blocking.resource.id) == ("allowance", nat_gateway_id())
    assert blocking.opening == f"Create the interface endpoint for lambda in {vpc_id()}."


def test_a_nat_path_counts_where_the_parameter_says_so() -> None:
    found = explained(healthy().without_endpoint("lambda").nat(), {"AllowNat": "true"})
    assert _destination(found, "lambda").answer is Answer.ALLOW


def test_without_endpoint_and_nat_there_is_no_path() -> None:
    sts = _destination(explained(healthy().without_endpoint("sts")), "sts")
    assert sts.answer is Answer.DENY
    assert sts.ways[0].journeys[0].steps[-1].text.endswith("no route to public addresses")


def test_an_endpoint_that_is_not_in_use_is_shown_beside_the_way_without_it() -> None:
    found = explained(healthy().change(endpoint_id("sts"), PrivateDnsEnabled=False).nat())
    candidate, exit_way = _destination(found, "sts").ways
    assert candidate.answer is Answer.DENY
    assert candidate.journeys[0].steps[0].opening == f"Turn on the private DNS of {endpoint_id('sts')}."
    assert exit_way.answer is Answer.ALLOW


def test_provisioned_mode_needs_brokers_only_and_says_so() -> None:
    found = explained(healthy().provisioned())
    assert {d.kind for d in _destinations(found)} == {DestinationKind.BROKER}
    assert "AWS carries" in found.places[0].note


def test_a_trigger_without_vpc_says_so() -> None:
    (place,) = explained(healthy().without_vpc().bootstrap_servers("52.0.0.1:9092")).places
    assert "no VPC settings" in place.note
    assert place.destinations == ()


def test_a_partly_open_hop_names_what_is_refused() -> None:
    deny = entry(50, "deny", cidr="10.0.0.0/29", egress=False)
    scenario = healthy().acl("part", [deny, *open_entries()], ["broker-a"])
    found = explained(scenario)
    refused = {step.refused for step in _steps(found, "kafka-trigger-broker-access") if step.refused}
    assert refused == {"10.0.0.0/29"}


def test_msk_brokers_need_their_own_group_both_ways() -> None:
    found = explained(healthy_msk().ingress("msk", permission(443, groups=[group_id("msk")])))
    blocked = {j.blocking.resource.id for j in _journeys(found) if j.blocking is not None}
    assert blocked == {group_id("msk")}


def test_an_unknown_uuid_has_no_explanation() -> None:
    assert explanations([snapshot(healthy())], "no-such-uuid") == ()
