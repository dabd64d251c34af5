"""What all tests share: how Hypothesis draws, cheaper clients, and figures that reach the end of the run."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from tests.clients import shared_models
from tests.drawing import set_up_drawing

Figure = Callable[[str], None]

set_up_drawing()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The laws come first: the longest tests must not be what one of several workers is left with."""
    items.sort(key=lambda item: "laws" not in item.path.parts)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _clients_share_models() -> Iterator[None]:
    with shared_models():
        yield


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Print one line of figures at the end of the run."""

    def note(line: str) -> None:
        request.node.user_properties.append(("figure", line))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """All figures, below the results."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = [
        line
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, line in report.user_properties
        if name == "figure"
    ]
    terminalreporter.write_sep("-", "figures")
    terminalreporter.write_line(f"Hypothesis draws: {settings.get_current_profile_name()} (tests/drawing.py)")
    for line in lines:
        terminalreporter.write_line(line)
