"""The interval engine agrees with an oracle that tries every packet."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from tests.conftest import Figure
from tests.laws.engine import judgements
from tests.laws.profile import networks_tried
from tests.networks.cases import COMPLIANT, NOT_APPLICABLE, UNKNOWN
from tests.networks.strategies import VARIATIONS, Network, networks
from tests.oracle.parameters import parameters_of
from tests.oracle.rules import judge

NON_COMPLIANT = (
    "nat-path",
    "central-egress",
    "no-path",
    "endpoint-not-available",
    "private-dns-disabled",
    "vpc-dns-disabled",
    "no-route",
    "network-acl-denies",
    "endpoint-policy-denies",
    "partial",
    "trigger-egress-denied",
    "endpoint-ingress-denied",
    "broker-ingress-denied",
    "broker-missing",
    "source-missing",
    "single-broker",
    "single-zone",
)
EVERYTHING = {
    *(("COMPLIANT", reason) for reason in COMPLIANT),
    *(("NON_COMPLIANT", reason) for reason in NON_COMPLIANT),
    *(("NOT_APPLICABLE", reason) for reason in (*NOT_APPLICABLE, "source-missing")),
    *(("UNKNOWN", reason) for reason in UNKNOWN),
}
NETWORKS = 2_400


def agree(network: Network) -> set[tuple[str, str]]:
    """Assert that engine and oracle agree on every finding; the verdicts and reasons that were drawn."""
    expected = judge(network.document, parameters_of(network.parameters))
    found = judgements(network.document, network.parameters)
    assert found.keys() == expected.keys()
    wrong = {
        rule: f"engine {found[uuid, rule]}, oracle {each.verdict} {sorted(each.reasons)}"
        for (uuid, rule), each in expected.items()
        if found[uuid, rule][0] != each.verdict or found[uuid, rule][1] not in each.reasons
    }
    assert not wrong, (network.made_of, wrong)
    return set(found.values())


def test_engine_and_oracle_agree_on_every_network_and_every_reason_is_drawn(figure: Figure) -> None:
    """Over two thousand networks, each variation in as many; every reason is drawn at least twenty times."""
    drawn: Counter[tuple[str, str]] = Counter()
    count = 0
    kinds = tuple(dict.fromkeys(VARIATIONS))

    def law(network: Network) -> None:
        nonlocal count
        count += 1
        drawn.update(agree(network))

    for variation in kinds:
        tried = networks_tried(NETWORKS // len(kinds) + 1)
        tried(given(networks(most=2, always=(variation,)))(law))()
    figure(f"drawn in {count} generated networks:")
    for (verdict, reason), times in sorted(drawn.items()):
        figure(f"  {verdict:15} {reason:25} {times:6}")
    assert count >= NETWORKS
    assert {each for each in EVERYTHING if drawn[each] < 20} == set()


@pytest.mark.acceptance
def test_engine_and_oracle_agree_on_many_more_networks() -> None:
    """Twenty thousand networks with up to five differences."""

    @networks_tried(20_000, always_others=True)
    @given(networks(most=5))
    def law(network: Network) -> None:
        agree(network)

    law()
