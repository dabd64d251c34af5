"""The DNS names of an interface endpoint: regional, one per zone, and the service's own.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from hashlib import sha256
from typing import Any

from kafka_trigger_guard.sandbox.ec2.endpoint_services import EndpointService


def dns_entries(ec2: Any, endpoint: Any, service: EndpointService) -> list[dict[str, str]]:
    """The names in AWS's order; the private ones only while private DNS is on."""
    label = sha256(endpoint.id.encode()).hexdigest()[:8]
    zones = sorted({ec2.get_subnet(subnet_id).availability_zone for subnet_id in endpoint.subnet_ids})
    own = [f"{endpoint.id}-{label}", *(f"{endpoint.id}-{label}-{zone}" for zone in zones)]
    entries = [_entry(f"{name}.{service.base_dns_name}", service.base_dns_name) for name in own]
    if endpoint.private_dns_enabled:
        entries += [_entry(name, endpoint.id) for name in service.private_dns_names]
    return entries


def _entry(name: str, zone: str) -> dict[str, str]:
    return {"DnsName": name, "HostedZoneId": "Z" + sha256(zone.encode()).hexdigest()[:20].upper()}
