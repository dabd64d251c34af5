"""Record live accounts as snapshot files, one for each account and Region."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kafka_trigger_guard.aws.snapshot import Snapshot
from kafka_trigger_guard.jobs.gathering import (
    Gathered,
    GatherError,
    Progress,
    Sources,
    collected,
    gather,
    live,
)
from kafka_trigger_guard.report.untrusted import printable
from kafka_trigger_guard.report.writing import check_writable

_OF_ORGANIZATION = "--out 'snapshot-{account}-{region}.json.gz'"


def read_for(sources: Sources, out: Path, progress: Progress) -> Gathered:
    """Read the sources, if the name of the file to write tells them apart. Raises GatherError, WriteError."""
    if sources.organization:
        if "{account}" not in out.name or "{region}" not in out.name:
            raise GatherError(
                "the accounts of an organization need a file each: put {account} and {region} in the name, "
                f"as in {_OF_ORGANIZATION}"
            )
        check_writable(out)
        return gather(sources, progress)
    found = live(sources)
    if len(found) > 1 and "{region}" not in out.name:
        raise GatherError(
            f"{len(found)} Regions need a file each: put {{region}} in the name, "
            "as in --out 'snapshot-{region}.json.gz'"
        )
    for source in found:
        check_writable(_named(out, source.account, source.region))
    return collected(found, progress)


def files_of(snapshots: Iterable[Snapshot], out: Path) -> dict[Path, Snapshot]:
    """The file of each snapshot."""
    return {_named(out, snapshot.account, snapshot.region): snapshot for snapshot in snapshots}


def said_of(file: Path, recorded: Snapshot) -> str:
    """One line about a file that was written."""
    missing = f"; not collected: {', '.join(recorded.errors)}" if recorded.errors else ""
    return printable(f"{file}: {recorded.account} {recorded.region}{missing}") + "\n"


def _named(out: Path, account: str, region: str) -> Path:
    return out.with_name(out.name.replace("{account}", account).replace("{region}", region))
