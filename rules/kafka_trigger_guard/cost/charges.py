"""What a month costs: a NAT gateway's data, an interface endpoint's hours and data, event poller units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kafka_trigger_guard.cost.money import cents, money, rounded_up
from kafka_trigger_guard.cost.price_list import PriceError, PriceList, Tier

HOURS = Decimal(730)
"""Hours of a month, as AWS's pricing calculator counts: 365 days of 24 hours, by twelve."""
DAYS = HOURS / 24
EPU_MB_PER_SECOND = Decimal(20)
"""What one event poller unit carries. lambda/latest/dg/kafka-scaling-modes"""


@dataclass(frozen=True, slots=True)
class EndpointCharge:
    """A month of interface endpoints, in cents: for being there, and for what they process."""

    hours: Decimal
    data: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.hours + self.data


def nat_monthly(gb: Decimal, prices: PriceList) -> Decimal:
    """What NAT gateways charge for a month's GB, both directions together. Raises PriceError.

    Without the charge per hour, which does not depend on the GB.
    """
    return cents(gb * _known(prices.nat_gb, "nat-gb", prices))


def endpoint_monthly(zones: int, gb: Decimal, prices: PriceList) -> EndpointCharge:
    """What interface endpoints charge for a month. Raises PriceError where a price is not known.

    `zones` counts each endpoint in each of its zones: two endpoints in three zones are six. `gb` is what they
    process together in both directions. aws.amazon.com/privatelink/pricing
    """
    hours = HOURS * zones * _known(prices.endpoint_hour, "endpoint-hour", prices)
    return EndpointCharge(cents(hours), cents(tiered(gb, _tiers(prices))))


def endpoint_sentence(zones: int, prices: PriceList) -> str:
    """What endpoints that are about to be created will cost, also if no price is known."""
    if prices.endpoint_hour is None or not prices.endpoint_tiers:
        return f"What the endpoint costs is not known: {unpriced(prices)}."
    charge, tiers = endpoint_monthly(zones, Decimal(0), prices), prices.endpoint_tiers
    where = f"{zones} zone{'' if zones == 1 else 's'}"
    each = f"{prices.currency} {tiers[0].per_gb.normalize():f}"
    costs = f"{where} cost{'s' * (zones == 1)} {money(charge.hours, prices.currency)} a month"
    return f"{costs} and {each} per GB ({prices.source})."


def tiered(gb: Decimal, tiers: tuple[Tier, ...]) -> Decimal:
    """The price of a volume when each tier's price holds for what lies in that tier."""
    total, below = Decimal(0), Decimal(0)
    for tier in tiers:
        upper = gb if tier.up_to_gb is None else min(gb, tier.up_to_gb)
        total += max(upper - below, Decimal(0)) * tier.per_gb
        below = tier.up_to_gb if tier.up_to_gb is not None else gb
    return total


def break_even(zones: int, prices: PriceList, per_gb: Decimal) -> Decimal | None:
    """The GB a month from which endpoints are cheaper than paying `per_gb`; None if they never are.

    NAT's charge rises evenly and the endpoints' ever more slowly, so they cross once. Raises PriceError.
    """
    ahead = -HOURS * zones * _known(prices.endpoint_hour, "endpoint-hour", prices)
    below = Decimal(0)
    for tier in _tiers(prices):
        gain = per_gb - tier.per_gb
        if gain > 0 and (tier.up_to_gb is None or ahead + (tier.up_to_gb - below) * gain >= 0):
            return below - ahead / gain
        if tier.up_to_gb is not None:
            ahead += (tier.up_to_gb - below) * gain
            below = tier.up_to_gb
    return None


def poller_units(gb: Decimal) -> int:
    """The event poller units that a month's GB fill on average: at least one, more for peaks."""
    per_unit = EPU_MB_PER_SECOND * 3600 * HOURS / 1000
    return max(1, rounded_up(gb / per_unit))


def provisioned_monthly(gb: Decimal, prices: PriceList) -> Decimal | None:
    """What provisioned mode charges at least for a month's GB; None where the price is not known.

    lambda/latest/dg/kafka-scaling-modes
    """
    return None if prices.epu_hour is None else cents(HOURS * poller_units(gb) * prices.epu_hour)


def unpriced(prices: PriceList) -> str:
    """What to do about prices that nobody knows."""
    given = " ".join(f"--price {prices.region}.{name}=…" for name in prices.missing)
    return f"no price of {prices.region} is built in for {', '.join(prices.missing)}; state it with {given}"


def _tiers(prices: PriceList) -> tuple[Tier, ...]:
    if not prices.endpoint_tiers:
        raise PriceError(unpriced(prices))
    return prices.endpoint_tiers


def _known(price: Decimal | None, name: str, prices: PriceList) -> Decimal:
    if price is None:
        raise PriceError(f"no price of {prices.region} is known for {name}")
    return price
