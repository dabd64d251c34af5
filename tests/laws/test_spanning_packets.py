"""The engine agrees with an oracle that sends every packet, over VPCs and accounts, there and back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from tests.conftest import Figure
from tests.laws.profile import networks_tried
from tests.networks.corpora_shapes import Json
from tests.oracle.spanning import judge
from tests.oracle.spanning_faults import FAULTS
from tests.oracle.spanning_organizations import Plan, build, plans


@dataclass(frozen=True, repr=False)
class Drawn:
    """An organization, its plan, and the faults that were put into it."""

    plan: Plan
    faults: tuple[str, ...]
    documents: list[Json]

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """How Hypothesis prints it in a failure: not by its documents."""
        printer.text(f"{self.plan} with {', '.join(self.faults) or 'no fault'}")


@st.composite
def organizations(draw: st.DrawFn, most: int) -> Drawn:
    """A healthy organization with some faults at any of its hops."""
    plan = draw(plans())
    estate = build(plan)
    faults = draw(st.lists(st.sampled_from(FAULTS), min_size=1, max_size=most))
    for fault in faults:
        fault(estate, draw)
    return Drawn(plan, tuple(fault.__name__ for fault in faults), estate.documents())


def found_by_engine(documents: list[Json]) -> dict[str, tuple[str, str]]:
    """The verdict and the annotation of every rule for the one trigger."""
    evaluations = evaluate([from_document(each) for each in documents])
    (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
    return {each.rule: (each.verdict.value, each.annotation) for each in trigger.findings}


def agree(drawn: Drawn) -> Counter[str]:
    """Assert that engine and oracle agree on every rule; the verdicts found."""
    right, found = judge(drawn.documents), found_by_engine(drawn.documents)
    wrong = {
        rule: f"oracle {sorted(verdicts)}, engine {found[rule]}"
        for rule, verdicts in right.items()
        if found[rule][0] not in verdicts
    }
    assert not wrong, wrong
    return Counter(found[rule][0] for rule in right)


@given(plans())
@networks_tried(30)
def test_an_organization_without_faults_reaches_all_but_where_references_do_not_cross(plan: Plan) -> None:
    agree(Drawn(plan, (), build(plan).documents()))


def test_engine_and_oracle_agree_wherever_something_is_wrong(figure: Figure) -> None:
    """Up to three faults at any hop."""
    verdicts: Counter[str] = Counter()

    @networks_tried(140)
    @given(organizations(3))
    def law(drawn: Drawn) -> None:
        verdicts.update(agree(drawn))

    law()
    figure(f"over networks that span accounts the engine and the oracle agreed: {dict(verdicts)}")
    assert verdicts["COMPLIANT"] > 100
    assert verdicts["NON_COMPLIANT"] > 100


@pytest.mark.acceptance
def test_engine_and_oracle_agree_on_many_more_organizations() -> None:
    """Up to five faults."""

    @networks_tried(4_000, always_others=True)
    @given(organizations(5))
    def law(drawn: Drawn) -> None:
        agree(drawn)

    law()
