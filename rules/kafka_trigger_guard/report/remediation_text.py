"""A remediation in words: what would change and what it costs, then what changed and how to undo it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from rich.text import Text

from kafka_trigger_guard.cost.charges import endpoint_sentence
from kafka_trigger_guard.cost.price_list import PriceList
from kafka_trigger_guard.evaluation import TriggerFindings
from kafka_trigger_guard.jobs.remedies import ROLLBACK_DOCUMENT, Applied, Parameters, Plan, Remedy
from kafka_trigger_guard.report.objects import object_name
from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.report.verdicts import MARKS, STYLES
from kafka_trigger_guard.rules.findings import Finding, Verdict
from kafka_trigger_guard.triggers.trigger import Trigger

_FREE = "Nothing: neither security group rules nor settings are charged."
_WELL = "Nothing is wrong with it: there is nothing to remediate."
_WHERE_TOLD = "What each account runs or does for that, with the same accounts or snapshots read:"
_NOT_STARTED = "These documents repair it; a dry run needs the account itself. To start one:"


def title_text(found: TriggerFindings, page: Page) -> str:
    """Which trigger this is about."""
    trigger = found.trigger
    where = f"{trigger.uuid} in {trigger.account} {trigger.region}"
    lines = [*page.paragraph(trigger.function_name, "bold"), *page.paragraph(where, "dim"), Text()]
    return page.written(lines)


def well_text(page: Page) -> str:
    """There is nothing to do."""
    return page.written(page.paragraph(_WELL, "green", first=f"{page.mark('✓')} "))


def plans_text(plans: Sequence[Plan], region: str, page: Page) -> str:
    """Every plan: its calls, what it costs a month, who else is affected."""
    prices = PriceList.of(region)
    return page.written(chain.from_iterable(_plan(plan, prices, page) for plan in plans))


def people_text(findings: Sequence[Finding], trigger: Trigger, page: Page) -> str:
    """What no document repairs, in whose account it must be done, and where the commands are told."""
    lines = [line for finding in findings for line in _for_person(finding, trigger.account, page)]
    if any(finding.verdict is Verdict.NON_COMPLIANT for finding in findings):
        command = shlex.join(["kafka-trigger-guard", "explain", trigger.uuid, "--region", trigger.region])
        lines += [*page.paragraph(_WHERE_TOLD), *_verbatim(command, page), Text()]
    return page.written(lines)


def commands_text(remedies: Sequence[Remedy], found: TriggerFindings, page: Page) -> str:
    """The documents of a recorded trigger's findings, with the commands that start them."""
    lines = [*page.paragraph(_NOT_STARTED), Text()]
    for remedy in remedies:
        lines += _finding(remedy.finding, page)
        command = start_command(remedy.document, remedy.parameters, found)
        lines += [*_verbatim(command, page), Text()]
    return page.written(lines)


def applied_text(applied: Applied, found: TriggerFindings, page: Page) -> str:
    """What an execution changed and how to undo it, or why it failed."""
    document = applied.plan.remedy.document
    mark, style = ("✓", "green") if applied.succeeded else ("✗", "bold red")
    ended = "Success" if applied.succeeded else "Failed"
    lead = f"{page.mark(mark)} "
    lines = page.paragraph(f"{document} {ended}: {applied.sentence}", style, first=lead)
    lines += page.paragraph(f"execution {applied.execution_id}", "dim", first="  ")
    for name, values in applied.made.items():
        lines += page.paragraph(f"{name}: {', '.join(values)}", first="    ")
    if applied.succeeded:
        undo = start_command(ROLLBACK_DOCUMENT, {"ExecutionId": applied.execution_id}, found)
        lines += [*page.paragraph("To undo it:", first="  "), *_verbatim(undo, page)]
    return page.written([*lines, Text()])


def start_command(document: str, parameters: Parameters, found: TriggerFindings) -> str:
    """The AWS command line that starts a document where the trigger is."""
    trigger = found.trigger
    role = f"arn:{trigger.arn.split(':')[1]}:iam::{trigger.account}:role/{document}"
    given: Mapping[str, str | Sequence[str]] = {**parameters, "AutomationAssumeRole": role}
    lists = {name: [value] if isinstance(value, str) else list(value) for name, value in given.items()}
    words = ["aws", "ssm", "start-automation-execution", "--region", trigger.region]
    words += ["--document-name", document, "--parameters", json.dumps(lists, separators=(",", ":"))]
    return shlex.join(words)


def _plan(plan: Plan, prices: PriceList, page: Page) -> Iterator[Text]:
    yield from _finding(plan.remedy.finding, page)
    yield from page.paragraph(f"{plan.remedy.document}: {plan.sentence}", first="  ")
    if not plan.applies:
        yield Text()
        return
    for number, call in enumerate(plan.calls, start=1):
        told = f"{call.service}:{call.api} {json.dumps(call.parameters, sort_keys=True)}"
        yield from page.paragraph(told, first=f"    {number}. ")
    cost = endpoint_sentence(plan.endpoint_zones, prices) if plan.endpoint_zones else _FREE
    yield from page.paragraph(f"costs a month: {cost}", first="    ")
    for affected in plan.affected:
        yield from page.paragraph(f"affects: {affected}", "yellow", first="    ")
    yield Text()


def _for_person(finding: Finding, account: str, page: Page) -> Iterator[Text]:
    yield from _finding(finding, page)
    owners = sorted({blocker.account or account for blocker in finding.blockers}) or [account]
    named = ", ".join(object_name(blocker, account) for blocker in finding.blockers)
    where = " and ".join(owners)
    what = f"no document does this: a person who may change account {where} must"
    yield from page.paragraph(f"{what} ({named})" if named else what, first="  ")
    yield Text()


def _finding(finding: Finding, page: Page) -> list[Text]:
    mark, style = page.mark(MARKS[finding.verdict]), STYLES[finding.verdict]
    return [
        Text.assemble((f"{mark} {finding.rule}", style)),
        *page.paragraph(finding.annotation, first="  "),
    ]


def _verbatim(command: str, page: Page) -> list[Text]:
    """A command on one line, however long: it is there to be copied."""
    return [Text.assemble("    ", page.clean(command))]
