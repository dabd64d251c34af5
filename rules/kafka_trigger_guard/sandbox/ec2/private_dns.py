"""When an endpoint may answer for its service's own name in a VPC.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.route53.models import route53_backends

from kafka_trigger_guard.sandbox.ec2.endpoint_services import EndpointService
from kafka_trigger_guard.sandbox.operations import Refusal


def check_private_dns(ec2: Any, vpc: Any, service: EndpointService, endpoint_id: str | None = None) -> None:
    """Refuse private DNS if the VPC's attributes forbid it or another endpoint or zone has the name."""
    if not (_on(vpc.enable_dns_support) and _on(vpc.enable_dns_hostnames)):
        raise Refusal(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
            f"set to true for {vpc.id}",
        )
    taken = {*_names_of_endpoints(ec2, vpc, endpoint_id), *_names_of_zones(ec2, vpc)}
    conflict = next((name for name in service.private_dns_names if name in taken), None)
    if conflict:
        raise Refusal(
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
            f"{conflict} in the VPC {vpc.id}",
        )


def check_dns_options(ec2: Any, vpc: Any, service: EndpointService, options: Mapping[str, Any]) -> None:
    """Refuse private DNS for inbound Resolver endpoints alone unless a gateway endpoint serves the VPC.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    if not options.get("PrivateDnsOnlyForInboundResolverEndpoint"):
        return
    gateways = {
        endpoint.service_name
        for endpoint in ec2.vpc_end_points.values()
        if endpoint.vpc_id == vpc.id and endpoint.vpc_endpoint_type == "Gateway"
    }
    if service.name not in gateways:
        raise Refusal(
            "InvalidParameter",
            "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC "
            f"{vpc.id} must have a Gateway endpoint for the service.",
        )


def _on(attribute: bool | str) -> bool:
    return str(attribute).lower() == "true"


def _names_of_endpoints(ec2: Any, vpc: Any, but: str | None) -> Iterator[str]:
    for endpoint in ec2.vpc_end_points.values():
        if endpoint.vpc_id == vpc.id and endpoint.private_dns_enabled and endpoint.id != but:
            yield from endpoint.private_dns_names


def _names_of_zones(ec2: Any, vpc: Any) -> Iterator[str]:
    for account in list(route53_backends.values()):
        for zone in account[ec2.partition].zones.values():
            if zone.private_zone and any(vpc.id == item.get("vpc_id") for item in zone.vpcs):
                yield zone.name.rstrip(".")
