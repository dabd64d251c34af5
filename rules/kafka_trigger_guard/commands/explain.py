"""Explain one trigger."""

from __future__ import annotations

from typing import Annotated

import typer

from kafka_trigger_guard.commands import console, options
from kafka_trigger_guard.report.outputs import ExplanationOutput, explanation_as


def explain(
    uuid: options.Trigger,
    profile: options.Profile = None,
    region: options.Regions = None,
    all_regions: options.AllRegions = False,
    snapshot: options.Snapshots = None,
    organization: options.Organization = False,
    role_name: options.RoleName = None,
    parameter: options.Parameters = None,
    output: Annotated[
        ExplanationOutput, typer.Option("--output", help="How to write.")
    ] = ExplanationOutput.TEXT,
    out: options.Out = None,
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
    from kafka_trigger_guard.jobs.gathering import Sources, gather, unlisted
    from kafka_trigger_guard.report.choosing import NoSuchTriggerError
    from kafka_trigger_guard.report.verdicts import BAD

    console.check_out(out)
    parameters = options.named(parameter)
    rule_set(None, parameters)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    gathered = gather(sources, console.shown_progress())
    found = explanations(gathered.snapshots, uuid, parameters=parameters)
    if not found:
        console.complain_of(gathered.not_evaluated)
        raise console.CannotEvaluate(unlisted(gathered.snapshots) or str(NoSuchTriggerError(uuid)))
    console.emit(explanation_as(output, found, console.page(out)), out)
    bad = any(finding.verdict in BAD for one in found for finding in one.findings)
    raise typer.Exit(console.FOUND if bad else console.CLEAN)
