"""Reports of several hand-made accounts: what the tests of the HTML report start from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from kafka_trigger_guard.aws.snapshot import Snapshot, from_document
from kafka_trigger_guard.cost import Stated
from kafka_trigger_guard.costing import Costing
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.explanation import every_explanation
from kafka_trigger_guard.report.html_model import Report, report_of
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, REGION, Json
from tests.networks.triggers import UUID

GREEN, BY_NAT, WITHOUT_STS, REFUSED = (
    f"{number}a1b2c3d-0000-4000-8000-00000000000{number}" for number in range(4)
)
OTHER_ACCOUNT = "444455556666"
TOKYO = "ap-northeast-1"


_ID = re.compile(r"-0([0-9a-f]{16})\b")


def behind_nat() -> Scenario:
    """A trigger whose payload leaves by a NAT gateway, as there is no endpoint for Lambda."""
    return healthy().without_endpoint("lambda").nat()


def document(
    scenario: Scenario,
    uuid: str,
    function: str,
    account: str = ACCOUNT,
    region: str = REGION,
    mark: str = "0",
) -> Json:
    """The scenario as an account and Region of its own, whose objects' ids begin with the mark."""
    scenario.trigger["FunctionArn"] = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    text = json.dumps(scenario.document()).replace(UUID, json.dumps(uuid)[1:-1])
    text = _ID.sub(rf"-{mark}\1", text)
    renamed: Json = json.loads(text.replace(ACCOUNT, account).replace(REGION, region))
    return renamed


def reported(*documents: Json, gb_per_day: Sequence[str] = (), not_evaluated: Sequence[str] = ()) -> Report:
    """The report of snapshot documents, with all paths, and costs for the volumes that are stated."""
    snapshots: list[Snapshot] = [from_document(each) for each in documents]
    evaluations = evaluate(snapshots)
    costs = Costing(snapshots, evaluations).costs(stated=Stated.of(gb_per_day))
    return report_of(evaluations, every_explanation(snapshots), costs, not_evaluated=not_evaluated)


def four_accounts() -> Report:
    """Four triggers: one that is well, and three of which each has something else the matter with it."""
    return reported(
        document(healthy(), GREEN, "invoice-indexer"),
        document(behind_nat(), BY_NAT, "orders-to-warehouse", OTHER_ACCOUNT, mark="1"),
        document(healthy().without_endpoint("sts"), WITHOUT_STS, "payments-ledger", ACCOUNT, TOKYO, "2"),
        document(healthy().ingress("broker"), REFUSED, "shipment-notifier", OTHER_ACCOUNT, TOKYO, "3"),
        gb_per_day=("300",),
    )
