"""Tell the whole story in the embedded AWS."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kafka_trigger_guard.commands import console

if TYPE_CHECKING:
    from kafka_trigger_guard.demo import Demonstration

_GB_PER_DAY = "300"
_REPORTS = f"The same as one HTML file each, as if each trigger sent {_GB_PER_DAY} GB a day:"


def demo(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Directory for the two reports instead of a temporary one."
        ),
    ] = None,
) -> None:
    """Tell the whole story in an AWS embedded in this process.

    Six Kafka triggers, of which two are well; AWS Config repairs three, and one
    needs a person. Needs no account and no network: every call goes through boto3
    and stays in this process. Ends with the report before and after the repairs.
    """
    if out is not None:
        console.check_out(out / "before.html")
    try:
        from kafka_trigger_guard.demo import demonstration
    except ModuleNotFoundError as error:
        raise console.CannotEvaluate(
            f"the embedded AWS needs {error.name}: install it with `pip install '{console.PROGRAM}[sandbox]'`"
        ) from None
    from kafka_trigger_guard.report.story import story_text

    with console.shown_progress()("Building an AWS in this process") as announce:
        found = demonstration(announce)
    console.emit(story_text(found, console.page()))
    console.emit(_reported(found, out or Path(tempfile.mkdtemp(prefix="kafka-trigger-guard-"))))


def _reported(found: Demonstration, folder: Path) -> str:
    """Write the reports; where they are."""
    from kafka_trigger_guard.cost import Stated
    from kafka_trigger_guard.jobs.reporting import Terms, page_of

    terms = Terms(stated=Stated.of([_GB_PER_DAY]))
    lines = ["", _REPORTS]
    for when, moment in (("before", found.before), ("after", found.after)):
        file = folder / f"{when}.html"
        console.emit(page_of([moment.snapshot], terms), file)
        lines.append(f"  {file}")
    return "\n".join(lines) + "\n"
