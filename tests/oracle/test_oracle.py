"""The oracle itself, on hand-written networks whose answers the contract gives."""

from __future__ import annotations

import pytest

from tests.networks.cases import Case, verdict_of
from tests.networks.catalogue import CASES
from tests.oracle.parameters import parameters_of
from tests.oracle.rules import judge


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_oracle_knows_the_answer(case: Case) -> None:
    """Every rule says exactly what the case says of it."""
    found = judge(case.build().document(), parameters_of(case.parameters))
    expected = {
        rule: (verdict_of(rule, reason), frozenset([reason])) for rule, reason in case.findings.items()
    }
    assert {rule: (each.verdict, each.reasons) for (_, rule), each in found.items()} == expected


def test_case_names_are_unique() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
