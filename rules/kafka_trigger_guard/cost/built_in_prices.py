"""The built-in prices: AWS's list prices on demand, by Region, with the month in which they were checked.

AWS publishes them at aws.amazon.com/vpc/pricing (NAT gateway), aws.amazon.com/privatelink/pricing (interface
endpoints) and aws.amazon.com/lambda/pricing (event poller units). Only Regions for which a published figure
was found are here: a missing one is unknown, not the same as another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

_PB = Decimal(1024 * 1024)
"""GB in a PB, as the usage types' ranges count."""

ENDPOINT_TIERS: tuple[tuple[Decimal | None, Decimal], ...] = (
    (1 * _PB, Decimal("0.010")),
    (5 * _PB, Decimal("0.006")),
    (None, Decimal("0.004")),
)
"""Interface endpoints, per GB by what all of a Region's endpoints process in a month: the first PB, the next
four, the rest; the same in every Region listed here. aws.amazon.com/privatelink/pricing"""


@dataclass(frozen=True, slots=True)
class Rates:
    """One Region's prices in US dollars. `nat` is both an hour of a NAT gateway and a GB through it, which
    cost the same in every Region listed here; `endpoint_hour` is one endpoint in one zone for an hour."""

    nat: Decimal | None = None
    endpoint_hour: Decimal | None = None
    epu_hour: Decimal | None = None
    dated: str = ""


BUILT_IN: Mapping[str, Rates] = {
    "us-east-1": Rates(Decimal("0.045"), Decimal("0.010"), Decimal("0.185"), "2026-05"),
    "ap-northeast-1": Rates(Decimal("0.062"), Decimal("0.014"), None, "2026-05"),
}
