"""A page of text: lines with styles that fit a width, for a terminal or for a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Literal, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from kafka_trigger_guard.report.untrusted import ascii_only, printable

ColorSystem = Literal["standard", "256", "truecolor", "windows"]
NARROWEST = 40
_MARKS_IN_ASCII = {"✓": "+", "✗": "x", "·": "-", "?": "?", "⚠": "!", "→": ">", "←": "<"}


@dataclass(frozen=True, slots=True)
class Page:
    """How wide lines may be, which colours there are (none in a pipe), whether there is more than ASCII."""

    width: int = 80
    color_system: ColorSystem | None = None
    unicode: bool = True

    def clean(self, text: str) -> str:
        """Untrusted text as it may stand on this page."""
        line = printable(text)
        return line if self.unicode else ascii_only(line)

    def mark(self, symbol: str) -> str:
        """A symbol, or what stands for it where there is only ASCII."""
        return symbol if self.unicode else _MARKS_IN_ASCII[symbol]

    def shortened(self, text: str, width: int) -> str:
        """Untrusted text cut to a width, with an ellipsis where something is left out."""
        line = self.clean(text[: 4 * width])
        if cell_len(line) <= width and len(text) <= 4 * width:
            return line
        dots = "…" if self.unicode else "..."
        return set_cell_size(line, max(width - len(dots), 1)).rstrip() + dots

    def paragraph(
        self, text: str, style: str = "", *, first: str = "", rest: str | None = None
    ) -> list[Text]:
        """Untrusted text as lines that fit, the first led by `first`, the others by `rest`."""
        rest = " " * cell_len(first) if rest is None else rest
        room = max(self.width - max(cell_len(first), cell_len(rest)), 8)
        lines = _wrapped(self.clean(text), room)
        return [
            Text.assemble(first if number == 0 else rest, (line, style)) for number, line in enumerate(lines)
        ]

    def written(self, lines: Iterable[Text]) -> str:
        """The lines as text, with escape codes only where the page has colours."""
        buffer = StringIO()
        console = Console(
            file=buffer,
            width=max(self.width, NARROWEST),
            force_terminal=self.color_system is not None,
            color_system=self.color_system,
            legacy_windows=False,
            no_color=self.color_system is None,
        )
        for line in lines:
            line.rstrip()
            console.print(line, soft_wrap=True, highlight=False, markup=False, emoji=False)
        return buffer.getvalue()


def page_of(stream: TextIO) -> Page:
    """The page that a stream offers; NO_COLOR (https://no-color.org) means no escape codes at all."""
    console = Console(file=stream)
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
    system = console.color_system if console.is_terminal and not os.environ.get("NO_COLOR") else None
    return Page(max(console.width, NARROWEST), _color_system(system), encoding.startswith("utf"))


def _color_system(name: str | None) -> ColorSystem | None:
    match name:
        case "standard" | "256" | "truecolor" | "windows":
            return name
    return None


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken between words, and inside a word only if it is too long."""
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines += full
    return [*lines, line]


def _pieces(word: str, width: int) -> list[str]:
    if cell_len(word) <= width:
        return [word]
    pieces, piece, used = [], "", 0
    for character in word:
        size = cell_len(character)
        if used + size > width:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + character, used + size
    return [*pieces, piece]
