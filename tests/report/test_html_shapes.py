"""Specification of how the HTML report stores details: whole, once per shape, and small."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kafka_trigger_guard.report.html_shapes import Json, Shapes
from kafka_trigger_guard.report.untrusted import printable

OWN = "7a1b6a4e-0000-4000-8000-000000000001"
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [OWN, "sg-0a1, sg-0a1.", "10.0.0.1:9092", "to vpc-1/", "0", "...1...", "a/b", f"<{OWN}>"]
    ),
)
DOCUMENTS = st.dictionaries(st.sampled_from(["one", "two"]), st.lists(TEXTS, max_size=4) | TEXTS, max_size=2)


def restored(shapes: Shapes, detail: int, own_name: str) -> object:
    """A detail as the page's script fills it in."""
    number, words = shapes.details[detail]
    assert isinstance(number, int)
    assert isinstance(words, list)

    def filled(value: object) -> object:
        if isinstance(value, str):
            return re.sub(r"[0-9]+", lambda place: named(int(place.group())), value)
        if isinstance(value, dict):
            return {name: filled(each) for name, each in value.items()}
        return [filled(each) for each in value] if isinstance(value, list) else value

    def named(place: int) -> str:
        return own_name if place == 0 else shapes.words[words[place - 1]]

    return filled(shapes.shapes[number])


def shown(value: object) -> object:
    """The document as it may be shown."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: shown(each) for name, each in value.items()}
    return [shown(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_every_document_comes_back_as_it_was(documents: list[Json]) -> None:
    shapes = Shapes()
    details = [shapes.add(document, OWN) for document in documents]
    for document, detail in zip(documents, details, strict=True):
        assert restored(shapes, detail, printable(OWN)) == shown(document)


def test_documents_that_differ_in_names_and_numbers_share_a_shape() -> None:
    shapes = Shapes()
    for number in range(100):
        shapes.add({"text": f"sg-{number:08x} lets TCP {number} in from 10.0.{number}.0/24"}, f"own-{number}")
    assert len(shapes.shapes) == 1


def test_documents_that_differ_in_their_own_name_only_are_one() -> None:
    shapes = Shapes()
    details = {
        shapes.add({"text": f"trigger own-{number} in vpc-1"}, f"own-{number}") for number in range(100)
    }
    assert details == {0}
    assert shapes.words == ["vpc-1"]


def test_a_long_word_without_a_digit_is_no_work() -> None:
    """What would take minutes if each of its characters began a search."""
    shapes = Shapes()
    assert shapes.add({"text": "n" * 1_000_000 + " 1"}, OWN) == 0
