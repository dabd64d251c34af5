"""Specification of evaluations as JSON, format 1."""

import json

from kafka_trigger_guard.report.evaluation_json import evaluation_json
from kafka_trigger_guard.rules.registry import RULES
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.shapes import ACCOUNT, CAPTURED_AT, REGION, group_id, subnet_id, vpc_id
from tests.networks.triggers import CLUSTER_ARN, FUNCTION_ARN, UUID
from tests.report.evaluated import judged


def _documents(*scenarios: Scenario) -> list[dict[str, object]]:
    found = json.loads(evaluation_json(judged(*scenarios)))
    return found if isinstance(found, list) else [found]


def test_one_evaluation_is_an_object_with_these_names_in_this_order() -> None:
    document = json.loads(evaluation_json(judged(healthy().not_collected("ec2:DescribeNetworkAcls"))))
    assert list(document) == ["format", "account", "region", "captured_at", "not_collected", "triggers"]
    assert [document[name] for name in list(document)[:4]] == [1, ACCOUNT, REGION, CAPTURED_AT]
    assert document["not_collected"] == [
        {
            "operation": "ec2:DescribeNetworkAcls",
            "code": "UnauthorizedOperation",
            "message": "not authorized to perform ec2:DescribeNetworkAcls",
        }
    ]


def test_a_trigger_has_these_names_and_one_finding_per_rule() -> None:
    (document,) = json.loads(evaluation_json(judged(healthy())))["triggers"]
    findings = document.pop("findings")
    assert [finding["rule"] for finding in findings] == [rule.name for rule in RULES]
    assert document == {
        "uuid": UUID,
        "arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{UUID}",
        "function_arn": FUNCTION_ARN,
        "state": "Enabled",
        "mode": "on-demand",
        "source": {"type": "self-managed", "id": "10.0.0.132:9092,10.0.0.148:9092,10.0.0.164:9092"},
        "topics": ["orders"],
        "last_processing_result": "OK",
        "vpc_id": vpc_id(),
        "subnet_ids": [subnet_id(f"trigger-{zone}") for zone in "abc"],
        "security_group_ids": [group_id("trigger")],
        "flag": None,
    }


def test_a_red_finding_names_blockers_and_remediation() -> None:
    (trigger,) = json.loads(evaluation_json(judged(healthy().ingress("endpoint"))))["triggers"]
    finding = next(f for f in trigger["findings"] if f["rule"] == "kafka-trigger-endpoint-ingress")
    assert (finding["verdict"], finding["reason"]) == ("NON_COMPLIANT", "endpoint-ingress-denied")
    assert finding["annotation"].startswith("endpoint-ingress-denied: ")
    assert finding["blockers"] == [
        {"id": group_id("endpoint"), "type": "AWS::EC2::SecurityGroup", "account": ACCOUNT}
    ]
    assert finding["remediation"] == {
        "document": "KafkaTriggerGuard-AuthorizeEndpointIngress",
        "parameters": {"EventSourceMappingId": UUID, "Rule": "kafka-trigger-endpoint-ingress"},
    }


def test_a_green_finding_has_no_blockers_and_no_remediation() -> None:
    (trigger,) = json.loads(evaluation_json(judged(healthy())))["triggers"]
    assert all(f["blockers"] == [] and f["remediation"] is None for f in trigger["findings"])


def test_an_msk_source_is_told_by_its_arn() -> None:
    (trigger,) = json.loads(evaluation_json(judged(healthy_msk())))["triggers"]
    assert trigger["source"] == {"type": "msk", "id": CLUSTER_ARN}


def test_several_regions_are_an_array() -> None:
    other = healthy()
    other.region = "eu-west-1"
    assert [document["region"] for document in _documents(healthy(), other)] == [REGION, "eu-west-1"]


def test_an_account_without_triggers_is_an_object_with_an_empty_list() -> None:
    scenario = healthy()
    scenario.items("lambda:ListEventSourceMappings").clear()
    assert json.loads(evaluation_json(judged(scenario)))["triggers"] == []


def test_a_contradicted_trigger_is_flagged_with_a_sentence() -> None:
    said = "PROBLEM: Connection error. Your VPC must be able to connect to Lambda and STS"
    (trigger,) = json.loads(evaluation_json(judged(healthy().mapping(LastProcessingResult=said))))["triggers"]
    assert said in trigger["flag"]
    assert trigger["flag"].endswith(".")


def test_hostile_text_stays_ascii_and_is_read_back_unchanged() -> None:
    text = evaluation_json(judged(healthy().mapping(LastProcessingResult="\x1b\u202e\ud800")))
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["triggers"][0]["last_processing_result"] == "\x1b\u202e\ud800"
