"""Rules for every page: valid, small, accessible, and without requests to other hosts."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from browsing import DESK, PHONE, axe_source, becomes, printed, violations, window
from flask.testing import FlaskClient

from searchapp import create_app

browser_test = pytest.mark.browser
PAGES = (
    "/",
    "/search?q=invites+all+member+states",
    "/search?q=states&verb=-invites&session=78&verbs=any&sort=newest&limit=5&page=2",
    "/search?q=states&group=resolution",
    "/search?q=publiques&lang=fr",
    "/search?q=zeppelin+lighthouses&session=79",
    "/search?session=12",
    "/facets/verb?q=states",
    "/facets/verb?q=states&find=invi&order=name",
    "/facets/subject?find=zeppelin",
    "/facets/year",
    "/resolutions/A/RES/78/903?q=languages",
    "/resolutions/A/RES/78/903@fr",
    "/resolutions/A/RES/78/903?beside=fr&q=languages",
    "/resolutions/A/RES/79/905",
    "/basket",
    "/matrix?q=states",
    "/matrix?q=zeppelin",
    "/trend?q=states&by=verb&per=resolutions",
    "/coverage",
    "/help",
)
WRONG = {'/search?q="abc': 400, "/resolutions/A/RES/1/1": 404, "/nowhere": 404}
MOST = 100_000  # bytes of a page with its style and scripts, as they are sent


@pytest.fixture(scope="module")
def client(sample_place: str) -> FlaskClient:
    return create_app({"INDEX": sample_place, "TESTING": True}).test_client()


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


def on_loan(browser: Any, site: str, *anchors: str) -> None:
    """Put paragraphs into the browser's basket."""
    browser.get(f"{site}/help")
    addresses = [f"{site}/resolutions/{anchor}" for anchor in anchors]
    browser.execute_script(
        "localStorage.setItem('basket', JSON.stringify(arguments[0]))", addresses
    )


@pytest.mark.parametrize("address", [*PAGES, *WRONG])
def test_html_is_valid(client: FlaskClient, address: str) -> None:
    page = client.get(address)

    assert page.status_code == WRONG.get(address, 200)
    html5lib.HTMLParser(strict=True).parse(page.text)


@pytest.mark.parametrize("address", [*PAGES, *WRONG])
@pytest.mark.parametrize(("scheme", "width"), [("light", DESK), ("dark", PHONE)])
@browser_test
def test_everyone_can_use_the_page(
    browser: Any, sample_site: str, axe: str, address: str, scheme: str, width: int
) -> None:
    with window(browser, width, scheme):
        browser.get(sample_site + address)
        assert violations(browser, axe) == []


@browser_test
def test_everyone_can_use_the_suggestions(browser: Any, sample_site: str, axe: str) -> None:
    keys: Any = pytest.importorskip("selenium.webdriver.common.keys").Keys
    browser.get(sample_site)
    browser.find_element("name", "q").send_keys("invites all mem")
    assert becomes(browser, "[role=option]", "invites all member states\nphrase")
    browser.find_element("name", "q").send_keys(keys.ARROW_DOWN)

    assert violations(browser, axe) == []


@browser_test
def test_everyone_can_use_the_values_that_follow_the_typing(
    browser: Any, sample_site: str, axe: str
) -> None:
    browser.get(f"{sample_site}/search?q=states")
    browser.find_element("name", "find_verb").send_keys("invi")
    assert becomes(browser, ".finds a", "invites")

    assert violations(browser, axe) == []


@browser_test
def test_everyone_can_use_what_is_folded(browser: Any, sample_site: str, axe: str) -> None:
    for address in ("/search?q=states", "/resolutions/A/RES/78/903?q=languages"):
        browser.get(sample_site + address)
        browser.execute_script(
            "for (const part of document.querySelectorAll('details')) part.open = true"
        )
        assert violations(browser, axe) == []


@browser_test
def test_everyone_can_use_a_basket_with_something_in_it(
    browser: Any, sample_site: str, axe: str
) -> None:
    on_loan(browser, sample_site, "A/RES/78/903#op4", "A/RES/78/903@fr#op4", "A/RES/1/1#op1")
    browser.get(f"{sample_site}/basket")

    assert becomes(browser, "h1", "Basket 2 paragraphs in 2 resolutions")
    assert violations(browser, axe) == []
    browser.execute_script("localStorage.clear()")


@pytest.mark.parametrize("address", [*PAGES, *WRONG])
@browser_test
def test_no_sideways_scroll(browser: Any, sample_site: str, address: str) -> None:
    for width in (320, 390, 768, 1280):
        with window(browser, width):
            browser.get(sample_site + address)
            wide = browser.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width


@browser_test
def test_nothing_is_asked_of_another_host(browser: Any, sample_site: str) -> None:
    asked: set[str] = set()
    for address in (*PAGES, *WRONG):
        browser.get(sample_site + address)
        asked |= set(
            browser.execute_script(
                "return performance.getEntriesByType('resource').map((entry) => entry.name)"
            )
        )

    assert f"{sample_site}/static/swap.js" in asked
    assert {address for address in asked if not address.startswith(f"{sample_site}/")} == set()


@browser_test
def test_the_console_stays_silent(browser: Any, sample_site: str) -> None:
    browser.get(sample_site)
    browser.get_log("browser")
    for address in PAGES:  # a browser logs answers with 400 or 404
        browser.get(sample_site + address)

    assert browser.get_log("browser") == []


@browser_test
@pytest.mark.parametrize("address", ["/search?q=states", "/search?q=states&group=resolution"])
def test_a_page_of_results_is_small(browser: Any, sample_site: str, address: str) -> None:
    """All transfers of a first visit, with an empty cache."""
    browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.get(sample_site + address)
    sizes = browser.execute_script(
        "const all = [...performance.getEntriesByType('navigation'),"
        " ...performance.getEntriesByType('resource')];"
        "return all.map((entry) => [entry.name, entry.transferSize])"
    )

    assert len(sizes) > 8  # the page, its style, each script
    assert all(size > 0 for _, size in sizes)
    assert sum(size for _, size in sizes) < MOST


@browser_test
def test_a_resolution_prints_as_a_document(browser: Any, site: str) -> None:
    on_paper = printed(browser, f"{site}/resolutions/A/RES/79/144?q=invites")

    assert on_paper.startswith("Clause by clause A/RES/79/144 Lighthouses and <harbours>")
    assert f"{site}/resolutions/A/RES/79/144" in on_paper
    # the preamble is folded on the screen; notes and annexes belong to the text
    for part in ("The General Assembly, I. Lights", "Recalling its", "A/79/402.", "A lamp"):
        assert part in on_paper
    for control in ("Search", "Basket", "Cite ", "Copy", "Back", "Next match", "Contents", "JSON"):
        assert control not in on_paper


@browser_test
def test_what_was_unfolded_for_paper_is_folded_again(browser: Any, site: str) -> None:
    browser.get(f"{site}/resolutions/A/RES/79/144")
    is_open = "return document.querySelector('.fold').open"
    found = []
    for event in ("none", "beforeprint", "afterprint"):
        browser.execute_script("dispatchEvent(new Event(arguments[0]))", event)
        found.append(browser.execute_script(is_open))

    assert found == [False, True, False]


@browser_test
def test_results_print_with_what_was_asked(browser: Any, site: str) -> None:
    on_paper = printed(browser, f"{site}/search?q=invites&verb=requests")

    assert "1 paragraph in 1 resolution invites" in on_paper
    assert f"{site}/search?q=invites&verb=requests" in on_paper
    assert "Requests the Secretary-General, and invites all Member States, to report;" in on_paper
    for control in ("Sort by", "Copy", "Export", "Session 69", "Clear all", "Apply"):
        assert control not in on_paper


@browser_test
def test_languages_print_side_by_side(browser: Any, sample_site: str) -> None:
    on_paper = printed(browser, f"{sample_site}/resolutions/A/RES/78/903?beside=fr")

    assert "A/RES/78/903 in English and French" in on_paper
    assert "Urges States:" in on_paper
    assert "Engage les États :" in on_paper
    assert "This text only" not in on_paper
