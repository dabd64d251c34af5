"""A trigger in Tokyo that pushed 150 USD a day through a NAT gateway, worked out by hand from list prices.

aws.amazon.com/vpc/pricing and aws.amazon.com/privatelink/pricing, Asia Pacific (Tokyo): a GB through NAT
0.062, an endpoint in one zone 0.014 an hour, a GB through it 0.010.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from kafka_trigger_guard.cost import Cheaper, Cost, Stated
from tests.cost.payload import costing, leaving_by_nat, moved

GB_PER_DAY = Decimal("2419.354839")  # 150 / 0.062
GB_PER_MONTH = Decimal("73588.71")  # 2419.354839 * 730 / 24
NAT = Decimal("4562.50")  # 73588.71 * 0.062; also 150 * 730 / 24
HOURS = Decimal("30.66")  # 3 zones * 730 * 0.014
DATA = Decimal("735.89")  # 73588.71 * 0.010
SAVING = Decimal("3795.95")  # 4562.50 - 30.66 - 735.89
BREAK_EVEN = Decimal("589.6")  # 30.66 / (0.062 - 0.010)


@pytest.fixture(scope="module")
def tokyo() -> Cost:
    network = moved(leaving_by_nat().document(), "ap-northeast-1")
    (found,) = costing(network).costs(stated=Stated.of([str(GB_PER_DAY)])).by_trigger.values()
    return found


def test_the_gb_of_a_month(tokyo: Cost) -> None:
    assert tokyo.volume.gb is not None
    assert round(tokyo.volume.gb, 2) == GB_PER_MONTH


def test_what_nat_charges_now(tokyo: Cost) -> None:
    assert tokyo.nat == NAT


def test_what_a_lambda_endpoint_in_three_zones_would_charge(tokyo: Cost) -> None:
    assert (tokyo.endpoint_zones, tokyo.endpoint_hours, tokyo.endpoint_data) == (3, HOURS, DATA)
    assert tokyo.endpoints == HOURS + DATA


def test_what_it_would_save(tokyo: Cost) -> None:
    assert (tokyo.saving, tokyo.cheaper) == (SAVING, Cheaper.ENDPOINTS)


def test_from_how_many_gb_on(tokyo: Cost) -> None:
    assert tokyo.break_even_gb is not None
    assert round(tokyo.break_even_gb, 1) == BREAK_EVEN


def test_all_of_it_in_words(tokyo: Cost) -> None:
    said = tokyo.sentence
    for told in (
        "73,589 GB a month (2,419 GB a day)",
        "USD 4,562.50 a month",
        "USD 766.55",
        "USD 30.66 for hours",
        "USD 735.89 for data",
        "Endpoints save USD 3,795.95 a month.",
        "from 589.6 GB a month",
        "A NAT gateway's charge per hour, USD 45.26 a month, is not part of this",  # 730 * 0.062
        "list prices of ap-northeast-1, 2026-05",
    ):
        assert told in said


def test_where_nothing_may_leave_by_nat_the_sts_endpoint_is_paid_too() -> None:
    network = leaving_by_nat().without_endpoint("sts")
    found = costing(moved(network.document(), "ap-northeast-1"), parameters={"AllowNat": "false"})
    (cost,) = found.costs(stated=Stated.of([str(GB_PER_DAY)])).by_trigger.values()
    # two endpoints in three zones: 61.32 for hours
    assert (cost.endpoint_zones, cost.endpoint_hours, cost.saving) == (6, 2 * HOURS, SAVING - HOURS)
    assert "lambda and sts endpoints in 3 zones" in cost.sentence
