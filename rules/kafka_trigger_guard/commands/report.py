"""Write all triggers, their paths and costs as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kafka_trigger_guard.commands import console, options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafka_trigger_guard.gathering import Sources
    from kafka_trigger_guard.report.html_model import Report
    from kafka_trigger_guard.reporting import Terms


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
) -> None:
    """Write all triggers with paths, fixes and costs as one HTML file.

    The file needs no network and no server: open it, mail it, print it.

    \b
    Examples:
      kafka-trigger-guard report --region ap-northeast-1
      kafka-trigger-guard report --snapshot tokyo.json.gz --gb-per-day 300
      kafka-trigger-guard report --organization --role-name NAME --all-regions
      kafka-trigger-guard report --aggregator NAME --region eu-west-1
    """
    from kafka_trigger_guard.cost import PriceList, Stated
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.gathering import Sources
    from kafka_trigger_guard.reporting import Terms

    console.check_out(out)
    parameters = options.named(parameter)
    rule_set(None, parameters)
    terms = Terms(price or (), Stated.of(gb_per_day or ()))
    PriceList.of("us-east-1", terms.prices)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    if aggregator is not None:
        _check_alone(parameter, gb_per_day, price)
        from kafka_trigger_guard.reporting import report_from_aggregator

        found = report_from_aggregator(aggregator, sources, console.shown_progress())
        _write(found, out)
    else:
        found = _judged(sources, parameters, terms, out)
    raise typer.Exit(console.FOUND if found.needs_attention else console.CLEAN)


def _check_alone(*refused: object) -> None:
    if any(refused):
        raise console.CannotEvaluate(
            "--aggregator shows what was recorded: leave out --parameter, --gb-per-day and --price"
        )


def _judged(sources: Sources, parameters: Mapping[str, str], terms: Terms, out: Path) -> Report:
    from kafka_trigger_guard.evaluation import evaluate
    from kafka_trigger_guard.gathering import gather, unlisted
    from kafka_trigger_guard.reporting import measuring, report_on

    progress = console.shown_progress()
    gathered = gather(sources, progress)
    with progress("Judging the triggers"):
        evaluations = gathered.judged(evaluate(gathered.snapshots, parameters=parameters))
    found = report_on(gathered, evaluations, parameters, terms, measuring(sources, progress), progress)
    _write(found, out)
    console.complain_of(gathered.not_evaluated)
    incomplete = unlisted(gathered.snapshots)
    if incomplete is not None:
        raise console.CannotEvaluate(incomplete)
    return found


def _write(found: Report, out: Path) -> None:
    from kafka_trigger_guard.report.html_page import headline, report_page
    from kafka_trigger_guard.report.untrusted import printable

    with console.shown_progress()("Writing the report"):
        console.emit(report_page(found), out)
    console.emit(printable(f"{out}: {headline(found)}") + "\n")
