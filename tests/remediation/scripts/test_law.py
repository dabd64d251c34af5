"""The documents do what the findings promise, on every hand-written network and on generated ones."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from remediation.scripts.diagnosis import Decision
from tests.conftest import Figure
from tests.laws.profile import networks_tried
from tests.networks import vary_endpoints, vary_filters, vary_routes
from tests.networks.cases import Case
from tests.networks.catalogue import CASES
from tests.networks.strategies import Network, Variation, incomplete_networks, networks
from tests.remediation.scripts.law import (
    DIAGNOSES,
    Tally,
    diagnosed,
    expected,
    hold_to_its_plan,
    judged,
    tally_of,
)

FAULTS: tuple[tuple[Variation, str, int], ...] = (
    (vary_endpoints.change_a_state, "endpoint-not-available", 3),
    (vary_endpoints.switch_private_dns_off, "private-dns-disabled", 8),
    (vary_endpoints.switch_dns_off_behind_open_endpoints, "vpc-dns-disabled", 20),
    (vary_routes.remove_endpoints, "no-path", 12),
    (vary_routes.leave_by_nat, "nat-path", 8),
    (vary_routes.leave_by_nat, "partial", 2),
    (vary_routes.leave_for_elsewhere, "central-egress", 8),
    (vary_filters.close_trigger_egress, "trigger-egress-denied", 10),
    (vary_filters.vary_trigger_egress, "trigger-egress-denied", 5),
    (vary_filters.close_endpoint_ingress, "endpoint-ingress-denied", 10),
    (vary_filters.vary_endpoint_ingress, "partial", 1),
    (vary_filters.close_broker_ingress, "broker-ingress-denied", 10),
    (vary_filters.vary_broker_ingress, "broker-ingress-denied", 5),
)
"""Variations that bring a fault which a document claims, its reason code, and how often it must be mended."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_documents_keep_the_law_on_every_hand_written_network(case: Case) -> None:
    """Each of them differs in one thing from a healthy trigger."""
    tally_of(case.build().document(), case.parameters)


def test_the_documents_keep_the_law_on_generated_networks(figure: Figure) -> None:
    """Up to three differences at a time, in any order, under any parameters."""
    decided: Tally = Counter()

    @networks_tried(220)
    @given(networks())
    def law(network: Network) -> None:
        decided.update(tally_of(network.document, network.parameters))

    law()
    by_decision = {each.value: _count(decided, each.value) for each in Decision}
    figure(f"remediation law on generated networks: {by_decision}")
    assert min(by_decision.values()) > 50


@pytest.mark.acceptance
def test_the_documents_keep_the_law_on_many_generated_networks() -> None:
    """Up to four differences at a time."""

    @networks_tried(3_000, always_others=True)
    @given(networks(4))
    def law(network: Network) -> None:
        tally_of(network.document, network.parameters)

    law()


@pytest.mark.parametrize(("fault", "reason", "least"), FAULTS)
def test_the_documents_keep_the_law_on_each_fault(
    fault: Variation, reason: str, least: int, figure: Figure
) -> None:
    """The faults that documents claim, each with up to two other differences."""
    decided: Tally = Counter()

    @networks_tried(25)
    @given(networks(2, always=(fault,)))
    def law(network: Network) -> None:
        decided.update(tally_of(network.document, network.parameters))

    law()
    mended = _count(decided, Decision.APPLY.value, reason)
    figure(f"remediation law, {fault.__name__}: {reason} mended {mended} times")
    assert mended >= least


def _count(decided: Tally, decision: str, reason: str = "") -> int:
    return sum(n for (_, code, made), n in decided.items() if made == decision and reason in ("", code))


@networks_tried(120)
@given(incomplete_networks())
def test_what_a_document_may_not_read_never_makes_it_act_wrongly(
    networks: tuple[Network, Network, str],
) -> None:
    """With a read refused a document acts only where the engine knows enough too, and then rightly."""
    network, _, _ = networks
    found = judged(network.document, network.parameters)
    for finding in found.findings:
        if finding.rule in DIAGNOSES and not found.trigger.disabled:
            diagnosis = diagnosed(network.document, finding.rule, network.parameters, found.uuid)
            if diagnosis.decision is Decision.APPLY:
                assert expected(finding) is Decision.APPLY, (finding, diagnosis)
                hold_to_its_plan(network.document, network.parameters, found, finding.rule, diagnosis)
