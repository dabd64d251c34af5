"""Record accounts as snapshot files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kafka_trigger_guard.commands import console, options


def snapshot(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="File to write; {account} and {region} are replaced."),
    ],
    profile: options.Profile = None,
    region: options.Regions = None,
    all_regions: options.AllRegions = False,
    organization: options.Organization = False,
    role_name: options.RoleName = None,
) -> None:
    """Record an account's Kafka triggers, to evaluate them elsewhere.

    \b
    Examples:
      kafka-trigger-guard snapshot --region us-east-1 --out us-east-1.json.gz
      kafka-trigger-guard snapshot --all-regions --out 'snapshot-{region}.json.gz'
    """
    from kafka_trigger_guard.aws.snapshot import save
    from kafka_trigger_guard.jobs.gathering import Sources
    from kafka_trigger_guard.jobs.recording import files_of, read_for, said_of

    sources = Sources(profile, region or (), all_regions, (), organization, role_name)
    gathered = read_for(sources, out, console.shown_progress())
    for file, recorded in files_of(gathered.snapshots, out).items():
        save(recorded, file)
        console.emit(said_of(file, recorded))
    console.complain_of(gathered.not_evaluated)
