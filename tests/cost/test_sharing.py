"""Volumes that nobody stated: what CloudWatch measured, shared out, and always marked for what it is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_trigger_guard.aws.traffic import Traffic
from kafka_trigger_guard.cost import Basis, Stated, Volume, VolumeError
from kafka_trigger_guard.cost.demand import Demand
from kafka_trigger_guard.cost.sharing import monthly_gb, volumes
from kafka_trigger_guard.triggers.trigger import SourceType
from tests.cost.payload import ONE, TWO, by_nat

HERE = ("111122223333", "us-east-1")
GB_A_MONTH = Decimal(1024**3) / (730 * 3600)
"""Bytes a second that make a GB a month."""
CLUSTER = "arn:aws:kafka:us-east-1:111122223333:cluster/orders/0a1b2c3d-0000-4444-8888-000011112222-3"


def on_msk(uuid: str = ONE, *topics: str) -> Demand:
    return by_nat(uuid, source_type=SourceType.MSK, source_id=CLUSTER, topics=topics)


def shared(*demands: Demand, stated: Stated | None = None, **measured: Mapping[object, int]) -> list[Volume]:
    """The volumes, in GB a month as in what was measured."""
    rates = {kind: {key: gb * GB_A_MONTH for key, gb in found.items()} for kind, found in measured.items()}
    found = volumes(demands, stated, {HERE: Traffic(**rates)})  # type: ignore[arg-type]
    return [found[each.uuid] for each in demands]


def rounded(volume: Volume) -> tuple[Decimal | None, Basis, bool]:
    return None if volume.gb is None else round(volume.gb, 3), volume.basis, volume.at_most


def test_a_byte_a_second_is_so_many_gb_a_month() -> None:
    # 1 048 576 bytes a second * 3600 * 730 / 1024^3
    assert round(monthly_gb(Decimal(1024**2)), 3) == Decimal("2566.406")


def test_without_any_measure_the_volume_is_unknown() -> None:
    assert volumes([by_nat()])[ONE].gb is None
    assert shared(by_nat())[0].basis is Basis.UNKNOWN


def test_what_one_nat_gateway_carried_is_at_most_one_triggers() -> None:
    (found,) = shared(by_nat(), nat_gateways={"nat-1": 900})
    assert rounded(found) == (Decimal(900), Basis.NAT, True)
    assert found.how == "what nat-1 carried in 14 days, other traffic included"
    assert found.told.startswith("at most 900.0 GB a month")


def test_two_triggers_on_one_nat_gateway_share_it_equally() -> None:
    found = shared(by_nat(ONE), by_nat(TWO), nat_gateways={"nat-1": 900})
    assert [rounded(each) for each in found] == [(Decimal(450), Basis.NAT, False)] * 2
    assert found[0].told.startswith("an estimated 450.0 GB a month")
    assert "an equal share for 2 triggers of what nat-1 carried" in found[0].how


def test_what_is_stated_counts_and_is_taken_off_the_others() -> None:
    stated = Stated.of([f"{ONE}=20"])
    one, two = shared(by_nat(ONE), by_nat(TWO), stated=stated, nat_gateways={"nat-1": 900})
    assert rounded(one) == (Decimal("608.333"), Basis.STATED, False)
    assert rounded(two) == (Decimal("291.667"), Basis.NAT, True)


def test_a_trigger_with_a_nat_gateway_in_each_zone_has_its_share_of_each() -> None:
    both = by_nat(ONE, nat_ids=("nat-1", "nat-2"))
    found = shared(both, by_nat(TWO), nat_gateways={"nat-1": 900, "nat-2": 100})
    assert [rounded(each)[0] for each in found] == [550, 450]


def test_a_nat_gateway_that_was_not_measured_leaves_the_volume_unknown() -> None:
    both = by_nat(ONE, nat_ids=("nat-1", "nat-2"))
    assert shared(both, nat_gateways={"nat-1": 900})[0].basis is Basis.UNKNOWN


def test_a_far_nat_gateway_is_measured_in_its_own_account() -> None:
    there = Traffic(nat_gateways={"nat-1": 700 * GB_A_MONTH})
    found = volumes([by_nat()], None, {HERE: Traffic(), ("999988887777", "us-east-1"): there})
    assert rounded(found[ONE])[0] == 700


def test_the_topics_of_an_msk_cluster_tell_a_triggers_own_volume() -> None:
    topics: dict[object, int] = {("orders", "a"): 300, ("orders", "b"): 600, ("orders", "c"): 5}
    (found,) = shared(on_msk(ONE, "a", "b"), topics=topics, nat_gateways={"nat-1": 90_000})
    assert rounded(found) == (Decimal(1200), Basis.TOPICS, False)  # 900 * 4/3: Base64
    assert found.told.startswith("an estimated 1,200 GB a month")


def test_a_topic_that_was_not_measured_leaves_the_smallest_upper_limit() -> None:
    (found,) = shared(
        on_msk(ONE, "a", "b"),
        topics={("orders", "a"): 300},
        clusters={"orders": 600},
        nat_gateways={"nat-1": 900},
    )
    assert rounded(found) == (Decimal(800), Basis.CLUSTER, True)
    assert "BytesOutPerSec of orders over 14 days, other consumers included" in found.how


def test_topics_that_tell_more_than_nat_carried_are_not_believed() -> None:
    (found,) = shared(on_msk(ONE, "a"), topics={("orders", "a"): 300}, nat_gateways={"nat-1": 100})
    assert rounded(found) == (Decimal(100), Basis.NAT, True)


def test_a_cluster_of_another_account_is_not_looked_for_under_the_same_name() -> None:
    connection = "arn:aws:kafka:us-east-1:111122223333:vpc-connection/999988887777/orders/0a1b-3"
    far = by_nat(source_type=SourceType.MSK_VPC_CONNECTION, source_id=connection, topics=("a",))
    (found,) = shared(far, topics={("orders", "a"): 300}, clusters={"orders": 300})
    assert found.basis is Basis.UNKNOWN


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, 10**5), min_size=1, max_size=6),
    st.integers(1, 4),
)
@settings(max_examples=80, deadline=None)
def test_shares_never_add_up_to_more_than_nat_carried(carried: int, stated: list[int], rest: int) -> None:
    told = {str(number): Decimal(gb) for number, gb in enumerate(stated)}
    demands = [by_nat(uuid) for uuid in told] + [by_nat(f"rest-{number}") for number in range(rest)]
    found = shared(*demands, stated=Stated(None, told), nat_gateways={"nat-1": carried})
    shares = sum((each.gb or Decimal(0) for each in found[len(told) :]), Decimal(0))
    known = sum((each.gb or Decimal(0) for each in found[: len(told)]), Decimal(0))
    assert abs(shares - max(carried - known, Decimal(0))) < Decimal("0.001")


def test_gb_a_day_are_stated_for_every_trigger_or_for_one() -> None:
    stated = Stated.of(["10", f"{TWO}=20.5"])
    one, two = stated.of_trigger(ONE), stated.of_trigger(TWO)
    assert one is not None
    assert two is not None
    assert (round(one.gb or 0, 3), round(two.gb or 0, 3)) == (Decimal("304.167"), Decimal("623.542"))
    assert Stated.of([f"{TWO}=20.5"]).of_trigger(ONE) is None


@pytest.mark.parametrize(
    "written", ["", "much", "-1", "1e3", "nan", f"{ONE}=", "=5", "1,5", "9" * 3000, "5\n6"]
)
def test_a_bad_volume_is_refused_in_one_line(written: str) -> None:
    with pytest.raises(VolumeError) as refused:
        Stated.of([written])
    assert "\n" not in str(refused.value)
    assert "write GB a day as 120.5" in str(refused.value)
    assert len(str(refused.value)) < 200
