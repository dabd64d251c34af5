"""The report as one HTML file: no network, no build step, and nothing from AWS is ever read as markup."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kafka_trigger_guard import __version__
from kafka_trigger_guard.report.html_data import report_data
from kafka_trigger_guard.report.html_model import Report
from kafka_trigger_guard.report.html_summary import Summary, summary_of
from kafka_trigger_guard.report.untrusted import printable
from kafka_trigger_guard.rules.findings import Verdict

_TEMPLATES = "templates"
_SCRIPTS = ("elements", "data", "choosing", "picture", "detail", "table", "page")
"""In the order in which they build on each other."""
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def report_page(report: Report, *, written_at: datetime | None = None) -> str:
    """The page of a report, as HTML text.

    Its Content-Security-Policy admits its own style and script by their hashes and nothing else at all.
    https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
    """
    summary = summary_of(report)
    style, script = _style(), _script()
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            policy=_policy(style, script),
            style=Markup(style),
            script=Markup(script),
            data=_embedded(report_data(report)),
            summary=summary,
            verdict_of_all=_verdict_of_all(summary, report.complete),
            scope=_scope(report),
            notices=report.notices,
            has_paths=report.has_paths,
            source=report.source,
            money_notes=(*(totals.sentence for totals in report.totals), *report.cost_notes),
            leftovers=tuple(leftover.sentence for leftover in report.leftovers),
            version=__version__,
            written_at=(written_at or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
        )
    )


def headline(report: Report) -> str:
    """The report in a few words: how many triggers need attention."""
    return _verdict_of_all(summary_of(report), report.complete)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("kafka_trigger_guard.report", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"shown": printable, "number": _number, "sentence": _sentence, "short": _short}
    return environment


def _read(name: str) -> str:
    return files("kafka_trigger_guard.report").joinpath(_TEMPLATES, name).read_text(encoding="utf-8")


def _style() -> str:
    return f"\n{_read('report.css')}"


def _script() -> str:
    """All scripts in a scope of their own."""
    texts = "\n".join(_read(f"js/{name}.js") for name in _SCRIPTS)
    return f'\n(() => {{\n"use strict";\n{texts}}})();\n'


def _policy(style: str, script: str) -> str:
    """https://www.w3.org/TR/CSP3/#meta-element: what a page may load, run or send."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _embedded(data: object) -> Markup:
    """JSON that may stand in a script element: without `<`, no text can end the element."""
    return Markup(json.dumps(data, separators=(",", ":")).translate(_ESCAPES))


def _verdict_of_all(summary: Summary, complete: bool) -> str:
    """One sentence, which never says more than what was read tells."""
    counts = {share.verdict: share.count for share in summary.totals}
    bad = counts[Verdict.NON_COMPLIANT.value] + counts[Verdict.UNKNOWN.value]
    if bad:
        verb = "needs" if bad == 1 else "need"
        return f"{_number(bad)} of {_number(summary.triggers)} Kafka triggers {verb} attention"
    if not summary.triggers:
        return "No Kafka triggers" if complete else "No Kafka triggers in what was read"
    if summary.flagged:
        return "No rule complains of any Kafka trigger"
    return f"All Kafka triggers{'' if complete else ' that were read'} are well"


def _scope(report: Report) -> str:
    """Which accounts and Regions were read, and when."""
    accounts = sorted({scope.account for scope in report.scopes})
    regions = sorted({scope.region for scope in report.scopes})
    times = sorted({scope.captured_at for scope in report.scopes if scope.captured_at})
    idle = len(set(accounts) - {trigger.account for trigger in report.triggers})
    parts = [
        f"account {accounts[0]}" if len(accounts) == 1 else f"{_number(len(accounts))} accounts",
        regions[0] if len(regions) == 1 else f"{_number(len(regions))} Regions",
    ]
    if idle and len(accounts) > 1:
        parts[0] += f", {_number(idle)} of them without Kafka triggers"
    if times:
        parts.append(f"captured {times[0] if len(times) == 1 else f'{times[0]} to {times[-1]}'}")
    return printable(" · ".join([report.source, *parts] if report.source else parts))


def _number(number: int) -> str:
    return f"{number:,}"


def _sentence(annotation: str) -> str:
    """An annotation without its reason code, begun with a capital letter unless with a name."""
    said = annotation.partition(": ")[2] or annotation
    return said[0].upper() + said[1:] if said.partition(" ")[0].isalpha() else said


def _short(rule: str) -> str:
    return rule.removeprefix("kafka-trigger-")
