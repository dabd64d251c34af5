"""Measure what triggers send: CloudWatch's metrics of the accounts that a user names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from kafka_trigger_guard.jobs.gathering import Progress, Sources

if TYPE_CHECKING:
    import boto3

    from kafka_trigger_guard.aws.traffic import Place, Traffic, Wanted


def measured(sources: Sources, wanted: Mapping[Place, Wanted], progress: Progress) -> dict[Place, Traffic]:
    """What was measured, by account and Region; nothing for snapshot files, whose accounts nobody asks.

    What cannot be read is in the notes of its place, and fails nothing.
    """
    if sources.files or not wanted:
        return {}
    from kafka_trigger_guard.aws.reads.traffic import read_all

    with progress("Reading what NAT gateways carried") as announce:
        return read_all(wanted, sessions_of(sources, next(iter(wanted))[1]), announce)


def sessions_of(sources: Sources, region: str) -> Callable[[str], boto3.Session | None]:
    """The session for an account: the user's own, or the role that an organization's accounts have.

    None where there is none. Raises CollectError.
    """
    from kafka_trigger_guard.aws import sessions
    from kafka_trigger_guard.aws.failures import FAILURES, CollectError
    from kafka_trigger_guard.aws.roles import Roles

    session = sessions.session_of(sources.profile)
    if not sources.organization:
        own = sessions.account_of(session, region)
        return lambda account: session if account == own else None
    roles = Roles(session, sources.role_name or "", region, _partition(session, region), lambda _: None)

    def assumed(account: str) -> boto3.Session | None:
        try:
            return roles.assume(account)
        except (*FAILURES, CollectError):
            return None

    return cache(assumed)


def _partition(session: boto3.Session, region: str) -> str:
    """Of a Region that boto3 does not know, which only another AWS_ENDPOINT_URL has, the usual one."""
    from botocore.exceptions import UnknownRegionError

    try:
        return session.get_partition_for_region(region)
    except UnknownRegionError:
        return "aws"
