"""The options that several commands take, with the help that all of them show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kafka_trigger_guard.commands.console import CannotEvaluate

Profile = Annotated[str | None, typer.Option("--profile", metavar="P", help="AWS profile to read with.")]
Regions = Annotated[
    list[str] | None, typer.Option("--region", metavar="R", help="Region to read; may be repeated.")
]
AllRegions = Annotated[bool, typer.Option("--all-regions", help="Read every Region enabled for the account.")]
Snapshots = Annotated[
    list[Path] | None,
    typer.Option(
        "--snapshot", metavar="FILE", help="Recorded snapshot to read instead of AWS; may be repeated."
    ),
]
Organization = Annotated[
    bool, typer.Option("--organization", help="Read every account of the organization, by --role-name.")
]
RoleName = Annotated[
    str | None, typer.Option("--role-name", metavar="NAME", help="Role to read each account with.")
]
RuleNames = Annotated[
    list[str] | None, typer.Option("--rule", metavar="NAME", help="Judge by this rule; may be repeated.")
]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="Rule parameter, as Name=Value for every rule that has it or rule-name.Name=Value for one; "
        "may be repeated.",
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write to this file instead of standard output.")
]
Trigger = Annotated[str, typer.Argument(metavar="UUID", help="The trigger: its event source mapping's UUID.")]


def named(parameters: Sequence[str] | None, option: str = "--parameter") -> dict[str, str]:
    """Values by name, as they were written with an option that is repeated. Raises CannotEvaluate."""
    found = {}
    for written in parameters or ():
        name, equals, value = written.partition("=")
        if not name or not equals:
            raise CannotEvaluate(f"{option} {written}: write it as Name=Value or rule-name.Name=Value")
        found[name] = value
    return found
