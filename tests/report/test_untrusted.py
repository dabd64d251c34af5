"""Specification of untrusted text: it steers neither a terminal nor a spreadsheet."""

import pytest

from kafka_trigger_guard.report.untrusted import ascii_only, cell, printable

HOSTILE = "a\x1b[31mred\x07\x9b2J\u202eevil\u200b\ud800\x00z"


def test_control_format_and_surrogate_characters_are_replaced() -> None:
    shown = printable(HOSTILE)
    assert shown.isprintable()
    assert shown == "a�[31mred��2J�evil���z"


def test_line_breaks_become_spaces() -> None:
    assert printable("one\r\ntwo\tthree\u2028four") == "one  two three four"


def test_ordinary_text_of_any_language_stays() -> None:
    assert printable("zażółć 注文 ✓") == "zażółć 注文 ✓"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " @", "\uff1d"])
def test_no_cell_begins_a_formula(start: str) -> None:
    assert cell(f"{start}HYPERLINK(1)").startswith("'")


def test_an_ordinary_cell_stays_as_it_is() -> None:
    assert cell("arn:aws:lambda:us-east-1:111122223333:function:orders") == (
        "arn:aws:lambda:us-east-1:111122223333:function:orders"
    )


def test_ascii_terminals_get_ascii() -> None:
    assert ascii_only("a… “b” → ü") == 'a... "b" -> ?'
