"""Specification of the rule function: real events in, PutEvaluations requests out."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.aws.accounts import managed
from tests.benchmarks.fleet import fleet
from tests.config.cold import ASKED_AT, TOKEN, Guard, context_in, event
from tests.config.networks import NAT, OTHER_UUID, behind_nat, canned, in_two_vpcs, without_triggers
from tests.config.wire import ACCOUNT, Wire, wired
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless, healthy_vpc_connection
from tests.networks.triggers import UUID

RULES = (
    "kafka-trigger-lambda-endpoint",
    "kafka-trigger-sts-endpoint",
    "kafka-trigger-secretsmanager-endpoint",
    "kafka-trigger-destination-endpoint",
    "kafka-trigger-egress",
    "kafka-trigger-endpoint-ingress",
    "kafka-trigger-broker-access",
    "kafka-trigger-broker-redundancy",
)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """One trigger that goes through a NAT gateway."""
    return wired(canned(behind_nat().document()), monkeypatch)


def test_a_trigger_behind_nat_is_reported_with_its_reason_and_remedy(wire: Wire) -> None:
    Guard().answer(event("scheduled"))
    (put,) = wire.puts
    (evaluation,) = put["Evaluations"]
    assert put["ResultToken"] == TOKEN
    assert put["TestMode"] is False
    assert evaluation["ComplianceResourceType"] == "AWS::Lambda::EventSourceMapping"
    assert evaluation["ComplianceResourceId"] == UUID
    assert evaluation["ComplianceType"] == "NON_COMPLIANT"
    assert evaluation["Annotation"].startswith("nat-path: ")
    assert NAT in evaluation["Annotation"]
    assert evaluation["OrderingTimestamp"] == ASKED_AT


@pytest.mark.parametrize(
    ("rule", "compliance", "reason"),
    [
        ("kafka-trigger-lambda-endpoint", "NON_COMPLIANT", "nat-path"),
        ("kafka-trigger-sts-endpoint", "COMPLIANT", "nat-allowed"),
        ("kafka-trigger-endpoint-ingress", "NOT_APPLICABLE", "no-endpoint"),
        ("kafka-trigger-broker-redundancy", "COMPLIANT", "redundant"),
    ],
)
def test_the_parameter_Rule_picks_the_rule_whatever_the_config_rule_is_called(  # noqa: N802
    wire: Wire, rule: str, compliance: str, reason: str
) -> None:
    Guard().answer(event("scheduled", name="some-pack-rule-x1y2z3", Rule=rule))
    (evaluation,) = wire.evaluations
    assert evaluation["ComplianceType"] == compliance
    assert evaluation["Annotation"].startswith(f"{reason}:")


@pytest.mark.parametrize("rule", RULES)
def test_every_kafka_trigger_has_exactly_one_result_under_every_rule(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = wired(canned(in_two_vpcs().document()), monkeypatch)
    Guard().answer(event("scheduled", Rule=rule))
    assert Counter(each["ComplianceResourceId"] for each in wire.evaluations) == {UUID: 1, OTHER_UUID: 1}
    assert all(1 <= len(each["Annotation"]) <= 256 for each in wire.evaluations)
    assert {each["OrderingTimestamp"] for each in wire.evaluations} == {ASKED_AT}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("start", [healthy, healthy_msk, healthy_serverless, healthy_vpc_connection])
def test_a_healthy_trigger_of_any_source_is_red_under_no_rule(
    start: Callable[[], Scenario], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = wired(canned(start().document()), monkeypatch)
    Guard().answer(event("scheduled", Rule=rule))
    needless = rule.endswith(("secretsmanager-endpoint", "destination-endpoint")) and start is not healthy
    assert wire.compliance == {UUID: "NOT_APPLICABLE" if needless else "COMPLIANT"}


@pytest.mark.parametrize(("triggers", "sizes"), [(100, [100]), (101, [100, 1]), (250, [100, 100, 50])])
def test_evaluations_are_put_in_chunks_of_at_most_100(
    triggers: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = wired(canned(fleet(triggers, vpcs=1)), monkeypatch)
    Guard().answer(event("scheduled"))
    assert [len(put["Evaluations"]) for put in wire.puts] == sizes
    assert len(wire.compliance) == triggers
    assert set(wire.compliance.values()) == {"COMPLIANT"}


def test_a_trigger_listed_twice_while_pages_shift_has_one_result(wire: Wire) -> None:
    wire.items["lambda:ListEventSourceMappings"] *= 2
    Guard().answer(event("scheduled"))
    assert [each["ComplianceResourceId"] for each in wire.evaluations] == [UUID]


def test_an_account_without_kafka_triggers_costs_one_listing_and_reports_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = wired(canned(without_triggers().document()), monkeypatch)
    wire.items["lambda:ListEventSourceMappings"] = [managed(5, f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs")]
    Guard().answer(event("scheduled"))
    assert Counter(wire.attempts) == {
        "sts:AssumeRole": 1,
        "lambda:ListEventSourceMappings": 1,
        "config:GetComplianceDetailsByConfigRule": 1,
        "config:PutEvaluations": 1,
    }
    assert wire.puts[0]["Evaluations"] == []


def test_deleted_triggers_disappear_from_aws_config(wire: Wire) -> None:
    rule = "kafka-trigger-lambda-endpoint"
    for number in range(150):
        wire.record(rule, f"gone-{number}", "COMPLIANT")
    wire.record(rule, UUID, "COMPLIANT")
    Guard().answer(event("scheduled"))
    assert [len(put["Evaluations"]) for put in wire.puts] == [100, 51]
    assert wire.compliance.pop(UUID) == "NON_COMPLIANT"
    gone = {each["ComplianceType"] for each in wire.evaluations if each["ComplianceResourceId"] != UUID}
    assert gone == {"NOT_APPLICABLE"}
    assert {each["OrderingTimestamp"] for each in wire.evaluations} == {ASKED_AT}


def test_a_function_has_the_worst_result_of_its_triggers(wire: Wire) -> None:
    mappings = wire.items["lambda:ListEventSourceMappings"]
    provisioned = mappings[0] | {
        "UUID": "00000000-0000-0000-0000-000000000009",
        "ProvisionedPollerConfig": {"MinimumPollers": 1},
    }
    mappings.insert(0, provisioned)
    Guard().answer(event("scheduled", EvaluatedResourceType="AWS::Lambda::Function"))
    (evaluation,) = wire.evaluations
    assert evaluation["ComplianceResourceType"] == "AWS::Lambda::Function"
    assert evaluation["ComplianceResourceId"] == "orders"
    assert evaluation["ComplianceType"] == "NON_COMPLIANT"
    assert evaluation["Annotation"].startswith("nat-path:")
    assert evaluation["Annotation"].endswith(f"({UUID})")


def test_an_exempt_trigger_is_not_applicable_until_its_day_has_passed(wire: Wire) -> None:
    Guard().answer(event("scheduled", Exempt=f"{UUID}@2999-12-31"))
    Guard().answer(event("scheduled", Exempt="orders@2999-12-31"))
    Guard().answer(event("scheduled", Exempt=f"{UUID}@2000-01-01"))
    assert [each["ComplianceType"] for each in wire.evaluations] == [
        "NOT_APPLICABLE",
        "NOT_APPLICABLE",
        "NON_COMPLIANT",
    ]


def test_parameters_left_empty_by_a_template_mean_their_default(wire: Wire) -> None:
    Guard().answer(event("scheduled", AllowNat="", Exempt=""))
    assert wire.compliance == {UUID: "NON_COMPLIANT"}


def test_a_nat_path_that_is_allowed_is_compliant(wire: Wire) -> None:
    Guard().answer(event("scheduled", AllowNat="true"))
    assert wire.evaluations[0]["Annotation"].startswith("nat-allowed:")


def test_everything_is_read_and_put_with_the_assumed_role(wire: Wire) -> None:
    Guard().answer(event("scheduled"))
    assert wire.parameters("sts:AssumeRole") == [
        {
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/KafkaTriggerGuardRead",
            "RoleSessionName": "kafka-trigger-guard",
        }
    ]
    own = {operation for operation, key in wire.signed if key != f"ASIA{ACCOUNT}"}
    assert own == {"sts:AssumeRole"}


def test_rdk_test_mode_is_passed_on(wire: Wire) -> None:
    Guard().answer(event("scheduled") | {"resultToken": "TESTMODE"})
    assert [put["TestMode"] for put in wire.puts] == [True]


def test_evaluations_that_failed_are_put_again(wire: Wire) -> None:
    wire.refusing = [[UUID], [UUID]]
    Guard().answer(event("scheduled"))
    assert [len(put["Evaluations"]) for put in wire.puts] == [1, 1, 1]


def test_evaluations_that_keep_failing_fail_the_invocation(wire: Wire) -> None:
    wire.refusing = [[UUID]] * 9
    with pytest.raises(Exception, match=f"did not record 1 evaluations, of {UUID}"):
        Guard().answer(event("scheduled"))
    assert len(wire.puts) == 4


@pytest.mark.parametrize(
    ("partition", "region", "suffix"),
    [
        ("aws", "eu-central-1", "eu-central-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.amazonaws.com.cn"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.amazonaws.com"),
    ],
)
def test_every_partition_is_answered_in_its_own_region(
    wire: Wire, partition: str, region: str, suffix: str
) -> None:
    asked = event("scheduled")
    for name in ("executionRoleArn", "configRuleArn"):
        asked[name] = asked[name].replace("arn:aws:", f"arn:{partition}:").replace("us-east-1", region)
    Guard().answer(asked, context_in(region=region, partition=partition))
    assert wire.parameters("sts:AssumeRole")[0]["RoleArn"].startswith(f"arn:{partition}:iam::{ACCOUNT}:role/")
    hosts = {operation: url.split("/")[2] for operation, url in wire.urls.items()}
    for operation in ("sts:AssumeRole", "lambda:ListEventSourceMappings", "config:PutEvaluations"):
        assert hosts[operation] == f"{operation.split(':')[0]}.{suffix}"


class TestLogs:
    """What the function tells CloudWatch."""

    def records(self, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    def test_a_finding_that_is_red_leaves_evidence_with_every_hop(
        self, wire: Wire, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Guard().answer(event("scheduled"))
        (record,) = [each for each in self.records(capsys) if "evidence" in each]
        evidence = json.loads(json.dumps(record["evidence"]))
        assert evidence["uuid"] == UUID
        assert evidence["reason"] == "nat-path"
        assert evidence["annotation"] == wire.evaluations[0]["Annotation"]
        assert evidence["blockers"][0]["id"] == NAT
        (place,) = evidence["places"]
        (service,) = [each for each in place["destinations"] if each["kind"] == "service"]
        steps = [s for way in service["ways"] for j in way["journeys"] for s in j["steps"]]
        assert {"kind", "answer", "resource", "text", "rule"} <= steps[0].keys()
        assert record["correlation_id"] == f"{ACCOUNT}/us-east-1/kafka-trigger-lambda-endpoint/{ASKED_AT}"

    def test_a_finding_that_is_green_leaves_none(
        self, wire: Wire, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Guard().answer(event("scheduled", AllowNat="true"))
        assert wire.compliance == {UUID: "COMPLIANT"}
        assert not [each for each in self.records(capsys) if "evidence" in each]

    def test_metrics_count_findings_calls_and_times(
        self, wire: Wire, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Guard().answer(event("scheduled"))
        (metrics,) = [each for each in self.records(capsys) if "_aws" in each]
        assert metrics["Rule"] == "kafka-trigger-lambda-endpoint"
        assert metrics["FindingsNonCompliant"] == [1.0]
        assert metrics["FindingsCompliant"] == [0.0]
        assert metrics["ApiCalls"] == [float(len(wire.attempts) - 1)]
        assert {"SnapshotAge", "Duration"} <= metrics.keys()

    def test_no_secret_is_logged(self, wire: Wire, capsys: pytest.CaptureFixture[str]) -> None:
        Guard().answer(event("scheduled"))
        said = capsys.readouterr().out
        assert TOKEN not in said
        assert f"ASIA{ACCOUNT}" not in said
        assert wire.puts
