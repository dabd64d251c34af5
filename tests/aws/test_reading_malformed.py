"""What is malformed inside a snapshot becomes an UNKNOWN that names it, or one SnapshotError."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kafka_trigger_guard.aws.snapshot import SnapshotError, from_document
from kafka_trigger_guard.evaluation import TriggerFindings, evaluate
from kafka_trigger_guard.rules.findings import Finding, Verdict
from tests.networks import triggers
from tests.networks.builder import COLLECTIONS, Scenario
from tests.networks.cases import RULES
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless, healthy_vpc_connection
from tests.networks.shapes import Json, acl_id, group_id

DAMAGE: tuple[Any, ...] = (
    None,
    17,
    -3,
    3.5,
    float("inf"),
    True,
    "",
    "x",
    "10.0.0.0/33",
    "9" * 5000,
    [],
    ["x"],
    [[]],
    [None],
    {},
    {"x": {"y": []}},
)
MUTATIONS = 3000


def _far_reaching() -> Scenario:
    return healthy().nat().transit_gateway().peering("10.9.0.0/24").s3_gateway()


STARTS: tuple[Callable[[], Scenario], ...] = (
    healthy,
    healthy_msk,
    healthy_serverless,
    healthy_vpc_connection,
    _far_reaching,
)


def _judged(document: Json) -> tuple[TriggerFindings, ...]:
    return evaluate([from_document(document)])[0].triggers


def _findings(document: Json) -> dict[str, Finding]:
    return {finding.rule: finding for finding in _judged(document)[0].findings}


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The path of every part of a document, whole operations first."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    )
    for key, part in members:
        yield (*path, key)
        yield from _places(part, (*path, key))


def _damaged(document: Json, places: list[tuple[str | int, ...]], chance: random.Random) -> Json:
    """The document with up to three of its parts replaced or deleted."""
    damaged = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2, 3))):
        *way, last = chance.choice(places)
        target: Any = damaged
        try:
            for key in way:
                target = target[key]
            if chance.random() < 0.2:
                del target[last]
            else:
                target[last] = copy.deepcopy(chance.choice(DAMAGE))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage took the place away
    return damaged


@pytest.mark.parametrize("number", range(len(STARTS)), ids=[start.__name__ for start in STARTS])
def test_no_damage_of_a_document_makes_a_traceback(number: int) -> None:
    """Thousands of documents with wrong, missing and absurd parts: findings, or a SnapshotError."""
    document, chance = STARTS[number]().document(), random.Random(number)
    places = list(_places(document["responses"], ("responses",)))
    judged = 0
    for _ in range(MUTATIONS // len(STARTS)):
        try:
            triggers_found = _judged(_damaged(document, places, chance))
        except SnapshotError:
            continue
        judged += 1
        for finding in (each for trigger in triggers_found for each in trigger.findings):
            assert len(finding.annotation) <= 256
            assert finding.annotation.startswith(f"{finding.reason.value}:")
            assert finding.verdict is not Verdict.NON_COMPLIANT or finding.blockers
    assert judged > MUTATIONS / len(STARTS) / 2


def test_a_list_of_triggers_that_is_no_list_is_refused() -> None:
    """Nothing could be said of the account, so it is one clear line instead of an empty answer."""
    document = healthy().document()
    document["responses"]["lambda:ListEventSourceMappings"] = {"EventSourceMappings": "none"}
    with pytest.raises(SnapshotError, match="lambda:ListEventSourceMappings"):
        _judged(document)


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        ("ec2:DescribeVpcEndpoints", "lambda"),
        ("ec2:DescribeNetworkAcls", "broker_access"),
        ("ec2:DescribeRouteTables", "broker_access"),
        ("ec2:DescribeSecurityGroups", "egress"),
        ("ec2:DescribeSubnets", "egress"),
    ],
)
def test_a_list_that_is_none_is_as_good_as_not_collected(operation: str, rule: str) -> None:
    """The finding that depends on it is UNKNOWN and names the operation."""
    document = healthy().document()
    document["responses"][operation] = {COLLECTIONS[operation][0]: {"0": "x"}}
    finding = _findings(document)[RULES[rule]]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert operation in finding.annotation


def test_a_malformed_item_spoils_what_depends_on_it_and_nothing_else() -> None:
    """A group that makes no sense: no rule guesses what it lets through."""
    scenario = healthy().change(group_id("broker"), IpPermissions=[{"IpProtocol": "tcp", "FromPort": "many"}])
    findings = _findings(scenario.document())
    assert findings[RULES["broker_access"]].verdict is Verdict.UNKNOWN
    assert findings[RULES["lambda"]].verdict is Verdict.COMPLIANT


@pytest.mark.parametrize("number", [float("inf"), float("nan"), "a hundred", None])
def test_an_absurd_rule_number_makes_the_acls_unknown(number: object) -> None:
    """An entry whose number is no number could come before all others."""
    scenario = healthy()
    scenario.item(acl_id("default"))["Entries"][0]["RuleNumber"] = number
    assert _findings(scenario.document())[RULES["lambda"]].reason.value == "not-collected"


def test_a_malformed_cluster_is_unknown_and_no_deleted_one() -> None:
    """The trigger's source is there, only its description makes no sense."""
    scenario = healthy_msk()
    scenario.item(triggers.CLUSTER_ARN)["Provisioned"]["ClientAuthentication"] = "none"
    findings = _findings(scenario.document())
    assert {finding.verdict for finding in findings.values()} == {Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}
    assert "ListClustersV2" in findings[RULES["broker_access"]].annotation


def test_an_error_about_no_source_in_particular_deletes_none() -> None:
    """`NotFoundException` counts for the ARN that it names."""
    document = healthy_msk().document()
    document["errors"]["kafka:DescribeVpcConnection"] = {"code": "NotFoundException", "message": "no"}
    assert _findings(document)[RULES["broker_access"]].verdict is Verdict.COMPLIANT


@pytest.mark.parametrize("port", ["many", "0", "65536", "9" * 5000, ""])
def test_a_bootstrap_server_whose_port_is_none_leaves_the_brokers_unknown(port: str) -> None:
    """Groups that open one port may or may not open this one."""
    document = healthy().bootstrap_servers(f"10.0.0.132:{port}", "10.0.0.148:9092").document()
    finding = _findings(document)[RULES["broker_access"]]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")


@pytest.mark.parametrize("port", ["many", "70000", "9" * 5000])
def test_a_multi_vpc_bootstrap_string_without_ports_leaves_the_brokers_unknown(port: str) -> None:
    """The group opens one port of those that AWS uses for VPC connections."""
    scenario = healthy_vpc_connection()
    scenario.responses["kafka:GetBootstrapBrokers"][triggers.OTHER_CLUSTER_ARN] = {
        "BootstrapBrokerStringVpcConnectivitySaslIam": f"b-1.far.example:{port}"
    }
    permission = scenario.item(group_id("msk"))["IpPermissions"][0]
    permission["FromPort"] = permission["ToPort"] = 14001
    assert _findings(scenario.document())[RULES["broker_access"]].reason.value == "not-collected"


def test_a_policy_nested_beyond_reason_is_unknown() -> None:
    """Nobody can evaluate it, so it is no allow."""
    scenario = healthy()
    endpoint = scenario.items("ec2:DescribeVpcEndpoints")[0]
    endpoint["PolicyDocument"] = "[" * 100_000
    assert _findings(scenario.document())[RULES["lambda"]].reason.value == "not-modelled"
