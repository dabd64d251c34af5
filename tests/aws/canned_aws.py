"""An AWS that answers from plain data, below botocore.

Only the wire is replaced (botocore's `before-send` event), so that requests are built, signed, retried,
paged and parsed by the real client.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from botocore.loaders import create_loader
from botocore.model import ListShape, OperationModel, Shape, StructureShape

ACCOUNT = "111122223333"
REGION = "us-east-1"
API_MODELS = create_loader()
"""Shared by all sessions: reading the API models takes most of a test's time."""


class Fault(Enum):
    """What goes wrong on the wire."""

    DENIED = auto()
    THROTTLED = auto()
    EXPIRED = auto()
    REFUSED_KEYS = auto()
    DROPPED = auto()
    UNREACHABLE = auto()
    MALFORMED = auto()


_ERRORS = {
    Fault.DENIED: (403, "AccessDeniedException", "You are not authorized to perform this operation."),
    Fault.THROTTLED: (400, "ThrottlingException", "Rate exceeded"),
    Fault.EXPIRED: (403, "ExpiredTokenException", "The security token included in the request is expired"),
    Fault.REFUSED_KEYS: (403, "UnrecognizedClientException", "The security token is invalid."),
}


@dataclass
class CannedAws:
    """Items of listings and answers by resource, by operation; `page` is the number of items a page holds,
    after a first page that is empty: AWS serves such pages too."""

    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answers: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    page: int | None = None
    attempts: list[str] = field(default_factory=list)
    """Every request that was sent, retries included."""
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Every request with its parameters, retries included."""

    def session(self, **settings: Any) -> boto3.Session:
        """A boto3 session whose wire ends here."""
        core = botocore.session.Session()
        core.set_credentials("AKIDEXAMPLE", "secret")
        core.register_component("data_loader", API_MODELS)
        session = boto3.session.Session(botocore_session=core, **settings)
        current = threading.local()

        def note(params: dict[str, Any], model: OperationModel, **_: object) -> None:
            current.call = (model, dict(params))

        def answer(request: Any, **_: object) -> AWSResponse:
            model, parameters = current.call
            return self._answer(model, parameters, str(request.url))

        session.events.register("provide-client-params", note)
        session.events.register("before-send", answer)  # type: ignore[arg-type]
        return session

    def parameters(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each request for an operation."""
        return [parameters for name, parameters in self.requests if name == operation]

    def _answer(self, model: OperationModel, parameters: dict[str, Any], url: str) -> AWSResponse:
        operation = f"{model.service_model.signing_name}:{model.name}"
        self.attempts.append(operation)
        self.requests.append((operation, parameters))
        status, body = self._body(operation, model, parameters, url)
        return AWSResponse(url, status, HTTPHeaders(), RawBody(body))

    def _body(
        self, operation: str, model: OperationModel, parameters: dict[str, Any], url: str
    ) -> tuple[int, bytes]:
        is_json = model.service_model.resolved_protocol in ("json", "rest-json")
        fault = self.faults.get(operation) or self.faults.get(f"{operation} {key_of(operation, parameters)}")
        if fault is Fault.DROPPED:
            raise ConnectionClosedError(endpoint_url=url)
        if fault is Fault.UNREACHABLE:
            raise EndpointConnectionError(endpoint_url=url, error="unknown host")
        if fault is Fault.MALFORMED:
            return 200, b'{"cut' if is_json else b"<cut"
        if fault is not None:
            status, code, message = _ERRORS[fault]
            return status, _error_body(is_json, code, message)
        document = self._document(operation, parameters)
        assert model.output_shape is not None
        return 200, wire(model, document)

    def _document(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation == "sts:GetCallerIdentity":
            return {"Account": ACCOUNT, "UserId": "u", "Arn": f"arn:aws:iam::{ACCOUNT}:user/u"}
        key = key_of(operation, parameters)
        if operation in LISTS:
            listed = self.items.get(operation, []) if key is None else self._keyed(operation, key)
            return paged(operation, _filtered(listed, parameters), parameters, self.page)
        return self.answers.get(operation, {}).get(key or "", {})

    def _keyed(self, operation: str, key: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.answers.get(operation, {}).get(key, {}).get(LISTS[operation], [])
        return listed


class RawBody(BytesIO):
    """A response body as botocore reads it from a socket."""

    def stream(self, **_: object) -> Any:
        """The whole body as one chunk."""
        yield self.read()


LISTS = {
    "lambda:ListEventSourceMappings": "EventSourceMappings",
    "kafka:ListClustersV2": "ClusterInfoList",
    "kafka:ListNodes": "NodeInfoList",
    "ec2:DescribeVpcs": "Vpcs",
    "ec2:DescribeRegions": "Regions",
    "ec2:DescribeDhcpOptions": "DhcpOptions",
    "ec2:DescribeSubnets": "Subnets",
    "ec2:DescribeRouteTables": "RouteTables",
    "ec2:DescribeNetworkAcls": "NetworkAcls",
    "ec2:DescribeSecurityGroups": "SecurityGroups",
    "ec2:DescribeNetworkInterfaces": "NetworkInterfaces",
    "ec2:DescribeVpcEndpoints": "VpcEndpoints",
    "ec2:DescribeNatGateways": "NatGateways",
    "ec2:DescribeInternetGateways": "InternetGateways",
    "ec2:DescribeVpcPeeringConnections": "VpcPeeringConnections",
    "ec2:DescribeManagedPrefixLists": "PrefixLists",
    "ec2:GetManagedPrefixListEntries": "Entries",
    "ec2:DescribeVpcBlockPublicAccessExclusions": "VpcBlockPublicAccessExclusions",
    "ec2:DescribeTransitGateways": "TransitGateways",
    "ec2:DescribeTransitGatewayAttachments": "TransitGatewayAttachments",
    "ec2:DescribeTransitGatewayVpcAttachments": "TransitGatewayVpcAttachments",
    "ec2:SearchTransitGatewayRoutes": "Routes",
    "route53:ListHostedZonesByVPC": "HostedZoneSummaries",
    "route53:ListResourceRecordSets": "ResourceRecordSets",
    "route53profiles:ListProfileAssociations": "ProfileAssociations",
    "route53profiles:ListProfileResourceAssociations": "ProfileResourceAssociations",
}
"""Where AWS's answers hold the items; written down once more, so that the product's own table is tested."""

KEYS = {
    "lambda:GetFunctionConfiguration": "FunctionName",
    "kafka:GetBootstrapBrokers": "ClusterArn",
    "kafka:ListNodes": "ClusterArn",
    "kafka:DescribeVpcConnection": "Arn",
    "ec2:DescribeVpcAttribute": "VpcId",
    "ec2:GetManagedPrefixListEntries": "PrefixListId",
    "ec2:SearchTransitGatewayRoutes": "TransitGatewayRouteTableId",
    "route53:ListHostedZonesByVPC": "VPCId",
    "route53:ListResourceRecordSets": "HostedZoneId",
    "route53profiles:ListProfileResourceAssociations": "ProfileId",
}
"""The parameter that names the resource, for operations that are read by resource."""


def key_of(operation: str, parameters: Mapping[str, Any]) -> str | None:
    """The resource a request is about; None for operations that are not read by resource."""
    return str(parameters[KEYS[operation]]) if operation in KEYS else None


def paged(
    operation: str, items: list[dict[str, Any]], parameters: Mapping[str, Any], page: int | None
) -> dict[str, Any]:
    """One page of a listing, with the tokens that AWS uses for this operation."""
    into, out = {
        "lambda:ListEventSourceMappings": ("Marker", "NextMarker"),
        "route53:ListResourceRecordSets": ("StartRecordName", "NextRecordName"),
    }.get(operation, ("NextToken", "NextToken"))
    start = int(str(parameters.get(into, "0")).removeprefix("page-"))
    size = page if page is not None else int(parameters.get("MaxResults", parameters.get("MaxItems", 100)))
    is_empty = page is not None and into not in parameters
    end = start if is_empty else start + size
    more = is_empty or end < len(items)
    answer: dict[str, Any] = {LISTS[operation]: items[start:end]}
    if operation == "route53:ListHostedZonesByVPC":
        answer["MaxItems"] = str(size)
    if operation == "route53:ListResourceRecordSets":
        answer |= {"IsTruncated": more, "MaxItems": str(size)}
    if operation == "ec2:SearchTransitGatewayRoutes":
        answer["AdditionalRoutesAvailable"] = more
    return answer | ({out: f"page-{end}"} if more else {})


def _filtered(items: list[dict[str, Any]], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    for each in [*parameters.get("Filters", []), *parameters.get("Filter", [])]:
        assert 1 <= len(each["Values"]) <= 200, "AWS refuses a filter with more than 200 values"
        if each["Name"] != "state":
            items = [item for item in items if _value(item, each["Name"]) & set(each["Values"])]
    return items


def _value(item: Mapping[str, Any], name: str) -> set[str]:
    if name == "attachment.vpc-id":
        return {attachment["VpcId"] for attachment in item["Attachments"]}
    return {item["".join(word.capitalize() for word in name.split("-"))]}


def _error_body(is_json: bool, code: str, message: str) -> bytes:
    if is_json:
        return json.dumps({"__type": code, "message": message}).encode()
    inner = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<Response><Errors>{inner}</Errors>{inner}<RequestID>r</RequestID></Response>".encode()


def wire(model: OperationModel, document: Mapping[str, Any]) -> bytes:
    """The document as the service would send it: JSON, or XML with the names of the API model."""
    shape = model.output_shape
    assert shape is not None
    if model.service_model.resolved_protocol in ("json", "rest-json"):
        return json.dumps(_json(shape, document)).encode()
    inner = _xml(shape, document)
    if model.service_model.resolved_protocol == "query":
        inner = f"<{model.name}Result>{inner}</{model.name}Result>"
    return f"<{model.name}Response>{inner}</{model.name}Response>".encode()


def _json(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape):
        members = shape.members
        return {members[n].serialization.get("name", n): _json(members[n], v) for n, v in value.items()}
    if isinstance(shape, ListShape):
        return [_json(shape.member, item) for item in value]
    return value.timestamp() if isinstance(value, datetime) else value


def _xml(shape: Shape, value: Any) -> str:
    if isinstance(shape, StructureShape):
        return "".join(_member(n, shape.members[n], v) for n, v in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    return escape(value.isoformat() if isinstance(value, datetime) else str(value))


def _member(name: str, shape: Shape, value: Any) -> str:
    tag = shape.serialization.get("name", name)
    if not isinstance(shape, ListShape):
        return f"<{tag}>{_xml(shape, value)}</{tag}>"
    each = shape.member.serialization.get("name", "member")
    items = "".join(f"<{each}>{_xml(shape.member, item)}</{each}>" for item in value)
    return f"<{tag}>{items}</{tag}>"
