"""Whose AWS account and which Regions: sessions for the sources that a user names."""

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ProfileNotFound

from kafka_trigger_guard.aws.calls import Progress, client_of
from kafka_trigger_guard.aws.failures import (
    FAILURES,
    CollectError,
    api_error,
    one_line,
    refused,
    unreachable,
    without_credentials,
)

_HOME_REGION: Final = "us-east-1"
_ADVICE: Final = {
    "ec2:DescribeRegions": "name the Regions with --region instead of --all-regions",
    "sts:GetCallerIdentity": "try `aws sts get-caller-identity` with the same profile",
}


class SourceError(CollectError):
    """The user named a profile or Region that does not exist, or none; the message is one line."""


@dataclass(frozen=True, slots=True)
class Source:
    """One account and Region to collect, with the session that may read it."""

    session: boto3.Session
    account: str
    region: str


def sources(
    *, profile: str | None = None, regions: Sequence[str] = (), all_regions: bool = False
) -> tuple[Source, ...]:
    """The account of a profile (or of the environment) in the named Regions, all enabled ones or its default.

    Raises SourceError for an unknown profile or Region, CollectError if AWS refuses or cannot be reached.
    """
    session = session_of(profile)
    named = enabled_regions(session) if all_regions else named_regions(session, regions)
    account = account_of(session, named[0])
    return tuple(Source(session, account, region) for region in named)


def named_regions(session: boto3.Session, regions: Sequence[str] = ()) -> tuple[str, ...]:
    """The named Regions, each once, or the session's own one. Raises SourceError for an unknown one."""
    named = tuple(dict.fromkeys(regions))
    for region in named:
        check_region(session, region)
    return named or (_default_region(session),)


def home_region(session: boto3.Session) -> str:
    """The Region to ask in what no Region alone can answer: the session's own one, else us-east-1."""
    return _region_of(session) or _HOME_REGION


def session_of(profile: str | None) -> boto3.Session:
    """A session for a profile, or for what the environment offers; SourceError if no such profile exists."""
    try:
        return boto3.Session(profile_name=profile)
    except ProfileNotFound:
        raise SourceError(
            f"no AWS profile {profile or os.environ.get('AWS_PROFILE')}; {_profiles()}"
        ) from None
    except BotoCoreError as error:
        raise SourceError(f"the AWS configuration cannot be used ({one_line(error)})") from None


def check_region(session: boto3.Session, region: str) -> None:
    """Raise SourceError if no Region has this name; with AWS_ENDPOINT_URL set, any name is possible."""
    known = [
        name for partition in session.get_available_partitions() for name in _regions(session, partition)
    ]
    if region in known or any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ):
        return
    close = difflib.get_close_matches(region, known, n=1)
    advice = f"did you mean {close[0]}?" if close else "see `aws ec2 describe-regions`"
    raise SourceError(f"no AWS Region {region}; {advice} (a Region newer than this boto3 needs an upgrade)")


def enabled_regions(session: boto3.Session) -> tuple[str, ...]:
    """The Regions that are enabled for the account, in order."""
    answer = _call(session, home_region(session), "ec2", "DescribeRegions", None)
    return tuple(sorted(region["RegionName"] for region in answer.get("Regions", [])))


def account_of(session: boto3.Session, region: str, progress: Progress | None = None) -> str:
    """The account id of the session's credentials; raises CollectError if they are of no use."""
    return str(_call(session, region, "sts", "GetCallerIdentity", progress)["Account"])


def _call(
    session: boto3.Session, region: str, service: str, operation: str, progress: Progress | None
) -> Any:
    """One call without which nothing can be read."""
    client = client_of(session, service, region, progress or (lambda _: None))
    try:
        return getattr(client, xform_name(operation))()
    except FAILURES as error:
        fatal = without_credentials(error) or refused(error, region) or unreachable(error, region)
        raise fatal or CollectError(_failed(f"{service}:{operation}", region, error)) from None


def _failed(operation: str, region: str, error: Exception) -> str:
    reason, advice = api_error(error), _ADVICE[operation]
    return f"{operation} failed in {region} ({reason.code}: {reason.message}); {advice}"


def _region_of(session: boto3.Session) -> str | None:
    """The Region of the profile or environment; boto3 itself knows AWS_DEFAULT_REGION but not AWS_REGION."""
    return session.region_name or os.environ.get("AWS_REGION") or None


def _default_region(session: boto3.Session) -> str:
    region = _region_of(session)
    if region is None:
        raise SourceError("no AWS Region; name one with --region, set AWS_REGION, or use --all-regions")
    check_region(session, region)
    return region


def _regions(session: boto3.Session, partition: str) -> list[str]:
    return session.get_available_regions("lambda", partition_name=partition)


def _profiles() -> str:
    names = boto3.Session().available_profiles if "AWS_PROFILE" not in os.environ else []
    return f"there are {', '.join(names[:10])}" if names else "run `aws configure --profile NAME`"
