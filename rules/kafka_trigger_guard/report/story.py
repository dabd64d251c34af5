"""The demo's story: what each trigger is, the table of findings, and one path explained."""

from __future__ import annotations

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
_TRY = "Now try it on your own account: kafka-trigger-guard evaluate --region REGION"


def story_text(evaluation: Evaluation, explanation: Explanation, page: Page) -> str:
    """The story as text that fits the page; the first destination of the explanation is shown."""
    destination = explanation.places[0].destinations[0]
    return "\n".join(
        (
            page.written(page.paragraph(_INTRODUCTION)),
            evaluation_table((evaluation,), page),
            page.written(page.paragraph(_PATH.format(uuid=explanation.trigger.uuid), "bold")),
            destination_text(explanation, destination, page),
            page.written(page.paragraph(_TRY, "bold")),
        )
    )
