"""Judge every trigger of some sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kafka_trigger_guard.commands import console, options
from kafka_trigger_guard.report.outputs import EvaluationOutput, evaluation_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kafka_trigger_guard.evaluation import Evaluation
    from kafka_trigger_guard.jobs.gathering import Gathered


def evaluate(
    profile: options.Profile = None,
    region: options.Regions = None,
    all_regions: options.AllRegions = False,
    snapshot: options.Snapshots = None,
    organization: options.Organization = False,
    role_name: options.RoleName = None,
    rule: options.RuleNames = None,
    uuid: Annotated[
        list[str] | None,
        typer.Option("--uuid", metavar="ID", help="Judge this trigger only; may be repeated."),
    ] = None,
    parameter: options.Parameters = None,
    output: Annotated[
        EvaluationOutput, typer.Option("--output", help="How to write.")
    ] = EvaluationOutput.TABLE,
    out: options.Out = None,
) -> None:
    """Judge every Kafka trigger and say what is wrong.

    \b
    Examples:
      kafka-trigger-guard evaluate --profile prod --region eu-west-1
      kafka-trigger-guard evaluate --snapshot us-east-1.json.gz --output csv
      kafka-trigger-guard evaluate --output html --out triggers.html
      kafka-trigger-guard evaluate --organization --role-name NAME
      kafka-trigger-guard evaluate --rule kafka-trigger-lambda-endpoint
      kafka-trigger-guard evaluate --parameter AllowNat=true
      kafka-trigger-guard evaluate --parameter Exempt=orders@2026-12-31
    """
    from kafka_trigger_guard.evaluation import evaluate as judge
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.jobs.gathering import Sources, gather, unlisted
    from kafka_trigger_guard.report.choosing import NoSuchTriggerError, only
    from kafka_trigger_guard.report.verdicts import needs_attention

    console.check_out(out)
    parameters = options.named(parameter)
    rule_set(rule, parameters)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    gathered = gather(sources, console.shown_progress())
    evaluations = gathered.judged(judge(gathered.snapshots, rules=rule, parameters=parameters))
    if uuid:
        try:
            evaluations = only(evaluations, uuid)
        except NoSuchTriggerError as error:
            raise console.CannotEvaluate(unlisted(gathered.snapshots) or str(error)) from None
    if output is EvaluationOutput.HTML:
        console.emit(_page(gathered, evaluations, parameters), out)
    else:
        console.emit(evaluation_as(output, evaluations, console.page(out)), out)
    complaints = gathered.complaints()
    console.complain_of(complaints)
    found = needs_attention(evaluations) or complaints
    raise typer.Exit(console.FOUND if found else console.CLEAN)


def _page(gathered: Gathered, evaluations: Sequence[Evaluation], parameters: Mapping[str, str]) -> str:
    """As HTML, with the paths of the triggers that were judged."""
    from kafka_trigger_guard.jobs.reporting import report_on
    from kafka_trigger_guard.report.html_page import report_page

    return report_page(report_on(gathered, evaluations, parameters))
