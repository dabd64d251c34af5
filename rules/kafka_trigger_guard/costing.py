"""What the triggers of snapshots cost a month, and which metrics would tell their volume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kafka_trigger_guard.aws.modelling.network import model
from kafka_trigger_guard.aws.snapshot import Snapshot
from kafka_trigger_guard.aws.traffic import Wanted
from kafka_trigger_guard.cost import Cost, Demand, Leftover, PriceList, Stated, Totals, monthly, totals
from kafka_trigger_guard.cost import demand as demand_of
from kafka_trigger_guard.cost import leftovers as leftovers_of
from kafka_trigger_guard.cost.price_list import Override
from kafka_trigger_guard.cost.sharing import Place, Traffic, cluster_name, monthly_gb, volumes
from kafka_trigger_guard.evaluation import Evaluation
from kafka_trigger_guard.rules.judge import Judge


@dataclass(frozen=True, slots=True)
class Costs:
    """What triggers cost: `by_trigger` by account, Region and UUID, of those whose payload leaves by NAT."""

    by_trigger: Mapping[tuple[str, str, str], Cost] = field(default_factory=dict)
    leftovers: tuple[Leftover, ...] = ()
    totals: tuple[Totals, ...] = ()

    def of(self, account: str, region: str, uuid: str) -> Cost | None:
        """The cost of one trigger; None if its payload does not leave by NAT."""
        return self.by_trigger.get((account, region, uuid))


class Costing:
    """The costs of evaluated snapshots, which form one network together."""

    def __init__(self, snapshots: Sequence[Snapshot], evaluations: Sequence[Evaluation]) -> None:
        self._network, triggers = model(snapshots)
        judge = Judge(self._network)
        self._placed = [(each, judge.grounds(each)) for listed in triggers for each in listed]
        grounds = {(trigger.account, trigger.region, trigger.uuid): found for trigger, found in self._placed}
        self._judged = frozenset((each.account, each.region) for each in evaluations)
        self._demands = tuple(
            found
            for evaluation in evaluations
            for each in evaluation.triggers
            if (key := (each.trigger.account, each.trigger.region, each.uuid)) in grounds
            and (found := demand_of(each.trigger, each.findings, grounds[key])) is not None
        )

    @property
    def demands(self) -> tuple[Demand, ...]:
        """The triggers whose payload leaves by NAT, with what they would need instead."""
        return self._demands

    def wanted(self) -> Mapping[Place, Wanted]:
        """Whose metrics to read, by account and Region: NAT gateways and endpoints of their owners."""
        gateways = self._network.parts.nat_gateways
        nat: dict[Place, set[str]] = {}
        idle: dict[Place, set[str]] = {}
        topics: dict[Place, dict[str, set[str]]] = {}
        for each in self._demands:
            place = (each.account, each.region)
            if name := cluster_name(each):
                topics.setdefault(place, {}).setdefault(name, set()).update(each.topics)
            for nat_id in each.nat_ids:
                owner = gateways[nat_id].account if nat_id in gateways else each.account
                nat.setdefault((owner, each.region), set()).add(nat_id)
        for leftover in self._leftovers({}, {}):
            place = (leftover.endpoint.account, leftover.endpoint.region)
            idle.setdefault(place, set()).add(leftover.endpoint.id)
        return {
            place: Wanted(
                tuple(sorted(nat.get(place, ()))),
                tuple(sorted(idle.get(place, ()))),
                {name: tuple(sorted(listed)) for name, listed in topics.get(place, {}).items()},
            )
            for place in sorted({*nat, *idle, *topics})
        }

    def costs(
        self,
        prices: Iterable[str | Override] = (),
        stated: Stated | None = None,
        traffic: Mapping[Place, Traffic] | None = None,
    ) -> Costs:
        """The costs, with prices as `--price` takes them and volumes as stated or measured.

        Raises PriceError for a price that cannot be used.
        """
        overrides = [each if isinstance(each, Override) else Override.of(each) for each in prices]
        regions = {region for _, region in self._network.parts.scopes}
        lists = {region: PriceList.of(region, overrides) for region in sorted(regions)}
        found = monthly(self._demands, volumes(self._demands, stated, traffic), lists)
        idle = self._leftovers(lists, traffic or {})
        return Costs(
            {(each.demand.account, each.demand.region, each.uuid): each for each in found},
            idle,
            totals(found, idle),
        )

    def _leftovers(
        self, prices: Mapping[str, PriceList], traffic: Mapping[Place, Traffic]
    ) -> tuple[Leftover, ...]:
        processed = {
            endpoint_id: monthly_gb(rate)
            for measured in traffic.values()
            for endpoint_id, rate in measured.endpoints.items()
        }
        found = leftovers_of(self._placed, self._network.parts.endpoints.values(), prices, processed)
        return tuple(each for each in found if (each.endpoint.account, each.endpoint.region) in self._judged)
