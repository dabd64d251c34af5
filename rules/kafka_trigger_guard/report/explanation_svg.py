"""Explanations as one self-contained SVG: poller, hops, destination of each path; readable without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from kafka_trigger_guard.network.answers import Answer
from kafka_trigger_guard.report.objects import kind_of, object_name, told
from kafka_trigger_guard.report.untrusted import printable
from kafka_trigger_guard.report.verdicts import ANSWER_MARKS
from kafka_trigger_guard.rules.explaining.explanation import Destination, Explanation, Place
from kafka_trigger_guard.rules.explaining.journeys import Journey, Step, Way

_BOX_WIDTH, _BOX_HEIGHT, _GAP, _MARGIN = 168, 74, 26, 24
_PER_ROW = 6
_WIDTH = 2 * _MARGIN + _PER_ROW * _BOX_WIDTH + (_PER_ROW - 1) * _GAP
_LINE, _BOX_TEXT = 20, 24
_CHARACTERS = {"title": (_WIDTH - 2 * _MARGIN) // 11, "destination": (_WIDTH - 2 * _MARGIN) // 9}
_CHARACTERS_OF_TEXT = (_WIDTH - 2 * _MARGIN) // 8
"""How many characters of a monospaced font fit; one is about 0.6 times as wide as it is high."""
_WORDS = {Answer.ALLOW: "open", Answer.DENY: "blocked", Answer.UNKNOWN: "not known"}
_STYLE = """
svg { background: #ffffff; }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1b1f24; }
.title { font-size: 18px; font-weight: bold; } .destination { font-size: 15px; font-weight: bold; }
.small { font-size: 11px; } .end { fill: #eef1f4; stroke: #57606a; }
.allow { fill: #eefaf0; stroke: #1a7f37; }
.deny { fill: #ffebe9; stroke: #b3261e; stroke-width: 3; }
.unknown { fill: #fff8e1; stroke: #8a6100; stroke-width: 2; stroke-dasharray: 6 4; }
.line { stroke: #57606a; stroke-width: 1.5; fill: none; }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117; } text { fill: #e6edf3; } .end { fill: #21262d; stroke: #8b949e; }
.allow { fill: #12261a; stroke: #3fb950; } .deny { fill: #3a1517; stroke: #ff7b72; }
.unknown { fill: #2e2410; stroke: #d9a62e; } .line { stroke: #8b949e; }
}
"""


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of a path: two lines of text and the account, the whole of it as a tooltip, and a class."""

    heading: str
    label: str
    tooltip: str
    style: str
    account: str = ""


def explanation_svg(explanations: Sequence[Explanation]) -> str:
    """The explanations as SVG text; everything from AWS is escaped."""
    canvas = _Canvas()
    for found in explanations:
        _explanation(found, canvas)
    title = "Paths of " + ", ".join(found.trigger.function_name[:100] for found in explanations)
    return canvas.document(title, _description(explanations))


class _Canvas:
    """Elements from top to bottom; `y` is where the next one goes."""

    def __init__(self) -> None:
        self.y = _MARGIN
        self._elements: list[str] = []

    def text(self, text: str, style: str = "") -> None:
        """Lines of text that fit the width."""
        for line in _lines(text, _CHARACTERS.get(style, _CHARACTERS_OF_TEXT)):
            self.y += _LINE
            self._elements.append(f'<text x="{_MARGIN}" y="{self.y}" class="{style}">{_safe(line)}</text>')

    def space(self, height: int = 10) -> None:
        """Empty space."""
        self.y += height

    def boxes(self, boxes: Sequence[_Box]) -> None:
        """Boxes from left to right, in as many rows as they need, joined by lines."""
        self.space()
        for start in range(0, len(boxes), _PER_ROW):
            if start:
                self._join_rows()
            row = boxes[start : start + _PER_ROW]
            for column, box in enumerate(row):
                self._box(_MARGIN + column * (_BOX_WIDTH + _GAP), box, joined=column > 0)
            self.y += _BOX_HEIGHT + 14

    def document(self, title: str, description: str) -> str:
        """All elements as one SVG document."""
        height = self.y + _MARGIN
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
            f'viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title description">\n'
            f'<title id="title">{_safe(title)}</title>\n<desc id="description">{_safe(description)}</desc>\n'
            f"<style>{_STYLE}</style>\n" + "\n".join(self._elements) + "\n</svg>\n"
        )

    def _box(self, x: int, box: _Box, *, joined: bool) -> None:
        middle = self.y + _BOX_HEIGHT // 2
        if joined:
            self._elements.append(f'<path class="line" d="M{x - _GAP} {middle}H{x}"/>')
        self._elements.append(
            f'<g><title>{_safe(box.tooltip)}</title><rect class="{box.style}" x="{x}" y="{self.y}" '
            f'width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="6"/>'
            f'<text x="{x + 8}" y="{self.y + 22}">{_safe(_cut(box.heading, 18))}</text>'
            f'<text class="small" x="{x + 8}" y="{self.y + 44}">{_safe(_cut(box.label, _BOX_TEXT))}</text>'
            f"{self._owner(x, box)}</g>"
        )

    def _owner(self, x: int, box: _Box) -> str:
        if not box.account:
            return ""
        text = _safe(_cut(f"account {box.account}", _BOX_TEXT))
        return f'<text class="small" x="{x + 8}" y="{self.y + 62}">{text}</text>'

    def _join_rows(self) -> None:
        right, left = _WIDTH - _MARGIN - _BOX_WIDTH // 2, _MARGIN + _BOX_WIDTH // 2
        turn = f"M{right} {self.y - 14}V{self.y - 5}H{left}V{self.y + 4}"
        self._elements.append(f'<path class="line" d="{turn}"/>')
        self.y += 4


def _explanation(found: Explanation, canvas: _Canvas) -> None:
    trigger = found.trigger
    canvas.text(f"{trigger.function_name[:100]}: {trigger.source_type.value}, {trigger.mode.value}", "title")
    canvas.text(f"{trigger.uuid} in {trigger.account} {trigger.region}")
    for place in found.places:
        _place(place, trigger.account, canvas)
    for remedy in found.remedies:
        canvas.space(18)
        canvas.text(f"Account {remedy.account} repairs {object_name(remedy.resource, '')}", "destination")
        canvas.text(remedy.why)
        for command in remedy.commands:
            canvas.text(command)
        if remedy.advice:
            canvas.text(remedy.advice)


def _place(place: Place, home: str, canvas: _Canvas) -> None:
    if place.note:
        canvas.text(place.note)
    for destination in place.destinations:
        canvas.space(18)
        port = "" if destination.port_in_names else f" on TCP {destination.port}"
        state = f"{ANSWER_MARKS[destination.answer]} {_WORDS[destination.answer]}"
        canvas.text(f"{_names(destination)}{port}: {state}", "destination")
        for way in destination.ways:
            for journey in way.journeys:
                _journey(way, journey, destination, home, canvas)


def _journey(way: Way, journey: Journey, destination: Destination, home: str, canvas: _Canvas) -> None:
    canvas.text(f"{way.title}: {ANSWER_MARKS[journey.answer]} {_WORDS[journey.answer]}")
    whence = list(dict.fromkeys(subnet_id for ends in journey.ends for subnet_id in ends.subnet_ids))
    whither = list(dict.fromkeys(address for ends in journey.ends for address in ends.addresses))
    start = _Box("poller", _counted(whence), f"poller in {' '.join(whence)}", "end")
    end = _Box(
        destination.kind.value, _counted(whither), f"{_names(destination)} at {' '.join(whither)}", "end"
    )
    canvas.boxes([start, *(box for step in journey.steps for box in _boxes(step, home)), end])
    for step in journey.steps:
        if step.opening:
            verb = _WORDS[step.answer]
            canvas.text(f"{ANSWER_MARKS[step.answer]} {verb} at {told(step, home)}. {step.opening}")


def _boxes(step: Step, home: str) -> Iterator[_Box]:
    """The stops of a route on to other networks, then what decides."""
    for stop in step.via:
        if stop != step.resource or step.answer is Answer.ALLOW:
            words = {"transit gateway": "gateway", "transit gateway attachment": "attachment"}
            heading = words.get(kind_of(stop), kind_of(stop).removeprefix("transit gateway "))
            yield _Box(heading, stop.id, f"by {object_name(stop, home)}", "end", stop.account)
    yield _hop(step, home)


def _hop(step: Step, home: str) -> _Box:
    back = "← " if step.back else ""
    heading = f"{ANSWER_MARKS[step.answer]} {back}{step.kind}"
    tooltip = f"{_WORDS[step.answer]}: {told(step, home)} [{step.rule}] {step.opening}".strip()
    name = step.resource.id or object_name(step.resource, home)
    return _Box(heading, name, tooltip, step.answer.name.lower(), step.resource.account)


def _names(destination: Destination) -> str:
    return ", ".join(name[:200] for name in destination.names)


def _counted(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)}: {' '.join(names)}"


def _description(explanations: Iterable[Explanation]) -> str:
    return " ".join(_sentences(explanations)) or "There is no path to show."


def _sentences(explanations: Iterable[Explanation]) -> Iterator[str]:
    for found in explanations:
        for place in found.places:
            if place.note:
                yield place.note
            for destination in place.destinations:
                yield f"{_names(destination)}: {_WORDS[destination.answer]}."


def _safe(text: str) -> str:
    return escape(printable(text))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(_cut(printable(text), 1200), width) or [""]
