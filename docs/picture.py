"""Draw docs/demo.svg: what `kafka-trigger-guard demo` prints, but for the path, as a terminal shows it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

_PATH, _REPAIRS, _TRY = "One path explained", "AWS Config repairs it", "Now try it"
_WEB_FONTS = re.compile(r"@font-face\s*\{\{.*?\}\}\s*", re.DOTALL)


def main(target: str) -> None:
    """Run the demo in colour and write its table as SVG, without any font from the web."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "kafka_trigger_guard", "demo"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    table = "\n".join(_without_the_path(shown.splitlines()))
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ kafka-trigger-guard demo\n\n" + table))
    picture = console.export_svg(
        title="kafka-trigger-guard", code_format=_WEB_FONTS.sub("", CONSOLE_SVG_FORMAT)
    )
    Path(target).write_text(picture, encoding="utf-8")


def _without_the_path(lines: list[str]) -> list[str]:
    """The path explained has more lines than a picture should have; what to do next is no part of it."""
    first = next(number for number, line in enumerate(lines) if _PATH in line)
    end = next(number for number, line in enumerate(lines) if _REPAIRS in line)
    last = next(number for number, line in enumerate(lines) if _TRY in line)
    return lines[:first] + lines[end:last]


if __name__ == "__main__":
    main(sys.argv[1])
