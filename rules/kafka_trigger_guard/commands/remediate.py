"""Repair one trigger by its SSM Automation documents."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from kafka_trigger_guard.commands import console, options

if TYPE_CHECKING:
    from kafka_trigger_guard.aws.automation import Automation, Execution
    from kafka_trigger_guard.evaluation import TriggerFindings
    from kafka_trigger_guard.jobs.gathering import Sources
    from kafka_trigger_guard.jobs.remedies import Applied, DocumentOptions, Plan, Remedy

_ROUNDS = 3
"""How often a trigger is judged again: an endpoint that is new may need a rule that was not needed before."""


def remediate(
    uuid: options.Trigger,
    profile: options.Profile = None,
    region: options.Regions = None,
    all_regions: options.AllRegions = False,
    snapshot: options.Snapshots = None,
    organization: options.Organization = False,
    role_name: options.RoleName = None,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="NAME", help="Repair what this rule says only; may be repeated."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="NAME=VALUE",
            help="Rule parameter, or a document's: IngressScope, AllowVpcDnsChange, AllowInternetEgress, "
            "Approvers (ARNs with commas); may be repeated.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Repair one trigger by SSM documents, after it asked.

    The plan is what the documents themselves say in a dry run: each AWS call, what it
    costs a month, and who else in the VPC is affected. What was done can be undone.

    \b
    Examples:
      kafka-trigger-guard remediate 0a1b2c3d-... --region us-east-1 --dry-run
      kafka-trigger-guard remediate 0a1b2c3d-... --rule kafka-trigger-egress --yes
    """
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.jobs.gathering import Sources
    from kafka_trigger_guard.jobs.remedies import DocumentOptions

    chosen, parameters = DocumentOptions.taken_from(options.named(parameter))
    rule_set(rule, parameters)
    sources = Sources(profile, region or (), all_regions, snapshot or (), organization, role_name)
    asked = _Asked(uuid, sources, rule, parameters, chosen, yes)
    sources.check()
    if sources.files and not dry_run:
        raise console.CannotEvaluate("a recorded trigger cannot be repaired: use --dry-run with --snapshot")
    if not dry_run and not yes and not sys.stdin.isatty():
        raise console.CannotEvaluate("there is no terminal to ask on: use --dry-run, or --yes to repair")
    raise typer.Exit(_code(asked, dry_run))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the user asks for."""

    uuid: str
    sources: Sources
    rules: list[str] | None
    parameters: dict[str, str]
    options: DocumentOptions
    yes: bool


def _code(asked: _Asked, dry_run: bool) -> int:
    from kafka_trigger_guard.jobs.remediating import automation_for
    from kafka_trigger_guard.jobs.remedies import for_people, is_well
    from kafka_trigger_guard.report import remediation_text as told

    page, found = console.page(), _found(asked)
    console.emit(told.title_text(found, page))
    if is_well(found):
        console.emit(told.well_text(page))
        return console.CLEAN
    repairs = _remedies(asked, found)
    if asked.sources.files:
        if repairs:
            console.emit(told.commands_text(repairs, found, page))
    elif repairs:
        automation = automation_for(asked.sources, found.trigger.account, found.trigger.region)
        found = _repaired(asked, found, automation, dry_run)
    console.emit(told.people_text(for_people(found), found.trigger, page))
    return console.CLEAN if is_well(found) else console.FOUND


def _repaired(
    asked: _Asked, found: TriggerFindings, automation: Automation, dry_run: bool
) -> TriggerFindings:
    """The trigger as it is after all that was planned, asked and done."""
    from kafka_trigger_guard.report import remediation_text as told

    page, tried = console.page(), set[str]()
    for _ in range(_ROUNDS):
        remedies = [r for r in _remedies(asked, found) if r.finding.rule not in tried]
        tried |= {remedy.finding.rule for remedy in remedies}
        plans = [_plan(automation, remedy) for remedy in remedies]
        console.emit(told.plans_text(plans, found.trigger.region, page))
        due = [plan for plan in plans if plan.applies]
        if dry_run or not due or not _agreed(asked, due):
            return found
        for plan in due:
            console.emit(told.applied_text(_apply(automation, plan), found, page))
        found = _found(asked, found)
        if not any(r.finding.rule not in tried for r in _remedies(asked, found)):
            return found
    return found


def _found(asked: _Asked, before: TriggerFindings | None = None) -> TriggerFindings:
    """The trigger as it is judged now; once it is known, only its own Region is read."""
    from kafka_trigger_guard.evaluation import evaluate
    from kafka_trigger_guard.jobs.gathering import gather, unlisted
    from kafka_trigger_guard.report.choosing import NoSuchTriggerError

    sources = asked.sources
    if before is not None:
        sources = replace(sources, regions=(before.trigger.region,), all_regions=False)
    gathered = gather(sources, console.shown_progress())
    judged = gathered.judged(evaluate(gathered.snapshots, rules=asked.rules, parameters=asked.parameters))
    found = next((t for e in judged for t in e.triggers if t.uuid == asked.uuid), None)
    if found is None:
        console.complain_of(gathered.not_evaluated)
        raise console.CannotEvaluate(unlisted(gathered.snapshots) or str(NoSuchTriggerError(asked.uuid)))
    return found


def _remedies(asked: _Asked, found: TriggerFindings) -> tuple[Remedy, ...]:
    from kafka_trigger_guard.evaluation import rule_set
    from kafka_trigger_guard.jobs.remedies import remedies

    return remedies(found, rule_set(asked.rules, asked.parameters), asked.options)


def _plan(automation: Automation, remedy: Remedy) -> Plan:
    from kafka_trigger_guard.jobs.remediating import planned
    from kafka_trigger_guard.report.following import following

    with following(f"Planning {remedy.document}") as tell:
        return planned(automation, remedy, lambda execution: tell(execution.step))


def _apply(automation: Automation, plan: Plan) -> Applied:
    """Follow the execution; one that waits for approval says so once, on standard error."""
    from kafka_trigger_guard.jobs.remediating import applied
    from kafka_trigger_guard.report.following import following

    started: list[str] = []
    waiting: list[str] = []
    with following(plan.remedy.document) as tell:

        def watch(execution: Execution) -> None:
            started[:] = [execution.execution_id]
            tell(execution.step)
            if execution.waits and not waiting:
                waiting.append(execution.execution_id)
                console.complain(_approval(execution))

        try:
            return applied(automation, plan, watch)
        except KeyboardInterrupt:
            for execution_id in started:
                console.complain(f"the execution {execution_id} goes on in SSM without this program")
            raise


def _approval(execution: Execution) -> str:
    who = ", ".join(execution.approvers) or "an approver"
    command = (
        f"aws ssm send-automation-signal --automation-execution-id {execution.execution_id} "
        "--signal-type Approve"
    )
    return f"waiting for {who} to approve: `{command}` (or Reject)"


def _agreed(asked: _Asked, due: list[Plan]) -> bool:
    documents = f"{len(due)} document{'s' if len(due) > 1 else ''}"
    return asked.yes or typer.confirm(f"Start {documents} now?", err=True)
