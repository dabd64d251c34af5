"""A cost in words: what leaves, what it costs, what would cost less, and what the figures rest on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kafka_trigger_guard.cost.charges import HOURS, poller_units, unpriced
from kafka_trigger_guard.cost.demand import Way
from kafka_trigger_guard.cost.money import money, quantity
from kafka_trigger_guard.cost.volume import Basis

if TYPE_CHECKING:
    from kafka_trigger_guard.cost.monthly import Cost


def sentence(cost: Cost) -> str:
    """The whole cost of one trigger, in a few sentences."""
    parts = [_volume(cost)]
    if cost.prices.missing:
        parts.append(f"What it costs is not known: {unpriced(cost.prices)}.")
    elif cost.volume.gb is None:
        parts += [_endpoints_alone(cost), _break_even(cost)]
    else:
        parts += [_verdict(cost), _break_even(cost)]
    parts += [_kept(cost), _provisioned(cost), _source(cost)]
    return " ".join(part for part in parts if part)


def headline(cost: Cost) -> str:
    """The verdict in a few words, for a table."""
    currency, saving = cost.prices.currency, cost.saving
    if cost.prices.missing:
        return f"no price known for {cost.prices.region}"
    if saving is None:
        return "unknown volume"
    if saving > 0:
        return f"endpoints save {money(saving, currency)} a month"
    if saving == 0:
        return "NAT and endpoints cost the same"
    return f"NAT is cheaper by {money(-saving, currency)} a month"


def _volume(cost: Cost) -> str:
    volume, demand = cost.volume, cost.demand
    by = ", ".join(demand.by)
    if volume.basis is Basis.UNKNOWN:
        return f"The payload leaves by {by} in an unknown volume ({volume.how})."
    return f"The payload, {volume.told}, leaves by {by} ({volume.how})."


def _endpoints_name(cost: Cost) -> str:
    names = [service.value for service in cost.demand.services]
    if not names:
        return f"{', '.join(cost.demand.idle_endpoint_ids)}, once it serves,"
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{'an' if names[0] in ('sts', 'sqs', 'sns') else 'a'} {listed} endpoint{'s' * (len(names) > 1)}"


def _where(cost: Cost) -> str:
    zones = len(cost.demand.zones)
    return (
        f"in {zones} zone{'' if zones == 1 else 's'}"
        if cost.demand.services
        else "at no further charge per hour"
    )


def _share(cost: Cost) -> str:
    count = cost.triggers_in_vpc
    return f", this trigger's share by GB of what serves {count} triggers of {cost.demand.vpc_id}" * (
        count > 1
    )


def _verdict(cost: Cost) -> str:
    currency = cost.prices.currency
    nat, hours, data, saving = cost.nat, cost.endpoint_hours, cost.endpoint_data, cost.saving
    assert nat is not None
    assert hours is not None
    assert data is not None
    assert saving is not None
    now = f"{_charger(cost)} {money(nat, currency)} a month for that"
    then = (
        f"{_endpoints_name(cost)} {_where(cost)} would charge {money(hours + data, currency)} "
        f"({money(hours, currency)} for hours and {money(data, currency)} for data{_share(cost)})"
    )
    return f"{now}; {then}. {_conclusion(cost, saving)}"


def _charger(cost: Cost) -> str:
    if cost.demand.way is Way.NAT_INSTANCE:
        return "A NAT instance has no charge per GB:"
    if cost.demand.way is Way.CENTRAL and not cost.demand.nat_ids:
        return "If a NAT gateway of this Region stands behind it, that charges"
    return "NAT charges"


def _conclusion(cost: Cost, saving: Decimal) -> str:
    told = money(abs(saving), cost.prices.currency)
    if saving > 0:
        most = "up to " if cost.volume.at_most else ""
        return f"Endpoints save {most}{told} a month."
    if saving == 0:
        return "Both cost the same."
    return f"NAT is the cheaper choice by {told} a month; an endpoint is for privacy here, not for money."


def _endpoints_alone(cost: Cost) -> str:
    hours = cost.endpoint_hours
    if hours is None:
        return f"The endpoints' hours are counted with the other triggers of {cost.demand.vpc_id}."
    told = money(hours, cost.prices.currency)
    name = _endpoints_name(cost)
    return f"{name[:1].upper()}{name[1:]} {_where(cost)} would charge {told} a month for hours{_share(cost)}."


def _break_even(cost: Cost) -> str:
    gb = cost.break_even_gb
    whose = f" of all triggers of {cost.demand.vpc_id}" * (cost.triggers_in_vpc > 1)
    if gb is None:
        return "At these prices no volume makes endpoints cheaper."
    if gb == 0:
        return "Endpoints are cheaper at any volume."
    return f"Endpoints are cheaper from {quantity(gb)} a month{whose}."


def _kept(cost: Cost) -> str:
    """The NAT gateway is not removed, so that its hours go on: nobody shall count them as saved."""
    if cost.demand.way is not Way.NAT_GATEWAY:
        return ""
    hour, currency = cost.prices.nat_hour, cost.prices.currency
    amount = "" if hour is None else f", {money(hour * HOURS, currency)} a month,"
    return (
        f"A NAT gateway's charge per hour{amount} is not part of this: it stays as long as the gateway does."
    )


def _provisioned(cost: Cost) -> str:
    if cost.volume.gb is None or cost.prices.missing:
        return ""
    if cost.provisioned is None:
        region = cost.prices.region
        return (
            f"Provisioned mode needs neither; no price of {region} is built in for it (--price epu-hour=…)."
        )
    units = poller_units(cost.volume.gb)
    told = money(cost.provisioned, cost.prices.currency)
    return (
        f"Provisioned mode needs neither and starts at {told} a month "
        f"({units} event poller unit{'' if units == 1 else 's'})."
    )


def _source(cost: Cost) -> str:
    told = [f"Prices: {cost.prices.source}."] if not cost.prices.missing else []
    if cost.demand.over_transit_gateway and cost.prices.transit_gb is None:
        told.append("The transit gateway's charge per GB comes on top (--price transit-gb=…).")
    return " ".join(told)
