"""Explanations are sound: with exactly the named blockers out of the way, the finding is another one."""

from __future__ import annotations

from hypothesis import given

from tests.laws.engine import Answer, findings
from tests.laws.profile import networks_tried
from tests.networks.openings import opened
from tests.networks.shapes import Json
from tests.networks.strategies import Network, networks


def with_blockers_open(document: Json, rule: str, answer: Answer) -> Json:
    for blocker in answer.blockers:
        document = opened(document, rule, answer.reason, blocker)
    return document


@networks_tried(400)
@given(networks())
def test_opening_exactly_the_named_blockers_changes_the_finding(network: Network) -> None:
    """Of every red finding of a generated network; and every red finding names a blocker."""
    for (uuid, rule), before in findings(network.document, network.parameters).items():
        if before.verdict != "NON_COMPLIANT":
            continue
        assert before.blockers, (network, rule, before)
        document = with_blockers_open(network.document, rule, before)
        after = findings(document, network.parameters)[uuid, rule]
        assert (after.judgement, after.blocker_ids) != (before.judgement, before.blocker_ids), (
            network,
            rule,
            before,
        )
