"""What the person reads who sees nothing but the AWS Config console."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.rules.annotations import LONGEST, annotation, with_id
from kafka_trigger_guard.rules.findings import Reason, Verdict, compliant, non_compliant, unknown
from tests.networks import triggers
from tests.networks.cases import Case
from tests.networks.catalogue import CASES
from tests.networks.healthy import healthy
from tests.networks.judging import findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_annotations_are_short_begin_with_the_reason_and_name_the_blocker(case: Case) -> None:
    """At most 256 characters in all, for every hand-made network; what is red ends with a sentence."""
    for finding in findings(case.build(), case.parameters).values():
        assert len(finding.annotation) <= LONGEST
        assert finding.annotation.startswith(f"{finding.reason.value}: ")
        if finding.verdict is Verdict.NON_COMPLIANT:
            assert finding.blockers
            assert finding.blockers[0].id in finding.annotation
        if finding.verdict in (Verdict.NON_COMPLIANT, Verdict.UNKNOWN):
            assert finding.annotation.endswith(".")


def test_what_is_too_long_is_cut_before_the_remedy() -> None:
    """The remedy is what the reader needs most."""
    blocker = Resource("sg-1", "AWS::EC2::SecurityGroup", "111122223333")
    text = annotation(non_compliant(Reason.NO_ROUTE, "x" * 400, blocker), None)
    assert len(text) == LONGEST
    assert text.startswith("no-route: sg-1: ")
    assert text.endswith("… Add or repair the route.")


def test_line_breaks_of_aws_s_texts_do_not_reach_the_console() -> None:
    """One line."""
    assert "\n" not in annotation(unknown(Reason.NOT_COLLECTED, "one\ntwo"), None)


def test_what_is_green_has_no_remedy() -> None:
    """There is nothing to do."""
    assert annotation(compliant(Reason.ALLOWED, "all is well"), None) == "allowed: all is well."


def test_a_finding_about_the_trigger_itself_names_the_trigger() -> None:
    """No other object is to blame for a single broker."""
    finding = findings(healthy().bootstrap_servers("10.0.0.132:9092"))["redundancy"]
    assert finding.annotation.startswith(f"single-broker: {triggers.UUID}: ")
    assert finding.blockers[0].id == triggers.UUID


def test_naming_an_object_keeps_the_annotation_short() -> None:
    """Also where it was as long as it may be."""
    assert len(with_id("single-zone: " + "x" * 243, "b" * 36)) == LONGEST
