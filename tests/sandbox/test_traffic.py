"""Metrics in the sandbox, and the whole way from them to the report's figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.reads.traffic import read
from kafka_trigger_guard.cli import run
from kafka_trigger_guard.costing import Costing
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.jobs.gathering import Sources
from kafka_trigger_guard.jobs.measuring import measured
from kafka_trigger_guard.report.progress import progress
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.story import triggers as story
from kafka_trigger_guard.sandbox.traffic import through_endpoint, through_nat

TOKYO = "ap-northeast-1"
A_DAY = Decimal("2419.354839")
"""150 USD at 0.062 a GB."""
BYTES_A_SECOND = A_DAY * 1024**3 / 86_400


def test_what_a_nat_gateway_carried_is_read_as_both_directions_together() -> None:
    with aws(TOKYO) as sandbox:
        through_nat(sandbox.session(), "nat-1", A_DAY)
        found = read(sandbox.session(), TOKYO, ["nat-1"]).nat_gateways["nat-1"]
    assert abs(found - BYTES_A_SECOND) < 1


def test_what_an_endpoint_processed_is_read_too() -> None:
    with aws(TOKYO) as sandbox:
        session = sandbox.session()
        story.build(session)
        endpoint_id = session.client("ec2").describe_vpc_endpoints()["VpcEndpoints"][0]["VpcEndpointId"]
        through_endpoint(session, endpoint_id, A_DAY, days=3)
        found = read(session, TOKYO, (), [endpoint_id]).endpoints[endpoint_id]
    assert abs(found - BYTES_A_SECOND) < 1


def test_150_dollars_a_day_are_seen_from_cloudwatchs_metrics_alone(tmp_path: Path) -> None:
    """The figures are worked out by hand in tests/cost/test_the_number_that_started_it.py."""
    page = tmp_path / "report.html"
    with aws(TOKYO) as sandbox:
        session = sandbox.session()
        told = story.build(session)
        (gateway,) = session.client("ec2").describe_nat_gateways()["NatGateways"]
        through_nat(session, gateway["NatGatewayId"], A_DAY)
        snapshot = collect(session, TOKYO)
        evaluations = evaluate([snapshot])
        costing = Costing([snapshot], evaluations)
        traffic = measured(Sources(regions=[TOKYO]), costing.wanted(), progress)
        cost = costing.costs(traffic=traffic).of(snapshot.account, TOKYO, told.orders_through_nat)
        assert run(["report", "--region", TOKYO, "--out", str(page)]) == 1
    assert cost is not None
    zones = cost.endpoint_zones
    assert cost.nat == Decimal("4562.50")
    assert cost.endpoints == Decimal("735.89") + zones * Decimal("10.22")  # 730 * 0.014 a zone
    assert "at most 73,589 GB a month (2,419 GB a day)" in cost.sentence
    written = page.read_text(encoding="utf-8")
    assert "4,562.50" in written
