"""Money: exact decimals, rounded once to the cents that are shown, so that what is shown adds up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """The amount in whole cents, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def shares(total: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """A total in cents shared out in proportion to weights, equally if all are zero; the shares add up to it.

    The cents that remain after rounding down go to the largest remainders, the first ones among equals.
    """
    if not weights:
        return ()
    whole = sum(weights, Decimal(0))
    parts = [weight / whole for weight in weights] if whole else [1 / Decimal(len(weights))] * len(weights)
    exact = [total * part for part in parts]
    found = [each.quantize(CENT, ROUND_FLOOR) for each in exact]
    spare = int((total - sum(found, NOTHING)) / CENT)
    by_remainder = sorted(range(len(found)), key=lambda i: found[i] - exact[i])
    for index in by_remainder[:spare]:
        found[index] += CENT
    return tuple(found)


def money(amount: Decimal, currency: str = "USD") -> str:
    """An amount as people read it: `USD 1,234.50`."""
    return f"{currency} {cents(amount):,}"


def quantity(amount: Decimal, unit: str = "GB") -> str:
    """A volume as people read it: one decimal below a thousand, none above, never zero for something."""
    if amount >= 1000:
        return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,} {unit}"
    if 0 < amount < Decimal("0.1"):
        return f"less than 0.1 {unit}"
    return f"{amount.quantize(Decimal('0.1'), ROUND_HALF_UP)} {unit}"


def quoted(text: str) -> str:
    """What a user wrote, on one line and not longer than a message may be."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def rounded_up(amount: Decimal) -> int:
    """The smallest whole number that is not below the amount."""
    return int(amount.to_integral_value(ROUND_CEILING))
