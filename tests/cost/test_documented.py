"""What docs/costs.md and docs/dashboards.md say is what the code does."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from kafka_trigger_guard.cost import Basis
from kafka_trigger_guard.cost.built_in_prices import BUILT_IN
from kafka_trigger_guard.cost.price_list import NAMES
from kafka_trigger_guard.rules.rows import COLUMNS
from kafka_trigger_guard.rules.severity import Severity
from tests.cost import test_the_number_that_started_it as started

DOCS = Path(__file__).resolve().parents[2] / "docs"


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def price(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def test_the_price_table_is_the_built_in_one() -> None:
    expected = [
        [
            f"`{region}`",
            f"`{rates.usage}-…`",
            price(rates.nat),
            price(rates.endpoint_hour),
            price(rates.transit_gb),
            price(rates.epu_hour),
            rates.dated,
        ]
        for region, rates in BUILT_IN.items()
    ]
    assert table("costs.md", "Region") == expected


def test_every_price_that_can_be_stated_is_documented() -> None:
    assert {row[0].strip("`") for row in table("costs.md", "`--price`")} == set(NAMES)


def test_every_basis_of_a_volume_is_documented_in_order() -> None:
    assert [row[0].strip("`") for row in table("costs.md", "basis")] == [basis.value for basis in Basis]


def test_the_worked_example_is_the_one_that_is_tested() -> None:
    amounts = [row[2].replace(",", "") for row in table("costs.md", "step") if row[2]]
    assert amounts == [str(each) for each in (started.NAT, started.HOURS, started.DATA, started.SAVING)]


def test_every_column_of_a_row_is_documented_in_order() -> None:
    documented = [name for row in table("dashboards.md", "column") for name in re.findall(r"`(\w+)`", row[0])]
    assert tuple(documented) == COLUMNS


def test_every_severity_is_documented() -> None:
    documented = [row[0].strip("`") for row in table("dashboards.md", "severity")]
    assert documented == [severity.value for severity in reversed(Severity)]
