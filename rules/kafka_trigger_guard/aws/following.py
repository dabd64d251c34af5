"""Follows the paths of triggers into other accounts, as far as these may be read and no further."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import boto3

from kafka_trigger_guard.aws.failures import CollectError
from kafka_trigger_guard.aws.leads import Lead, leads
from kafka_trigger_guard.aws.listings import LISTINGS
from kafka_trigger_guard.aws.needs import Needs
from kafka_trigger_guard.aws.reads.far import read_leads
from kafka_trigger_guard.aws.recorded import Records, Scope
from kafka_trigger_guard.aws.snapshot import Snapshot
from kafka_trigger_guard.aws.workers import side_by_side

Announce = Callable[[str, str], None]
"""Told where (account and Region) and the operation of each call; from any thread."""

_MOST_ROUNDS: Final = 16
"""More than the longest path has steps: shared VPC, zone, endpoint, gateway, table, far VPC, table back."""


def follow(
    snapshots: Sequence[Snapshot],
    session_of: Callable[[str], boto3.Session | None],
    announce: Announce = lambda _where, _operation: None,
) -> tuple[Snapshot, ...]:
    """The snapshots with what their triggers need in other accounts: the given ones in order, then new ones.

    `session_of` gives the session that may read an account, None if there is none; then what lies there
    stays unknown. Each thing is read once, whoever needs it; what AWS refuses is an error of that account's
    snapshot.
    """
    known: dict[Scope, Snapshot] = {(s.account, s.region): s for s in snapshots}
    asked: set[Lead] = set()
    for _ in range(_MOST_ROUNDS):
        records = Records(tuple(known.values()))
        found = leads(records, asked)
        if not found:
            break
        asked |= found.keys()
        work = [(session, part) for part in _by_scope(found) if (session := session_of(_account(part)))]
        for read in side_by_side(partial(_read, records, announce), work):
            if read is not None:
                scope = (read.account, read.region)
                known[scope] = merged(known.get(scope, replace(read, responses={}, errors={})), read)
    return tuple(known.values())


def merged(first: Snapshot, second: Snapshot) -> Snapshot:
    """Two readings of one account and Region as one; a listing that failed in either is not collected."""
    errors = {**first.errors, **second.errors}
    responses = {**first.responses}
    for operation, answer in second.responses.items():
        listing, known = LISTINGS.get(operation), responses.get(operation, {})
        responses[operation] = {**known, **answer}
        if listing is not None and listing.items in answer:
            united = _united(known.get(listing.items, []), answer[listing.items])
            responses[operation][listing.items] = united
    collected = {
        operation: responses[operation] for operation in sorted(responses) if operation not in errors
    }
    return Snapshot(first.account, first.region, first.captured_at, collected, dict(sorted(errors.items())))


def _united(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Items of both; what was read twice is kept once."""
    return list({repr(item): item for item in (*first, *second)}.values())


def _by_scope(found: Mapping[Lead, Needs]) -> Collection[Mapping[Lead, Needs]]:
    parts: dict[Scope, dict[Lead, Needs]] = {}
    for lead, needs in found.items():
        parts.setdefault(lead.scope, {})[lead] = needs
    return parts.values()


def _account(part: Mapping[Lead, Needs]) -> str:
    return next(iter(part)).account


def _read(
    records: Records, announce: Announce, work: tuple[boto3.Session, Mapping[Lead, Needs]]
) -> Snapshot | None:
    """What was read; None if AWS refuses that account's credentials in that Region altogether."""
    session, part = work
    account, region = next(iter(part)).scope
    try:
        return read_leads(session, part, records, partial(announce, f"{account} {region}"))
    except CollectError:
        return None
