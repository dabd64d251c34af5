"""Counts what the generated networks drew, and prints it at the end of the run."""

from __future__ import annotations

from collections import Counter

import pytest

DRAWN: Counter[tuple[str, str]] = Counter()
COUNTED: Counter[str] = Counter()


class Tally:
    """How many generated networks drew each verdict and reason."""

    def add(self, judgements: set[tuple[str, str]]) -> None:
        """Count one network, once for each verdict and reason in it."""
        COUNTED["networks"] += 1
        DRAWN.update(judgements)

    @property
    def networks(self) -> int:
        return COUNTED["networks"]

    def rarer_than(self, times: int, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """The wanted verdicts and reasons that were drawn less often."""
        return {each for each in wanted if DRAWN[each] < times}


@pytest.fixture(scope="session")
def tally() -> Tally:
    return Tally()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of what was drawn."""
    if not DRAWN:
        return
    terminalreporter.write_sep("-", f"drawn in {COUNTED['networks']} generated networks")
    for (verdict, reason), count in sorted(DRAWN.items()):
        terminalreporter.write_line(f"{verdict:15} {reason:25} {count:6}")
