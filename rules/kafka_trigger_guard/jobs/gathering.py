"""Gather snapshots from the sources that a user names: files, accounts and Regions, an organization."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kafka_trigger_guard.aws.snapshot import ApiError, Snapshot, SnapshotError, load

if TYPE_CHECKING:
    from kafka_trigger_guard.aws.sessions import Source
    from kafka_trigger_guard.evaluation import Evaluation

_REGIONS_AT_ONCE = 4
_LISTING = "lambda:ListEventSourceMappings"
Announce = Callable[[str, str], None]
"""Told the Region and the operation of each API call."""
Progress = Callable[[str], AbstractContextManager[Announce]]
"""Shows a title while it is entered."""


class GatherError(Exception):
    """There is nothing to judge from these sources; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a user names: snapshot files, or a profile with Regions, or its whole organization."""

    profile: str | None = None
    regions: Sequence[str] = ()
    all_regions: bool = False
    files: Sequence[Path] = ()
    organization: bool = False
    role_name: str | None = None

    def check(self) -> None:
        """Raise GatherError for a combination that means nothing."""
        live = self.profile is not None or self.regions or self.all_regions or self.organization
        if self.files and live:
            raise GatherError(
                "--snapshot reads files and --profile, --region, --all-regions, --organization accounts: "
                "use one kind"
            )
        if self.organization != bool(self.role_name):
            raise GatherError(
                "--organization reads every account by the role of --role-name NAME: use both or neither"
            )
        if self.regions and self.all_regions:
            raise GatherError("--region and --all-regions exclude each other: use one of them")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read: `snapshots` form one network.

    `asked` are the accounts and Regions to judge, all if None; the others are only on some trigger's way.
    `not_evaluated` are sentences about what refused to be read.
    """

    snapshots: tuple[Snapshot, ...]
    asked: frozenset[tuple[str, str]] | None = None
    not_evaluated: tuple[str, ...] = ()

    def judged(self, evaluations: Sequence[Evaluation]) -> tuple[Evaluation, ...]:
        """The evaluations of the accounts and Regions to judge."""
        asked = self.asked
        return tuple(e for e in evaluations if asked is None or (e.account, e.region) in asked)

    def complaints(self) -> tuple[str, ...]:
        """Sentences about what could not be evaluated beside what was. Raises GatherError if nothing was."""
        asked = [s for s in self.snapshots if self.asked is None or (s.account, s.region) in self.asked]
        refused = _refused(asked)
        if refused and len(refused) == len(asked):
            raise GatherError(refused[0])
        return (*self.not_evaluated, *refused)


def gather(sources: Sources, progress: Progress) -> Gathered:
    """What all sources hold. Raises GatherError."""
    sources.check()
    if sources.files:
        return _recorded(sources.files)
    return _organization(sources, progress) if sources.organization else collected(live(sources), progress)


def _organization(sources: Sources, progress: Progress) -> Gathered:
    from kafka_trigger_guard.aws import organization, sessions
    from kafka_trigger_guard.aws.failures import CollectError

    try:
        session = sessions.session_of(sources.profile)
        regions = () if sources.all_regions else sessions.named_regions(session, sources.regions)
        with progress("Reading the organization") as announce:
            found = organization.read(session, sources.role_name or "", regions, announce)
    except CollectError as error:
        raise GatherError(str(error)) from None
    return Gathered(found.snapshots, found.evaluated, tuple(map(str, found.not_evaluated)))


def live(sources: Sources) -> tuple[Source, ...]:
    """The accounts and Regions to read. Raises GatherError."""
    from kafka_trigger_guard.aws import sessions
    from kafka_trigger_guard.aws.failures import CollectError

    sources.check()
    try:
        return sessions.sources(
            profile=sources.profile, regions=sources.regions, all_regions=sources.all_regions
        )
    except CollectError as error:
        raise GatherError(str(error)) from None


def collected(found: Sequence[Source], progress: Progress) -> Gathered:
    """Read accounts and Regions side by side. Raises GatherError if one of them cannot be read at all."""
    from kafka_trigger_guard.aws.collect import collect
    from kafka_trigger_guard.aws.failures import CollectError

    def read(announce: Announce, source: Source) -> Snapshot:
        told = partial(announce, source.region)
        return collect(source.session, source.region, account=source.account, progress=told)

    pool = ThreadPoolExecutor(_REGIONS_AT_ONCE, thread_name_prefix="region")
    try:
        with progress(_title(found)) as announce:
            return Gathered(tuple(pool.map(partial(read, announce), found)))
    except CollectError as error:
        raise GatherError(str(error)) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def unlisted(snapshots: Sequence[Snapshot]) -> str | None:
    """A sentence if the triggers of some snapshot were not listed, so that nothing can be said of them."""
    return next(iter(_refused(snapshots)), None)


def _refused(snapshots: Sequence[Snapshot]) -> list[str]:
    """A sentence about each snapshot whose triggers were not listed."""
    return [
        f"{snapshot.account} {snapshot.region}: {_LISTING} failed ({error.code}: {error.message}); "
        "grant it and read again"
        for snapshot in snapshots
        if (error := snapshot.errors.get(_LISTING)) is not None
    ]


def _recorded(files: Sequence[Path]) -> Gathered:
    """The snapshots of files. One that lists no triggers, beside others that do, is only on some trigger's
    way; where none does, nothing can be said."""
    snapshots = _loaded(files)
    asked = [snapshot for snapshot in snapshots if not _is_without_listing(snapshot)] or snapshots
    scopes = frozenset((snapshot.account, snapshot.region) for snapshot in asked)
    found = (_with_listing(s) if (s.account, s.region) in scopes else s for s in snapshots)
    return Gathered(tuple(found), scopes)


def _is_without_listing(snapshot: Snapshot) -> bool:
    """Whether nobody asked for the triggers; refused or malformed is another matter."""
    return _LISTING not in snapshot.responses and _LISTING not in snapshot.errors


def _with_listing(snapshot: Snapshot) -> Snapshot:
    """The snapshot, which says so if it does not list the triggers: it is no empty account then."""
    answer = snapshot.responses.get(_LISTING)
    if isinstance(answer, dict) and isinstance(answer.get("EventSourceMappings"), list):
        return snapshot
    error = ApiError("NotCollected", "the snapshot does not list the event source mappings")
    return replace(snapshot, errors={_LISTING: error, **snapshot.errors})


def _loaded(files: Sequence[Path]) -> tuple[Snapshot, ...]:
    scopes: dict[tuple[str, str], Path] = {}
    snapshots = []
    for file in files:
        try:
            snapshot = load(file)
        except SnapshotError as error:
            raise GatherError(str(error)) from None
        scope = (snapshot.account, snapshot.region)
        if scope in scopes:
            raise GatherError(
                f"{scopes[scope]} and {file} both hold {' '.join(scope)}: give one per account and Region"
            )
        scopes[scope] = file
        snapshots.append(snapshot)
    return tuple(snapshots)


def _title(found: Sequence[Source]) -> str:
    regions = [source.region for source in found]
    return f"Reading {regions[0]}" if len(regions) == 1 else f"Reading {len(regions)} Regions"
