"""The demo's story: the table of findings, what AWS Config shows of them, and one path explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.text import Text

from kafka_trigger_guard.evaluation import Evaluation
from kafka_trigger_guard.report.evaluation_table import evaluation_table
from kafka_trigger_guard.report.explanation_text import destination_text
from kafka_trigger_guard.report.page import Page
from kafka_trigger_guard.rules.explaining import Explanation

_INTRODUCTION = (
    "An AWS embedded in this process now holds five Kafka triggers. Nothing of it exists anywhere else, yet "
    "everything below was read with ordinary boto3 calls, as it would be from your account."
)
_PATH = "One path explained, as `kafka-trigger-guard explain {uuid}` shows every one:"
_CONFIG = "As AWS Config shows it, after it invoked the rule function once for each rule:"
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


def story_text(
    evaluation: Evaluation, explanation: Explanation, compliance: Sequence[Shown], page: Page
) -> str:
    """The story as text that fits the page; the first destination of the explanation is shown."""
    destination = explanation.places[0].destinations[0]
    return "\n".join(
        (
            page.written(page.paragraph(_INTRODUCTION)),
            evaluation_table((evaluation,), page),
            page.written(_config_lines(compliance, page)),
            page.written(page.paragraph(_PATH.format(uuid=explanation.trigger.uuid), "bold")),
            destination_text(explanation, destination, page),
            page.written(page.paragraph(_TRY, "bold")),
        )
    )


def _config_lines(compliance: Sequence[Shown], page: Page) -> list[Text]:
    """One line per rule: how many results are green and red, and which resources are red."""
    lines = page.paragraph(_CONFIG, "bold")
    for rule in sorted({shown.config_rule for shown in compliance}):
        red = [s.resource_id for s in compliance if s.config_rule == rule and s.compliance != "COMPLIANT"]
        green = sum(1 for s in compliance if s.config_rule == rule) - len(red)
        mark, style = (page.mark("✗"), "red") if red else (page.mark("✓"), "green")
        lines.append(
            Text.assemble((f"{mark} ", style), f"{rule}: {green} COMPLIANT, {len(red)} NON_COMPLIANT")
        )
        lines += [line for uuid in red for line in page.paragraph(uuid, "dim", first="    ")]
    return lines
