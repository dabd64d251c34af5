"""The dashboard shows what the function really emits, and the file is what the generator writes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from deploy import dashboard
from kafka_trigger_guard.config.telemetry import Meter
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.rows import COLUMNS

Json = dict[str, Any]
LARGEST = 51_200
"""A template's text, and with it the dashboard inside, may have as many bytes."""


@pytest.fixture
def widgets() -> list[Json]:
    found: list[Json] = json.loads(dashboard.FILE.read_text(encoding="utf-8"))["widgets"]
    return found


def searched(widgets: list[Json]) -> list[tuple[set[str], str]]:
    """The searches of all graphs: namespace with dimensions, and the metric's name."""
    shown = [each for widget in widgets for each in widget["properties"].get("metrics", ())]
    searches = [each[0]["expression"] for each in shown if isinstance(each[0], dict)]
    found = [re.fullmatch(r"SEARCH\('{(.*)} MetricName=\"(\w+)\"', '\w+', \d+\)", each) for each in searches]
    return [(set(each[1].split(",")), each[2]) for each in found if each is not None]


def queries(widgets: list[Json]) -> list[str]:
    return [widget["properties"]["query"] for widget in widgets if widget["type"] == "log"]


def test_the_file_is_what_the_generator_writes() -> None:
    assert dashboard.FILE.read_text(encoding="utf-8") == dashboard.written(), "run `make templates`"


def test_every_metric_that_the_function_emits_is_shown_and_no_other(
    widgets: list[Json], capsys: pytest.CaptureFixture[str]
) -> None:
    Meter().emit("kafka-trigger-egress", [Verdict.COMPLIANT], 12.0)
    (directive,) = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    (dimensions,) = directive["Dimensions"]
    found = searched(widgets)
    assert {name for _, name in found} == {each["Name"] for each in directive["Metrics"]}
    assert all(schema == {directive["Namespace"], *dimensions} for schema, _ in found)
    assert len(found) == len(directive["Metrics"])


def test_log_tables_ask_for_columns_that_rows_have(widgets: list[Json]) -> None:
    asked = {name for query in queries(widgets) for name in re.findall(r"\brow\.(\w+)", query)}
    assert {"uuid", "rule", "verdict", "severity", "owner"} <= asked <= set(COLUMNS)


def test_log_tables_read_the_log_of_the_function_that_judges(widgets: list[Json]) -> None:
    assert {query.splitlines()[0] for query in queries(widgets)} == {
        "SOURCE '/aws/lambda/kafka-trigger-guard'"
    }


def test_widgets_lie_beside_each_other_and_not_on_top(widgets: list[Json]) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        area = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not area & taken, widget["properties"]
        assert max(x for x, _ in area) < 24
        taken |= area


def test_nothing_but_the_region_is_left_to_be_filled_in(widgets: list[Json]) -> None:
    text = dashboard.written()
    assert set(re.findall(r"\$\{[^}]*}", text)) == {"${AWS::Region}"}
    assert all(widget["properties"].get("region") == "${AWS::Region}" for widget in widgets[1:])


def test_it_fits_into_a_template() -> None:
    assert len(json.dumps(dashboard.body(), separators=(",", ":"))) < LARGEST / 8
