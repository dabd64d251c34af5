"""The numbers of the HTML report: verdicts in all, by rule, account and Region, and what to do first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kafka_trigger_guard.cost import Totals, money
from kafka_trigger_guard.report.html_model import Report, ShownFinding, ShownTrigger
from kafka_trigger_guard.report.verdicts import BAD, MARKS
from kafka_trigger_guard.rules import lambda_endpoint
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.registry import RULES

_CAUSES_SHOWN = 6
_WORDS = {
    Verdict.NON_COMPLIANT: "Non-compliant",
    Verdict.UNKNOWN: "Unknown",
    Verdict.COMPLIANT: "Compliant",
    Verdict.NOT_APPLICABLE: "Not applicable",
}


@dataclass(frozen=True, slots=True)
class Share:
    """How many have a verdict: its mark, its name as people read it, and where its bar starts, in percent."""

    verdict: str
    word: str
    mark: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a summary: what it is about, a second name, and how many of each verdict."""

    key: str
    title: str
    shares: tuple[Share, ...]

    @property
    def bad(self) -> tuple[int, ...]:
        """How many are non-compliant and unknown, to put the worst first."""
        return tuple(share.count for share in self.shares if share.verdict in {v.value for v in BAD})


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to repair: what is the case, where, under which rule, and for how many triggers."""

    account: str
    region: str
    rule: str
    text: str
    looked_for: str
    triggers: int
    repaired: bool
    saving: Decimal
    currency: str

    @property
    def saved(self) -> str:
        """What repairing it saves a month, empty if nothing is known to be saved."""
        return f"saves {money(self.saving, self.currency)} a month" if self.saving > 0 else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount of money of the page, and what it is."""

    title: str
    value: str
    unit: str = "a month"


@dataclass(frozen=True, slots=True)
class Summary:
    """All numbers of the page."""

    triggers: int
    flagged: int
    totals: tuple[Share, ...]
    by_rule: tuple[Line, ...]
    by_account: tuple[Line, ...]
    by_region: tuple[Line, ...]
    causes: tuple[Cause, ...]
    more_causes: int
    figures: tuple[Figure, ...]


def summary_of(report: Report) -> Summary:
    """Count what a report shows."""
    triggers = report.triggers
    causes = _causes(triggers)
    return Summary(
        len(triggers),
        sum(bool(trigger.flag) for trigger in triggers),
        _shares(trigger.worst for trigger in triggers),
        tuple(_of_rule(name, triggers) for name in (rule.name for rule in RULES)),
        _worst_first(triggers, lambda trigger: trigger.account),
        _worst_first(triggers, lambda trigger: trigger.region),
        causes[:_CAUSES_SHOWN],
        len(causes[_CAUSES_SHOWN:]),
        tuple(figure for totals in report.totals for figure in _figures(totals)),
    )


def _figures(totals: Totals) -> Iterator[Figure]:
    """Amounts of one currency; none where nothing is known."""
    about = ", estimated" if totals.estimated else ""
    if totals.triggers > totals.unknown:
        yield Figure(f"NAT charges{about}", money(totals.nat, totals.currency))
        yield Figure("Endpoints would save", money(totals.possible_saving, totals.currency))
    if totals.leftovers:
        yield Figure("Endpoints nobody needs", money(totals.avoidable, totals.currency))


def _shares(verdicts: Iterable[Verdict]) -> tuple[Share, ...]:
    counted = Counter(verdicts)
    total, start, shares = sum(counted.values()) or 1, 0.0, []
    for verdict, mark in MARKS.items():
        width = 100 * counted[verdict] / total
        word = _WORDS[verdict]
        shares.append(Share(verdict.value, word, mark, counted[verdict], round(start, 2), round(width, 2)))
        start += width
    return tuple(shares)


def _of_rule(name: str, triggers: Iterable[ShownTrigger]) -> Line:
    verdicts = (f.verdict for trigger in triggers for f in trigger.findings if f.rule == name)
    return Line(name, name.removeprefix("kafka-trigger-"), _shares(verdicts))


def _worst_first(triggers: Iterable[ShownTrigger], of: Callable[[ShownTrigger], str]) -> tuple[Line, ...]:
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for trigger in triggers:
        groups[of(trigger)].append(trigger.worst)
    lines = [Line(key, key, _shares(verdicts)) for key, verdicts in groups.items()]
    return tuple(sorted(lines, key=lambda line: ([-number for number in line.bad], line.key)))


def _causes(triggers: Sequence[ShownTrigger]) -> tuple[Cause, ...]:
    """What is red for the same reason at the same place, most triggers first."""
    groups: dict[tuple[str, ...], list[tuple[ShownTrigger, ShownFinding]]] = defaultdict(list)
    for trigger in triggers:
        for finding in trigger.findings:
            if finding.verdict is Verdict.NON_COMPLIANT:
                text = finding.annotation.replace(trigger.uuid, "")
                groups[trigger.account, trigger.region, finding.rule, text].append((trigger, finding))
    causes = [_cause(members) for members in groups.values()]
    return tuple(sorted(causes, key=lambda cause: (-cause.triggers, -cause.saving, cause.text)))


def _cause(members: Sequence[tuple[ShownTrigger, ShownFinding]]) -> Cause:
    trigger, finding = members[0]
    blockers = [blocker.id for blocker in finding.blockers if blocker.id != trigger.uuid]
    costs = [t.cost for t, _ in members if t.cost is not None and finding.rule == lambda_endpoint.RULE.name]
    return Cause(
        trigger.account,
        trigger.region,
        finding.rule,
        finding.annotation,
        blockers[0] if blockers else finding.reason,
        len(members),
        bool(finding.document),
        sum((cost.saving for cost in costs if cost.saving is not None), Decimal(0)),
        costs[0].prices.currency if costs else "",
    )
