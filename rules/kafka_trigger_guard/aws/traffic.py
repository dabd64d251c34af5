"""What CloudWatch measured of NAT gateways, VPC endpoints and MSK clusters, and what to ask it for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

DAYS: Final = 14
"""How far back is read: cloudwatch API, ListMetrics knows metrics "that have had data points reported in the
past two weeks"."""
Place = tuple[str, str]
"""Account and Region."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose metrics to read in one account and Region; MSK clusters by name, with the topics to read."""

    nat_gateway_ids: tuple[str, ...] = ()
    endpoint_ids: tuple[str, ...] = ()
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes a second on average over `days` days, or since the first day with data.

    NAT gateways and endpoints by id, in both directions; clusters by name: what all consumers got; topics by
    cluster name and topic: what was produced. What was not measured is absent, and `notes` say why.
    """

    nat_gateways: Mapping[str, Decimal] = field(default_factory=dict)
    endpoints: Mapping[str, Decimal] = field(default_factory=dict)
    topics: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    clusters: Mapping[str, Decimal] = field(default_factory=dict)
    days: int = DAYS
    notes: tuple[str, ...] = ()
