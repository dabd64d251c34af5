"""Specification of pages: lines fit, and only a terminal gets escape codes."""

import io

import pytest
from rich.cells import cell_len
from rich.text import Text

from kafka_trigger_guard.report.page import Page, page_of


class _Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("text", ["word " * 100, "x" * 1000, "注文" * 200, f"short {'y' * 200} short", ""])
def test_paragraphs_never_exceed_the_width(text: str) -> None:
    lines = Page(40).paragraph(text, first="    ")
    assert all(line.cell_len <= 40 for line in lines)
    assert "".join(line.plain for line in lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("text", ["x" * 10_000, "注" * 10_000, "\x1b" * 10_000, "fits"])
def test_shortened_text_fits(text: str, unicode: bool) -> None:
    assert cell_len(Page(80, None, unicode).shortened(text, 20)) <= 20


def test_markup_is_not_interpreted() -> None:
    assert Page().written([Text("[red]name[/red] :smile:")]) == "[red]name[/red] :smile:\n"


def test_a_pipe_gets_no_escape_codes() -> None:
    page = page_of(io.StringIO())
    assert page.color_system is None
    assert page.written([Text("red", "bold red")]) == "red\n"


def test_a_terminal_gets_colours() -> None:
    page = page_of(_Terminal())
    assert "\x1b[" in page.written([Text("red", "bold red")])


def test_no_color_means_no_escape_codes_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in page_of(_Terminal()).written([Text("red", "bold red")])


def test_a_terminal_that_is_not_unicode_gets_ascii_marks() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    page = page_of(stream)
    assert (page.mark("✓"), page.mark("✗"), page.clean("é…")) == ("+", "x", "?...")
