"""What each trigger's payload costs a month by NAT, what endpoints would charge, and which is cheaper.

A VPC's endpoints serve all its triggers, so NAT and endpoints are compared for each VPC as a whole; the
endpoints' charges are shared out among its triggers by their GB, so that the triggers' costs add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from kafka_trigger_guard.cost.charges import (
    EndpointCharge,
    break_even,
    endpoint_monthly,
    provisioned_monthly,
)
from kafka_trigger_guard.cost.demand import Demand, Way
from kafka_trigger_guard.cost.money import NOTHING, cents, shares
from kafka_trigger_guard.cost.price_list import PriceList
from kafka_trigger_guard.cost.volume import UNKNOWN, Volume


class Cheaper(Enum):
    """What costs less for a VPC's triggers together."""

    ENDPOINTS = "endpoints"
    NAT = "nat"
    SAME = "same"
    UNKNOWN_VOLUME = "unknown-volume"
    UNKNOWN_PRICE = "unknown-price"


@dataclass(frozen=True, slots=True)
class Cost:
    """One trigger's month, in cents of `prices.currency`; None where the volume or a price is not known.

    `nat` is what NAT charges for its GB now, without the NAT gateway's hours, which stay. `endpoint_hours`
    and `endpoint_data` are its share of what endpoints would charge instead, and `saving` what remains:
    negative where NAT is cheaper. `break_even_gb` is the volume of the whole VPC from which endpoints are
    cheaper, None if no volume is. `provisioned` is what provisioned mode charges at least.
    """

    demand: Demand
    volume: Volume
    prices: PriceList
    cheaper: Cheaper
    endpoint_zones: int
    triggers_in_vpc: int
    nat: Decimal | None = None
    endpoint_hours: Decimal | None = None
    endpoint_data: Decimal | None = None
    break_even_gb: Decimal | None = None
    provisioned: Decimal | None = None

    @property
    def uuid(self) -> str:
        """The trigger's UUID."""
        return self.demand.uuid

    @property
    def endpoints(self) -> Decimal | None:
        """What endpoints would charge: for their hours and for the GB."""
        if self.endpoint_hours is None or self.endpoint_data is None:
            return None
        return self.endpoint_hours + self.endpoint_data

    @property
    def saving(self) -> Decimal | None:
        """What endpoints would save a month; negative where NAT is cheaper."""
        return None if self.nat is None or self.endpoints is None else self.nat - self.endpoints

    @property
    def sentence(self) -> str:
        """All of it in words."""
        from kafka_trigger_guard.cost.sentences import sentence

        return sentence(self)


def monthly(
    demands: Sequence[Demand], volumes: Mapping[str, Volume], prices: Mapping[str, PriceList]
) -> tuple[Cost, ...]:
    """The cost of each trigger, in the order given; volumes are by UUID, price lists by Region.

    A trigger without a volume, and a Region without a price list, is told as unknown.
    """
    by_vpc: dict[tuple[str, str], list[Demand]] = {}
    for each in demands:
        by_vpc.setdefault((each.region, each.vpc_id), []).append(each)
    found: dict[tuple[str, str, str], Cost] = {}
    for (region, _), together in by_vpc.items():
        known = [volumes.get(each.uuid, UNKNOWN) for each in together]
        for cost in _of_vpc(together, known, prices.get(region) or PriceList.of(region)):
            found[_key(cost.demand)] = cost
    return tuple(found[_key(each)] for each in demands)


def _key(demand: Demand) -> tuple[str, str, str]:
    return demand.account, demand.region, demand.uuid


def endpoint_zones(demands: Sequence[Demand]) -> int:
    """How many endpoint-zones serve triggers of one VPC: for each service the zones of those that need it."""
    services = {service for each in demands for service in each.services}
    return sum(
        len(frozenset().union(*(each.zones for each in demands if service in each.services)))
        for service in services
    )


def _of_vpc(demands: list[Demand], volumes: list[Volume], prices: PriceList) -> list[Cost]:
    zones = endpoint_zones(demands)
    gb = [volume.gb for volume in volumes]
    known = [each for each in gb if each is not None]
    if prices.missing:
        return [
            Cost(each, volume, prices, Cheaper.UNKNOWN_PRICE, zones, len(demands))
            for each, volume in zip(demands, volumes, strict=True)
        ]
    charge = endpoint_monthly(zones, sum(known, Decimal(0)), prices)
    nat = [_nat(each, volume, prices) for each, volume in zip(demands, volumes, strict=True)]
    cheaper = _cheaper([amount for amount in nat if amount is not None], charge)
    hours, data = _shared(charge, gb)
    crossing = _break_even(demands, zones, prices)
    return [
        Cost(
            each,
            volume,
            prices,
            cheaper if volume.gb is not None else Cheaper.UNKNOWN_VOLUME,
            zones,
            len(demands),
            nat[index],
            hours[index],
            data[index],
            crossing,
            provisioned_monthly(volume.gb, prices) if volume.gb is not None else None,
        )
        for index, (each, volume) in enumerate(zip(demands, volumes, strict=True))
    ]


def _per_gb(demand: Demand, prices: PriceList) -> Decimal:
    """What a GB costs on the way out: nothing by a NAT instance; a transit gateway's own charge where stated.

    aws.amazon.com/vpc/pricing, aws.amazon.com/transit-gateway/pricing
    """
    nat = Decimal(0) if demand.way is Way.NAT_INSTANCE else prices.nat_gb or Decimal(0)
    return nat + (prices.transit_gb or Decimal(0) if demand.over_transit_gateway else Decimal(0))


def _nat(demand: Demand, volume: Volume, prices: PriceList) -> Decimal | None:
    return None if volume.gb is None else cents(volume.gb * _per_gb(demand, prices))


def _break_even(demands: list[Demand], zones: int, prices: PriceList) -> Decimal | None:
    """Where ways out of one VPC differ in price, as if all left by the cheapest: no promise too early."""
    return break_even(zones, prices, min(_per_gb(each, prices) for each in demands))


def _cheaper(nat: list[Decimal], charge: EndpointCharge) -> Cheaper:
    saving = sum(nat, NOTHING) - charge.total
    if saving == 0:
        return Cheaper.SAME
    return Cheaper.ENDPOINTS if saving > 0 else Cheaper.NAT


def _shared(
    charge: EndpointCharge, gb: list[Decimal | None]
) -> tuple[list[Decimal | None], list[Decimal | None]]:
    """Hours and data by GB among the triggers whose volume is known; the hours equally if none is."""
    weights = [each for each in gb if each is not None]
    if not weights:
        return list(shares(charge.hours, [Decimal(1)] * len(gb))), [None] * len(gb)
    hours, data = iter(shares(charge.hours, weights)), iter(shares(charge.data, weights))
    return (
        [None if each is None else next(hours) for each in gb],
        [None if each is None else next(data) for each in gb],
    )
