"""Reads the accounts of an organization, and from there into those that their triggers' paths lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import boto3

from kafka_trigger_guard.aws.calls import client_of
from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.failures import FAILURES, CollectError, api_error, without_credentials
from kafka_trigger_guard.aws.following import Announce, follow
from kafka_trigger_guard.aws.roles import Roles
from kafka_trigger_guard.aws.sessions import enabled_regions, home_region
from kafka_trigger_guard.aws.snapshot import ApiError, Snapshot
from kafka_trigger_guard.aws.workers import side_by_side

_LISTING: Final = "lambda:ListEventSourceMappings"
_WHOLE: Final = "organization"


@dataclass(frozen=True, slots=True)
class Member:
    """An active account of the organization."""

    account: str
    name: str
    partition: str


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """An account (or one Region of it, else empty) whose triggers could not be listed, and why."""

    account: str
    region: str
    operation: str
    error: ApiError

    def __str__(self) -> str:
        where = f"{self.account} {self.region}".strip()
        return f"{where} ({self.operation}: {self.error.code}: {self.error.message})"


@dataclass(frozen=True, slots=True)
class OrganizationRead:
    """What was read of an organization.

    `snapshots` form one network; `evaluated` are the accounts and Regions whose triggers were listed, the
    others were read only because a path leads there.
    """

    snapshots: tuple[Snapshot, ...]
    evaluated: frozenset[tuple[str, str]]
    not_evaluated: tuple[NotEvaluated, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """An account and Region, with the session that may read it."""

    session: boto3.Session
    account: str
    region: str


def read(
    session: boto3.Session,
    role_name: str,
    regions: Sequence[str] = (),
    announce: Announce = lambda _where, _operation: None,
) -> OrganizationRead:
    """Read all active accounts of the session's organization by a role that each has under the same name.

    Without `regions`, those that each account has enabled. An account that refuses is kept as not evaluated.
    Raises CollectError if no account can be evaluated.
    """
    home = regions[0] if regions else home_region(session)
    members = active_members(session, home, announce)
    partition = members[0].partition if members else "aws"
    roles = Roles(session, role_name, home, partition, partial(announce, _WHOLE))
    sessions, refused = _assumed(roles, members)
    places, unasked = _places(sessions, regions)
    snapshots, unread = _collected(places, announce)
    not_evaluated = (*refused, *unasked, *unread)
    if not snapshots:
        raise CollectError(_nothing(role_name, not_evaluated))
    network = follow(snapshots, sessions.get, announce)
    evaluated = frozenset((snapshot.account, snapshot.region) for snapshot in snapshots)
    return OrganizationRead(network, evaluated, tuple(sorted(not_evaluated, key=str)))


def active_members(session: boto3.Session, region: str, announce: Announce) -> tuple[Member, ...]:
    """The organization's active accounts in order. Raises CollectError.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html: only the management
    account or a delegated administrator may list them.
    """
    client: Any = client_of(session, "organizations", region, partial(announce, _WHOLE))
    try:
        pages = list(client.get_paginator("list_accounts").paginate())
    except FAILURES as error:
        reason = api_error(error)
        raise without_credentials(error) or CollectError(
            f"organizations:ListAccounts failed ({reason.code}: {reason.message}); use --organization with "
            "credentials of the management account or of a delegated administrator"
        ) from None
    found = (
        _member(account) for page in pages for account in page.get("Accounts", []) if _is_active(account)
    )
    return tuple(sorted(found, key=lambda member: member.account))


def _member(account: dict[str, Any]) -> Member:
    return Member(str(account["Id"]), str(account.get("Name", "")), str(account["Arn"]).split(":")[1])


def _is_active(account: dict[str, Any]) -> bool:
    """`State` replaces `Status`, which AWS stops sending."""
    return (account.get("State") or account.get("Status") or "ACTIVE") == "ACTIVE"


def _assumed(
    roles: Roles, members: Iterable[Member]
) -> tuple[dict[str, boto3.Session], tuple[NotEvaluated, ...]]:
    """The sessions of all accounts whose role can be assumed, the own one included, and the others."""

    def assume(member: Member) -> boto3.Session | NotEvaluated:
        try:
            return roles.assume(member.account)
        except FAILURES as error:
            fatal = without_credentials(error)
            if fatal:
                raise fatal from None
            return NotEvaluated(member.account, "", "sts:AssumeRole", api_error(error))

    members = tuple(members)
    outcomes = side_by_side(assume, members)
    both = zip(members, outcomes, strict=True)
    sessions = {member.account: found for member, found in both if not isinstance(found, NotEvaluated)}
    return sessions, tuple(outcome for outcome in outcomes if isinstance(outcome, NotEvaluated))


def _places(
    sessions: dict[str, boto3.Session], regions: Sequence[str]
) -> tuple[tuple[_Place, ...], tuple[NotEvaluated, ...]]:
    """Every account in the Regions named, or in those that it has enabled."""

    def of(item: tuple[str, boto3.Session]) -> list[_Place] | NotEvaluated:
        account, session = item
        try:
            named = regions or enabled_regions(session)
        except CollectError as error:
            return NotEvaluated(account, "", "ec2:DescribeRegions", _as_error(error))
        return [_Place(session, account, region) for region in named]

    found = side_by_side(of, tuple(sessions.items()))
    places = tuple(place for one in found if isinstance(one, list) for place in one)
    return places, tuple(one for one in found if isinstance(one, NotEvaluated))


def _collected(
    places: Collection[_Place], announce: Announce
) -> tuple[tuple[Snapshot, ...], tuple[NotEvaluated, ...]]:
    """The snapshots of all places whose triggers were listed, and the other places."""

    def one(place: _Place) -> Snapshot | NotEvaluated:
        told = partial(announce, f"{place.account} {place.region}")
        try:
            snapshot = collect(place.session, place.region, account=place.account, progress=told)
        except CollectError as error:
            return NotEvaluated(place.account, place.region, _LISTING, _as_error(error))
        refusal = snapshot.errors.get(_LISTING)
        return snapshot if refusal is None else NotEvaluated(place.account, place.region, _LISTING, refusal)

    outcomes = side_by_side(one, tuple(places))
    return (
        tuple(outcome for outcome in outcomes if isinstance(outcome, Snapshot)),
        tuple(outcome for outcome in outcomes if isinstance(outcome, NotEvaluated)),
    )


def _as_error(error: CollectError) -> ApiError:
    return ApiError("NotReadable", str(error))


def _nothing(role_name: str, not_evaluated: Sequence[NotEvaluated]) -> str:
    first = f"; the first is {not_evaluated[0]}" if not_evaluated else ""
    return (
        f"no account of the organization could be evaluated by the role {role_name} "
        f"({len(not_evaluated)} refused{first}); check that the role exists there and trusts the caller"
    )
