"""Interval arithmetic, against sets of whole numbers."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_trigger_guard.network.ranges import (
    ALL_IPV4,
    EMPTY,
    PUBLIC_IPV4,
    RangeSet,
    address,
    cidr,
    dotted,
    prefix_length,
)

TOP = 40
SPANS = st.tuples(st.integers(0, TOP), st.integers(0, TOP)).map(lambda pair: (min(pair), max(pair)))
SETS = st.lists(SPANS, max_size=6).map(RangeSet.of)


def numbers(found: RangeSet) -> set[int]:
    """The set that the spans stand for."""
    return {number for first, last in found.spans for number in range(first, last + 1)}


@given(st.lists(SPANS, max_size=6))
def test_a_union_holds_every_number_of_its_spans_and_no_other(spans: list[tuple[int, int]]) -> None:
    """Sorted, and neither touching nor overlapping."""
    found = RangeSet.of(spans)
    assert numbers(found) == {n for first, last in spans for n in range(first, last + 1)}
    assert all(before[1] + 1 < after[0] for before, after in zip(found.spans, found.spans[1:], strict=False))


@given(SETS, SETS)
def test_arithmetic_is_that_of_sets(left: RangeSet, right: RangeSet) -> None:
    """Union, intersection, difference, inclusion, overlap."""
    one, two = numbers(left), numbers(right)
    assert numbers(left | right) == one | two
    assert numbers(left & right) == one & two
    assert numbers(left - right) == one - two
    assert (left <= right) == (one <= two)
    assert left.overlaps(right) == bool(one & two)


@given(SETS, SETS)
def test_equal_sets_are_equal_whatever_way_they_came_about(left: RangeSet, right: RangeSet) -> None:
    """Spans are kept in one form, so that sets serve as keys."""
    again = (left - right) | (left & right)
    assert again == left
    assert hash(again) == hash(left)


@given(SETS, st.integers(0, TOP))
def test_membership_is_that_of_sets(found: RangeSet, number: int) -> None:
    """And truth is not being empty."""
    assert (number in found) == (number in numbers(found))
    assert bool(found) == bool(numbers(found))


@given(SETS)
def test_the_sole_number_is_one_that_is_alone(found: RangeSet) -> None:
    """None where there are none or several."""
    held = numbers(found)
    assert found.sole() == (held.pop() if len(held) == 1 else None)


def test_the_empty_set_is_within_every_set_and_holds_none() -> None:
    """Also within itself."""
    assert EMPTY <= EMPTY
    assert EMPTY <= ALL_IPV4
    assert not ALL_IPV4 <= EMPTY
    with pytest.raises(IndexError):
        _ = EMPTY.first


@given(st.integers(0, 32), st.integers(0, 2**32 - 1))
def test_a_cidr_block_is_its_addresses(length: int, number: int) -> None:
    """Host bits do not count, and the prefix length is read back from the span."""
    network = ipaddress.IPv4Network((number, length), strict=False)
    block = cidr(f"{ipaddress.IPv4Address(number)}/{length}")
    assert block.spans == ((int(network.network_address), int(network.broadcast_address)),)
    assert prefix_length(block.spans[0]) == length


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_written_as_it_is_read(number: int) -> None:
    """Dotted text and number are the same thing."""
    assert address(dotted(number)) == number
    assert cidr(dotted(number)) == RangeSet.single(number)


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0", "10.0.0.256", "", "2600::/28", "x"])
def test_what_is_no_ipv4_block_is_refused(text: str) -> None:
    """By ValueError, which the readers turn into a gap."""
    with pytest.raises(ValueError, match=r"."):
        cidr(text)


@pytest.mark.parametrize(
    "text", ["10.0.0.4", "172.31.255.255", "192.168.1.1", "100.64.0.1", "127.0.0.1", "240.0.0.1"]
)
def test_private_and_special_addresses_are_not_public(text: str) -> None:
    """IANA IPv4 Special-Purpose Address Registry."""
    assert address(text) not in PUBLIC_IPV4


@pytest.mark.parametrize("text", ["52.216.0.1", "172.32.0.0", "100.128.0.0", "11.0.0.0", "223.255.255.255"])
def test_the_neighbours_of_private_blocks_are_public(text: str) -> None:
    """Exact at the edges."""
    assert address(text) in PUBLIC_IPV4
