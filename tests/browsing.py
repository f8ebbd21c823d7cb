"""Helpers of browser tests: serve an application, open Chromium, read pages, run axe-core."""

from __future__ import annotations

import base64
import importlib.util
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from waitress.server import create_server

QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-quic", "--disable-dev-shm-usage", "--window-size=1280,1000"),
)
DESK, PHONE = 1280, 390  # pixels


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port, and yield its address."""
    channels: dict[int, Any] = {}
    server: Any = create_server(app, map=channels, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Close in the server's own loop: its sockets must stay open while it polls them.
        server.trigger.pull_trigger(lambda: stop(server, channels))
        thread.join(10)


def stop(server: Any, channels: dict[int, Any]) -> None:
    server.close()
    channels.clear()


@contextmanager
def opened(profile: Path, *more: str) -> Iterator[Any]:
    """Open headless Chromium with a profile of its own that resolves no other host."""
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="needs selenium: pip install '.[test]'"
    )
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*QUIET, f"--user-data-dir={profile}", *more):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()


@contextmanager
def window(browser: Any, width: int, scheme: str = "light") -> Iterator[None]:
    """Emulate a window of this width and colour scheme; below 768 pixels, a phone's."""
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 768}
    preferred = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", preferred)
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def text(browser: Any, selector: str) -> str:
    return str(browser.find_element("css selector", selector).text)


def becomes(browser: Any, selector: str, expected: str) -> bool:
    """Return whether an element gets this text in time; a click does not wait for the next page."""
    exceptions: Any = pytest.importorskip("selenium.common.exceptions")
    wait: Any = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
    gone = (exceptions.WebDriverException, exceptions.NoSuchElementException)
    try:
        waiting = wait(browser, 10, poll_frequency=0.05, ignored_exceptions=gone)
        return bool(waiting.until(lambda page: text(page, selector) == expected))
    except exceptions.TimeoutException:
        return False


def printed(browser: Any, address: str) -> str:
    """Return the text of the PDF that the browser prints, with single spaces."""
    browser.get(address)
    made = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    document = pypdfium2.PdfDocument(base64.b64decode(made["data"]))
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def axe_source() -> str:
    """Return axe-core's source, which is part of a package for Playwright."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("needs axe-core: pip install '.[axe]'")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def violations(browser: Any, axe: str) -> list[tuple[str, str]]:
    """Return axe-core's violations: each rule, and the first element that breaks it."""
    browser.execute_script(axe)
    run = "const done = arguments[0]; axe.run(document).then(done, (e) => done(String(e)))"
    found = browser.execute_async_script(run)["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
