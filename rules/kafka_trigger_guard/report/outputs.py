"""The outputs that commands offer, and what writes each; imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kafka_trigger_guard.evaluation import Evaluation
    from kafka_trigger_guard.report.page import Page
    from kafka_trigger_guard.rules.explaining.explanation import Explanation


class EvaluationOutput(StrEnum):
    """How an evaluation is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class ExplanationOutput(StrEnum):
    """How an explanation is written."""

    TEXT = "text"
    SVG = "svg"
    JSON = "json"


class RulesOutput(StrEnum):
    """How the rules are written."""

    TABLE = "table"
    JSON = "json"


def evaluation_as(output: EvaluationOutput, evaluations: Sequence[Evaluation], page: Page) -> str:
    """Evaluations in one of their outputs; the page matters to the table alone, and HTML is without paths."""
    match output:
        case EvaluationOutput.TABLE:
            from kafka_trigger_guard.report.evaluation_table import evaluation_table

            return evaluation_table(evaluations, page)
        case EvaluationOutput.JSON:
            from kafka_trigger_guard.report.evaluation_json import evaluation_json

            return evaluation_json(evaluations)
        case EvaluationOutput.CSV:
            from kafka_trigger_guard.report.evaluation_csv import evaluation_csv

            return evaluation_csv(evaluations)
        case EvaluationOutput.HTML:
            from kafka_trigger_guard.report.html_model import report_of
            from kafka_trigger_guard.report.html_page import report_page

            return report_page(report_of(evaluations))


def explanation_as(output: ExplanationOutput, explanations: Sequence[Explanation], page: Page) -> str:
    """Explanations in one of their outputs; the page matters to the text alone."""
    match output:
        case ExplanationOutput.TEXT:
            from kafka_trigger_guard.report.explanation_text import explanation_text

            return explanation_text(explanations, page)
        case ExplanationOutput.JSON:
            from kafka_trigger_guard.report.explanation_json import explanation_json

            return explanation_json(explanations)
        case ExplanationOutput.SVG:
            from kafka_trigger_guard.report.explanation_svg import explanation_svg

            return explanation_svg(explanations)


def rules_as(output: RulesOutput, page: Page) -> str:
    """The rules in one of their outputs; the page matters to the table alone."""
    from kafka_trigger_guard.report.rule_list import rule_json, rule_table

    return rule_json() if output is RulesOutput.JSON else rule_table(page)
