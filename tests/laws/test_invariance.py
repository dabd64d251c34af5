"""What says the same in other words is judged the same."""

from __future__ import annotations

from hypothesis import given

from tests.laws.engine import Findings, findings, judgements
from tests.laws.profile import networks_tried
from tests.networks.strategies import Network, networks
from tests.networks.transformations import (
    reordered,
    with_cidrs_split,
    with_ids_renamed,
    with_ids_renamed_back,
    with_port_ranges_split,
)


def plain(found: Findings) -> dict[tuple[str, str], tuple[str, str, list[str]]]:
    """Verdict, reason and blockers, the blockers in no order."""
    return {key: (answer.verdict, answer.reason, sorted(answer.blocker_ids)) for key, answer in found.items()}


@networks_tried(300)
@given(networks())
def test_the_order_of_lists_means_nothing(network: Network) -> None:
    """Every list turned around: the same findings with the same blockers."""
    before = plain(findings(network.document, network.parameters))
    assert plain(findings(reordered(network.document), network.parameters)) == before


@networks_tried(300)
@given(networks())
def test_ids_are_only_names(network: Network) -> None:
    """Every id renamed: the same verdicts and reasons, and blockers that carry the new names."""
    before = findings(network.document, network.parameters)
    after = findings(with_ids_renamed(network.document), network.parameters)
    assert {key: each.judgement for key, each in after.items()} == {
        key: each.judgement for key, each in before.items()
    }
    for key, answer in after.items():
        renamed = {with_ids_renamed_back(each) for each in answer.blocker_ids}
        assert renamed == before[key].blocker_ids, (network.made_of, key)


@networks_tried(300)
@given(networks())
def test_a_cidr_is_its_two_halves(network: Network) -> None:
    """Every CIDR of groups, prefix lists and ACLs split in two."""
    before = judgements(network.document, network.parameters)
    assert judgements(with_cidrs_split(network.document), network.parameters) == before


@networks_tried(300)
@given(networks())
def test_a_port_range_is_its_two_halves(network: Network) -> None:
    """Every port range of groups and ACLs split in two."""
    before = judgements(network.document, network.parameters)
    assert judgements(with_port_ranges_split(network.document), network.parameters) == before
