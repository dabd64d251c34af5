"""Remove what was deployed, and leave nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from kafka_trigger_guard.commands.installing import DryRun, Profile, Regions, Yes, terminal

if TYPE_CHECKING:
    from kafka_trigger_guard.installing.deploying import Asked, Talk

app = typer.Typer(
    help="Remove the AWS Config rules pack; what its repairs created stays.",
    rich_markup_mode=None,
)


@app.command()
def single(
    profile: Profile = None, region: Regions = None, dry_run: DryRun = False, yes: Yes = False
) -> None:
    """Remove everything from one account.

    \b
    Example:
      kafka-trigger-guard undeploy single --region us-east-1
    """
    from kafka_trigger_guard.installing.removing import undeploy_single

    _undeploy("undeploy single", undeploy_single, profile, region, dry_run=dry_run, yes=yes)


@app.command()
def central(
    profile: Profile = None, region: Regions = None, dry_run: DryRun = False, yes: Yes = False
) -> None:
    """Remove what answers for an organization; its members must be removed before.

    \b
    Example:
      kafka-trigger-guard undeploy central --region us-east-1
    """
    from kafka_trigger_guard.installing.removing import undeploy_central

    _undeploy("undeploy central", undeploy_central, profile, region, dry_run=dry_run, yes=yes)


@app.command()
def members(
    profile: Profile = None, region: Regions = None, dry_run: DryRun = False, yes: Yes = False
) -> None:
    """Remove rules, documents and roles from all accounts and Regions of an organization.

    \b
    Example:
      kafka-trigger-guard undeploy members --region us-east-1
    """
    from kafka_trigger_guard.installing.removing import undeploy_members

    _undeploy("undeploy members", undeploy_members, profile, region, dry_run=dry_run, yes=yes)


def _undeploy(
    title: str,
    undeploy: Callable[[Asked, Talk], None],
    profile: str | None,
    regions: list[str] | None,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    from kafka_trigger_guard.installing.deploying import Asked

    with terminal(title, yes=yes) as user:
        undeploy(Asked(user.places(profile, regions), dry_run=dry_run), user.talk)
