"""Draw docs/demo.svg: what `kafka-trigger-guard demo` prints, as a terminal shows it."""

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

_WEB_FONTS = re.compile(r"@font-face\s*\{\{.*?\}\}\s*", re.DOTALL)


def main(target: str) -> None:
    """Run the demo in colour and write its table as SVG, without any font from the web."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "kafka_trigger_guard", "demo"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    table = shown.split("One path explained")[0].rstrip()
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ kafka-trigger-guard demo\n\n" + table))
    picture = console.export_svg(
        title="kafka-trigger-guard", code_format=_WEB_FONTS.sub("", CONSOLE_SVG_FORMAT)
    )
    Path(target).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
