"""How hops combine, packet by packet: over addresses at both ends and return ports."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kafka_trigger_guard.network.answers import Answer, Doubt, DoubtKind, all_of, any_of
from kafka_trigger_guard.network.hops import (
    OPEN,
    Axis,
    Extent,
    Hop,
    HopKind,
    Share,
    Slice,
    on_all_ports,
    outcome,
    passage,
)
from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.network.ranges import EMPTY, RangeSet

WHERE = Resource("acl-1", "AWS::EC2::NetworkAcl", "111122223333")
DOUBT = Doubt(DoubtKind.NOT_COLLECTED, "something was not read")
UNIVERSE = RangeSet(((0, 3),))
PORTS = ((0, 1), (2, 3))
PARTS = st.sets(st.integers(0, 3)).map(lambda numbers: RangeSet.of((n, n) for n in numbers))


@st.composite
def hops(draw: st.DrawFn) -> Hop:
    """A hop over four addresses of one end and two spans of return ports."""
    slices = []
    for ports in PORTS:
        allowed = draw(PARTS)
        slices.append(Slice(ports, allowed, allowed | draw(PARTS)))
    extent = Extent(draw(st.sampled_from(Axis)), UNIVERSE, tuple(slices))
    made = passage(draw(st.sampled_from((HopKind.ROUTE, HopKind.NETWORK_ACL))), WHERE, "so", extent, DOUBT)
    MADE_OF[id(made)] = (made, extent)
    return made


MADE_OF: dict[int, tuple[Hop, Extent]] = {}


def packet(hop: Hop, source: int, destination: int, port: int) -> Answer:
    """What a hop does with one packet, by its own extent."""
    extent = MADE_OF[id(hop)][1]
    number = source if extent.axis is Axis.SOURCE else destination
    piece = next(each for each in extent.slices if each.ports[0] <= port <= each.ports[1])
    if number in piece.allowed:
        return Answer.ALLOW
    return Answer.UNKNOWN if number in piece.possible else Answer.DENY


@given(st.lists(hops(), max_size=3))
def test_what_hops_do_together_is_what_they_do_to_every_packet(found: list[Hop]) -> None:
    """ALL and NONE are exact; SOME that is certain has a packet that surely passes; UNKNOWN denies none."""
    packets = [
        all_of(packet(hop, source, destination, port) for hop in found)
        for source, destination, port in product(range(4), range(4), (0, 2))
    ]
    result = outcome(found)
    if result.share is Share.ALL:
        assert set(packets) == {Answer.ALLOW}
    if result.share is Share.UNKNOWN:
        assert Answer.DENY not in packets
        assert Answer.UNKNOWN in packets
    if result.share in (Share.SOME, Share.NONE):
        assert Answer.DENY in packets
        assert (result.share is Share.NONE) == (set(packets) == {Answer.DENY})
        assert not result.certain or Answer.ALLOW in packets


def test_nothing_in_the_way_is_open() -> None:
    """Also where hops are there that let everything through."""
    assert outcome(()) == OPEN
    assert (
        outcome(
            (passage(HopKind.ROUTE, WHERE, "so", on_all_ports(Axis.SOURCE, UNIVERSE, UNIVERSE, UNIVERSE)),)
        )
        == OPEN
    )


def test_a_closed_door_decides_before_a_doubt() -> None:
    """Deny, then unknown."""
    shut = Hop(HopKind.NETWORK_ACL, Answer.DENY, WHERE, "shut")
    unsure = Hop(HopKind.ROUTE, Answer.UNKNOWN, WHERE, "unsure", doubt=DOUBT)
    assert outcome((unsure, shut)).hop is shut
    assert outcome((unsure,)).share is Share.UNKNOWN


def test_the_first_closed_hop_along_the_path_is_named() -> None:
    """Routes before ACLs, ACLs before what stands at the address."""
    acl = Hop(HopKind.NETWORK_ACL, Answer.DENY, WHERE, "acl")
    route = Hop(HopKind.ROUTE, Answer.DENY, WHERE, "route")
    policy = Hop(HopKind.POLICY, Answer.DENY, WHERE, "policy")
    assert outcome((policy, acl, route)).hop is route
    assert outcome((policy, acl)).hop is acl


def test_halves_that_exclude_each_other_let_nothing_through() -> None:
    """Each hop alone lets some packets pass, both together none."""
    low, high = RangeSet(((0, 1),)), RangeSet(((2, 3),))
    both = [
        passage(HopKind.NETWORK_ACL, WHERE, "so", on_all_ports(Axis.SOURCE, UNIVERSE, p, p))
        for p in (low, high)
    ]
    assert outcome(both[:1]).share is Share.SOME
    assert outcome(both).share is Share.NONE


def test_halves_at_different_ends_leave_a_quarter() -> None:
    """Source and destination are told apart."""
    low = RangeSet(((0, 1),))
    both = [
        passage(HopKind.NETWORK_ACL, WHERE, "so", on_all_ports(axis, UNIVERSE, low, low)) for axis in Axis
    ]
    assert (outcome(both).share, outcome(both).certain) == (Share.SOME, True)


def test_one_address_of_many_that_nobody_knows_is_unknown_where_they_differ() -> None:
    """And decided where all of them are treated alike."""
    some = on_all_ports(Axis.DESTINATION, UNIVERSE, RangeSet(((0, 1),)), RangeSet(((0, 1),)))
    none = on_all_ports(Axis.DESTINATION, UNIVERSE, EMPTY, EMPTY)
    assert passage(HopKind.EGRESS, WHERE, "so", some, DOUBT, exact=False).answer is Answer.UNKNOWN
    assert passage(HopKind.EGRESS, WHERE, "so", none, DOUBT, exact=False).answer is Answer.DENY
    assert passage(HopKind.EGRESS, WHERE, "so", some, DOUBT).answer is Answer.DENY


def test_three_values_combine_as_and_and_or() -> None:
    """The unknown is never guessed away."""
    allow, deny, unknown = Answer.ALLOW, Answer.DENY, Answer.UNKNOWN
    assert [all_of(x) for x in ((), (allow, unknown), (unknown, deny))] == [allow, unknown, deny]
    assert [any_of(x) for x in ((), (deny, unknown), (unknown, allow))] == [deny, unknown, allow]
    assert [x.opposite for x in (allow, unknown, deny)] == [deny, unknown, allow]
