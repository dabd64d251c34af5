"""Writes the body of the CloudWatch dashboard, deploy/dashboard.json: `python -m deploy.dashboard`.

AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure. `${AWS::Region}` is left for
CloudFormation to replace.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from kafka_trigger_guard.installing.names import RULE_FUNCTION, WATCH_FUNCTION

FILE = Path(__file__).resolve().parent / "dashboard.json"
Json = dict[str, object]
NAMESPACE, DIMENSIONS = "KafkaTriggerGuard", ("Rule", "service")
"""Of the metrics that the function emits."""
REGION = "${AWS::Region}"
WIDTH = 24
DAY, FIVE_MINUTES = 86_400, 300
_RED = '["NON_COMPLIANT", "UNKNOWN"]'
_HEAD = """# Kafka triggers of AWS Lambda
Red now: what the last row of each trigger and rule says. The graphs count what each evaluation found: AWS
Config evaluates once a day and after changes, so a day with changes counts some triggers more than once.
Hop by hop: `kafka-trigger-guard explain UUID`."""


def body() -> Json:
    """The whole dashboard: what is red, how that went, and how the functions are."""
    return {
        "start": "-P7D",
        "periodOverride": "inherit",
        "widgets": [
            _text(0, 3, _HEAD),
            _log(3, 0, 16, 9, "Red now", _red_now()),
            _log(3, 16, 8, 9, "Red now by owner", _red_by("row.owner")),
            _findings(12, 0, "NON_COMPLIANT", "FindingsNonCompliant"),
            _findings(12, 12, "UNKNOWN", "FindingsUnknown"),
            _findings(18, 0, "COMPLIANT", "FindingsCompliant"),
            _findings(18, 12, "NOT_APPLICABLE", "FindingsNotApplicable"),
            _log(24, 0, 12, 6, "Red now by account and Region", _red_by("row.account", "row.region")),
            _functions(24, 12),
            _by_rule(30, 0, "API calls with assumed roles", "ApiCalls", "Sum"),
            _by_rule(30, 8, "Duration of an invocation", "Duration", "p95"),
            _by_rule(30, 16, "Age of the snapshot that was judged", "SnapshotAge", "Maximum"),
        ],
    }


def written() -> str:
    """The body as the file holds it."""
    return json.dumps(body(), indent=1) + "\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(written(), encoding="utf-8")


def _placed(kind: str, x: int, y: int, width: int, height: int, properties: Json) -> Json:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _text(y: int, height: int, markdown: str) -> Json:
    return _placed("text", 0, y, WIDTH, height, {"markdown": markdown})


def _of_all_rules(name: str, stat: str, period: int) -> list[object]:
    """One metric of every rule. AmazonCloudWatch/latest/monitoring/search-expression-syntax"""
    schema = "{" + ",".join((NAMESPACE, *DIMENSIONS)) + "}"
    return [{"expression": f"SEARCH('{schema} MetricName=\"{name}\"', '{stat}', {period})", "id": "rules"}]


def _graph(title: str, metrics: Sequence[object], stat: str, period: int, **more: object) -> Json:
    return {
        "title": title,
        "region": REGION,
        "view": "timeSeries",
        "stat": stat,
        "period": period,
        "metrics": list(metrics),
        **more,
    }


def _findings(y: int, x: int, title: str, name: str) -> Json:
    """Each rule's findings of one verdict, by day."""
    metrics = [_of_all_rules(name, "Sum", DAY)]
    return _placed("metric", x, y, 12, 6, _graph(f"{title} findings", metrics, "Sum", DAY, stacked=True))


def _by_rule(y: int, x: int, title: str, name: str, stat: str) -> Json:
    metrics = [_of_all_rules(name, stat, FIVE_MINUTES)]
    return _placed("metric", x, y, 8, 6, _graph(title, metrics, stat, FIVE_MINUTES))


def _functions(y: int, x: int) -> Json:
    """Whether the functions themselves work. lambda/latest/dg/monitoring-metrics-types"""
    metrics = [
        ["AWS/Lambda", name, "FunctionName", function]
        for function in (RULE_FUNCTION, WATCH_FUNCTION)
        for name in ("Errors", "Throttles")
    ]
    return _placed("metric", x, y, 12, 6, _graph("Functions that failed", metrics, "Sum", FIVE_MINUTES))


def _log(y: int, x: int, width: int, height: int, title: str, query: Sequence[str]) -> Json:
    """A table over the function's log. AmazonCloudWatch/latest/logs/CWL_QuerySyntax"""
    source = f"SOURCE '/aws/lambda/{RULE_FUNCTION}'"
    properties: Json = {
        "title": title,
        "region": REGION,
        "view": "table",
        "query": "\n| ".join((source, "filter ispresent(row.uuid)", *query)),
    }
    return _placed("log", x, y, width, height, properties)


def _red_now() -> tuple[str, ...]:
    """What the last row of each trigger and rule says, if it is red."""
    columns = ("verdict", "severity", "reason", "annotation", "owner", "captured_at")
    latest = ", ".join(f"latest(row.{column}) as {column}" for column in columns)
    return (
        f"stats {latest} by row.account, row.region, row.rule, row.uuid",
        f"filter verdict in {_RED}",
        "sort severity asc, row.account asc, row.uuid asc",
        "limit 1000",
    )


def _red_by(*columns: str) -> tuple[str, ...]:
    """How many triggers have a red rule, by some columns."""
    grouped = ", ".join(columns)
    return (
        f"stats latest(row.verdict) as verdict by {grouped}, row.rule, row.uuid",
        f"filter verdict in {_RED}",
        f"stats count_distinct(row.uuid) as triggers, count(*) as findings by {grouped}",
        "sort triggers desc",
        "limit 1000",
    )


if __name__ == "__main__":
    main()
