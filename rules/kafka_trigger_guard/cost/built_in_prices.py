"""The built-in prices: AWS's list prices on demand, by Region, each with the month it was last checked.

AWS publishes them at aws.amazon.com/vpc/pricing (NAT gateway), aws.amazon.com/privatelink/pricing (interface
endpoints), aws.amazon.com/transit-gateway/pricing and aws.amazon.com/lambda/pricing (event poller units); a
bill names them by usage type, such as `APN1-NatGateway-Bytes`. Only Regions for which a published figure was
found are here: what is missing is unknown, and not the same as elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

_PB = Decimal(1024 * 1024)
"""GB in a PB."""

ENDPOINT_TIERS: tuple[tuple[Decimal | None, Decimal], ...] = (
    (1 * _PB, Decimal("0.010")),
    (5 * _PB, Decimal("0.006")),
    (None, Decimal("0.004")),
)
"""Interface endpoints, per GB by what all of a Region's endpoints process in a month: the first PB, the next
four, the rest; the same in every Region listed here. aws.amazon.com/privatelink/pricing"""


@dataclass(frozen=True, slots=True)
class Rates:
    """One Region's prices in US dollars; `usage` is how its usage types begin.

    `nat` is both an hour of a NAT gateway and a GB through it, which cost the same in every Region listed
    here; `endpoint_hour` is an interface endpoint in one zone for an hour.
    """

    usage: str
    dated: str
    nat: Decimal
    endpoint_hour: Decimal
    transit_gb: Decimal | None = None
    epu_hour: Decimal | None = None


BUILT_IN: Mapping[str, Rates] = {
    "us-east-1": Rates(
        "USE1", "2026-05", Decimal("0.045"), Decimal("0.010"), Decimal("0.020"), Decimal("0.185")
    ),
    "us-west-2": Rates("USW2", "2026-10", Decimal("0.045"), Decimal("0.010")),
    "eu-west-1": Rates("EU", "2026-10", Decimal("0.048"), Decimal("0.011")),
    "eu-west-2": Rates("EUW2", "2026-09", Decimal("0.050"), Decimal("0.011")),
    "eu-central-1": Rates("EUC1", "2026-09", Decimal("0.052"), Decimal("0.012")),
    "ap-northeast-1": Rates("APN1", "2026-05", Decimal("0.062"), Decimal("0.014")),
    "ap-northeast-2": Rates("APN2", "2026-09", Decimal("0.059"), Decimal("0.013")),
    "ap-southeast-1": Rates("APS1", "2026-08", Decimal("0.059"), Decimal("0.013")),
}
