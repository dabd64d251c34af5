"""Deploy the pack: one account, a central account, or the members of an organization."""

from __future__ import annotations

from typing import Annotated

import typer

from kafka_trigger_guard.commands import options
from kafka_trigger_guard.commands.installing import (
    Bucket,
    Built,
    DryRun,
    HomeRegion,
    Parameters,
    Profile,
    Regions,
    RoleArn,
    Tags,
    Yes,
    terminal,
)

app = typer.Typer(help="Deploy the AWS Config rules pack.", rich_markup_mode=None)


@app.command()
def single(
    profile: Profile = None,
    region: Regions = None,
    parameter: Parameters = None,
    tag: Tags = None,
    home_region: HomeRegion = None,
    bucket: Bucket = None,
    package: Built = None,
    role_arn: RoleArn = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Deploy everything in one account.

    \b
    Examples:
      kafka-trigger-guard deploy single --region us-east-1 --dry-run
      kafka-trigger-guard deploy single --region us-east-1 --parameter Email=ops@example.com
      kafka-trigger-guard deploy single --parameter kafka-trigger-egress.Remediation=auto
    """
    from kafka_trigger_guard.installing.deploying import Asked, deploy_single

    with terminal("deploy single", yes=yes) as user:
        asked = Asked(
            user.places(profile, region),
            options.named(parameter),
            options.named(tag, "--tag"),
            home_region,
            bucket,
            package,
            role_arn,
            dry_run,
        )
        deploy_single(asked, user.talk)


@app.command()
def central(
    profile: Profile = None,
    region: Regions = None,
    parameter: Parameters = None,
    tag: Tags = None,
    home_region: HomeRegion = None,
    bucket: Bucket = None,
    package: Built = None,
    role_arn: RoleArn = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Deploy what answers for an organization, in its central account.

    \b
    Examples:
      kafka-trigger-guard deploy central --region us-east-1
      kafka-trigger-guard deploy central --parameter AllowedAccounts=111122223333
    """
    from kafka_trigger_guard.installing.deploying import Asked, deploy_central

    with terminal("deploy central", yes=yes) as user:
        asked = Asked(
            user.places(profile, region),
            options.named(parameter),
            options.named(tag, "--tag"),
            home_region,
            bucket,
            package,
            role_arn,
            dry_run,
        )
        deploy_central(asked, user.talk)


@app.command()
def members(
    profile: Profile = None,
    region: Regions = None,
    parameter: Parameters = None,
    tag: Tags = None,
    home_region: HomeRegion = None,
    bucket: Bucket = None,
    ou: Annotated[
        list[str] | None,
        typer.Option("--ou", metavar="ID", help="Organizational unit; may be repeated. Else the root."),
    ] = None,
    exclude_account: Annotated[
        list[str] | None,
        typer.Option("--exclude-account", metavar="ID", help="Account to leave out; may be repeated."),
    ] = None,
    central_account: Annotated[
        str | None,
        typer.Option("--central-account", metavar="ID", help="Account that answers; else this one."),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Deploy rules, documents and roles in the accounts of an organization, by a StackSet.

    \b
    Examples:
      kafka-trigger-guard deploy members --region us-east-1 --region eu-west-1
      kafka-trigger-guard deploy members --ou ou-abcd-12345678 --parameter Remediation=off
    """
    from kafka_trigger_guard.installing.deploying import Asked, deploy_members

    with terminal("deploy members", yes=yes) as user:
        asked = Asked(
            user.places(profile, region),
            options.named(parameter),
            options.named(tag, "--tag"),
            home_region,
            bucket,
            dry_run=dry_run,
            units=ou or (),
            excluded=exclude_account or (),
            central_account=central_account,
        )
        deploy_members(asked, user.talk)
