"""Whatever somebody named a function or a topic: the report shows it as text and runs none of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kafka_trigger_guard.report.html_page import report_page
from tests.browser.conftest import Opened
from tests.networks.healthy import healthy
from tests.networks.shapes import ACCOUNT, REGION
from tests.report.html_reports import document, reported

RUN = "document.title='run'"
HOSTILE = {
    "markup": f"<img src=x onerror={RUN}><script>{RUN}</script>",
    "end of script": f"</script><script>{RUN}</script><!--",
    "quotes": "\"'`><svg/onload=" + RUN + ">",
    "template": "${" + RUN + "}{{7*7}}{% raw %}&lt;b&gt;",
    "prototype": "__proto__",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_markup_is_shown_as_text_wherever_it_stands(opened: Opened, text: str) -> None:
    trigger = healthy().mapping(Topics=[text], LastProcessingResult=f"PROBLEM: Connection error {text}")
    one = document(trigger, f"id-{text}", text)
    one["account"], one["region"] = ACCOUNT, REGION
    one["errors"]["ec2:DescribeNatGateways"] = {"code": text, "message": text}
    page = opened(report_page(reported(one, not_evaluated=(text,))))
    expect(page.locator("tr.trigger .name")).to_have_text(text.split(":")[0])
    page.locator(".toggle").click()
    expect(page.locator("tr.detail")).to_contain_text(text)
    expect(page.locator(".notice").first).to_contain_text(text)
    assert page.title() != "run"
    assert page.locator("img").count() == 0
    assert page.evaluate("document.scripts.length") == 2


def test_a_name_that_steers_readers_is_shown_without_its_steering(opened: Opened) -> None:
    """Right-to-left overrides and control characters are replaced; Hebrew stays what it is."""
    name = "orders\u202egpj.exe\x1b[31m\x00\u2066שלום\u200b"
    page = opened(report_page(reported(document(healthy(), "id-1", name))))
    shown = page.locator("tr.trigger .name").inner_text()
    assert "שלום" in shown
    assert not set(shown) & set("\u202e\x1b\x00\u2066\u200b")
    assert page.locator("tr.trigger .name").evaluate("(e) => getComputedStyle(e).unicodeBidi") == "isolate"


def test_a_name_of_ten_thousand_characters_is_whole_and_breaks_no_layout(opened: Opened) -> None:
    name = "n" * 10_000
    page = opened(report_page(reported(document(healthy().without_endpoint("sts"), "id-1", name))))
    page.locator(".toggle").click()
    assert page.locator("tr.trigger .name").text_content() == name
    assert page.locator("tr.trigger").bounding_box()["height"] < 120  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1400


def test_a_command_keeps_a_hostile_name_in_one_word(opened: Opened) -> None:
    uuid = "x'; touch /tmp/owned; '"
    page = opened(report_page(reported(document(healthy().without_endpoint("sts"), uuid, "orders"))))
    page.locator(".toggle").click()
    quoted = "'x'\\''; touch /tmp/owned; '\\'''"
    expect(page.locator(".command code").first).to_contain_text(f"remediate {quoted} --rule")
