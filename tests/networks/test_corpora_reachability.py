"""The engine agrees with what public corpora and AWS's own examples state of networks that span VPCs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.networks import corpora_peering, corpora_transit
from tests.networks.corpora_topology import ARRIVES, Topology

TOPOLOGIES = (*corpora_transit.TOPOLOGIES, *corpora_peering.TOPOLOGIES)


@pytest.mark.parametrize("source", TOPOLOGIES, ids=[each.__name__ for each in TOPOLOGIES])
class TestCorpora:
    def test_packets_one_way_arrive_where_the_source_says_or_stop_there(
        self, source: Callable[[], Topology]
    ) -> None:
        topology = source()
        assert topology.ways
        assert {way: topology.stops(*way) for way in topology.ways} == topology.ways

    def test_a_trigger_reaches_a_broker_if_packets_arrive_both_ways(
        self, source: Callable[[], Topology]
    ) -> None:
        topology = source()
        for (sender, receiver), stops_at in topology.ways.items():
            back = topology.ways.get((receiver, sender), ARRIVES)
            finding = topology.broker_access(sender, receiver)
            if (stops_at, back) == (ARRIVES, ARRIVES):
                assert finding.verdict.value == "COMPLIANT", (sender, receiver, finding.annotation)
                continue
            blockers = [each.id for each in finding.blockers]
            assert finding.verdict.value == "NON_COMPLIANT", (sender, receiver, finding.annotation)
            elsewhere = finding.reason.value == "broker-missing"  # in another VPC with the same block
            assert elsewhere or blockers[0] in (stops_at, back), (sender, receiver, finding.annotation)
