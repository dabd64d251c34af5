"""Unknown is honest: what was not collected never makes a wrong answer, and matters only where it can."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.laws.engine import findings, judgements
from tests.laws.profile import networks_tried
from tests.networks.builder import COLLECTIONS, KEYED
from tests.networks.cases import RULES
from tests.networks.completions import ABSENT_MEANS_THE_DEFAULT, completions
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.strategies import Network, incomplete_networks

ENDPOINTS = {RULES[each] for each in ("lambda", "sts", "secretsmanager", "destination")}
GROUPS = {RULES[each] for each in ("egress", "endpoint_ingress")}
BROKERS = {RULES["broker_access"]}
EVERY_RULE = set(RULES.values())


@networks_tried(600)
@given(incomplete_networks())
def test_a_verdict_without_the_data_never_contradicts_the_one_with_it(
    drawn: tuple[Network, Network, str],
) -> None:
    """Whatever the missing operation might have said, the verdict is the same or UNKNOWN."""
    network, whole, missing = drawn
    if missing in ABSENT_MEANS_THE_DEFAULT:
        return
    without = findings(network.document, network.parameters)
    for document in completions(whole.document, missing):
        completed = judgements(document, network.parameters)
        wrong = {
            rule: (answer.judgement, completed[uuid, rule])
            for (uuid, rule), answer in without.items()
            if answer.verdict not in ("UNKNOWN", completed[uuid, rule][0])
        }
        assert not wrong, (network, missing, wrong)


@networks_tried(300)
@given(incomplete_networks())
def test_a_finding_that_is_unknown_for_want_of_data_names_the_operation(
    drawn: tuple[Network, Network, str],
) -> None:
    """What is UNKNOWN only because an operation is missing says so, and which one it is."""
    network, whole, missing = drawn
    completed = judgements(whole.document, network.parameters)
    for key, answer in findings(network.document, network.parameters).items():
        if answer.verdict == "UNKNOWN" and completed[key][0] != "UNKNOWN":
            assert answer.reason in ("not-collected", "broker-unresolved"), (network, missing, answer)
            assert missing in answer.annotation, (network, missing, answer)


MATTERS_TO: dict[str, set[str]] = {
    "ec2:DescribeVpcs": EVERY_RULE,
    "ec2:DescribeSubnets": EVERY_RULE,
    "ec2:DescribeSecurityGroups": EVERY_RULE,
    "ec2:DescribeRouteTables": ENDPOINTS | GROUPS | BROKERS,
    "ec2:DescribeNetworkAcls": ENDPOINTS | BROKERS,
    "ec2:DescribeNetworkInterfaces": ENDPOINTS | GROUPS | BROKERS,
    "ec2:DescribeVpcEndpoints": ENDPOINTS | GROUPS,
    "ec2:DescribeVpcAttribute": ENDPOINTS | GROUPS,
}
OPERATIONS = [each for each in (*COLLECTIONS, *KEYED) if each not in ("lambda:ListEventSourceMappings",)]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_that_a_healthy_trigger_does_not_need_may_be_missing(operation: str) -> None:
    """Only the rules that can depend on it may be unknown; every other finding stays as it is."""
    whole = findings(healthy().document(), {})
    without = findings(healthy().absent(operation).document(), {})
    for key, answer in without.items():
        if key[1] not in MATTERS_TO.get(operation, set()):
            assert answer.judgement == whole[key].judgement
        else:
            assert answer.verdict in ("UNKNOWN", whole[key].verdict)


@pytest.mark.parametrize("operation", ["kafka:ListClustersV2", "kafka:ListNodes"])
def test_msk_brokers_that_were_not_read_are_unknown(operation: str) -> None:
    """Broker access of an MSK trigger hangs on the cluster and on its nodes."""
    found = findings(healthy_msk().absent(operation).document(), {})
    answer = next(each for (_, rule), each in found.items() if rule == RULES["broker_access"])
    assert answer.judgement == ("UNKNOWN", "not-collected")
    assert operation in answer.annotation


@pytest.mark.parametrize(
    ("operation", "rules"),
    [
        ("ec2:DescribeNetworkAcls", ENDPOINTS | BROKERS),
        ("ec2:DescribeRouteTables", ENDPOINTS | BROKERS),
        ("ec2:DescribeVpcEndpoints", ENDPOINTS | {RULES["endpoint_ingress"]}),
        ("ec2:DescribeVpcAttribute", ENDPOINTS),
    ],
)
def test_what_a_healthy_trigger_needs_is_unknown_without_it(operation: str, rules: set[str]) -> None:
    """A refused operation makes the findings that hang on it UNKNOWN, and each names it."""
    found = findings(healthy().not_collected(operation).document(), {})
    for (_, rule), answer in found.items():
        if rule in rules:
            assert answer.judgement == ("UNKNOWN", "not-collected")
            assert operation in answer.annotation


def test_absent_hosted_zones_matter_only_where_no_endpoint_is_in_use() -> None:
    """Without the endpoint for lambda a hosted zone might lead to a central one; with it, none is asked."""
    scenario = healthy().without_endpoint("lambda").absent("route53:ListHostedZonesByVPC")
    found = judgements(scenario.document(), {})
    unknown = {rule for (_, rule), (verdict, _) in found.items() if verdict == "UNKNOWN"}
    assert RULES["lambda"] in unknown
    assert unknown <= {RULES["lambda"], *GROUPS}
