"""The command line: `kafka-trigger-guard`, alias of `python -m kafka_trigger_guard`.

Exit codes: 0 nothing non-compliant, 1 something NON_COMPLIANT or UNKNOWN, 2 could not evaluate. What needs
boto3, rich or the engine is imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from kafka_trigger_guard import __version__
from kafka_trigger_guard.commands import (
    console,
    demo,
    deploy,
    evaluate,
    explain,
    remediate,
    report,
    rules,
    snapshot,
    undeploy,
)
from kafka_trigger_guard.commands.console import CLEAN, FAILED, PROGRAM

_DEBUG = "KAFKA_TRIGGER_GUARD_DEBUG"
_INTERRUPTED, _TERMINATED = 130, 143

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def guard(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    """Is every Lambda Kafka trigger reachable, private and cheap, and if not, which single thing is wrong?

    Reads an AWS account (or a recorded snapshot of one), judges every event source mapping that polls
    Apache Kafka or Amazon MSK under eight rules, and names the object that blocks it. Only
    `remediate` changes anything, by SSM documents, after it asked.

    \b
    Examples:
      kafka-trigger-guard demo            the whole story, no account needed
      kafka-trigger-guard evaluate --region us-east-1
      kafka-trigger-guard evaluate --all-regions --output json
      kafka-trigger-guard explain UUID    every path of one trigger, hop by hop
      kafka-trigger-guard remediate UUID  repair one trigger
      kafka-trigger-guard report          all of them in one HTML file
      kafka-trigger-guard deploy single   as AWS Config rules in an account

    \b
    Exit codes:
      0 nothing non-compliant, 1 something non-compliant or unknown,
      2 could not evaluate
    """


_COMMANDS = (
    evaluate.evaluate,
    explain.explain,
    snapshot.snapshot,
    remediate.remediate,
    report.report,
    rules.rules,
    demo.demo,
)
for command in _COMMANDS:
    app.command()(command)
app.add_typer(deploy.app, name="deploy")
app.add_typer(undeploy.app, name="undeploy")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; what goes wrong is one line on standard error."""
    try:
        code = app(args=_or_help(arguments), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        code = console.pipe_closed()
    except Exception as error:
        code = _failed(error)
    if code == _INTERRUPTED:
        console.complain("interrupted; nothing was left half-written")
    return int(code or CLEAN)


def main() -> NoReturn:
    """The entry point of the program."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    code = run()
    if code == _INTERRUPTED and threading.active_count() > 1:
        os._exit(code)  # calls that are under way would keep the program waiting
    sys.exit(code)


def _or_help(arguments: Sequence[str] | None) -> list[str]:
    return list(sys.argv[1:] if arguments is None else arguments) or ["--help"]


def _failed(error: Exception) -> int:
    """What went wrong as one line: said by the error itself, by typer's usage errors, or by its class."""
    if isinstance(error, _expected()):
        console.complain(str(error))
    elif (usage := getattr(error, "format_message", None)) is not None:  # typer has no public base class
        command = getattr(getattr(error, "ctx", None), "command_path", PROGRAM)
        said = usage().replace("Value error, ", "")
        console.complain(f"{said} See `{command} --help`.")
    elif os.environ.get(_DEBUG):
        raise error
    else:
        said = f"{type(error).__name__}: {error}"
        console.complain(
            f"this is a defect of {PROGRAM} ({said}); set {_DEBUG}=1 to see where, and report it"
        )
    return FAILED


def _expected() -> tuple[type[Exception], ...]:
    from kafka_trigger_guard.aws.snapshot import SnapshotError
    from kafka_trigger_guard.cost import PriceError, VolumeError
    from kafka_trigger_guard.jobs.gathering import GatherError
    from kafka_trigger_guard.jobs.remedies import RemediationError
    from kafka_trigger_guard.report.writing import WriteError
    from kafka_trigger_guard.rules.parameters import ParameterError

    return (
        console.CannotEvaluate,
        GatherError,
        ParameterError,
        PriceError,
        RemediationError,
        SnapshotError,
        VolumeError,
        WriteError,
    )


if __name__ == "__main__":
    main()
