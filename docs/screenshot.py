"""Take docs/report.png and docs/report-trigger.png: the demo's account in Tokyo, as `report` shows it.

Run by hand, with Chromium and the packages `test` and `sandbox` installed: `python docs/screenshot.py docs`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import FloatRect, Page, sync_playwright

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.cost import Stated
from kafka_trigger_guard.jobs.reporting import Terms, page_of
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.story import triggers as story

_REGION = "ap-northeast-1"
_GB_PER_DAY = "2419"
"""What cost 150 USD a day by NAT in Tokyo."""
_WIDTH, _HEIGHT = 1360, 1290
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(folder: str) -> None:
    """Write both pictures into the folder."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        file = Path(scratch) / "report.html"
        file.write_text(_page(), encoding="utf-8")
        found = next(path for name in _BROWSERS if (path := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        page.goto(file.as_uri())
        page.screenshot(path=f"{folder}/report.png")
        _open_first(page)
        page.screenshot(path=f"{folder}/report-trigger.png", clip=_down_to_the_picture(page), full_page=True)
        browser.close()


def _page() -> str:
    with aws(_REGION) as sandbox:
        session = sandbox.session()
        story.build(session)
        recorded = collect(session, sandbox.region)
    return page_of([recorded], Terms(stated=Stated.of([_GB_PER_DAY])))


def _open_first(page: Page) -> None:
    page.fill("#text", "orders-to-warehouse")
    page.locator("tr.trigger").nth(1).wait_for(state="detached")
    page.locator(".toggle").first.click()


def _down_to_the_picture(page: Page) -> FloatRect:
    table, picture = page.locator(".frame").bounding_box(), page.locator(".picture").bounding_box()
    assert table is not None
    assert picture is not None
    height = picture["y"] + picture["height"] + 14 - table["y"]
    top = table["y"] + page.evaluate("scrollY")
    return {"x": table["x"], "y": top, "width": table["width"], "height": height}


if __name__ == "__main__":
    main(sys.argv[1])
