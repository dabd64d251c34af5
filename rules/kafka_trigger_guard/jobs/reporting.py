"""Make the HTML report of what was gathered: judged, explained, and with what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kafka_trigger_guard.cost import Stated
from kafka_trigger_guard.costing import Costing
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.explanation import every_explanation
from kafka_trigger_guard.jobs.gathering import Gathered, GatherError, Progress, Sources
from kafka_trigger_guard.report.html_model import Report, report_of
from kafka_trigger_guard.report.html_page import report_page

if TYPE_CHECKING:
    from kafka_trigger_guard.aws.snapshot import Snapshot
    from kafka_trigger_guard.aws.traffic import Place, Traffic, Wanted
    from kafka_trigger_guard.evaluation import Evaluation

    Measure = Callable[[Mapping[Place, Wanted]], Mapping[Place, Traffic]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What costs are reckoned by: prices as `--price` takes them, and volumes that the user states."""

    prices: Sequence[str] = ()
    stated: Stated | None = None


def report_on(
    gathered: Gathered,
    evaluations: Sequence[Evaluation],
    parameters: Mapping[str, str],
    terms: Terms | None = None,
    measure: Measure | None = None,
    progress: Progress | None = None,
) -> Report:
    """The report of evaluations of what was gathered; volumes that nobody stated come from `measure`.

    Raises ParameterError, PriceError.
    """
    terms = terms or Terms()
    costing = Costing(gathered.snapshots, evaluations)
    traffic = measure(costing.wanted()) if measure is not None else {}
    notes = dict.fromkeys(note for found in traffic.values() for note in found.notes)
    with progress("Following every path") if progress is not None else nullcontext():
        explained = every_explanation(gathered.snapshots, parameters=parameters)
    return report_of(
        evaluations,
        explained,
        costing.costs(terms.prices, terms.stated, traffic),
        not_evaluated=gathered.not_evaluated,
        cost_notes=tuple(notes),
    )


def page_of(snapshots: Sequence[Snapshot], terms: Terms | None = None) -> str:
    """The HTML report of snapshots, which form one network together, as text."""
    return report_page(report_on(Gathered(tuple(snapshots)), evaluate(snapshots), {}, terms))


def measuring(sources: Sources, progress: Progress) -> Measure:
    """Measures with CloudWatch what the sources' accounts sent. It raises GatherError."""

    def measure(wanted: Mapping[Place, Wanted]) -> Mapping[Place, Traffic]:
        from kafka_trigger_guard.aws.failures import CollectError
        from kafka_trigger_guard.jobs.measuring import measured

        try:
            return measured(sources, wanted, progress)
        except CollectError as error:
            raise GatherError(str(error)) from None

    return measure


def report_from_aggregator(name: str, sources: Sources, progress: Progress) -> Report:
    """The report of what an aggregator of the profile's account and Region shows. Raises GatherError."""
    from kafka_trigger_guard.aws import sessions
    from kafka_trigger_guard.aws.aggregator import read_aggregator
    from kafka_trigger_guard.aws.failures import CollectError
    from kafka_trigger_guard.report.html_aggregated import PREFIX, report_of_aggregator

    if sources.files or sources.organization or sources.all_regions or len(sources.regions) > 1:
        raise GatherError(
            "--aggregator reads one aggregator of one account and Region: use it with --profile and "
            "one --region alone"
        )
    try:
        session = sessions.session_of(sources.profile)
        region = sessions.named_regions(session, sources.regions)[0]
        with progress(f"Reading the aggregator {name}") as announce:
            results = read_aggregator(session, name, region, PREFIX, announce)
    except CollectError as error:
        raise GatherError(str(error)) from None
    return report_of_aggregator(name, results)
