"""Write all triggers, their paths and costs as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kafka_trigger_guard.commands import console, options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kafka_trigger_guard.evaluation import Evaluation
    from kafka_trigger_guard.jobs.gathering import Sources
    from kafka_trigger_guard.jobs.reporting import Terms
    from kafka_trigger_guard.report.html_model import Report

    WriteRows = Callable[[Sources, Sequence[Evaluation]], None]


def report(
    profile: options.Profile = None,
    region: options.Regions = None,
    all_regions: options.AllRegions = False,
    snapshot: options.Snapshots = None,
    organization: options.Organization = False,
    role_name: options.RoleName = None,
    aggregator: Annotated[
        str | None,
        typer.Option("--aggregator", metavar="NAME", help="Show what this AWS Config aggregator recorded."),
    ] = None,
    parameter: options.Parameters = None,
    gb_per_day: Annotated[
        list[str] | None,
        typer.Option(
            "--gb-per-day",
            metavar="N",
            help="GB of payload a day of every trigger, or UUID=N of one; may be repeated. Default: what "
            "CloudWatch measured.",
        ),
    ] = None,
    price: Annotated[
        list[str] | None,
        typer.Option(
            "--price",
            metavar="NAME=VALUE",
            help="Price to reckon with instead of the list price, as nat-gb=0.045; may be repeated.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.")] = Path(
        "kafka-trigger-guard.html"
    ),
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows",
            metavar="FILE",
            help="Also write a row per trigger and rule, for other dashboards: .csv, .json or .jsonl.",
        ),
    ] = None,
    owner_tag: Annotated[
        str, typer.Option("--owner-tag", metavar="KEY", help="Tag of the functions that names their owner.")
    ] = "Owner",
) -> None:
    """Write all triggers with paths, fixes and costs as one HTML file.

    The file needs no network and no server: open it, mail it, print it.

    \b
    Examples:
      kafka-trigger-guard report --region ap-northeast-1
      kafka-trigger-guard report --snapshot tokyo.json.gz --gb-per-day 300
      kafka-trigger-guard report --organization --role-name NAME --all-regions
      kafka-trigger-guard report --region eu-west-1 --rows rows.csv --owner-tag Team
      kafka-trigger-guard report --aggregator NAME --region eu-west-1
    """
    from kafka_trigger_guard.cost import PriceList, Stated
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.jobs.gathering import Sources
    from kafka_trigger_guard.jobs.reporting import Terms

    console.check_out(out)
    also = _rows_file(rows, owner_tag)
    parameters = options.named(parameter)
    rule_set(None, parameters)
    terms = Terms(price or (), Stated.of(gb_per_day or ()))
    PriceList.of("us-east-1", terms.prices)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    if aggregator is not None:
        _check_alone(parameter, gb_per_day, price, rows)
        from kafka_trigger_guard.jobs.reporting import report_from_aggregator

        found = report_from_aggregator(aggregator, sources, console.shown_progress())
        _write(found, out)
    else:
        found = _judged(sources, parameters, terms, out, also)
    raise typer.Exit(console.FOUND if found.needs_attention else console.CLEAN)


def _check_alone(*refused: object) -> None:
    if any(refused):
        raise console.CannotEvaluate(
            "--aggregator shows what was recorded: leave out --parameter, --gb-per-day, --price and --rows"
        )


def _rows_file(rows: Path | None, owner_tag: str) -> WriteRows | None:
    """What writes the rows, checked before the long work."""
    if rows is None:
        return None
    from kafka_trigger_guard.jobs.tagging import owners
    from kafka_trigger_guard.report.rows import RowFormat, rows_as

    try:
        form = RowFormat.of(rows)
    except ValueError as error:
        raise console.CannotEvaluate(str(error)) from None
    console.check_out(rows)

    def write(sources: Sources, evaluations: Sequence[Evaluation]) -> None:
        owned = owners(sources, evaluations, owner_tag, console.shown_progress())
        console.emit(rows_as(form, evaluations, owned), rows)

    return write


def _judged(
    sources: Sources,
    parameters: Mapping[str, str],
    terms: Terms,
    out: Path,
    write_rows: WriteRows | None = None,
) -> Report:
    from kafka_trigger_guard.evaluation import evaluate
    from kafka_trigger_guard.jobs.gathering import gather
    from kafka_trigger_guard.jobs.reporting import measuring, report_on

    progress = console.shown_progress()
    gathered = gather(sources, progress)
    with progress("Judging the triggers"):
        evaluations = gathered.judged(evaluate(gathered.snapshots, parameters=parameters))
    found = report_on(gathered, evaluations, parameters, terms, measuring(sources, progress), progress)
    _write(found, out)
    if write_rows is not None:
        write_rows(sources, evaluations)
    console.complain_of(gathered.complaints())
    return found


def _write(found: Report, out: Path) -> None:
    from kafka_trigger_guard.report.html_page import headline, report_page
    from kafka_trigger_guard.report.untrusted import printable

    with console.shown_progress()("Writing the report"):
        console.emit(report_page(found), out)
    console.emit(printable(f"{out}: {headline(found)}") + "\n")
