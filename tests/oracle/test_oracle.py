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
    wrong = {
        rule: (case.findings[rule], each.verdict, sorted(each.reasons))
        for (_, rule), each in found.items()
        if each.verdict != verdict_of(rule, case.findings[rule]) or case.findings[rule] not in each.reasons
    }
    assert len(found) == len(case.findings)
    assert not wrong


def test_case_names_are_unique() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
