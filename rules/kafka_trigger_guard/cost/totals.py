"""Sums of many triggers' costs, each currency by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kafka_trigger_guard.cost.leftovers import Leftover
from kafka_trigger_guard.cost.money import NOTHING, money, quantity
from kafka_trigger_guard.cost.monthly import Cheaper, Cost


@dataclass(frozen=True, slots=True)
class Totals:
    """One currency's sums of a month.

    `nat`, `endpoints` and `saving` are of the triggers whose cost is known; `possible_saving` of those among
    them for which endpoints are the cheaper choice; `avoidable` of leftover endpoints that nothing uses.
    `unknown` counts the triggers that leave by NAT and whose cost is not known.
    """

    currency: str
    triggers: int
    unknown: int
    gb: Decimal
    nat: Decimal
    endpoints: Decimal
    possible_saving: Decimal
    leftovers: int
    avoidable: Decimal
    estimated: bool

    @property
    def saving(self) -> Decimal:
        """What endpoints everywhere would save; negative if they would cost more."""
        return self.nat - self.endpoints

    @property
    def sentence(self) -> str:
        """The sums in words."""
        told = [] if not self.triggers else [self._by_nat]
        if self.leftovers:
            head = (
                "1 leftover endpoint costs"
                if self.leftovers == 1
                else f"{self.leftovers} leftover endpoints cost"
            )
            told.append(f"{head} {money(self.avoidable, self.currency)} a month.")
        return " ".join(told) or "No trigger's payload leaves by NAT."

    @property
    def _by_nat(self) -> str:
        known = self.triggers - self.unknown
        if not known:
            return f"{_send(self.triggers)} payload by NAT; the volume or a price is unknown."
        about = "an estimated " if self.estimated else ""
        also = f" ({self.unknown} more are not known)" if self.unknown else ""
        sent = f"{_send(known)} {about}{quantity(self.gb)} a month by NAT{also}"
        return f"{sent}, which charges {money(self.nat, self.currency)}; {self._better}."

    @property
    def _better(self) -> str:
        if not self.possible_saving:
            return "endpoints would not be cheaper"
        return f"endpoints where they are cheaper save {money(self.possible_saving, self.currency)} a month"


def _send(triggers: int) -> str:
    return "1 trigger sends" if triggers == 1 else f"{triggers} triggers send"


def totals(costs: Sequence[Cost], leftovers: Sequence[Leftover] = ()) -> tuple[Totals, ...]:
    """The sums of each currency that occurs."""
    currencies = [
        *(cost.prices.currency for cost in costs),
        *(each.prices.currency for each in leftovers),
    ]
    return tuple(
        _total(
            currency,
            [cost for cost in costs if cost.prices.currency == currency],
            [each for each in leftovers if each.prices.currency == currency],
        )
        for currency in dict.fromkeys(currencies)
    )


def _total(currency: str, costs: Sequence[Cost], leftovers: Sequence[Leftover]) -> Totals:
    known = [cost for cost in costs if cost.saving is not None]
    better = [cost for cost in known if cost.cheaper is Cheaper.ENDPOINTS]
    idle = [each for each in leftovers if each.avoidable]
    return Totals(
        currency,
        len(costs),
        len(costs) - len(known),
        sum((cost.volume.gb or Decimal(0) for cost in known), Decimal(0)),
        _sum(cost.nat for cost in known),
        _sum(cost.endpoints for cost in known),
        _sum(cost.saving for cost in better),
        len(idle),
        _sum(each.charge.total for each in idle if each.charge is not None),
        any(cost.volume.estimated for cost in known),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), NOTHING)
