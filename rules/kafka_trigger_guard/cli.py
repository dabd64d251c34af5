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
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kafka_trigger_guard import __version__
from kafka_trigger_guard.report.outputs import (
    EvaluationOutput,
    ExplanationOutput,
    RulesOutput,
    evaluation_as,
    explanation_as,
    rules_as,
)
from kafka_trigger_guard.report.untrusted import printable

if TYPE_CHECKING:
    from kafka_trigger_guard.gathering import Progress
    from kafka_trigger_guard.report.page import Page

PROGRAM = "kafka-trigger-guard"
CLEAN, FOUND, FAILED = 0, 1, 2
_DEBUG = "KAFKA_TRIGGER_GUARD_DEBUG"
_INTERRUPTED, _TERMINATED, _PIPE_CLOSED = 130, 143, 141

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class CannotEvaluate(Exception):  # noqa: N818 - it says what is the case
    """The command cannot do what it is asked; the message is one line that says what to do."""


_Profile = Annotated[str | None, typer.Option("--profile", metavar="P", help="AWS profile to read with.")]
_Regions = Annotated[
    list[str] | None, typer.Option("--region", metavar="R", help="Region to read; may be repeated.")
]
_AllRegions = Annotated[
    bool, typer.Option("--all-regions", help="Read every Region enabled for the account.")
]
_Snapshots = Annotated[
    list[Path] | None,
    typer.Option(
        "--snapshot", metavar="FILE", help="Recorded snapshot to read instead of AWS; may be repeated."
    ),
]
_Organization = Annotated[
    bool, typer.Option("--organization", help="Read every account of the organization, by --role-name.")
]
_RoleName = Annotated[
    str | None, typer.Option("--role-name", metavar="NAME", help="Role to read each account with.")
]
_Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="Rule parameter, as Name=Value for every rule that has it or rule-name.Name=Value for one; "
        "may be repeated.",
    ),
]
_Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write to this file instead of standard output.")
]


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
    Apache Kafka or Amazon MSK under eight rules, and names the object that blocks it. It only reads.

    \b
    Examples:
      kafka-trigger-guard demo            the whole story, no account needed
      kafka-trigger-guard evaluate --region us-east-1
      kafka-trigger-guard evaluate --all-regions --output json
      kafka-trigger-guard explain UUID    every path of one trigger, hop by hop

    \b
    Exit codes:
      0 nothing non-compliant, 1 something non-compliant or unknown,
      2 could not evaluate
    """


@app.command()
def evaluate(
    profile: _Profile = None,
    region: _Regions = None,
    all_regions: _AllRegions = False,
    snapshot: _Snapshots = None,
    organization: _Organization = False,
    role_name: _RoleName = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="NAME", help="Judge by this rule; may be repeated.")
    ] = None,
    uuid: Annotated[
        list[str] | None,
        typer.Option("--uuid", metavar="ID", help="Judge this trigger only; may be repeated."),
    ] = None,
    parameter: _Parameters = None,
    output: Annotated[
        EvaluationOutput, typer.Option("--output", help="How to write.")
    ] = EvaluationOutput.TABLE,
    out: _Out = None,
) -> None:
    """Judge every Kafka trigger and say what is wrong.

    \b
    Examples:
      kafka-trigger-guard evaluate --profile prod --region eu-west-1
      kafka-trigger-guard evaluate --snapshot us-east-1.json.gz --output csv
      kafka-trigger-guard evaluate --organization --role-name NAME
      kafka-trigger-guard evaluate --rule kafka-trigger-lambda-endpoint
      kafka-trigger-guard evaluate --parameter AllowNat=true
      kafka-trigger-guard evaluate --parameter Exempt=orders@2026-12-31
    """
    from kafka_trigger_guard.evaluation import evaluate as judge
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.gathering import Sources, gather, unlisted
    from kafka_trigger_guard.report.choosing import NoSuchTriggerError, only
    from kafka_trigger_guard.report.verdicts import needs_attention

    _check_out(out)
    parameters = _named(parameter)
    rule_set(rule, parameters)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    gathered = gather(sources, _progress())
    evaluations = gathered.judged(judge(gathered.snapshots, rules=rule, parameters=parameters))
    incomplete = unlisted(gathered.snapshots)
    if uuid:
        try:
            evaluations = only(evaluations, uuid)
        except NoSuchTriggerError as error:
            raise CannotEvaluate(incomplete or str(error)) from None
    _emit(evaluation_as(output, evaluations, _page(out)), out)
    _complain_of(gathered.not_evaluated)
    if incomplete is not None:
        raise CannotEvaluate(incomplete)
    found = needs_attention(evaluations) or gathered.not_evaluated
    raise typer.Exit(FOUND if found else CLEAN)


@app.command()
def explain(
    uuid: Annotated[
        str, typer.Argument(metavar="UUID", help="The trigger: its event source mapping's UUID.")
    ],
    profile: _Profile = None,
    region: _Regions = None,
    all_regions: _AllRegions = False,
    snapshot: _Snapshots = None,
    organization: _Organization = False,
    role_name: _RoleName = None,
    parameter: _Parameters = None,
    output: Annotated[
        ExplanationOutput, typer.Option("--output", help="How to write.")
    ] = ExplanationOutput.TEXT,
    out: _Out = None,
) -> None:
    """Show every path of one trigger, and what blocks it.

    Hop by hop: the object that decides, whose rule the hop is, and what would open it.

    \b
    Examples:
      kafka-trigger-guard explain 0a1b2c3d-... --region us-east-1
      kafka-trigger-guard explain 0a1b2c3d-... --output svg --out paths.svg
    """
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.explanation import explanations
    from kafka_trigger_guard.gathering import Sources, gather, unlisted
    from kafka_trigger_guard.report.choosing import NoSuchTriggerError
    from kafka_trigger_guard.report.verdicts import BAD

    _check_out(out)
    parameters = _named(parameter)
    rule_set(None, parameters)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    gathered = gather(sources, _progress())
    found = explanations(gathered.snapshots, uuid, parameters=parameters)
    if not found:
        _complain_of(gathered.not_evaluated)
        raise CannotEvaluate(unlisted(gathered.snapshots) or str(NoSuchTriggerError(uuid)))
    _emit(explanation_as(output, found, _page(out)), out)
    bad = any(finding.verdict in BAD for one in found for finding in one.findings)
    raise typer.Exit(FOUND if bad else CLEAN)


@app.command()
def snapshot(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="File to write; {account} and {region} are replaced."),
    ],
    profile: _Profile = None,
    region: _Regions = None,
    all_regions: _AllRegions = False,
    organization: _Organization = False,
    role_name: _RoleName = None,
) -> None:
    """Record an account's Kafka triggers, to evaluate them elsewhere.

    \b
    Examples:
      kafka-trigger-guard snapshot --region us-east-1 --out us-east-1.json.gz
      kafka-trigger-guard snapshot --all-regions --out 'snapshot-{region}.json.gz'
    """
    from kafka_trigger_guard.aws.snapshot import save
    from kafka_trigger_guard.gathering import Sources
    from kafka_trigger_guard.recording import files_of, read_for, said_of

    sources = Sources(profile, region or (), all_regions, (), organization, role_name)
    gathered = read_for(sources, out, _progress())
    for file, recorded in files_of(gathered.snapshots, out).items():
        save(recorded, file)
        _emit(said_of(file, recorded), None)
    _complain_of(gathered.not_evaluated)


@app.command()
def rules(
    output: Annotated[RulesOutput, typer.Option("--output", help="How to write.")] = RulesOutput.TABLE,
    out: _Out = None,
) -> None:
    """List the rules, their parameters and remediation.

    \b
    Examples:
      kafka-trigger-guard rules
      kafka-trigger-guard rules --output json
    """
    _check_out(out)
    _emit(rules_as(output, _page(out)), out)


@app.command()
def demo() -> None:
    """Tell the whole story in an AWS embedded in this process.

    Five Kafka triggers, of which two are well. Needs no account and no network:
    every call goes through boto3 and stays in this process.
    """
    try:
        from kafka_trigger_guard.demo import demonstration
    except ModuleNotFoundError as error:
        raise CannotEvaluate(
            f"the embedded AWS needs {error.name}: install it with `pip install '{PROGRAM}[sandbox]'`"
        ) from None
    from kafka_trigger_guard.report.story import story_text

    with _progress()("Building an AWS in this process") as announce:
        found = demonstration(announce)
    _emit(story_text(found.evaluation, found.explanation, found.compliance, _page(None)), None)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; what goes wrong is one line on standard error."""
    try:
        code = app(args=_or_help(arguments), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        code = _pipe_closed()
    except Exception as error:
        code = _failed(error)
    if code == _INTERRUPTED:
        _complain("interrupted; nothing was left half-written")
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
        _complain(str(error))
    elif (usage := getattr(error, "format_message", None)) is not None:  # typer has no public base class
        command = getattr(getattr(error, "ctx", None), "command_path", PROGRAM)
        said = usage().replace("Value error, ", "")
        _complain(f"{said} See `{command} --help`.")
    elif os.environ.get(_DEBUG):
        raise error
    else:
        said = f"{type(error).__name__}: {error}"
        _complain(f"this is a defect of {PROGRAM} ({said}); set {_DEBUG}=1 to see where, and report it")
    return FAILED


def _expected() -> tuple[type[Exception], ...]:
    from kafka_trigger_guard.aws.snapshot import SnapshotError
    from kafka_trigger_guard.gathering import GatherError
    from kafka_trigger_guard.report.writing import WriteError
    from kafka_trigger_guard.rules.parameters import ParameterError

    return CannotEvaluate, GatherError, ParameterError, SnapshotError, WriteError


def _complain(message: str) -> None:
    print(f"{PROGRAM}: {printable(' '.join(message.split()))}", file=sys.stderr)


def _complain_of(not_evaluated: Sequence[str]) -> None:
    for refused in not_evaluated:
        _complain(f"not evaluated: {refused}")


def _emit(text: str, out: Path | None) -> None:
    from kafka_trigger_guard.report.writing import write

    if out is not None:
        write(out, text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise typer.Exit(_pipe_closed()) from None


def _pipe_closed() -> int:
    """Whoever read the output has enough; what is left in the buffer must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED


def _check_out(out: Path | None) -> None:
    from kafka_trigger_guard.report.writing import check_writable

    if out is not None:
        check_writable(out)


def _page(out: Path | None) -> Page:
    from kafka_trigger_guard.report.page import Page, page_of

    return Page() if out is not None else page_of(sys.stdout)


def _progress() -> Progress:
    from kafka_trigger_guard.report.progress import progress

    return progress


def _named(parameters: Sequence[str] | None) -> dict[str, str]:
    named = {}
    for written in parameters or ():
        name, equals, value = written.partition("=")
        if not name or not equals:
            raise CannotEvaluate(f"--parameter {written}: write it as Name=Value or rule-name.Name=Value")
        named[name] = value
    return named


if __name__ == "__main__":
    main()
