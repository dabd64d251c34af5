"""The demo's story: the table of findings, what AWS Config shows and repairs, and one path explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from rich.text import Text

from kafka_trigger_guard.evaluation import Evaluation
from kafka_trigger_guard.report.evaluation_table import evaluation_table
from kafka_trigger_guard.report.explanation_text import destination_text
from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.report.verdicts import BAD
from kafka_trigger_guard.rules.explaining.explanation import Explanation

_INTRODUCTION = (
    "An AWS embedded in this process now holds six Kafka triggers. Nothing of it exists anywhere else, yet "
    "everything below was read with ordinary boto3 calls, as it would be from your account."
)
_PATH = "One path explained, as `kafka-trigger-guard explain {uuid}` shows every one:"
_CONFIG = "As AWS Config shows it, after it invoked the rule function once for each rule:"
_REPAIRS = "AWS Config repairs it by itself: for every red result it starts an Automation document:"
_AGAIN = "As AWS Config shows it, after the documents had the rules evaluated again:"
_PEOPLE = "What is left needs a person:"
_ALL_WELL = "Nothing is left to do."
_TRY = "Now try it on your own account: kafka-trigger-guard evaluate --region REGION"


class Shown(Protocol):
    """One result as AWS Config shows it."""

    @property
    def config_rule(self) -> str:
        """The Config rule's name."""

    @property
    def resource_id(self) -> str:
        """The evaluated resource."""

    @property
    def compliance(self) -> str:
        """COMPLIANT or NON_COMPLIANT."""


class Repaired(Protocol):
    """One document that AWS Config started, and how it ended."""

    @property
    def config_rule(self) -> str:
        """The Config rule whose red result it was started for."""

    @property
    def uuid(self) -> str:
        """The trigger."""

    @property
    def document(self) -> str:
        """The document's name."""

    @property
    def succeeded(self) -> bool:
        """Whether it ended Success."""

    @property
    def sentence(self) -> str:
        """What it says of the fault, or who must do what."""


class Moment(Protocol):
    """The account at one time."""

    @property
    def evaluation(self) -> Evaluation:
        """What the rules say."""

    @property
    def compliance(self) -> Sequence[Shown]:
        """What AWS Config shows."""


class Story(Protocol):
    """The account before and after AWS Config repaired it."""

    @property
    def before(self) -> Moment:
        """As it was built."""

    @property
    def explanation(self) -> Explanation:
        """One trigger, explained before it was repaired."""

    @property
    def repairs(self) -> Sequence[Repaired]:
        """Every document that was started, in order."""

    @property
    def after(self) -> Moment:
        """When nothing was due any more."""


def story_text(story: Story, page: Page) -> str:
    """The story as text that fits the page; the first destination of the explanation is shown."""
    explanation = story.explanation
    destination = explanation.places[0].destinations[0]
    return "\n".join(
        (
            page.written(page.paragraph(_INTRODUCTION)),
            evaluation_table((story.before.evaluation,), page),
            page.written(_config_lines(_CONFIG, story.before.compliance, page)),
            page.written(page.paragraph(_PATH.format(uuid=explanation.trigger.uuid), "bold")),
            destination_text(explanation, destination, page),
            page.written(_repair_lines(story, page)),
            page.written(_config_lines(_AGAIN, story.after.compliance, page)),
            page.written(_people_lines(story, page)),
            page.written(page.paragraph(_TRY, "bold")),
        )
    )


def _config_lines(title: str, compliance: Sequence[Shown], page: Page) -> list[Text]:
    """One line per rule: how many results are green and red, and which resources are red."""
    lines = page.paragraph(title, "bold")
    for rule in sorted({shown.config_rule for shown in compliance}):
        red = [s.resource_id for s in compliance if s.config_rule == rule and s.compliance != "COMPLIANT"]
        green = sum(1 for s in compliance if s.config_rule == rule) - len(red)
        lines.append(
            Text.assemble(_mark(not red, page), f"{rule}: {green} COMPLIANT, {len(red)} NON_COMPLIANT")
        )
        lines += [line for uuid in red for line in page.paragraph(uuid, "dim", first="    ")]
    return lines


def _repair_lines(story: Story, page: Page) -> list[Text]:
    """Every document that was started, for which trigger, and what it mended."""
    names = _functions(story.before.evaluation)
    lines = page.paragraph(_REPAIRS, "bold")
    for repair in story.repairs:
        ended = "Success" if repair.succeeded else "Failed, see below"
        lines.append(Text.assemble(_mark(repair.succeeded, page), f"{repair.document}: {ended}"))
        lines += page.paragraph(names[repair.uuid], "dim", first="    ")
        lines += page.paragraph(repair.sentence, first="    ") if repair.succeeded else []
    return lines


def _people_lines(story: Story, page: Page) -> list[Text]:
    """What no document mended: who must do what, in the document's words if one was started."""
    told = {(repair.config_rule, repair.uuid): repair.sentence for repair in story.repairs}
    lines: list[Text] = []
    for uuid, function, rule, annotation in _bad(story.after.evaluation):
        lines.append(Text.assemble(_mark(False, page), f"{function}, {rule}"))
        lines += page.paragraph(told.get((rule, uuid), annotation), first="    ")
    return [*page.paragraph(_PEOPLE, "bold"), *lines] if lines else page.paragraph(_ALL_WELL, "bold")


def _bad(evaluation: Evaluation) -> Iterator[tuple[str, str, str, str]]:
    for found in evaluation.triggers:
        for finding in found.findings:
            if finding.verdict in BAD:
                trigger = found.trigger
                yield trigger.uuid, trigger.function_name, finding.rule, finding.annotation


def _functions(evaluation: Evaluation) -> dict[str, str]:
    return {found.trigger.uuid: found.trigger.function_name for found in evaluation.triggers}


def _mark(well: bool, page: Page) -> tuple[str, str]:
    return (f"{page.mark('✓')} ", "green") if well else (f"{page.mark('✗')} ", "red")
