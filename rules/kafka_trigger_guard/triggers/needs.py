"""Which AWS APIs a poller calls, as whom, and on what.

lambda/latest/dg/with-kafka-cluster-network and with-msk-cluster-network: Lambda and STS always, called by the
service principal; Secrets Manager if a secret is used and the on-failure destination's service if there is
one, called by the execution role.
"""

from __future__ import annotations

from kafka_trigger_guard.triggers.sources import EventSourceMapping
from kafka_trigger_guard.triggers.trigger import Call, Need, Service

_DESTINATION_CALLS = {
    Service.SQS: ("sqs:SendMessage",),
    Service.SNS: ("sns:Publish",),
    Service.S3: ("s3:PutObject", "s3:ListBucket"),
}


def needs_of(mapping: EventSourceMapping, region: str, role_arn: str | None) -> tuple[Need, ...]:
    """All needs of a mapping in a Region: lambda, sts, then secretsmanager and the destination if used."""
    needs = [_invoke(mapping, region), _assume(mapping, region, role_arn)]
    return (*needs, *_secrets(mapping), *_destination(mapping, region))


def _invoke(mapping: EventSourceMapping, region: str) -> Need:
    unqualified = ":".join(mapping.function_arn.split(":")[:7])
    resources = tuple(dict.fromkeys((mapping.function_arn, unqualified)))
    return Need(Service.LAMBDA, region, (Call("lambda:InvokeFunction", resources, by_service=True),))


def _assume(mapping: EventSourceMapping, region: str, role_arn: str | None) -> Need:
    """IAM_OAUTHBEARER_AUTH makes the role itself ask STS for a token. lambda/latest/dg/kafka-cluster-auth"""
    calls = [Call("sts:AssumeRole", (role_arn,) if role_arn else (), by_service=True)]
    if any(access.type == "IAM_OAUTHBEARER_AUTH" for access in mapping.source_access):
        calls.append(Call("sts:GetWebIdentityToken", (), by_service=False))
    return Need(Service.STS, region, tuple(calls))


def secret_arns(mapping: EventSourceMapping) -> tuple[str, ...]:
    """Secrets the mapping names, whatever the type of the entry."""
    uris = (access.uri for access in mapping.source_access)
    return tuple(dict.fromkeys(uri for uri in uris if _service_of(uri) == "secretsmanager"))


def _secrets(mapping: EventSourceMapping) -> tuple[Need, ...]:
    """One need per Region of the secrets; AWS wants secrets in the function's Region."""
    by_region: dict[str, list[str]] = {}
    for arn in secret_arns(mapping):
        by_region.setdefault(arn.split(":")[3], []).append(arn)
    return tuple(
        Need(
            Service.SECRETS_MANAGER,
            region,
            tuple(Call("secretsmanager:GetSecretValue", (arn,), by_service=False) for arn in arns),
        )
        for region, arns in by_region.items()
    )


def _destination(mapping: EventSourceMapping, region: str) -> tuple[Need, ...]:
    """A `kafka://` destination is the source cluster itself and needs no service of its own."""
    arn = mapping.on_failure or ""
    service = next((s for s in _DESTINATION_CALLS if s.value == _service_of(arn)), None)
    if service is None:
        return ()
    where = arn.split(":")[3] or region
    resources = (arn, f"{arn}/*") if service is Service.S3 else (arn,)
    calls = tuple(Call(action, resources, by_service=False) for action in _DESTINATION_CALLS[service])
    return (Need(service, where, calls),)


def _service_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""
