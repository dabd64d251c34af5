"""Evaluations as stable rows for other dashboards, one for each trigger and rule: CSV, JSON or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from io import StringIO
from pathlib import Path

from kafka_trigger_guard.evaluation import Evaluation
from kafka_trigger_guard.report.untrusted import cell
from kafka_trigger_guard.rules.rows import COLUMNS, row


class RowFormat(Enum):
    """How rows are written, by the ending of the file's name."""

    CSV = ".csv"
    JSON = ".json"
    JSON_LINES = ".jsonl"

    @classmethod
    def of(cls, path: Path) -> RowFormat:
        """The format of a file. Raises ValueError for another ending."""
        try:
            return cls(path.suffix.lower())
        except ValueError:
            endings = ", ".join(each.value for each in cls)
            raise ValueError(f"{path}: rows are written as {endings}; end the file's name so") from None


def rows(
    evaluations: Sequence[Evaluation], owners: Mapping[str, str] | None = None
) -> Iterator[dict[str, str]]:
    """Every row; `owners` are by the ARN of the function as the trigger names it."""
    known = owners or {}
    for evaluation in evaluations:
        for found in evaluation.triggers:
            owner = known.get(found.trigger.function_arn, "")
            for finding in found.findings:
                yield row(found.trigger, finding, evaluation.captured_at, owner)


def rows_as(
    form: RowFormat, evaluations: Sequence[Evaluation], owners: Mapping[str, str] | None = None
) -> str:
    """The rows as text: CSV with a header and without formulas, a JSON array, or an object a line."""
    found = rows(evaluations, owners)
    match form:
        case RowFormat.CSV:
            text = StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([cell(value) for value in each.values()] for each in found)
            return text.getvalue()
        case RowFormat.JSON:
            return json.dumps(list(found), indent=2) + "\n"
        case RowFormat.JSON_LINES:
            return "".join(json.dumps(each) + "\n" for each in found)
