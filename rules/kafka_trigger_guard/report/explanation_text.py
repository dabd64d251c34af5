"""Explanations as text: every way of a trigger hop by hop, with what blocks it and what would open it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.report.objects import object_name, stops_of, told
from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.report.verdicts import ANSWER_MARKS, ANSWER_STYLES, MARKS, STYLES
from kafka_trigger_guard.rules.explaining.explanation import Destination, DestinationKind, Explanation, Place
from kafka_trigger_guard.rules.explaining.journeys import Journey, Step, Way
from kafka_trigger_guard.rules.findings import Verdict

_REACHED = {Answer.ALLOW: "reached", Answer.DENY: "not reached", Answer.UNKNOWN: "not known"}
_BLOCKED = {Answer.DENY: "blocked here", Answer.UNKNOWN: "in doubt here"}
_LONGEST_NAME = 300
_RULE_WIDTH = 24
_PREFIX = "kafka-trigger-"


def explanation_text(explanations: Iterable[Explanation], page: Page) -> str:
    """The explanations as text that fits the page."""
    return page.written([line for found in explanations for line in _explanation(found, page)])


def destination_text(found: Explanation, destination: Destination, page: Page) -> str:
    """One destination of an explanation as text that fits the page."""
    return page.written(_destination(destination, found.trigger.account, page))


def _explanation(found: Explanation, page: Page) -> Iterator[Text]:
    trigger = found.trigger
    facts = f"{trigger.source_type.value}, {trigger.mode.value}, {trigger.state}"
    yield from page.paragraph(f"{trigger.function_name[:200]}  {facts}", "bold")
    yield from page.paragraph(f"{trigger.uuid} in {trigger.account} {trigger.region}", "dim")
    yield from page.paragraph(trigger.source_id[:500], "dim")
    yield from _findings(found, page)
    yield from _remedies(found, page)
    for place in found.places:
        yield Text()
        if len(found.places) > 1:
            yield from page.paragraph(
                "One of several places; AWS does not document from which the pollers poll.", "yellow"
            )
        yield from _place(place, trigger.account, page)


def _findings(found: Explanation, page: Page) -> Iterator[Text]:
    for finding in found.findings:
        if finding.verdict in (Verdict.NON_COMPLIANT, Verdict.UNKNOWN):
            mark = page.mark(MARKS[finding.verdict])
            yield Text(f"{mark} {finding.rule}", STYLES[finding.verdict])
            yield from page.paragraph(finding.annotation, first="  ")


def _remedies(found: Explanation, page: Page) -> Iterator[Text]:
    """What accounts run or do, with commands in lines that can be copied into a shell."""
    for remedy in found.remedies:
        yield Text()
        rules = ", ".join(rule.removeprefix(_PREFIX) for rule in remedy.rules)
        does = "runs" if remedy.commands else "must repair it"
        yield from page.paragraph(f"For {rules}, account {remedy.account} {does}:", "bold")
        yield from page.paragraph(remedy.why, "dim", first="  ")
        for command in remedy.commands:
            yield from (Text(page.clean(line)) for line in command_lines(command, page.width))
        if remedy.advice:
            yield from page.paragraph(remedy.advice, first="  ")


def command_lines(command: str, width: int) -> list[str]:
    """A command over as many lines as it needs, which a shell joins: broken before options, and anywhere in
    a word that is longer than a line."""
    lines: list[str] = []
    for part in _options(command):
        if lines and len(lines[-1]) + len(part) < width - 4:
            lines[-1] += f" {part}"
        else:
            lines.append(f"    {part}" if lines else f"  {part}")
    joined = [f"{line} \\" for line in lines[:-1]] + lines[-1:]
    return [piece for line in joined for piece in _pieces(line, width)]


def _pieces(line: str, width: int) -> list[str]:
    """A line cut where it is full. What follows starts in the first column, for a space would end the word;
    inside single quotes, where a backslash is no more than that, these are closed and opened again."""
    pieces, quote = [""], ""
    for place, char in enumerate(line):
        if len(pieces[-1]) >= width - 2 and len(line) - place > 2:
            end, start = ("'\\", "'") if quote == "'" else ("\\", "")
            pieces[-1] += end
            pieces.append(start)
        if char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        pieces[-1] += char
    return pieces


def _options(command: str) -> list[str]:
    """The command in parts of one option each; what only looks like one inside quotes is not split."""
    parts: list[str] = []
    for part in command.split(" --"):
        if parts and parts[-1].count("'") % 2:
            parts[-1] += f" --{part}"
        else:
            parts.append(f"--{part}" if parts else part)
    return parts


def _place(place: Place, home: str, page: Page) -> Iterator[Text]:
    subnets, groups = " ".join(place.subnet_ids), " ".join(place.security_group_ids)
    if place.subnet_ids:
        where = f"Pollers stand in {subnets} of {place.vpc_id or 'an unread VPC'}, carrying {groups}"
        yield from page.paragraph(where)
    if place.note:
        yield from page.paragraph(place.note, "yellow")
    for destination in place.destinations:
        yield Text()
        yield from _destination(destination, home, page)


def _destination(found: Destination, home: str, page: Page) -> Iterator[Text]:
    mark, style = page.mark(ANSWER_MARKS[found.answer]), ANSWER_STYLES[found.answer]
    several = "s" if len(found.names) > 1 else ""
    kind = f"broker{several} " if found.kind is DestinationKind.BROKER else ""
    names = ", ".join(name[:_LONGEST_NAME] for name in found.names)
    port = "" if found.port_in_names else f" on TCP {found.port}"
    title = page.paragraph(f"{kind}{names}{port}: {_REACHED[found.answer]}", "bold", first="  ")
    yield Text.assemble((mark, style), title[0][1:])
    yield from title[1:]
    for way in found.ways:
        yield from _way(way, home, page)


def _way(way: Way, home: str, page: Page) -> Iterator[Text]:
    for journey in way.journeys:
        yield from page.paragraph(way.title, "underline", first="  ")
        for ends in journey.ends:
            line = f"from {' '.join(ends.subnet_ids)} to {' '.join(ends.addresses)}"
            yield from page.paragraph(line, first="    ", rest="      ")
        for step in journey.steps:
            yield from _step(step, journey, home, page)


def _step(step: Step, journey: Journey, home: str, page: Page) -> Iterator[Text]:
    mark, style = page.mark(ANSWER_MARKS[step.answer]), ANSWER_STYLES[step.answer]
    rule = step.rule.removeprefix(_PREFIX)
    lead = Text.assemble("  ", (mark, style), " ", (f"{rule:<{_RULE_WIDTH}}", "dim"))
    indent = " " * lead.cell_len
    arrow = f"{page.mark('←')} " if step.back else ""
    first, *others = page.paragraph(f"{arrow}{told(step, home)}", "" if step.answer else "red", first=indent)
    yield Text.assemble(lead, first[lead.cell_len :])
    yield from others
    if step.via:
        yield from page.paragraph(f"by {stops_of(step, home)}", "dim", first=indent)
    if step is journey.blocking:
        by = f", by {object_name(step.resource, home)}" if step.resource.id else ""
        where = f"{_BLOCKED[step.answer]}{by}"
        yield from page.paragraph(where, style, first=indent)
    if step.opening:
        yield from page.paragraph(step.opening, "bold", first=f"{indent}{page.mark('→')} ")
