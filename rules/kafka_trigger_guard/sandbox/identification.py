"""Which API call a request is, whoever answers it: its IAM action, its caller and its parameters."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError, ClientError
from moto.core.request import normalize_request
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from

from kafka_trigger_guard.sandbox.iam.callers import Caller, caller_with
from kafka_trigger_guard.sandbox.operations import HOST, Answer, Gateway, Refusal

_S3 = re.compile(
    r"https?://((?P<bucket>[^/]+)\.)?s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?(?P<path>/[^?]*)?"
)
_ACCESS_KEY = re.compile(r"Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[a-z0-9-]+)/")
_PREFIXES = {"monitoring": "cloudwatch", "email": "ses"}
"""Services whose IAM prefix is not the name that requests are signed with."""
_SERVICES = {"monitoring": "cloudwatch", "email": "ses", "servicequotas": "service-quotas"}
"""Hosts that are not called as botocore calls the service."""
_ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sns:PublishBatch": "sns:Publish",
}
"""Operations whose IAM action has another name. service-authorization/latest/reference"""
_S3_ACTIONS = {
    ("GET", "location"): "GetBucketLocation",
    ("GET", "versioning"): "GetBucketVersioning",
    ("GET", "versions"): "ListBucketVersions",
    ("GET", "policy"): "GetBucketPolicy",
    ("GET", "encryption"): "GetEncryptionConfiguration",
    ("GET", "publicAccessBlock"): "GetBucketPublicAccessBlock",
    ("PUT", "versioning"): "PutBucketVersioning",
    ("PUT", "policy"): "PutBucketPolicy",
    ("PUT", "encryption"): "PutEncryptionConfiguration",
    ("PUT", "publicAccessBlock"): "PutBucketPublicAccessBlock",
    ("PUT", "lifecycle"): "PutLifecycleConfiguration",
    ("PUT", "tagging"): "PutBucketTagging",
    ("POST", "delete"): "DeleteObject",
}


@dataclass(frozen=True, slots=True)
class Identified:
    """One API call on its way."""

    action: str
    """As IAM names it, e.g. `ec2:CreateVpcEndpoint`."""
    operation: str
    """As the service's API names it."""
    account: str
    region: str
    caller: Caller
    parameters: Mapping[str, Any]
    gateway: Gateway | None = field(repr=False, compare=False, default=None)

    def refused(self, code: str, message: str) -> Answer:
        """The answer that refuses it."""
        if self.gateway is None:
            body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            return 403, {"Content-Type": "application/xml"}, body
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Exception.* does not match an error shape")
            return self.gateway.serialized(ActionResult(Refusal(code, message)))


def identified(request: AWSPreparedRequest) -> Identified | None:
    """The API call that a request is; None for what is none."""
    s3 = _S3.match(request.url)
    if s3:
        return _of_s3(request, s3)
    host = HOST.match(request.url)
    if host is None:
        return None
    gateway = Gateway(_SERVICES.get(host["service"], host["service"]))
    normalized = normalize_request(request)
    try:
        gateway.read(normalized)
        operation = gateway._get_action()
        gateway.setup_class(normalized)
        model = get_service_model(gateway.boto3_service_name)
    except (BotoCoreError, ClientError, KeyError, ValueError):
        return None
    signed_as = str(model.signing_name)
    action = f"{_PREFIXES.get(signed_as, signed_as)}:{operation}"
    account, region = str(gateway.current_account), str(gateway.region)
    return Identified(
        action=_ACTIONS.get(action, action),
        operation=operation,
        account=account,
        region=region,
        caller=caller_with(account, str(gateway.access_key), region),
        parameters=gateway.params,
        gateway=gateway,
    )


def _of_s3(request: AWSPreparedRequest, found: re.Match[str]) -> Identified:
    """S3 tells its operations by method, path and query alone. AmazonS3/latest/API"""
    path = (found["path"] or "/").lstrip("/")
    bucket, _, key = (found["bucket"], "", path) if found["bucket"] else path.partition("/")
    query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    name = _s3_action(str(request.method), bucket, key, set(query))
    header = str(request.headers.get("Authorization", b""))
    scope = _ACCESS_KEY.search(header)
    access_key, region = (scope["key"], scope["region"]) if scope else ("", "us-east-1")
    account = str(get_account_id_from(access_key))
    return Identified(
        action=f"s3:{name}",
        operation=name,
        account=account,
        region=region,
        caller=caller_with(account, access_key, region),
        parameters={"Bucket": bucket, "Key": key},
    )


def _s3_action(method: str, bucket: str, key: str, query: set[str]) -> str:
    named = next((_S3_ACTIONS[method, name] for name in query if (method, name) in _S3_ACTIONS), None)
    if named:
        return named
    if key:
        return {"HEAD": "GetObject", "GET": "GetObject", "DELETE": "DeleteObject"}.get(method, "PutObject")
    if not bucket:
        return "ListAllMyBuckets"
    return {"PUT": "CreateBucket", "DELETE": "DeleteBucket"}.get(method, "ListBucket")
