"""A real headless Chromium, the system's own, that may open files and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MILLISECONDS = 60_000
"""A slow machine that does much else at the same time is no fault of the page."""
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
Opened = Callable[..., Page]


def lacking(what: str) -> None:
    """Skip on a developer's machine what lacks a tool, and fail where everything must run."""
    if os.environ.get("KAFKA_TRIGGER_GUARD_CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        lacking("no Chromium: install the system's package `chromium`")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Opens a page's text from a file; in the end nobody complained, and nobody asked for anything else."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def guarded(route: Route) -> None:
        if route.request.url.startswith("file://"):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    def asked(url: str, own: str) -> None:
        if url.partition("#")[0] != own:
            complaints.append(f"asked for {url}")

    def open_page(text: str, address: str = "", width: int = 1400, **options: str) -> Page:
        file = tmp_path / f"report-{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_offline(True)
        context.route("**/*", guarded)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked(request.url, file.as_uri()))
        page.goto(file.as_uri() + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    if not AXE.is_file():
        lacking("no axe-core: run `npm ci` in tests/")
    return AXE.read_text(encoding="utf-8")
