"""axe-core finds no violation, in both themes: closed, opened, filtered to nothing, on paper.

https://github.com/dequelabs/axe-core
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from kafka_trigger_guard.aws.aggregator import Aggregated
from kafka_trigger_guard.report.html_aggregated import report_of_aggregator
from kafka_trigger_guard.report.html_page import report_page
from tests.browser.conftest import Opened
from tests.networks.healthy import healthy
from tests.report.html_reports import document, four_accounts, reported

THEMES = ("light", "dark")


def violations(page: Page, axe: str) -> list[str]:
    """What axe-core complains of, each with the elements it means."""
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in found]


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_and_its_open_rows(opened: Opened, axe: str, theme: str) -> None:
    page = opened(report_page(four_accounts()), color_scheme=theme)
    for toggle in page.locator(".toggle").all():
        toggle.click()
    page.evaluate("document.querySelectorAll('.destination').forEach((each) => { each.open = true; })")
    page.get_by_role("checkbox", name="Not applicable").focus()
    assert violations(page, axe) == []


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_incomplete_unknown_or_flagged(opened: Opened, axe: str, theme: str) -> None:
    flagged = healthy().mapping(LastProcessingResult="PROBLEM: Connection error.")
    doubtful = healthy().without_endpoint("lambda").not_collected("ec2:DescribeRouteTables")
    text = report_page(
        reported(
            document(flagged, "id-1", "flagged"),
            document(doubtful, "id-2", "doubtful", "444455556666", mark="1"),
            not_evaluated=("777788889999 (sts:AssumeRole: AccessDenied: no)",),
        )
    )
    page = opened(text, color_scheme=theme)
    for toggle in page.locator(".toggle").all():
        toggle.click()
    assert violations(page, axe) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_filter_that_nothing_matches_and_paper(opened: Opened, axe: str, theme: str) -> None:
    page = opened(report_page(four_accounts()), "#text=nothing-has-this", color_scheme=theme)
    assert violations(page, axe) == []
    page.get_by_role("button", name="Reset").click()
    page.emulate_media(media="print")
    assert violations(page, axe) == []


def test_a_narrow_screen_crowded_with_long_names_and_refusals(opened: Opened, axe: str) -> None:
    provisioned = healthy().mapping(ProvisionedPollerConfig={"MinimumPollers": 1, "MaximumPollers": 2})
    refused = tuple(f"{number:012} (sts:AssumeRole: AccessDenied: no)" for number in range(40))
    many = [document(healthy(), f"id-{n}", f"f-{n}", f"{n:012}", mark=f"{n:x}") for n in range(1, 13)]
    long = document(provisioned, "id-0", "n" * 10_000)
    page = opened(report_page(reported(long, *many, not_evaluated=refused)), width=400)
    page.locator("details.notice > summary").click()
    page.locator(".toggle", has_text="nnn").first.click()
    assert violations(page, axe) == []


def test_an_aggregators_report(opened: Opened, axe: str) -> None:
    result = Aggregated(
        "111122223333",
        "eu-west-1",
        "kafka-trigger-egress-conformance-pack-abc",
        "AWS::Lambda::EventSourceMapping",
        "7a1b6a4e-0000-4000-8000-000000000001",
        "NON_COMPLIANT",
        "trigger-egress-denied: sg-1 lets nothing out.",
        "2026-01-01T00:00:00Z",
    )
    page = opened(report_page(report_of_aggregator("all", [result])))
    page.locator(".toggle").click()
    assert "Findings only" in page.inner_text("main")
    assert "kafka-trigger-guard explain" in page.inner_text("tr.detail")
    assert violations(page, axe) == []
