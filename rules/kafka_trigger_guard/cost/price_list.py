"""What AWS charges in one Region: the built-in list, and what the user knows better."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from kafka_trigger_guard.cost.built_in_prices import BUILT_IN, ENDPOINT_TIERS
from kafka_trigger_guard.cost.money import quoted

NAMES = ("nat-hour", "nat-gb", "endpoint-hour", "endpoint-gb", "transit-gb", "epu-hour")
"""The prices that `--price` can set."""
COMPARED = ("nat-gb", "endpoint-hour", "endpoint-gb")
"""The prices without which NAT and endpoints cannot be compared."""
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,12})?")
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")


class PriceError(ValueError):
    """A price that cannot be used; the message is one line that says what to write."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A price per GB up to a volume of one month, or without end."""

    up_to_gb: Decimal | None
    per_gb: Decimal


@dataclass(frozen=True, slots=True)
class Override:
    """A price that the user states, for one Region or (empty) for all."""

    region: str
    name: str
    amount: Decimal

    @classmethod
    def of(cls, text: str) -> Override:
        """From `NAME=VALUE` or `REGION.NAME=VALUE`. Raises PriceError."""
        written, equals, value = text.partition("=")
        region, dot, name = written.strip().rpartition(".")
        if not equals or name not in NAMES or (dot and not _REGION.fullmatch(region)):
            raise PriceError(
                f"--price {quoted(text)}: write NAME=VALUE or REGION.NAME=VALUE; names are {', '.join(NAMES)}"
            )
        if not _AMOUNT.fullmatch(value.strip()):
            raise PriceError(f"--price {quoted(text)}: the value must be a decimal number such as 0.062")
        return cls(region, name, Decimal(value.strip()))


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices of one Region before tax, per hour and per GB; None where no source is known.

    `dated` says as of when the built-in ones were published, empty where nothing is built in; `stated` names
    those that the user set.
    """

    region: str
    nat_hour: Decimal | None = None
    nat_gb: Decimal | None = None
    endpoint_hour: Decimal | None = None
    endpoint_tiers: tuple[Tier, ...] = ()
    transit_gb: Decimal | None = None
    epu_hour: Decimal | None = None
    dated: str = ""
    stated: tuple[str, ...] = ()

    @classmethod
    def of(cls, region: str, overrides: Iterable[str | Override] = ()) -> PriceList:
        """The prices of a Region, with those that the user states. Raises PriceError."""
        rates = BUILT_IN.get(region)
        if rates is None:
            return cls(region).with_overrides(overrides)
        built_in = cls(
            region,
            nat_hour=rates.nat,
            nat_gb=rates.nat,
            endpoint_hour=rates.endpoint_hour,
            endpoint_tiers=tuple(Tier(up_to, per_gb) for up_to, per_gb in ENDPOINT_TIERS),
            transit_gb=rates.transit_gb,
            epu_hour=rates.epu_hour,
            dated=rates.dated,
        )
        return built_in.with_overrides(overrides)

    def with_overrides(self, overrides: Iterable[str | Override]) -> PriceList:
        """The list with the prices that the user states, those for another Region left out.

        A price for this Region wins over one for all; among equals the last. A stated `endpoint-gb` holds
        for any volume. Raises PriceError.
        """
        read = [each if isinstance(each, Override) else Override.of(each) for each in overrides]
        found = self
        for override in sorted(read, key=lambda each: bool(each.region)):
            if override.region in ("", self.region):
                found = found._with(override)
        return found

    def _with(self, override: Override) -> PriceList:
        stated = tuple(dict.fromkeys((*self.stated, override.name)))
        if override.name == "endpoint-gb":
            return replace(self, endpoint_tiers=(Tier(None, override.amount),), stated=stated)
        field = override.name.replace("-", "_")
        return replace(self, **{field: override.amount, "stated": stated})  # type: ignore[arg-type]

    @property
    def currency(self) -> str:
        """AWS China bills in renminbi, all other Regions in US dollars."""
        return "CNY" if self.region.startswith("cn-") else "USD"

    @property
    def missing(self) -> tuple[str, ...]:
        """The prices that a comparison needs and that nobody knows."""
        known = (self.nat_gb is not None, self.endpoint_hour is not None, bool(self.endpoint_tiers))
        return tuple(name for name, is_known in zip(COMPARED, known, strict=True) if not is_known)

    @property
    def source(self) -> str:
        """Where the prices are from, for the reader to judge."""
        stated = f"stated: {', '.join(self.stated)}" if self.stated else ""
        if not self.dated:
            return stated or f"no prices of {self.region} are built in"
        return f"list prices of {self.region}, {self.dated}" + (f"; {stated}" if stated else "")
