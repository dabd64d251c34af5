"""Specification of the HTML report in a real browser: filter, sort, expand, share, print, and theme."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from kafka_trigger_guard.report.html_page import report_page
from tests.browser.conftest import Opened
from tests.networks.organization import HUB_ACCOUNT, central_endpoints
from tests.report.html_reports import BY_NAT, OTHER_ACCOUNT, TOKYO, four_accounts, reported

ROWS = "tr.trigger"
NAMES = f"{ROWS} .name"
DETAIL = "tr.detail"


@pytest.fixture(scope="module")
def text() -> str:
    """The page of four triggers, one of which is well."""
    return report_page(four_accounts())


@pytest.fixture
def page(opened: Opened, text: str) -> Page:
    return opened(text)


def names(page: Page) -> list[str]:
    """The functions' names from top to bottom."""
    return page.locator(NAMES).all_text_contents()


def test_it_opens_from_a_file_with_its_numbers_and_all_triggers(page: Page) -> None:
    assert page.title() == "Kafka triggers: 3 of 4 Kafka triggers need attention"
    expect(page.locator("#matches")).to_have_text("4 triggers")
    expect(page.locator(ROWS)).to_have_count(4)
    assert names(page)[-1] == "invoice-indexer"


def test_text_filters_by_name_id_and_address(page: Page) -> None:
    page.fill("#text", "WAREhouse")
    expect(page.locator("#matches")).to_have_text("1 of 4 triggers match")
    assert names(page) == ["orders-to-warehouse"]
    page.fill("#text", BY_NAT)
    expect(page.locator(NAMES)).to_have_text(["orders-to-warehouse"])
    page.fill("#text", "10.0.0.132 nowhere")
    expect(page.locator("#rows")).to_contain_text("No trigger matches")


def test_verdict_rule_account_and_region_filter(page: Page) -> None:
    page.get_by_role("checkbox", name="Non-compliant").check()
    expect(page.locator(ROWS)).to_have_count(3)
    page.locator("#rule").select_option("kafka-trigger-sts-endpoint")
    expect(page.locator(NAMES)).to_have_text(["payments-ledger"])
    page.get_by_role("button", name="Reset").click()
    page.locator("#account").select_option(OTHER_ACCOUNT)
    page.locator("#region").select_option(TOKYO)
    expect(page.locator(NAMES)).to_have_text(["shipment-notifier"])


def test_a_rule_asks_for_the_verdict_of_that_rule(page: Page) -> None:
    page.locator("#rule").select_option("kafka-trigger-lambda-endpoint")
    page.get_by_role("checkbox", name="Compliant", exact=True).check()
    expect(page.locator(ROWS)).to_have_count(3)


def test_the_summaries_lead_to_their_triggers(page: Page) -> None:
    page.locator("#by-account").locator("xpath=..").get_by_role("button", name=OTHER_ACCOUNT).click()
    expect(page.locator(NAMES)).to_have_text(["orders-to-warehouse", "shipment-notifier"])
    page.locator(".causes button").first.click()
    expect(page.locator("#matches")).to_have_text("1 of 4 triggers match")


def test_columns_sort_by_mouse_both_ways(page: Page) -> None:
    head = page.locator("#table").get_by_role("columnheader", name="Function")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert names(page) == sorted(names(page))
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page) == sorted(names(page), reverse=True)


def test_columns_sort_by_keyboard_and_keep_the_focus(page: Page) -> None:
    page.locator("#table").get_by_role("columnheader", name="Region").get_by_role("button").focus()
    page.keyboard.press("Enter")
    head = page.locator("#table").get_by_role("columnheader", name="Region")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(head.get_by_role("button")).to_be_focused()
    page.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert page.locator(f"{ROWS} .region").first.inner_text() == "us-east-1"


def test_a_row_opens_and_closes_by_mouse(page: Page) -> None:
    row = page.locator(ROWS, has_text="orders-to-warehouse")
    row.locator(".source").click()
    expect(row.locator(".toggle")).to_have_attribute("aria-expanded", "true")
    expect(page.locator(DETAIL)).to_contain_text("Blocked here")
    row.locator(".toggle").click()
    expect(page.locator(DETAIL)).to_have_count(0)


def test_rows_are_walked_and_opened_by_keyboard(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("ledger")
    expect(page.locator(ROWS)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(ROWS)).to_have_count(4)
    page.locator(".toggle").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".toggle").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toggle").nth(1)).to_have_attribute("aria-expanded", "true")
    expect(page.locator(DETAIL)).to_have_count(1)


def test_the_first_tab_skips_to_the_triggers(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#triggers")).to_be_focused()


def test_an_open_row_shows_picture_hops_fix_and_cost(page: Page) -> None:
    page.locator(ROWS, has_text="orders-to-warehouse").locator(".toggle").click()
    detail = page.locator(DETAIL)
    expect(detail.locator("svg .hop.deny .stop").last).to_have_text("✗ blocked here")
    expect(detail.locator("svg .hop.deny", has_text="NAT gateway")).to_have_count(1)
    expect(detail.locator(".hops .blocking")).to_contain_text("carries every byte of lambda")
    where = f"{BY_NAT} --rule kafka-trigger-lambda-endpoint --region us-east-1"
    expect(detail.locator(".command code").first).to_have_text(f"kafka-trigger-guard remediate {where}")
    start = detail.locator(".command code").nth(1)
    expect(start).to_contain_text("--document-name KafkaTriggerGuard-CreateInterfaceEndpoint")
    expect(start).to_contain_text(f'"EventSourceMappingId":["{BY_NAT}"]')
    expect(start).to_contain_text(
        f"arn:aws:iam::{OTHER_ACCOUNT}:role/KafkaTriggerGuard-CreateInterfaceEndpoint"
    )
    expect(detail).to_contain_text("NAT charges USD")
    assert detail.locator("details", has_text="sts on TCP 443: reached").locator(".hops").count() == 0
    detail.locator("summary", has_text="sts on TCP 443: reached").click()
    expect(
        detail.locator("details", has_text="sts on TCP 443: reached").locator(".hops").first
    ).to_be_visible()


def test_a_view_can_be_passed_on_by_its_address(page: Page, opened: Opened, text: str) -> None:
    page.locator("#region").select_option(TOKYO)
    page.locator("#table").get_by_role("columnheader", name="Function").get_by_role("button").click()
    page.locator(".toggle").first.click()
    address = page.evaluate("location.hash")
    again = opened(text, address)
    assert names(again) == ["payments-ledger", "shipment-notifier"]
    expect(again.locator(".toggle").first).to_have_attribute("aria-expanded", "true")
    expect(again.locator("#region")).to_have_value(TOKYO)


def test_an_address_that_means_nothing_shows_everything(opened: Opened, text: str) -> None:
    page = opened(text, "#sort=__proto__&page=-3&size=x&open=99,constructor&verdicts=toString&rule=")
    expect(page.locator(ROWS)).to_have_count(4)


@pytest.mark.parametrize(("scheme", "pressed"), [("light", "false"), ("dark", "true")])
def test_the_theme_follows_the_system_until_it_is_switched(
    opened: Opened, text: str, scheme: str, pressed: str
) -> None:
    page = opened(text, color_scheme=scheme)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = page.evaluate(ground)
    switch = page.get_by_role("button", name="Dark")
    expect(switch).to_have_attribute("aria-pressed", pressed)
    switch.click()
    expect(switch).not_to_have_attribute("aria-pressed", pressed)
    assert page.evaluate(ground) != before


def test_paper_shows_every_red_trigger_in_full_and_no_controls(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator("#printed article")).to_have_count(3)
    expect(page.locator("#printed article", has_text="Blocked here")).to_have_count(3)
    expect(page.locator("#printed tbody tr.trigger")).to_have_count(4)
    visible = "[...document.querySelectorAll('button, input, select')].filter((e) => e.checkVisibility())"
    assert page.evaluate(f"{visible}.filter((e) => !e.matches('.plain')).length") == 0
    page.emulate_media(media="screen")
    expect(page.locator("#printed article")).to_have_count(0)


def test_it_fits_a_narrow_screen(opened: Opened, text: str) -> None:
    page = opened(text, width=390)
    page.locator(".toggle").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_triggers_it_says_so(opened: Opened) -> None:
    from kafka_trigger_guard.report.html_model import Report

    page = opened(report_page(Report((), ())))
    expect(page.locator("h1")).to_have_text("No Kafka triggers")
    expect(page.locator("#rows")).to_contain_text("there is nothing to judge")


def test_a_way_through_other_accounts_shows_its_stops_and_what_their_owners_run(opened: Opened) -> None:
    organization = central_endpoints().over_transit()
    organization.hub.ingress("hub-endpoint")
    page = opened(report_page(reported(*organization.documents())))
    page.locator(".toggle").first.click()
    picture = page.locator(".picture svg")
    expect(picture.locator(".hop.stop", has_text="transit gateway").first).to_be_visible()
    expect(picture.locator(".hop.deny", has_text=f"in {HUB_ACCOUNT}").first).to_be_visible()
    remedy = page.locator(".remedy")
    expect(remedy).to_contain_text(f"For endpoint-ingress, account {HUB_ACCOUNT} runs:")
    expect(remedy.locator("code")).to_contain_text("aws ec2 authorize-security-group-ingress --group-id sg-")
