"""Which is cheaper, and what a VPC's triggers share."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_trigger_guard.cost import Cheaper, headline, money, monthly, totals
from kafka_trigger_guard.cost.demand import Way
from kafka_trigger_guard.cost.volume import UNKNOWN
from kafka_trigger_guard.triggers.trigger import Service
from tests.cost.payload import ONE, TWO, by_nat, cost, costs, gb

volumes = st.decimals(0, 3_000_000, places=3)
prices = st.decimals("0.001", "0.2", places=3)


def test_a_small_trigger_is_told_to_stay_with_nat() -> None:
    found = cost(gb(100))
    # 100 * 0.045 = 4.50; 3 * 730 * 0.010 = 21.90, 100 * 0.010 = 1.00
    assert (found.nat, found.endpoints, found.saving) == (
        Decimal("4.50"),
        Decimal("22.90"),
        Decimal("-18.40"),
    )
    assert found.cheaper is Cheaper.NAT
    assert "NAT is the cheaper choice by USD 18.40 a month" in found.sentence
    assert headline(found) == "NAT is cheaper by USD 18.40 a month"


def test_a_trigger_at_the_break_even_costs_the_same_either_way() -> None:
    found = cost(gb(1000), "nat-gb=0.0319")  # 31.90 = 21.90 + 10.00
    assert (found.saving, found.cheaper) == (Decimal(0), Cheaper.SAME)
    assert "Both cost the same." in found.sentence


def test_without_a_volume_only_the_endpoints_hours_and_the_break_even_are_told() -> None:
    found = cost(UNKNOWN)
    assert (found.nat, found.saving, found.cheaper) == (None, None, Cheaper.UNKNOWN_VOLUME)
    assert found.endpoint_hours == Decimal("21.90")
    assert "unknown volume" in found.sentence
    assert "--gb-per-day" in found.sentence
    assert "Endpoints are cheaper from 625.7 GB a month." in found.sentence


def test_a_region_without_a_price_says_so_and_never_a_wrong_one() -> None:
    found = cost(gb(5000), region="me-central-1")
    assert (found.nat, found.endpoints, found.saving) == (None, None, None)
    assert found.cheaper is Cheaper.UNKNOWN_PRICE
    assert "no price of me-central-1 is built in for nat-gb, endpoint-hour, endpoint-gb" in found.sentence
    assert "--price me-central-1.nat-gb=…" in found.sentence
    assert headline(found) == "no price known for me-central-1"


def test_stated_prices_are_enough_for_any_region() -> None:
    stated = ("nat-gb=0.05", "endpoint-hour=0.02", "endpoint-gb=0.01")
    found = cost(gb(10_000), *stated, region="me-central-1")
    assert (found.nat, found.endpoints) == (Decimal("500.00"), Decimal("143.80"))
    assert "stated: nat-gb, endpoint-hour, endpoint-gb" in found.sentence


def test_a_nat_instance_has_no_charge_per_gb_so_no_endpoint_pays() -> None:
    found = cost(gb(100_000), way=Way.NAT_INSTANCE, nat_ids=())
    assert (found.nat, found.cheaper, found.break_even_gb) == (Decimal(0), Cheaper.NAT, None)
    assert "A NAT instance has no charge per GB" in found.sentence
    assert "no volume makes endpoints cheaper" in found.sentence
    assert "charge per hour" not in found.sentence


def test_beyond_a_transit_gateway_its_own_charge_counts_where_it_is_known() -> None:
    central = {"way": Way.CENTRAL, "by": ("tgw-1",), "nat_ids": (), "over_transit_gateway": True}
    assert cost(gb(1000), **central).nat == Decimal("65.00")  # 0.045 + 0.020
    tokyo = cost(gb(1000), region="ap-northeast-1", **central)
    assert tokyo.nat == Decimal("62.00")
    assert "transit gateway's charge per GB comes on top" in tokyo.sentence
    assert "If a NAT gateway of this Region stands behind it" in tokyo.sentence


def test_an_endpoint_that_exists_and_only_fails_to_serve_adds_no_hours() -> None:
    found = cost(gb(100), services=(), idle_endpoint_ids=("vpce-1",))
    assert (found.endpoint_hours, found.endpoints, found.break_even_gb) == (
        Decimal(0),
        Decimal("1.00"),
        Decimal(0),
    )
    assert "vpce-1, once it serves, at no further charge per hour" in found.sentence
    assert "Endpoints are cheaper at any volume." in found.sentence


def test_provisioned_mode_is_told_as_an_alternative_where_its_price_is_known() -> None:
    assert cost(gb(60_000)).provisioned == Decimal("270.10")  # 2 * 730 * 0.185: 22.8 MB a second
    assert "starts at USD 270.10 a month (2 event poller units)" in cost(gb(60_000)).sentence
    tokyo = cost(gb(60_000), region="ap-northeast-1")
    assert tokyo.provisioned is None
    assert "no price of ap-northeast-1 is built in for it (--price epu-hour=…)" in tokyo.sentence


def test_triggers_of_one_vpc_share_its_endpoints_by_their_gb() -> None:
    found = costs({by_nat(ONE): gb(3000), by_nat(TWO): gb(1000)})
    assert [each.endpoint_hours for each in found] == [Decimal("16.43"), Decimal("5.47")]
    assert [each.endpoint_data for each in found] == [Decimal("30.00"), Decimal("10.00")]
    assert "this trigger's share by GB of what serves 2 triggers of vpc-1" in found[0].sentence


def test_a_small_trigger_is_not_told_to_stay_where_its_vpc_as_a_whole_saves() -> None:
    large, small = costs({by_nat(ONE): gb(10_000), by_nat(TWO): gb(1)})
    assert large.cheaper is small.cheaper is Cheaper.ENDPOINTS
    assert small.saving is not None
    assert small.saving > 0


def test_endpoints_stand_in_the_zones_of_all_triggers_that_need_them() -> None:
    first = by_nat(ONE, zones=frozenset("ab"))
    second = by_nat(TWO, zones=frozenset("bc"), services=(Service.LAMBDA, Service.STS))
    found = costs({first: gb(1), second: gb(1)})
    assert {each.endpoint_zones for each in found} == {5}  # lambda in a, b, c and sts in b, c


def test_triggers_of_unknown_volume_leave_the_hours_to_the_others() -> None:
    known, unknown = costs({by_nat(ONE): gb(1000), by_nat(TWO): UNKNOWN})
    assert known.endpoint_hours == Decimal("21.90")
    assert (unknown.endpoint_hours, unknown.saving) == (None, None)
    assert "hours are counted with the other triggers of vpc-1" in unknown.sentence


def test_the_same_uuid_in_two_accounts_is_two_triggers() -> None:
    there = by_nat(ONE, account="444455556666", vpc_id="vpc-2")
    found = monthly([by_nat(ONE), there], {ONE: gb(10)}, {})
    assert [each.demand.account for each in found] == ["111122223333", "444455556666"]


@given(volumes, volumes)
@settings(max_examples=60, deadline=None)
def test_more_gb_never_cost_less(one: Decimal, other: Decimal) -> None:
    less, more = (cost(gb(each)) for each in sorted((one, other)))
    assert less.nat is not None
    assert more.nat is not None
    assert less.endpoints is not None
    assert more.endpoints is not None
    assert less.nat <= more.nat
    assert less.endpoints <= more.endpoints


@given(prices, prices, prices, st.integers(1, 9))
@settings(max_examples=120, deadline=None)
def test_the_break_even_is_where_the_saving_changes_its_sign(
    nat: Decimal, hour: Decimal, data: Decimal, zones: int
) -> None:
    stated = (f"nat-gb={nat}", f"endpoint-hour={hour}", f"endpoint-gb={data}")
    where = frozenset(map(str, range(zones)))
    crossing = cost(UNKNOWN, *stated, zones=where).break_even_gb
    if crossing is None:
        assert nat <= data
        assert cost(gb(10**9), *stated, zones=where).cheaper is Cheaper.NAT
        return
    cent = Decimal("0.02") / (nat - data)
    assert cost(gb(crossing + cent), *stated, zones=where).cheaper is Cheaper.ENDPOINTS
    assert cost(gb(max(crossing - cent, Decimal(0))), *stated, zones=where).cheaper is Cheaper.NAT


@given(st.decimals("0.004", "0.012", places=4))
@settings(max_examples=60, deadline=None)
def test_also_beyond_the_first_tier(nat: Decimal) -> None:
    """Where NAT is cheaper than the first tier, a later one can still win."""
    crossing = cost(UNKNOWN, f"nat-gb={nat}").break_even_gb
    if crossing is None:
        assert nat == Decimal("0.004")
        return
    around = [cost(gb(crossing * by), f"nat-gb={nat}").cheaper for by in (Decimal("0.99"), Decimal("1.01"))]
    assert around == [Cheaper.NAT, Cheaper.ENDPOINTS]


@given(st.lists(volumes, min_size=1, max_size=7))
@settings(max_examples=80, deadline=None)
def test_the_cents_of_all_triggers_add_up_to_the_totals(listed: list[Decimal]) -> None:
    found = costs({by_nat(str(number)): gb(each) for number, each in enumerate(listed)})
    (summed,) = totals(found)
    assert summed.nat - summed.endpoints == summed.saving == sum(each.saving or 0 for each in found)
    hours = sum(each.endpoint_hours or 0 for each in found)
    assert hours == Decimal("21.90")
    assert all(each.nat == round(each.nat, 2) for each in found if each.nat is not None)


@pytest.mark.parametrize(
    ("amount", "told"),
    [("0", "USD 0.00"), ("1234.5", "USD 1,234.50"), ("0.005", "USD 0.01"), ("-3", "USD -3.00")],
)
def test_money_is_told_in_cents(amount: str, told: str) -> None:
    assert money(Decimal(amount)) == told
