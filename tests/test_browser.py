"""A real browser reads the pages: search, narrow, cite, on a desk and on a phone."""

from __future__ import annotations

import base64
import importlib.util
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from waitress.server import create_server

webdriver = pytest.importorskip(
    "selenium.webdriver", reason="needs selenium: pip install 'searchapp[test]'"
)
By: Any = pytest.importorskip("selenium.webdriver.common.by").By
ActionChains: Any = pytest.importorskip("selenium.webdriver").ActionChains
Keys: Any = pytest.importorskip("selenium.webdriver.common.keys").Keys
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
    "/basket",
    "/matrix?q=invites",
    "/trend?q=invites&by=verb",
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
    assert becomes(browser, "h1", "1 paragraph in 1 resolution")
    assert text(browser, ".chip").startswith("requests")

    browser.find_element(By.CSS_SELECTOR, ".src a").click()
    assert becomes(browser, ".para:target mark", "invites all Member States")
    assert browser.current_url.endswith("/resolutions/A/RES/69/28?q=invites+all+member+states#op4")


def test_excluding_and_undoing(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=invites")
    browser.find_element(By.CSS_SELECTOR, "li:has([value=requests]) .not").click()
    assert becomes(browser, "h1", "2 paragraphs in 2 resolutions")

    browser.find_element(By.CSS_SELECTOR, ".out .not").click()
    assert becomes(browser, "h1", "3 paragraphs in 2 resolutions")


@pytest.fixture
def searched(browser: Any, site: str) -> Any:
    """A page of results that remembers whether it was ever loaded anew."""
    browser.get(f"{site}/search?q=invites")
    browser.execute_script("window.isTheSame = true")
    return browser


def is_the_same(browser: Any) -> bool:
    return bool(browser.execute_script("return window.isTheSame === true"))


def test_a_choice_applies_at_once_and_is_heard(searched: Any, site: str) -> None:
    assert not searched.find_element(By.CSS_SELECTOR, ".apply button").is_displayed()

    searched.find_element(By.CSS_SELECTOR, "input[name=verb][value=requests]").click()

    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    assert is_the_same(searched)
    assert searched.current_url == f"{site}/search?q=invites&verb=requests"
    assert searched.title == "invites: 1 paragraph – Clause by clause"
    said = searched.find_element(By.CSS_SELECTOR, "[role=status]")
    assert said.get_attribute("textContent") == "1 paragraph in 1 resolution"
    used = searched.switch_to.active_element
    assert (used.get_attribute("name"), used.get_attribute("value")) == ("verb", "requests")


def test_back_and_forward_show_what_was_there(searched: Any, site: str) -> None:
    searched.find_element(By.CSS_SELECTOR, "input[name=verb][value=requests]").click()
    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    searched.find_element(By.CSS_SELECTOR, ".chip").click()
    assert becomes(searched, "h1", "3 paragraphs in 2 resolutions")

    searched.back()
    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    searched.back()
    assert becomes(searched, "h1", "3 paragraphs in 2 resolutions")
    assert searched.current_url == f"{site}/search?q=invites"
    searched.forward()
    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    assert is_the_same(searched)


def test_what_is_written_stays_in_the_box(searched: Any) -> None:
    box = searched.find_element(By.NAME, "q")
    box.send_keys(" lighthouses", Keys.ENTER)

    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    searched.switch_to.active_element.send_keys("!")
    assert searched.find_element(By.NAME, "q").get_attribute("value") == "invites lighthouses!"
    assert is_the_same(searched)


def test_grouping_and_sorting_keep_the_focus(searched: Any) -> None:
    searched.find_element(By.LINK_TEXT, "Group by resolution").click()
    assert becomes(searched, "h1", "2 resolutions with 3 paragraphs")
    assert searched.switch_to.active_element.text == "Grouped by resolution"

    searched.find_element(By.LINK_TEXT, "Oldest").click()
    assert becomes(searched, ".src a", "A/RES/69/28")
    assert is_the_same(searched)


def test_an_open_facet_stays_open(searched: Any) -> None:
    searched.find_element(By.CSS_SELECTOR, "[data-keep=agenda] > summary").click()
    searched.find_element(By.CSS_SELECTOR, "[name=agenda]").click()
    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    searched.find_element(By.CSS_SELECTOR, "[name=agenda]").click()

    assert becomes(searched, "h1", "3 paragraphs in 2 resolutions")
    assert searched.find_element(By.CSS_SELECTOR, "[name=agenda]").is_displayed()


def test_the_values_of_a_facet_follow_the_typing(browser: Any, site: str) -> None:
    browser.get(f"{site}/facets/verb")
    browser.find_element(By.NAME, "find").send_keys("invi")

    assert becomes(browser, "h1", "Operative verb 1 value with “invi”")
    browser.switch_to.active_element.send_keys(Keys.BACKSPACE * 4)
    assert becomes(browser, "h1", "Operative verb 6 values")
    assert browser.current_url == f"{site}/facets/verb"


def test_the_facets_of_a_matrix_apply_at_once(browser: Any, site: str) -> None:
    browser.get(f"{site}/matrix?q=invites")
    browser.find_element(By.CSS_SELECTOR, "[name=columns] [value=type]").click()

    assert becomes(browser, "h1", "Operative verb by paragraph type 3 paragraphs")
    assert text(browser, ".matrix thead") == "Operative verb All Operative"


@pytest.mark.parametrize(
    ("typed", "address", "heading"),
    [
        (
            "69/28 para. 3",
            "/resolutions/A/RES/69/28#op3",
            "Developments in the field of information",
        ),
        ('"abc', "/search?q=%22abc", "This search can't be read"),
    ],
)
def test_what_is_no_result_is_gone_to(
    searched: Any, site: str, typed: str, address: str, heading: str
) -> None:
    box = searched.find_element(By.NAME, "q")
    box.clear()
    box.send_keys(typed, Keys.ENTER)

    assert becomes(searched, "h1", heading)
    assert searched.current_url == site + address
    assert not is_the_same(searched)


def test_only_the_last_choice_counts(searched: Any) -> None:
    """The first answer comes late, and nobody waits for it any more."""
    searched.execute_script(
        "const real = fetch; let turn = 0;"
        "window.fetch = async (url, options) => {"
        "  const wait = turn++ ? 0 : 700;"
        "  await new Promise((done) => setTimeout(done, wait));"
        "  return real(url, options); }"
    )
    searched.find_element(By.LINK_TEXT, "Oldest").click()
    searched.find_element(By.LINK_TEXT, "Newest").click()

    assert becomes(searched, ".tools [aria-current]", "Newest")
    time.sleep(1)
    assert text(searched, ".tools [aria-current]") == "Newest"
    assert searched.current_url.endswith("sort=newest")


def test_a_suggestion_is_chosen_by_keyboard_alone(browser: Any, site: str) -> None:
    browser.get(site)
    box = browser.find_element(By.NAME, "q")
    box.send_keys("invites all mem")
    assert becomes(browser, "[role=option]", "invites all member states\nphrase")
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "true"

    box.send_keys(Keys.ARROW_DOWN)
    chosen = browser.find_element(By.CSS_SELECTOR, "[aria-selected=true]")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    box.send_keys(Keys.ENTER)

    assert becomes(browser, "h1", "3 paragraphs in 2 resolutions")
    box = browser.find_element(By.NAME, "q")
    assert box.get_attribute("value") == '"invites all member states"'


def test_suggestions_go_away_and_disturb_nothing(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=invites")
    box = browser.find_element(By.NAME, "q")
    box.send_keys(" lighthuoses")
    assert becomes(browser, "[role=option]", "invites lighthouses\nword")

    box.send_keys(Keys.ESCAPE)
    assert not browser.find_elements(By.CSS_SELECTOR, "[role=option]")
    assert box.get_attribute("value") == "invites lighthuoses"
    box.send_keys(Keys.ENTER)
    assert becomes(browser, "h1", "No paragraph has all of these words")


def test_a_basket_is_kept_shown_and_emptied(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=invites")
    assert text(browser, "#basket") == "Basket"
    for button in browser.find_elements(By.CSS_SELECTOR, ".keep button")[:2]:
        button.click()
    assert text(browser, "#basket") == "Basket (2)"

    browser.find_element(By.ID, "basket").click()
    assert becomes(browser, "h1", "Basket 2 paragraphs in 2 resolutions")
    browser.find_element(By.CSS_SELECTOR, ".keep button").click()
    assert becomes(browser, "h1", "Basket 1 paragraph in 1 resolution")
    browser.find_element(By.CSS_SELECTOR, ".keep button").click()
    assert becomes(browser, "#basket", "Basket")


def test_keys_lead_from_match_to_match(browser: Any, site: str) -> None:
    browser.get(f"{site}/resolutions/A/RES/79/144?q=lighthouses")
    body = browser.find_element(By.TAG_NAME, "body")
    assert text(browser, ".side .small").startswith("Keys: j next match, k previous.")

    visited = []
    for key in "jjnkp":
        body.send_keys(key)
        visited.append(browser.current_url.partition("#")[2])
    assert visited == ["pp2", "op2", "op2", "pp2", "pp2"]

    browser.find_element(By.NAME, "q").send_keys("j")
    assert browser.current_url.endswith("#pp2")

    browser.find_element(By.CSS_SELECTOR, ".side .small button").click()
    body.send_keys("j")
    assert browser.current_url.endswith("#pp2")
    browser.find_element(By.CSS_SELECTOR, ".side .small button").click()
    body.send_keys("j")
    assert browser.current_url.endswith("#op2")


CITED = "General Assembly resolution 69/28, para. 4"


@pytest.mark.parametrize(
    ("address", "hit_at"),
    [("/search?q=requests", ".hit"), ("/resolutions/A/RES/69/28?q=requests", "#op4")],
)
def test_one_click_copies_a_citation_or_a_link(
    browser: Any, site: str, address: str, hit_at: str
) -> None:
    allowed = {"origin": site, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", allowed)
    browser.get(site + address)
    hit = browser.find_element(By.CSS_SELECTOR, hit_at)
    ActionChains(browser).move_to_element(hit).perform()

    copied = []
    for button in hit.find_elements(By.CSS_SELECTOR, ".copy:not(.keep) button"):
        button.click()
        assert becomes(browser, f"{hit_at} .copy button:focus", "Copied")
        copied.append(browser.execute_script("return navigator.clipboard.readText()"))

    assert copied == [CITED, f"{site}/resolutions/A/RES/69/28#op4"]


def test_where_nothing_can_be_copied_the_field_opens(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=requests")
    browser.execute_script("navigator.clipboard.writeText = () => Promise.reject()")
    assert not browser.find_element(By.CSS_SELECTOR, ".cite").is_displayed()

    browser.find_element(By.CSS_SELECTOR, ".copy:not(.keep) button").click()

    Wait(browser, 5).until(lambda page: page.find_element(By.CSS_SELECTOR, ".cite").is_displayed())
    assert browser.execute_script("return getSelection().toString()") == CITED


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


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """The browser with a phone's window."""
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def plain(browser: Any) -> Iterator[Any]:
    """The browser with JavaScript turned off."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield browser
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_without_a_script_a_button_applies(plain: Any, site: str) -> None:
    plain.get(f"{site}/search?q=invites")
    plain.find_element(By.CSS_SELECTOR, "input[name=verb][value=requests]").click()
    plain.find_element(By.CSS_SELECTOR, ".apply button").click()

    assert becomes(plain, "h1", "1 paragraph in 1 resolution")
    assert "verb=requests" in plain.current_url


def test_without_a_script_addresses_are_sent_by_hand(plain: Any, site: str) -> None:
    plain.get(f"{site}/basket")
    plain.find_element(By.NAME, "addresses").send_keys(f"{site}/resolutions/A/RES/69/28#op4")
    plain.find_element(By.CSS_SELECTOR, "#taken button").click()

    assert becomes(plain, "h1", "Basket 1 paragraph in 1 resolution")


def test_without_a_script_a_field_holds_the_citation(plain: Any, site: str) -> None:
    plain.get(f"{site}/search?q=requests")
    plain.find_element(By.CSS_SELECTOR, ".acts summary").click()

    cited = plain.find_element(By.CSS_SELECTOR, ".cite")
    assert cited.is_displayed()
    assert cited.get_attribute("value") == CITED
    assert not plain.find_elements(By.CSS_SELECTOR, ".copy")


def test_without_a_script_filters_open_on_a_phone(plain: Any, phone: Any, site: str) -> None:
    phone.get(f"{site}/search?q=invites")
    assert not phone.find_element(By.ID, "find").is_displayed()

    phone.find_element(By.CSS_SELECTOR, ".tools .narrow").click()

    assert phone.find_element(By.ID, "find").is_displayed()
    assert phone.find_element(By.CSS_SELECTOR, ".apply button").is_displayed()


def test_filters_stay_open_on_a_phone_while_choosing(phone: Any, site: str) -> None:
    phone.get(f"{site}/search?q=invites")
    phone.find_element(By.CSS_SELECTOR, ".tools .narrow").click()
    phone.find_element(By.CSS_SELECTOR, "input[name=verb][value=requests]").click()

    assert becomes(phone, ".apply .narrow", "Show 1 paragraph")
    phone.find_element(By.CSS_SELECTOR, ".apply .narrow").click()
    assert not phone.find_element(By.ID, "find").is_displayed()


def printed(browser: Any, address: str) -> str:
    """What stands on paper: the text of the PDF that the browser makes."""
    browser.get(address)
    made = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    document = pypdfium2.PdfDocument(base64.b64decode(made["data"]))
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def test_a_resolution_prints_as_a_document(browser: Any, site: str) -> None:
    on_paper = printed(browser, f"{site}/resolutions/A/RES/79/144?q=invites")

    assert on_paper.startswith("Clause by clause A/RES/79/144 Lighthouses and <harbours>")
    assert f"{site}/resolutions/A/RES/79/144" in on_paper
    # the preamble is folded on the screen; notes and annexes belong to the text
    for part in (
        "The General Assembly, I. Lights",
        "Recalling its resolution 69/28",
        "A/79/402.",
        "A lamp",
    ):
        assert part in on_paper
    for control in ("Search", "Basket", "Cite ", "Copy", "Back", "Next match", "Contents", "JSON"):
        assert control not in on_paper


def test_results_print_with_what_was_asked(browser: Any, site: str) -> None:
    on_paper = printed(browser, f"{site}/search?q=invites&verb=requests")

    assert "1 paragraph in 1 resolution invites" in on_paper
    assert f"{site}/search?q=invites&verb=requests" in on_paper
    assert "4. Requests" not in on_paper
    assert "Requests the Secretary-General, and invites all Member States, to report;" in on_paper
    for control in ("Sort by", "Copy", "Export", "Session 69", "Clear all", "Apply"):
        assert control not in on_paper


def test_nothing_is_asked_of_another_host(browser: Any, site: str) -> None:
    asked: set[str] = set()
    for address in PAGES:
        browser.get(site + address)
        asked |= set(
            browser.execute_script(
                "return performance.getEntriesByType('resource').map((entry) => entry.name)"
            )
        )

    assert f"{site}/static/swap.js" in asked
    assert {address for address in asked if not address.startswith(f"{site}/")} == set()


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, which comes with a package that drives another browser library."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("needs axe-core: pip install 'searchapp[axe]'")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def violations(browser: Any, axe: str) -> list[tuple[str, str]]:
    """What axe-core finds wrong: the rule, and the first element that breaks it."""
    browser.execute_script(axe)
    run = "const done = arguments[0]; axe.run(document).then(done, (e) => done(String(e)))"
    found = browser.execute_async_script(run)["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_everyone_can_use_the_page(
    browser: Any, site: str, axe: str, address: str, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 768}
    preferred = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", preferred)
    try:
        browser.get(site + address)
        found = violations(browser, axe)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert found == []


def test_everyone_can_use_the_suggestions(browser: Any, site: str, axe: str) -> None:
    browser.get(site)
    browser.find_element(By.NAME, "q").send_keys("invites all mem")
    assert becomes(browser, "[role=option]", "invites all member states\nphrase")
    browser.find_element(By.NAME, "q").send_keys(Keys.ARROW_DOWN)

    assert violations(browser, axe) == []


def test_the_console_stays_silent(browser: Any, site: str) -> None:
    browser.get_log("browser")
    for address in PAGES[:-1]:  # the last is answered with 400, which a browser notes
        browser.get(site + address)

    assert browser.get_log("browser") == []
