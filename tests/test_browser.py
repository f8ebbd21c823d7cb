"""A real browser reads the pages: search, narrow, cite, on a desk and on a phone."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from waitress.server import create_server

webdriver = pytest.importorskip(
    "selenium.webdriver", reason="needs selenium: pip install 'searchapp[test]'"
)
By: Any = pytest.importorskip("selenium.webdriver.common.by").By
Wait: Any = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
exceptions: Any = pytest.importorskip("selenium.common.exceptions")

pytestmark = pytest.mark.browser
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-quic", "--disable-dev-shm-usage", "--window-size=1280,1000"),
)
PAGES = (
    "/",
    "/search?q=invites+all+member+states",
    "/search?q=invites+all+member+states&group=resolution",
    "/search?q=zeppelin+lighthouses&session=79",
    "/resolutions/A/RES/79/144?q=lighthouses",
    "/coverage",
    "/help",
    '/search?q="abc',
)


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    """The application as it is served, at a port that is free."""
    server: Any = create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # Closed in its own thread's loop: sockets may not vanish while it waits for them.
    server.trigger.pull_trigger(lambda: stop(server))
    thread.join(10)


def stop(server: Any) -> None:
    server.close()
    server._map.clear()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium without a window, with a profile of its own, that asks no other host."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    profile: Path = tmp_path_factory.mktemp("profile")
    for argument in (*QUIET, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield opened
    opened.quit()


def text(browser: Any, selector: str) -> str:
    return str(browser.find_element(By.CSS_SELECTOR, selector).text)


def becomes(browser: Any, selector: str, expected: str) -> bool:
    """Whether an element reads so soon: a click returns before the next page is there."""
    gone = (exceptions.WebDriverException, exceptions.NoSuchElementException)
    wait = Wait(browser, 10, poll_frequency=0.05, ignored_exceptions=gone)
    try:
        return bool(wait.until(lambda page: text(page, selector) == expected))
    except exceptions.TimeoutException:
        return False


def test_search_narrow_and_read(browser: Any, site: str) -> None:
    browser.get(site)
    box = browser.find_element(By.NAME, "q")
    box.send_keys("invites all member states")
    box.submit()
    assert becomes(browser, "h1", "3 paragraphs in 2 resolutions")

    browser.find_element(By.CSS_SELECTOR, "input[name=verb][value=requests]").click()
    browser.find_element(By.CSS_SELECTOR, ".apply button").click()
    assert becomes(browser, "h1", "1 paragraph in 1 resolution")
    assert text(browser, ".chip").startswith("requests")

    browser.find_element(By.CSS_SELECTOR, ".acts summary").click()
    cited = browser.find_element(By.CSS_SELECTOR, ".cite")
    assert cited.is_displayed()
    assert cited.get_attribute("value") == "General Assembly resolution 69/28, para. 4"

    browser.find_element(By.CSS_SELECTOR, ".src a").click()
    assert becomes(browser, ".para:target mark", "invites all Member States")
    assert browser.current_url.endswith("/resolutions/A/RES/69/28?q=invites+all+member+states#op4")


def test_excluding_and_undoing(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=invites")
    browser.find_element(By.CSS_SELECTOR, "li:has([value=requests]) .not").click()
    assert becomes(browser, "h1", "2 paragraphs in 2 resolutions")

    browser.find_element(By.CSS_SELECTOR, ".out .not").click()
    assert becomes(browser, "h1", "3 paragraphs in 2 resolutions")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_sideways_scroll(browser: Any, site: str, address: str, width: int) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 768}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(site + address)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert wide <= width


def test_filters_open_on_a_phone_without_a_script(browser: Any, site: str) -> None:
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(f"{site}/search?q=invites")
        assert not browser.find_element(By.ID, "find").is_displayed()
        browser.find_element(By.CSS_SELECTOR, ".tools .narrow").click()
        assert browser.find_element(By.ID, "find").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_console_stays_silent(browser: Any, site: str) -> None:
    browser.get_log("browser")
    for address in PAGES[:-1]:  # the last is answered with 400, which a browser notes
        browser.get(site + address)

    assert browser.get_log("browser") == []
