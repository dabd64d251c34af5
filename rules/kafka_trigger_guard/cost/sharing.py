"""Volumes that nobody stated, shared out from what CloudWatch measured.

No metric counts the bytes of one on-demand trigger (lambda/latest/dg/monitoring-metrics-types), so every
figure here is an estimate and says from what; where others' traffic is in it, it is an upper limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from kafka_trigger_guard.cost.charges import HOURS
from kafka_trigger_guard.cost.demand import Demand
from kafka_trigger_guard.cost.volume import UNKNOWN, Basis, Stated, Volume
from kafka_trigger_guard.triggers.trigger import SourceType

BYTES_PER_GB = Decimal(1024**3)
"""As bills show; AWS's pages on NAT gateways and endpoints do not say. (not documented)"""
BASE64 = Decimal(4) / 3
"""Lambda hands over keys and values in Base64: four bytes for three. lambda/latest/dg/with-kafka"""
_OWN_CLUSTER = (SourceType.MSK, SourceType.MSK_SERVERLESS)


class Traffic(Protocol):
    """What CloudWatch measured in one account and Region: bytes a second on average, by id or name."""

    @property
    def nat_gateways(self) -> Mapping[str, Decimal]:
        """In both directions, by NAT gateway."""

    @property
    def endpoints(self) -> Mapping[str, Decimal]:
        """In both directions, by VPC endpoint."""

    @property
    def topics(self) -> Mapping[tuple[str, str], Decimal]:
        """Produced to a topic, by cluster name and topic."""

    @property
    def clusters(self) -> Mapping[str, Decimal]:
        """Sent to all consumers, by cluster name."""

    @property
    def days(self) -> int:
        """For how long."""


Place = tuple[str, str]
"""Account and Region."""


def monthly_gb(bytes_per_second: Decimal) -> Decimal:
    """GB of a month at a rate."""
    return bytes_per_second * 3600 * HOURS / BYTES_PER_GB


def cluster_name(demand: Demand) -> str | None:
    """The name of the trigger's own MSK cluster, by which its metrics go.

    arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID; msk/latest/developerguide/metrics-details
    """
    parts = demand.source_id.split(":", 5)[-1].split("/")
    return parts[1] if demand.source_type in _OWN_CLUSTER and len(parts) == 3 else None


def volumes(
    demands: Sequence[Demand], stated: Stated | None = None, traffic: Mapping[Place, Traffic] | None = None
) -> dict[str, Volume]:
    """Each trigger's volume, by UUID: what was stated, else what its topics tell, else the smallest share.

    What a NAT gateway or a cluster carried is shared equally among the triggers that remain, once those
    whose own volume is known are taken off.
    """
    measured = traffic or {}
    known: dict[str, Volume] = {}
    for each in demands:
        told = stated.of_trigger(each.uuid) if stated is not None else None
        found = told or _by_topics(each, measured)
        if found is not None:
            known[each.uuid] = found
    rest = [each for each in demands if each.uuid not in known]
    takers = _Takers.of(rest, [(each, known[each.uuid]) for each in demands if each.uuid in known])
    return known | {each.uuid: _limit(each, takers, measured) for each in rest}


@dataclass(frozen=True, slots=True)
class _Takers:
    """Who shares what: triggers of unknown volume by NAT gateway and by cluster, and the GB of the others."""

    by_nat: Mapping[str, int]
    by_cluster: Mapping[tuple[Place, str | None], int]
    known_gb: Mapping[str, Decimal]

    @classmethod
    def of(cls, rest: Sequence[Demand], known: Sequence[tuple[Demand, Volume]]) -> _Takers:
        by_nat = Counter(nat_id for each in rest for nat_id in each.nat_ids)
        by_cluster = Counter((_place(each), cluster_name(each)) for each in rest)
        known_gb: dict[str, Decimal] = {}
        for each, volume in known:
            for nat_id in each.nat_ids:
                part = (volume.gb or Decimal(0)) / len(each.nat_ids)
                known_gb[nat_id] = known_gb.get(nat_id, Decimal(0)) + part
        return cls(by_nat, by_cluster, known_gb)


def _by_topics(demand: Demand, traffic: Mapping[Place, Traffic]) -> Volume | None:
    """All its topics' bytes, if all are measured, and never more than its NAT gateways carried."""
    measured, name = traffic.get(_place(demand)), cluster_name(demand)
    if measured is None or name is None or not demand.topics:
        return None
    rates = [measured.topics.get((name, topic)) for topic in demand.topics]
    if any(rate is None for rate in rates):
        return None
    gb = monthly_gb(_sum(rates)) * BASE64
    carried = [_nat_rate(nat_id, traffic) for nat_id in demand.nat_ids]
    if carried and all(rate is not None for rate in carried) and monthly_gb(_sum(carried)) < gb:
        return None
    how = f"estimated from BytesInPerSec of its topics over {measured.days} days, in Base64"
    return Volume(gb, Basis.TOPICS, how)


def _limit(demand: Demand, takers: _Takers, traffic: Mapping[Place, Traffic]) -> Volume:
    limits = (_by_cluster(demand, takers, traffic), _by_nat(demand, takers, traffic))
    found = [volume for volume in limits if volume is not None]
    return min(found, key=lambda volume: volume.gb or Decimal(0), default=UNKNOWN)


def _by_cluster(demand: Demand, takers: _Takers, traffic: Mapping[Place, Traffic]) -> Volume | None:
    measured, name = traffic.get(_place(demand)), cluster_name(demand)
    rate = measured.clusters.get(name) if measured is not None and name is not None else None
    if measured is None or rate is None:
        return None
    sharers = takers.by_cluster[_place(demand), name]
    gb = monthly_gb(rate) * BASE64 / sharers
    how = f"{_part(sharers)}BytesOutPerSec of {name} over {measured.days} days, other consumers included"
    return Volume(gb, Basis.CLUSTER, how, at_most=sharers == 1)


def _by_nat(demand: Demand, takers: _Takers, traffic: Mapping[Place, Traffic]) -> Volume | None:
    """Its share of each NAT gateway on its way; unknown unless all of them were measured."""
    rates = [(nat_id, _nat_rate(nat_id, traffic)) for nat_id in demand.nat_ids]
    if not rates or any(rate is None for _, rate in rates):
        return None
    total = Decimal(0)
    for nat_id, rate in rates:
        left = monthly_gb(rate or Decimal(0)) - takers.known_gb.get(nat_id, Decimal(0))
        total += max(left, Decimal(0)) / takers.by_nat[nat_id]
    days = next(each.days for each in traffic.values())
    sharers = max(takers.by_nat[nat_id] for nat_id in demand.nat_ids)
    how = f"{_part(sharers)}what {', '.join(demand.nat_ids)} carried in {days} days, other traffic included"
    return Volume(total, Basis.NAT, how, at_most=sharers == 1)


def _part(sharers: int) -> str:
    return f"an equal share for {sharers} triggers of " if sharers > 1 else ""


def _place(demand: Demand) -> Place:
    return demand.account, demand.region


def _nat_rate(nat_id: str, traffic: Mapping[Place, Traffic]) -> Decimal | None:
    """Wherever it was measured: a far NAT gateway belongs to another account."""
    rates = (measured.nat_gateways.get(nat_id) for measured in traffic.values())
    return next((rate for rate in rates if rate is not None), None)


def _sum(rates: Iterable[Decimal | None]) -> Decimal:
    return sum((rate for rate in rates if rate is not None), Decimal(0))
