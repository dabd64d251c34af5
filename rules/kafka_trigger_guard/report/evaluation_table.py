"""Evaluations as a table for people: what is wrong first, one block per trigger, totals last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from kafka_trigger_guard.evaluation import Evaluation, TriggerFindings
from kafka_trigger_guard.report.flags import flag
from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.report.verdicts import BAD, MARKS, STYLES, totals, worst
from kafka_trigger_guard.rules.findings import Finding, Verdict

_PREFIX = "kafka-trigger-"
_ORDER = {verdict: rank for rank, verdict in enumerate(MARKS)}
_FEW = 4
_NO_TRIGGERS = "No Kafka trigger: there is nothing to judge."


def evaluation_table(evaluations: Sequence[Evaluation], page: Page) -> str:
    """The evaluations as text that fits the page."""
    idle = [evaluation for evaluation in evaluations if _is_idle(evaluation)]
    folded = idle if len(idle) > 1 else []
    lines = [line for each in evaluations if each not in folded for line in _evaluation(each, page)]
    return page.written([*lines, *_folded(folded, page), *_totals(evaluations, page)])


def _is_idle(evaluation: Evaluation) -> bool:
    """Whether there is nothing to tell of an account and Region."""
    return evaluation.triggers_listed and not evaluation.triggers and not evaluation.not_collected


def _folded(idle: Sequence[Evaluation], page: Page) -> Iterator[Text]:
    """Accounts and Regions without triggers, in one sentence."""
    if not idle:
        return
    accounts = len({evaluation.account for evaluation in idle})
    regions = sorted({evaluation.region for evaluation in idle})
    owners = f"{accounts} accounts" if accounts > 1 else f"account {idle[0].account}"
    where = ", ".join(regions) if len(regions) < _FEW else f"{len(regions)} Regions"
    yield from page.paragraph(f"No Kafka trigger in {owners} ({where}): there is nothing to judge there.")
    yield Text()


def _evaluation(evaluation: Evaluation, page: Page) -> Iterator[Text]:
    title = f"{evaluation.account} {evaluation.region}"
    yield from page.paragraph(f"{title}, captured {evaluation.captured_at}", "bold")
    yield Text()
    if not evaluation.triggers and "lambda:ListEventSourceMappings" not in evaluation.not_collected:
        yield from page.paragraph(_NO_TRIGGERS)
        yield Text()
    ranked = sorted(evaluation.triggers, key=lambda found: _ORDER[worst(found.findings)])
    for found in ranked:
        yield from _trigger(found, page)
        yield Text()
    yield from _not_collected(evaluation, page)


def _trigger(found: TriggerFindings, page: Page) -> Iterator[Text]:
    yield _title(found, page)
    yield from _subtitle(found, page)
    for verdict in BAD:
        for finding in found.findings:
            if finding.verdict is verdict:
                yield from _problem(finding, page)
    for verdict in (Verdict.COMPLIANT, Verdict.NOT_APPLICABLE):
        yield from _summary([f for f in found.findings if f.verdict is verdict], verdict, page)
    sentence = flag(found)
    if sentence is not None:
        mark = Text.assemble("  ", (page.mark("⚠"), "bold yellow"), " ")
        yield from _led(mark, page.paragraph(sentence, "yellow", first="    "))


def _title(found: TriggerFindings, page: Page) -> Text:
    trigger, verdict = found.trigger, worst(found.findings)
    facts = page.shortened(
        f"{trigger.source_type.value}, {trigger.mode.value}, {trigger.state}", page.width // 2
    )
    name = page.shortened(trigger.function_name, page.width - len(facts) - 4)
    return Text.assemble((page.mark(MARKS[verdict]), STYLES[verdict]), " ", (name, "bold"), "  ", facts)


def _subtitle(found: TriggerFindings, page: Page) -> Iterator[Text]:
    trigger = found.trigger
    yield Text.assemble("  ", (page.shortened(trigger.uuid, page.width - 2), "dim"))
    source = f"{trigger.source_id} in {found.vpc_id}" if found.vpc_id else trigger.source_id
    yield Text.assemble("  ", (page.shortened(source, page.width - 2), "dim"))


def _problem(finding: Finding, page: Page) -> Iterator[Text]:
    mark = page.mark(MARKS[finding.verdict])
    yield Text.assemble("  ", (f"{mark} {finding.rule}", STYLES[finding.verdict]))
    yield from page.paragraph(finding.annotation, first="    ")


def _summary(findings: list[Finding], verdict: Verdict, page: Page) -> Iterator[Text]:
    if not findings:
        return
    if verdict is Verdict.NOT_APPLICABLE:
        names = [f"{_short(finding)} ({finding.reason.value})" for finding in findings]
    else:
        names = [_short(finding) for finding in findings]
    mark = Text.assemble("  ", (page.mark(MARKS[verdict]), STYLES[verdict]), " ")
    style = "dim" if verdict is Verdict.NOT_APPLICABLE else ""
    yield from _led(mark, page.paragraph(", ".join(names), style, first="    "))


def _led(mark: Text, lines: list[Text]) -> Iterator[Text]:
    """The lines with a mark in place of the first one's indentation."""
    first, *others = lines
    yield Text.assemble(mark, first[mark.cell_len :])
    yield from others


def _short(finding: Finding) -> str:
    return finding.rule.removeprefix(_PREFIX)


def _not_collected(evaluation: Evaluation, page: Page) -> Iterator[Text]:
    if not evaluation.not_collected:
        return
    yield Text("Not collected:", "bold yellow")
    for operation, error in evaluation.not_collected.items():
        text = f"{operation}: {error.code} {error.message}".strip()
        yield from page.paragraph(text, first="  ", rest="    ")
    yield Text()


def _totals(evaluations: Sequence[Evaluation], page: Page) -> Iterator[Text]:
    count = sum(len(evaluation.triggers) for evaluation in evaluations)
    if not count:
        return
    flagged = sum(found.contradicted for evaluation in evaluations for found in evaluation.triggers)
    yield Text(f"{count} Kafka trigger{'s' if count != 1 else ''}", "bold")
    parts: list[Text | str] = []
    for verdict, number in totals(evaluations).items():
        style = STYLES[verdict] if number else "dim"
        parts += ["  " if parts else "", Text(f"{page.mark(MARKS[verdict])} {number} {verdict.value}", style)]
    line = Text.assemble(*parts)
    yield from [line] if line.cell_len <= page.width else [p for p in parts if isinstance(p, Text)]
    if flagged:
        text = f"{flagged} flagged: no rule complains, yet Lambda reports a connection error"
        yield from page.paragraph(text, "yellow", first=f"{page.mark('⚠')} ")
