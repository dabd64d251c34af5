"""Networks with one fault each: exactly the expected rules turn, with the expected reason and blocker."""

from __future__ import annotations

import pytest

from tests.laws.engine import findings
from tests.networks.cases import Case, verdict_of
from tests.networks.catalogue import CASES
from tests.networks.openings import opened

FAULTS = [case for case in CASES if case.changed]
RED = [
    pytest.param(case, rule, id=f"{case.name}: {rule}")
    for case in CASES
    for rule in sorted(case.changed)
    if verdict_of(rule, case.findings[rule]) == "NON_COMPLIANT"
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault_is_red_in_exactly_the_rules_whose_hops_it_cuts(case: Case) -> None:
    """Every rule gives the expected verdict and reason; all others keep those of a healthy trigger."""
    found = findings(case.build().document(), case.parameters)
    expected = {rule: (verdict_of(rule, reason), reason) for rule, reason in case.findings.items()}
    assert {rule: answer.judgement for (_, rule), answer in found.items()} == expected


@pytest.mark.parametrize("case", FAULTS, ids=[case.name for case in FAULTS])
def test_a_finding_names_its_reason_first_and_the_object_that_decided(case: Case) -> None:
    """The annotation begins with the reason; a red finding names the blocker that the case gives."""
    for (_, rule), answer in findings(case.build().document(), case.parameters).items():
        assert answer.annotation.split(":")[0] == answer.reason
        assert len(answer.annotation) <= 256
        if case.blocker and rule in case.changed and answer.verdict == "NON_COMPLIANT":
            assert answer.blocker_ids == {case.blocker}


@pytest.mark.parametrize(("case", "rule"), RED)
def test_opening_the_named_blockers_changes_the_finding(case: Case, rule: str) -> None:
    """A red finding names at least one blocker, and with all of them out of the way it is another one."""
    document = case.build().document()
    before = next(each for (_, name), each in findings(document, case.parameters).items() if name == rule)
    assert before.blockers
    for blocker in before.blockers:
        document = opened(document, rule, before.reason, blocker)
    after = next(each for (_, name), each in findings(document, case.parameters).items() if name == rule)
    assert (after.judgement, after.blocker_ids) != (before.judgement, before.blocker_ids)


def test_every_red_reason_has_a_fault() -> None:
    """No reason code of a red finding is left without a network that shows it."""
    shown = {case.findings[rule] for case in CASES for rule in case.changed}
    assert shown >= {
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
    }
