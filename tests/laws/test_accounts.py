"""Networks of several accounts: unknown is honest, and neither order nor names mean anything."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Finding
from tests.laws.profile import networks_tried
from tests.networks.landscape import landscape
from tests.networks.landscape_cases import CHANGES, Change
from tests.networks.landscape_shapes import NAMES, NETWORK, SPOKE, Json, Landscape
from tests.networks.transformations import reordered

OWNERS = {"network": NETWORK, "names": NAMES}
OPERATION = re.compile(r"\b[a-z0-9]+:(?:List|Describe|Get|Search)[A-Za-z]+")
PARAMETERS: tuple[Mapping[str, str], ...] = ({}, {"AllowNat": "true"}, {"AllowNat": "false"})
ABSENT_MEANS_THE_DEFAULT = ("ec2:DescribeDhcpOptions", "ec2:DescribeVpcBlockPublicAccessOptions")
KEYED = ("ec2:SearchTransitGatewayRoutes", "route53:ListResourceRecordSets", "ec2:DescribeVpcAttribute")


@dataclass(frozen=True, repr=False)
class Drawn:
    """A landing zone, what it was made of, and (if something is left out) what it is without it."""

    made_of: tuple[str, ...]
    whole: Landscape
    without: Landscape = field(default_factory=dict)
    side: str = ""
    missing: str = ""

    def __repr__(self) -> str:
        return f"<{' + '.join(self.made_of)}, without {self.missing} of {self.side}>"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """How Hypothesis prints it in a failure: not by its documents."""
        printer.text(repr(self))


@st.composite
def landscapes(draw: st.DrawFn) -> Drawn:
    """The landing zone with up to three changes that go together."""
    names = draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=3, unique=True))
    found, made = landscape(), []
    for name in names:
        changed = copy.deepcopy(found)
        try:
            CHANGES[name].make(changed)
        except (KeyError, IndexError):
            continue
        found = changed
        made.append(name)
    return Drawn(tuple(made), found)


def judged(found: Landscape, parameters: Mapping[str, str], order: int = 1) -> dict[str, Finding]:
    """The findings of the one trigger, whichever snapshot comes first."""
    snapshots = [from_document(document) for document in list(found.values())[::order]]
    evaluations = evaluate(snapshots, parameters=parameters)
    (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
    return {finding.rule: finding for finding in trigger.findings}


def answered(found: Mapping[str, Finding]) -> dict[str, tuple[str, str]]:
    return {rule: (finding.verdict.value, finding.reason.value) for rule, finding in found.items()}


def contradictions(
    without: Mapping[str, Finding], whole: Mapping[str, Finding]
) -> dict[str, tuple[str, str]]:
    """Verdicts that completing what was not read shows to be wrong."""
    return {
        rule: (finding.annotation, whole[rule].annotation)
        for rule, finding in without.items()
        if finding.verdict.value not in ("UNKNOWN", whole[rule].verdict.value)
    }


def check_every_subset(whole: Landscape, parameters: Mapping[str, str]) -> None:
    """Of every set of snapshots with the trigger's own: no decided verdict changes when others are added, and
    whatever is unknown for want of some names an account that is not there, until it is decided."""
    found = {
        subset: judged({name: each for name, each in whole.items() if name in subset}, parameters)
        for size in range(len(whole))
        for subset in (frozenset({"spoke", *others}) for others in combinations(sorted(OWNERS), size))
    }
    for some, more in permutations(found, 2):
        if some < more:
            assert not contradictions(found[some], found[more]), (sorted(some), sorted(more))
    for some in found:
        for rule in found[some]:
            check_that_it_leads_on(found, some, rule)


def check_that_it_leads_on(
    found: Mapping[frozenset[str], Mapping[str, Finding]], read: frozenset[str], rule: str
) -> None:
    """From an unknown verdict, to read the account that it names decides, or names the next one."""
    everything = frozenset({"spoke", *OWNERS})
    if found[everything][rule].verdict.value == "UNKNOWN":
        return
    while (finding := found[read][rule]).verdict.value == "UNKNOWN":
        named = [side for side in sorted(everything - read) if OWNERS[side] in finding.annotation]
        assert named, (sorted(read), finding.annotation)
        assert OPERATION.search(finding.annotation) or finding.reason.value == "not-modelled"
        read |= {named[0]}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("parameters", PARAMETERS[:2], ids=["", "nat"])
def test_of_each_change_no_snapshot_that_is_missing_is_guessed(
    change: Change, parameters: Mapping[str, str]
) -> None:
    found = landscape()
    change.make(found)
    check_every_subset(found, parameters)


@networks_tried(200)
@given(landscapes(), st.sampled_from(PARAMETERS))
def test_snapshots_that_are_missing_are_never_guessed_and_adding_them_decides(
    drawn: Drawn, parameters: Mapping[str, str]
) -> None:
    check_every_subset(drawn.whole, parameters)


@st.composite
def gaps(draw: st.DrawFn) -> Drawn:
    """A landing zone, and the same without one operation, or one key of it, of the far side."""
    found = draw(landscapes())
    side = draw(st.sampled_from(sorted(OWNERS)))
    without = copy.deepcopy(found.whole)
    responses, errors = without[side]["responses"], without[side]["errors"]
    operation = draw(st.sampled_from(sorted(set(responses) - set(ABSENT_MEANS_THE_DEFAULT))))
    name = operation
    if operation in KEYED and responses[operation]:
        key = draw(st.sampled_from(sorted(responses[operation])))
        del responses[operation][key]
        name = f"{operation} {key}"
    else:
        del responses[operation]
    if draw(st.booleans()):
        errors[name] = {"code": "AccessDenied", "message": "not authorized"}
    return replace(found, without=without, side=side, missing=operation)


@networks_tried(300)
@given(gaps(), st.sampled_from(PARAMETERS))
def test_an_operation_of_the_far_side_that_is_missing_is_never_guessed(
    drawn: Drawn, parameters: Mapping[str, str]
) -> None:
    """The verdict without it never contradicts the one with it; the unknown names operation and account."""
    with_it, found = judged(drawn.whole, parameters), judged(drawn.without, parameters)
    assert not contradictions(found, with_it)
    for rule, finding in found.items():
        if finding.verdict.value == "UNKNOWN" and with_it[rule].verdict.value != "UNKNOWN":
            assert drawn.missing in finding.annotation
            assert OWNERS[drawn.side] in finding.annotation


@networks_tried(100)
@given(landscapes())
def test_the_order_of_snapshots_and_lists_means_nothing(drawn: Drawn) -> None:
    usual = answered(judged(drawn.whole, {}))
    assert answered(judged(drawn.whole, {}, order=-1)) == usual
    turned: Landscape = {name: reordered(document) for name, document in drawn.whole.items()}
    assert answered(judged(turned, {})) == usual


@networks_tried(60)
@given(landscapes())
def test_accounts_and_ids_are_only_names(drawn: Drawn) -> None:
    """Every account and object renamed, wherever it stands: also in ARNs, policies and records."""
    renamed: Landscape = {name: _renamed(document) for name, document in drawn.whole.items()}
    assert answered(judged(renamed, {})) == answered(judged(drawn.whole, {}))


def _renamed(document: Json) -> Json:
    text = json.dumps(document)
    for account in (SPOKE, NETWORK, NAMES):
        text = text.replace(account, account[::-1])
    for word in ("spoke", "hub", "egress", "vpce-0", "kafka-A"):
        text = text.replace(word, {"vpce-0": "vpce-9", "kafka-A": "kafka-B"}.get(word, f"{word[::-1]}x"))
    renamed: Json = json.loads(text)
    return renamed
