"""Endpoints that no Kafka trigger needs any more: AWS carries provisioned triggers' calls itself.

lambda/latest/dg/kafka-scaling-modes: "When activating provisioned mode, update your network settings to
remove AWS PrivateLink VPC endpoints and associated permissions."
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kafka_trigger_guard.cost.charges import EndpointCharge, endpoint_monthly, unpriced
from kafka_trigger_guard.cost.money import money, quantity
from kafka_trigger_guard.cost.price_list import PriceList
from kafka_trigger_guard.network.model import Endpoint
from kafka_trigger_guard.rules.ground import Ground
from kafka_trigger_guard.triggers.trigger import Mode, Service, Trigger

_CALLED = frozenset({Service.LAMBDA.value, Service.STS.value, Service.SECRETS_MANAGER.value})
"""Not a destination's service: AWS says nothing of how provisioned pollers reach it. (not documented)"""
_GONE = ("deleting", "deleted", "failed", "rejected", "expired")


@dataclass(frozen=True, slots=True)
class Leftover:
    """An interface endpoint in a VPC whose triggers are all in provisioned mode.

    `gb` is what it processed in a month by CloudWatch, None if that was not read; `charge` is None where no
    price is known.
    """

    endpoint: Endpoint
    triggers: tuple[str, ...]
    zones: int
    prices: PriceList
    gb: Decimal | None
    charge: EndpointCharge | None

    @property
    def sentence(self) -> str:
        """What could be saved, and why to look before deleting."""
        name = self.endpoint.service_name.rpartition(".")[2]
        head = f"{self.endpoint.id} ({name}) in {self.endpoint.vpc_id} {self._costs}"
        why = "its Kafka triggers are in provisioned mode and need no endpoint"
        return f"{head}: {why}. {self._use}"

    @property
    def _costs(self) -> str:
        if self.charge is None:
            return f"costs an unknown amount ({unpriced(self.prices)})"
        least = "at least " if self.gb is None else ""
        return f"costs {least}{money(self.charge.total, self.prices.currency)} a month"

    @property
    def _use(self) -> str:
        if self.gb is None:
            return "Other workloads may use it: look at its metric BytesProcessed before deleting it."
        if self.gb == 0:
            return "It processed nothing while its metrics were read; other workloads may still count on it."
        return f"It processes {quantity(self.gb)} a month, so other workloads use it: it is not avoidable."

    @property
    def avoidable(self) -> bool:
        """Whether nothing shows that other workloads use it."""
        return not self.gb


def leftovers(
    placed: Iterable[tuple[Trigger, Sequence[Ground]]],
    endpoints: Iterable[Endpoint],
    prices: Mapping[str, PriceList],
    processed: Mapping[str, Decimal] | None = None,
) -> tuple[Leftover, ...]:
    """The endpoints that only VPCs of provisioned triggers hold and that no on-demand trigger is served by.

    A disabled on-demand trigger still counts: it may come back. `processed` is GB a month by endpoint id.
    """
    provisioned: dict[str, list[str]] = {}
    kept_vpcs: set[str] = set()
    kept_endpoints: set[str] = set()
    for trigger, grounds in placed:
        for ground in grounds:
            vpc = ground.situation.vpc
            if vpc is None:
                continue
            if trigger.mode is Mode.PROVISIONED:
                provisioned.setdefault(vpc.id, []).append(trigger.uuid)
                continue
            kept_vpcs.add(vpc.id)
            kept_endpoints.update(
                found.id for need in trigger.needs if (found := ground.serving(need).endpoint) is not None
            )
    idle = provisioned.keys() - kept_vpcs
    return tuple(
        _leftover(each, provisioned[each.vpc_id], prices, (processed or {}).get(each.id))
        for each in sorted(endpoints, key=lambda endpoint: endpoint.id)
        if each.vpc_id in idle and each.id not in kept_endpoints and _serves_pollers(each)
    )


def _serves_pollers(endpoint: Endpoint) -> bool:
    name = endpoint.service_name.rpartition(".")[2]
    return endpoint.type == "Interface" and name in _CALLED and endpoint.state not in _GONE


def _leftover(
    endpoint: Endpoint, uuids: Sequence[str], prices: Mapping[str, PriceList], gb: Decimal | None
) -> Leftover:
    listed = prices.get(endpoint.region) or PriceList.of(endpoint.region)
    zones = max(1, len(endpoint.subnet_ids))
    charge = None if listed.missing else endpoint_monthly(zones, gb or Decimal(0), listed)
    return Leftover(endpoint, tuple(dict.fromkeys(uuids)), zones, listed, gb, charge)
