"""AWS clients that answer from a snapshot document, with AWS's filters, pages and refusals.

Requests are checked against botocore's API models, so that a call AWS would refuse fails here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ServiceModel
from botocore.validate import validate_parameters

from tests.aws.canned_aws import API_MODELS, KEYS, LISTS
from tests.networks.shapes import Json

_ZONES = [f"us-east-1{letter}" for letter in "abcdef"]
_OFFERED = ("lambda", "sts", "secretsmanager", "sqs", "sns")
_NAMED = {"service-quotas": "servicequotas"}


@cache
def api(service: str) -> tuple[ServiceModel, Mapping[str, str]]:
    """The API model of a service, and its operations by the names of client methods."""
    session = botocore.session.Session()
    session.register_component("data_loader", API_MODELS)
    model = session.get_service_model(service)
    return model, {xform_name(name): name for name in model.operation_names}


@dataclass
class SnapshotAws:
    """One account and Region as a snapshot describes it; `asked` notes every call with its parameters."""

    document: Json
    zones: list[str] = field(default_factory=lambda: list(_ZONES))
    offered: tuple[str, ...] = _OFFERED
    inbound_resolvers: list[Json] = field(default_factory=list)
    quotas: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        """What stands for `boto3.client(service)`."""
        return _Client(self, service)

    def answer(self, service: str, operation: str, parameters: Json) -> Json:
        """The answer to one call. Raises ClientError as AWS does."""
        name = f"{service}:{operation}"
        self.asked.append(f"{name} {parameters}")
        special = getattr(self, f"_{xform_name(operation)}", None)
        if special is not None:
            found: Json = special(parameters)
            return found
        if name in KEYS:
            return self._keyed(name, str(parameters[KEYS[name]]))
        if name not in self.responses:
            if name == "ec2:DescribeVpcBlockPublicAccessExclusions" and name not in self.errors:
                return {LISTS[name]: []}
            raise self._refused(name)
        items = self.responses[name][LISTS[name]]
        return {
            LISTS[name]: _filtered(items, [*parameters.get("Filters", []), *parameters.get("Filter", [])])
        }

    @property
    def responses(self) -> Json:
        """What was collected."""
        found: Json = self.document["responses"]
        return found

    @property
    def errors(self) -> Json:
        """What was refused."""
        found: Json = self.document["errors"]
        return found

    def _refused(self, name: str, code: str = "InternalError", operation: str = "") -> ClientError:
        """What was collected as an error, else `code`: what a snapshot does not hold, AWS did not tell."""
        error = self.errors.get(name, {"code": code, "message": f"{name} is refused"})
        operation = operation or name.split(":")[1].split()[0]
        return ClientError({"Error": {"Code": error["code"], "Message": error["message"]}}, operation)

    def _keyed(self, name: str, key: str) -> Json:
        if name in self.errors or key not in self.responses.get(name, {}):
            raise self._refused(f"{name} {key}" if name not in self.errors else name)
        found: Json = self.responses[name][key]
        return found

    def _items(self, name: str) -> list[Json]:
        if name not in self.responses:
            raise self._refused(name)
        found: list[Json] = self.responses[name][LISTS[name]]
        return found

    # Operations that a snapshot holds in another form, or not at all

    def _get_event_source_mapping(self, parameters: Json) -> Json:
        name = "lambda:ListEventSourceMappings"
        if name in self.errors:
            raise self._refused(name, operation="GetEventSourceMapping")
        for each in self._items(name):
            if each["UUID"] == parameters["UUID"]:
                return each
        raise self._refused("lambda:GetEventSourceMapping", "ResourceNotFoundException")

    def _describe_cluster_v2(self, parameters: Json) -> Json:
        for each in self._items("kafka:ListClustersV2"):
            if each["ClusterArn"] == parameters["ClusterArn"]:
                return {"ClusterInfo": each}
        raise self._refused("kafka:DescribeClusterV2", "NotFoundException")

    def _describe_vpc_attribute(self, parameters: Json) -> Json:
        attribute = parameters["Attribute"]
        found = self._keyed("ec2:DescribeVpcAttribute", parameters["VpcId"])
        name = attribute[0].upper() + attribute[1:]
        return {name: found[name]}

    def _describe_vpc_block_public_access_options(self, _: Json) -> Json:
        name = "ec2:DescribeVpcBlockPublicAccessOptions"
        if name in self.errors:
            raise self._refused(name)
        off: Json = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}}
        found: Json = self.responses.get(name, off)
        return found

    def _describe_dhcp_options(self, parameters: Json) -> Json:
        name = "ec2:DescribeDhcpOptions"
        if name in self.errors:
            raise self._refused(name)
        items = self.responses.get(name, {"DhcpOptions": []})["DhcpOptions"]
        return {"DhcpOptions": _filtered(items, parameters["Filters"])}

    def _describe_vpc_endpoint_services(self, parameters: Json) -> Json:
        region = self.document["region"]
        prefix = "cn." if region.startswith("cn-") else ""
        details = [
            {
                "ServiceName": f"{prefix}com.amazonaws.{region}.{service}",
                "ServiceType": [{"ServiceType": "Interface"}],
                "AvailabilityZones": [zone.replace("us-east-1", region) for zone in self.zones],
            }
            for service in self.offered
        ]
        return {"ServiceDetails": _filtered(details, parameters["Filters"])}

    def _list_resolver_endpoints(self, _: Json) -> Json:
        if "route53resolver:ListResolverEndpoints" in self.errors:
            raise self._refused("route53resolver:ListResolverEndpoints")
        return {"ResolverEndpoints": self.inbound_resolvers}

    def _get_service_quota(self, parameters: Json) -> Json:
        if parameters["QuotaCode"] not in self.quotas:
            raise self._refused("servicequotas:GetServiceQuota", "NoSuchResourceException")
        return {"Quota": {"Value": float(self.quotas[parameters["QuotaCode"]])}}


@dataclass
class _Client:
    """One service's client."""

    aws: SnapshotAws
    service: str

    def __getattr__(self, method: str) -> Any:
        model, operations = api(self.service)
        operation = operations[method]
        shape = model.operation_model(operation).input_shape
        assert shape is not None

        def call(**parameters: Any) -> Json:
            validate_parameters(parameters, shape)
            return self.aws.answer(_NAMED.get(self.service, self.service), operation, parameters)

        return call

    def can_paginate(self, method: str) -> bool:
        """Whether botocore knows a paginator; the snapshot's lists have one page."""
        return method.startswith(("describe_", "list_"))

    def get_paginator(self, method: str) -> Any:
        """The paginator of an operation."""
        return _Paginator(getattr(self, method))


@dataclass
class _Paginator:
    """A listing in an empty page and a full one: AWS serves both."""

    call: Any

    def paginate(self, **parameters: Any) -> Iterator[Json]:
        """The pages."""
        yield {}
        yield self.call(**parameters)


def _filtered(items: list[Json], filters: list[Json]) -> list[Json]:
    for each in filters:
        items = [item for item in items if _values(item, each["Name"]) & set(each["Values"])]
    return items


def _values(item: Json, name: str) -> set[str]:
    if name == "attachment.vpc-id":
        return {each["VpcId"] for each in item.get("Attachments", [])}
    found = item.get("".join(word.capitalize() for word in name.split("-")))
    return {found} if isinstance(found, str) else set()
