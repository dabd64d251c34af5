"""What NAT gateways and endpoints of the sandbox carried, as CloudWatch tells it: days of metrics at once.

vpc/latest/userguide/metrics-dimensions-nat-gateway, vpc/latest/privatelink/privatelink-cloudwatch-metrics
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import boto3

_GB = 1024**3
_REQUESTS = Decimal("0.97")
"""The part of the traffic that leaves; what comes back are the answers' headers."""


def through_nat(session: boto3.Session, nat_gateway_id: str, gb_per_day: Decimal, days: int = 14) -> None:
    """Let a NAT gateway have carried so many GB, both directions together, on each of the last days."""
    there, back = gb_per_day * _REQUESTS, gb_per_day * (1 - _REQUESTS)
    for name, gb in (("BytesInFromSource", there), ("BytesInFromDestination", back)):
        _put(session, "AWS/NATGateway", name, gb, days, {"NatGatewayId": nat_gateway_id})


def through_endpoint(session: boto3.Session, endpoint_id: str, gb_per_day: Decimal, days: int = 14) -> None:
    """Let an interface endpoint have processed so many GB on each of the last days."""
    found = session.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    dimensions = {
        "Endpoint Type": "Interface",
        "Service Name": found["ServiceName"],
        "VPC Endpoint Id": endpoint_id,
        "VPC Id": found["VpcId"],
    }
    _put(session, "AWS/PrivateLinkEndpoints", "BytesProcessed", gb_per_day, days, dimensions)


def _put(
    session: boto3.Session, namespace: str, name: str, gb: Decimal, days: int, dimensions: dict[str, str]
) -> None:
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    session.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                "Timestamp": noon - timedelta(days=day),
                "Value": float(gb * _GB),
                "Unit": "Bytes",
            }
            for day in range(1, days + 1)
        ],
    )
