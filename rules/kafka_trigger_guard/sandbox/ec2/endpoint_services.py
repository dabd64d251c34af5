"""The AWS services a VPC endpoint can be made for: types, zones and private DNS names."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.vpcs import AWS_ENDPOINT_SERVICES

from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

BOTH_TYPES = ("dynamodb", "s3")
LIMITED_ZONES = {"use1-az3": ("lambda",)}
"""Zones without an endpoint of some service.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-endpoints.html
"""


@dataclass(frozen=True, slots=True)
class EndpointService:
    """One service in one Region, as DescribeVpcEndpointServices tells it."""

    name: str
    short_name: str
    types: tuple[str, ...]
    zones: tuple[str, ...]
    private_dns_names: tuple[str, ...]
    base_dns_name: str


def find_service(account: str, region: str, name: str) -> EndpointService:
    """The service of that full name, e.g. `com.amazonaws.us-east-1.lambda`; refuses unknown ones."""
    prefixes = (f"com.amazonaws.{region}.", f"cn.com.amazonaws.{region}.")
    prefix = next((prefix for prefix in prefixes if name.startswith(prefix)), None)
    short_name = name.removeprefix(prefix) if prefix else ""
    in_china = region.startswith("cn-")
    if short_name not in _SHORT_NAMES or (prefix == prefixes[1] and not in_china):
        raise Refusal("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
    return EndpointService(
        name=name,
        short_name=short_name,
        types=("Gateway", "Interface") if short_name in BOTH_TYPES else ("Interface",),
        zones=_zones(account, region, short_name),
        private_dns_names=_private_dns_names(region, short_name),
        base_dns_name=f"{short_name}.{region}.vpce.{_domain(region)}",
    )


_SHORT_NAMES = frozenset({*AWS_ENDPOINT_SERVICES, "kafka", *BOTH_TYPES})


def _domain(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def _zones(account: str, region: str, short_name: str) -> tuple[str, ...]:
    zones = ec2_backends[account][region].describe_availability_zones()
    return tuple(zone.name for zone in zones if short_name not in LIMITED_ZONES.get(zone.zone_id, ()))


def _private_dns_names(region: str, short_name: str) -> tuple[str, ...]:
    name = f"{short_name}.{region}.{_domain(region)}"
    if short_name != "s3":
        return (name,)
    suffix = f"{region}.{_domain(region)}"
    return (
        name,
        f"*.{name}",
        f"s3-accesspoint.{suffix}",
        f"*.s3-accesspoint.{suffix}",
        f"*.s3-control.{suffix}",
    )


@operation("ec2", "DescribeVpcEndpointServices")
def describe_vpc_endpoint_services(call: Call) -> Reply:
    """The services, by name or filters (`service-name`, `service-type`), one page of them."""
    prefix = f"com.amazonaws.{call.region}."
    names = call.strings("ServiceNames") or tuple(sorted(prefix + name for name in _SHORT_NAMES))
    services = [find_service(call.account, call.region, name) for name in names]
    details = [
        _detail(service, endpoint_type)
        for service in services
        for endpoint_type in service.types
        if _passes(service, endpoint_type, call.given("Filters") or ())
    ]
    page, token = paged(details, call.given("MaxResults"), call.given("NextToken"))
    return {
        "ServiceNames": list(dict.fromkeys(detail["ServiceName"] for detail in page)),
        "ServiceDetails": page,
        "NextToken": token,
    }


def _passes(service: EndpointService, endpoint_type: str, filters: Sequence[Any]) -> bool:
    values = {"service-name": service.name, "service-type": endpoint_type, "owner": "amazon"}
    unknown = next((item["Name"] for item in filters if item["Name"] not in values), None)
    if unknown:
        raise Refusal("InvalidFilter", f"The filter '{unknown}' is invalid")
    return all(values[item["Name"]] in item["Values"] for item in filters)


def _detail(service: EndpointService, endpoint_type: str) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "ServiceName": service.name,
        "ServiceId": f"vpce-svc-{sha256((service.name + endpoint_type).encode()).hexdigest()[:17]}",
        "ServiceType": [{"ServiceType": endpoint_type}],
        "AvailabilityZones": list(service.zones),
        "Owner": "amazon",
        "BaseEndpointDnsNames": [service.base_dns_name],
        "VpcEndpointPolicySupported": True,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "Tags": [],
        "SupportedIpAddressTypes": ["ipv4"],
    }
    if endpoint_type == "Interface":
        detail["PrivateDnsName"] = service.private_dns_names[0]
        detail["PrivateDnsNames"] = [{"PrivateDnsName": name} for name in service.private_dns_names]
        detail["PrivateDnsNameVerificationState"] = "verified"
    return detail
