"""Prices: the built-in list, what the user states, and tiers."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from kafka_trigger_guard.cost import PriceError, PriceList, endpoint_monthly, endpoint_sentence, nat_monthly
from kafka_trigger_guard.cost.built_in_prices import BUILT_IN
from kafka_trigger_guard.cost.price_list import NAMES

PB = 1024 * 1024


@pytest.mark.parametrize("region", BUILT_IN)
def test_every_built_in_price_is_dated_and_complete(region: str) -> None:
    found = PriceList.of(region)
    assert found.missing == ()
    assert re.fullmatch(r"20\d\d-[01]\d", found.dated)
    assert found.dated in found.source


def test_the_two_regions_that_the_documents_calculate_with() -> None:
    virginia, tokyo = PriceList.of("us-east-1"), PriceList.of("ap-northeast-1")
    assert (virginia.nat_gb, virginia.endpoint_hour, virginia.epu_hour) == tuple(
        map(Decimal, ("0.045", "0.010", "0.185"))
    )
    assert (tokyo.nat_gb, tokyo.nat_hour, tokyo.endpoint_hour) == tuple(
        map(Decimal, ("0.062", "0.062", "0.014"))
    )


@pytest.mark.parametrize(
    ("gb", "charge"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (PB, "10485.76"),  # 1 PB * 0.010
        (PB + 1000, "10491.76"),  # and 1000 * 0.006
        (5 * PB, "35651.58"),  # 1 PB * 0.010 + 4 PB * 0.006
        (6 * PB, "39845.89"),  # and 1 PB * 0.004
    ],
)
def test_each_tier_prices_what_lies_in_it(gb: int, charge: str) -> None:
    assert endpoint_monthly(0, Decimal(gb), PriceList.of("us-east-1")).total == Decimal(charge)


def test_two_endpoints_in_three_zones_are_six() -> None:
    assert endpoint_monthly(6, Decimal(0), PriceList.of("us-east-1")).total == Decimal("43.80")
    assert endpoint_monthly(6, Decimal(0), PriceList.of("ap-northeast-1")).total == Decimal("61.32")


def test_a_stated_price_replaces_the_built_in_one() -> None:
    found = PriceList.of("us-east-1", ["nat-gb=0.03"])
    assert nat_monthly(Decimal(100), found) == Decimal("3.00")
    assert found.source == "list prices of us-east-1, 2026-05; stated: nat-gb"


def test_a_price_for_one_region_wins_there_and_is_left_out_elsewhere() -> None:
    stated = ["eu-west-1.nat-gb=0.01", "nat-gb=0.02"]
    assert PriceList.of("eu-west-1", stated).nat_gb == Decimal("0.01")
    assert PriceList.of("us-east-1", stated).nat_gb == Decimal("0.02")
    assert PriceList.of("us-east-1", ["eu-west-1.nat-gb=0.01"]).stated == ()


def test_a_stated_endpoint_price_holds_for_any_volume() -> None:
    found = PriceList.of("us-east-1", ["endpoint-gb=0.002"])
    assert endpoint_monthly(0, Decimal(6 * PB), found).data == Decimal("12582.91")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_stated(name: str) -> None:
    assert PriceList.of("us-east-1", [f"{name}=0.5"]).stated == (name,)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "nat-gb",
        "nat-gb=",
        "nat-gb=free",
        "nat-gb=-1",
        "nat-gb=nan",
        "nat-gb=1e3",
        "nat-gb=0,05",
        "nat-gb=Infinity",
        "nat-gb=٣",
        "nat_gb=0.05",
        "natgb=0.05",
        ".nat-gb=0.05",
        "Tokyo.nat-gb=0.05",
        "nat-gb=1\n2",
        "nat-gb=" + "9" * 4000,
    ],
)
def test_a_bad_price_is_refused_in_one_line_that_says_what_to_write(written: str) -> None:
    with pytest.raises(PriceError) as refused:
        PriceList.of("us-east-1", [written])
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200
    assert "NAME=VALUE" in str(refused.value) or "such as 0.062" in str(refused.value)


def test_china_is_not_billed_in_dollars() -> None:
    assert PriceList.of("cn-north-1").currency == "CNY"
    assert PriceList.of("us-east-1").currency == "USD"


def test_what_a_plan_will_cost_is_one_sentence() -> None:
    assert endpoint_sentence(3, PriceList.of("ap-northeast-1")) == (
        "3 zones cost USD 30.66 a month and USD 0.01 per GB (list prices of ap-northeast-1, 2026-05)."
    )
    assert endpoint_sentence(1, PriceList.of("us-east-1")).startswith("1 zone costs USD 7.30 a month")


def test_a_plan_where_no_price_is_known_says_so() -> None:
    said = endpoint_sentence(3, PriceList.of("me-south-1", ["endpoint-hour=0.02"]))
    assert "not known" in said
    assert "endpoint-gb" in said
    with pytest.raises(PriceError):
        endpoint_monthly(3, Decimal(1), PriceList.of("me-south-1"))
    with pytest.raises(PriceError):
        nat_monthly(Decimal(1), PriceList.of("me-south-1"))
