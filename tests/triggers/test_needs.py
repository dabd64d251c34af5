"""Which AWS APIs a poller calls, as whom, and on what."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.triggers.sources import Sources
from kafka_trigger_guard.triggers.trigger import Need, Service
from tests.networks.shapes import REGION
from tests.networks.triggers import BUCKET_ARN, FUNCTION_ARN, QUEUE_ARN, ROLE_ARN, SECRET_ARN, TOPIC_ARN
from tests.triggers.mappings import access, mapping, resolved


def needs(**fields: object) -> dict[Service, Need]:
    found = resolved(mapping(**fields)).needs
    return {need.service: need for need in found}


def test_lambda_and_sts_are_always_called_by_the_service_itself() -> None:
    """Their endpoint policies must admit lambda.amazonaws.com."""
    found = needs()
    assert set(found) == {Service.LAMBDA, Service.STS}
    assert all(call.by_service for need in found.values() for call in need.calls)
    assert {call.action for need in found.values() for call in need.calls} == {
        "lambda:InvokeFunction",
        "sts:AssumeRole",
    }


def test_a_function_may_be_named_with_or_without_its_qualifier() -> None:
    """A narrowed policy may name either."""
    trigger = resolved(mapping())
    assert trigger.needs[0].calls[0].resources == (FUNCTION_ARN,)


@pytest.mark.parametrize(
    "kind",
    [
        "BASIC_AUTH",
        "SASL_SCRAM_512_AUTH",
        "CLIENT_CERTIFICATE_TLS_AUTH",
        "SERVER_ROOT_CA_CERTIFICATE",
        "NEW_AUTH",
    ],
)
def test_a_secret_is_any_secretsmanager_arn_whatever_its_type(kind: str) -> None:
    """Read by the execution role."""
    need = needs(source_access=access((kind, SECRET_ARN)))[Service.SECRETS_MANAGER]
    assert need.region == REGION
    assert [(call.action, call.resources, call.by_service) for call in need.calls] == [
        ("secretsmanager:GetSecretValue", (SECRET_ARN,), False)
    ]


@pytest.mark.parametrize(
    ("kind", "uri"), [("OAUTHBEARER_SCOPE", "kafka"), ("IAM_AUTH", "x"), ("VPC_SUBNET", "subnet:subnet-1")]
)
def test_other_entries_are_no_secrets(kind: str, uri: str) -> None:
    """Literal values and places."""
    assert Service.SECRETS_MANAGER not in needs(source_access=access((kind, uri)))


def test_secrets_of_other_partitions_count() -> None:
    """China and GovCloud have ARNs of their own."""
    uri = "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:x"
    assert needs(source_access=access(("BASIC_AUTH", uri)))[Service.SECRETS_MANAGER].region == "cn-north-1"


@pytest.mark.parametrize(
    ("arn", "service", "actions"),
    [
        (QUEUE_ARN, Service.SQS, ["sqs:SendMessage"]),
        (TOPIC_ARN, Service.SNS, ["sns:Publish"]),
        (BUCKET_ARN, Service.S3, ["s3:PutObject", "s3:ListBucket"]),
    ],
)
def test_a_destination_needs_its_service_called_by_the_role(
    arn: str, service: Service, actions: list[str]
) -> None:
    """In the destination's Region; a bucket's ARN names none, so it is the trigger's."""
    need = needs(on_failure=arn)[service]
    assert [call.action for call in need.calls] == actions
    assert not any(call.by_service for call in need.calls)
    assert need.region == REGION


@pytest.mark.parametrize(
    "arn", ["kafka://orders-failed", "", None, "arn:aws:kinesis:us-east-1:111122223333:stream/x"]
)
def test_a_kafka_topic_and_what_is_no_destination_need_no_service(arn: str | None) -> None:
    """`kafka://` is the source cluster itself."""
    assert set(needs(on_failure=arn)) == {Service.LAMBDA, Service.STS}


def test_oauth_by_iam_makes_the_role_ask_sts_too() -> None:
    """lambda/latest/dg/kafka-cluster-auth"""
    calls = needs(source_access=access(("IAM_OAUTHBEARER_AUTH", "x")))[Service.STS].calls
    assert [(call.action, call.by_service) for call in calls] == [
        ("sts:AssumeRole", True),
        ("sts:GetWebIdentityToken", False),
    ]


def test_the_role_is_known_where_the_function_was_read() -> None:
    """Only narrowed endpoint policies need it."""
    trigger = resolved(mapping(), Sources(roles={FUNCTION_ARN: ROLE_ARN}))
    assert trigger.role_arn == ROLE_ARN
    assert trigger.needs[1].calls[0].resources == (ROLE_ARN,)
