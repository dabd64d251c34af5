"""Triggers whose payload leaves by NAT, as the tests of costs need them: only what differs is stated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kafka_trigger_guard.aws.snapshot import Snapshot, from_document
from kafka_trigger_guard.cost import Basis, Cost, Demand, PriceList, Volume, monthly
from kafka_trigger_guard.cost.demand import Way
from kafka_trigger_guard.costing import Costing
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.triggers.trigger import Service
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import Json

ONE = "11111111-1111-1111-1111-111111111111"
TWO = "22222222-2222-2222-2222-222222222222"


def by_nat(uuid: str = ONE, **differs: Any) -> Demand:
    """A trigger in three zones that wants an endpoint for Lambda alone."""
    usual = Demand(
        uuid,
        "111122223333",
        "us-east-1",
        "vpc-1",
        Way.NAT_GATEWAY,
        ("nat-1",),
        ("nat-1",),
        False,
        (Service.LAMBDA,),
        frozenset({"use1-az1", "use1-az2", "use1-az4"}),
    )
    return replace(usual, **differs)


def gb(amount: str | int | Decimal) -> Volume:
    """A volume of a month that the user states."""
    return Volume(Decimal(amount), Basis.STATED, "stated")


def costs(volumes: Mapping[Demand, Volume], *prices: str) -> tuple[Cost, ...]:
    """What these triggers cost."""
    regions = {demand.region for demand in volumes}
    lists = {region: PriceList.of(region, prices) for region in regions}
    return monthly(tuple(volumes), {demand.uuid: volume for demand, volume in volumes.items()}, lists)


def cost(volume: Volume, *prices: str, **differs: Any) -> Cost:
    """What one trigger costs."""
    return costs({by_nat(**differs): volume}, *prices)[0]


def leaving_by_nat() -> Scenario:
    """A healthy trigger, but for the Lambda endpoint that somebody forgot."""
    return healthy().without_endpoint("lambda").nat()


def moved(document: Json, region: str) -> Json:
    """The same account and network in another Region."""
    found: Json = json.loads(json.dumps(document).replace("us-east-1", region))
    return found


def costing(*networks: Scenario | Json, parameters: Mapping[str, str] | None = None) -> Costing:
    """The costs of networks, judged by the rules themselves."""
    documents = [each.document() if isinstance(each, Scenario) else each for each in networks]
    snapshots: list[Snapshot] = [from_document(each) for each in documents]
    return Costing(snapshots, evaluate(snapshots, parameters=parameters))
