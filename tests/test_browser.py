"""The pages in a real browser: search, narrow and cite, in a desktop and a phone window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browsing import PHONE, becomes, served, text, window
from contract.conftest import ENGINES, on_opensearch, present

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.ingest.copying import copy

By: Any = pytest.importorskip("selenium.webdriver.common.by").By
ActionChains: Any = pytest.importorskip("selenium.webdriver").ActionChains
Keys: Any = pytest.importorskip("selenium.webdriver.common.keys").Keys
Wait: Any = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """Give the browser a phone's window."""
    with window(browser, PHONE):
        yield browser


@pytest.fixture
def plain(browser: Any) -> Iterator[Any]:
    """Turn JavaScript off in the browser."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield browser
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


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


def test_search_narrow_and_read_on_opensearch(browser: Any, place: str, tmp_path: Path) -> None:
    engine = present(ENGINES[-1])
    there = on_opensearch(str(tmp_path / "browser"))
    with closing(open_backend(place)) as held, closing(engine.make(there)) as made:
        copy(held, made)
    with served(create_app({"INDEX": there, "TESTING": True})) as site:
        test_search_narrow_and_read(browser, site)
        browser.get(f"{site}/search?q=invites&group=resolution&sort=oldest")
        assert becomes(browser, "h1", "2 resolutions with 3 paragraphs")
        assert text(browser, ".src a") == "A/RES/69/28"
    engine.discard(there)


def test_excluding_and_undoing(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=invites")
    browser.find_element(By.CSS_SELECTOR, "li:has([value=requests]) .not").click()
    assert becomes(browser, "h1", "2 paragraphs in 2 resolutions")

    browser.find_element(By.CSS_SELECTOR, ".out .not").click()
    assert becomes(browser, "h1", "3 paragraphs in 2 resolutions")


@pytest.fixture
def searched(browser: Any, site: str) -> Any:
    """Open a page of results with a mark that a reload removes."""
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

    assert becomes(browser, "h1", "Operative verb 1 value containing “invi”")
    browser.switch_to.active_element.send_keys(Keys.BACKSPACE * 4)
    assert becomes(browser, "h1", "Operative verb 6 values")
    assert browser.current_url == f"{site}/facets/verb"


def test_a_long_facet_follows_the_typing_and_a_value_is_chosen(
    browser: Any, sample_site: str
) -> None:
    browser.get(f"{sample_site}/search?q=states&sort=newest")
    browser.execute_script("window.isTheSame = true")
    first = browser.find_element(By.CSS_SELECTOR, "input[name=verb]")
    field = browser.find_element(By.NAME, "find_verb")
    field.send_keys("INVI")
    assert becomes(browser, ".finds .count", "17")
    assert not first.is_displayed()
    said = browser.find_element(By.CSS_SELECTOR, "[role=status]")
    assert said.get_attribute("textContent") == "Operative verb 1 value containing “INVI”"

    field.send_keys(Keys.ESCAPE)
    Wait(browser, 5).until(lambda page: first.is_displayed())
    field.send_keys("invi")
    assert becomes(browser, ".finds .count", "17")
    field.send_keys(Keys.TAB, Keys.ENTER)

    assert becomes(browser, "h1", "17 paragraphs in 13 resolutions")
    assert browser.current_url == f"{sample_site}/search?q=states&verb=invites&sort=newest"
    used = browser.switch_to.active_element
    assert (used.get_attribute("name"), used.get_attribute("value")) == ("find_verb", "")
    assert is_the_same(browser)


def test_what_is_looked_for_in_a_facet_disturbs_no_other_choice(
    browser: Any, sample_site: str
) -> None:
    browser.get(f"{sample_site}/search?q=states")
    browser.find_element(By.NAME, "find_verb").send_keys("invi")
    browser.find_element(By.CSS_SELECTOR, "input[name=session][value='79']").click()

    assert becomes(browser, "h1", "19 paragraphs in 5 resolutions")
    assert browser.current_url == f"{sample_site}/search?q=states&session=79"


def test_what_is_looked_for_leads_to_all_values(browser: Any, sample_site: str) -> None:
    browser.get(f"{sample_site}/search?q=states")
    browser.find_element(By.NAME, "find_verb").send_keys("invi", Keys.ENTER)

    assert becomes(browser, "h1", "Operative verb 1 value containing “invi”")


def test_each_facet_says_what_it_holds(searched: Any) -> None:
    explained = searched.find_element(By.CSS_SELECTOR, "[data-keep='about type']")
    assert not explained.find_element(By.TAG_NAME, "p").is_displayed()
    explained.find_element(By.TAG_NAME, "summary").click()
    assert text(searched, "[data-keep='about type'] p").startswith("Preambular paragraphs give")

    searched.find_element(By.CSS_SELECTOR, "input[name=verb][value=requests]").click()
    assert becomes(searched, "h1", "1 paragraph in 1 resolution")
    assert searched.find_element(By.CSS_SELECTOR, "[data-keep='about type'] p").is_displayed()


def test_a_bar_of_years_is_a_filter(searched: Any, site: str) -> None:
    bars = searched.find_elements(By.CSS_SELECTOR, ".facet .years a")
    assert bars[0].get_attribute("aria-label") == "2014: 2 paragraphs"
    ActionChains(searched).move_to_element(bars[0]).click().perform()

    assert becomes(searched, "h1", "2 paragraphs in 1 resolution")
    assert searched.current_url == f"{site}/search?q=invites&year=2014"
    assert is_the_same(searched)


def test_a_language_is_laid_beside_and_taken_away(browser: Any, sample_site: str) -> None:
    browser.get(f"{sample_site}/resolutions/A/RES/78/903?q=hearings")
    browser.find_element(By.CSS_SELECTOR, ".close a").click()
    assert becomes(browser, "h1", "A/RES/78/903 in English and French")
    row = browser.find_element(By.ID, "op3a")
    english, french = row.find_elements(By.CSS_SELECTOR, "[data-name]")

    assert english.location["y"] == french.location["y"]
    assert english.location["x"] < french.location["x"]
    browser.find_element(By.CSS_SELECTOR, ".tools [aria-current]").click()
    assert becomes(browser, "h1", "Languages of public hearings")


def test_the_dark_is_dark_and_a_phone_has_one_column(browser: Any, sample_site: str) -> None:
    look = "return getComputedStyle(document.body).backgroundColor"
    with window(browser, PHONE, "dark"):
        browser.get(f"{sample_site}/resolutions/A/RES/78/903?beside=fr")
        assert browser.execute_script(look) == "rgb(18, 22, 26)"
        english, french = browser.find_elements(By.CSS_SELECTOR, "#op2 > [data-name]")
        assert english.location["x"] == french.location["x"]
        assert english.location["y"] < french.location["y"]
    assert browser.execute_script(look) == "rgb(255, 255, 255)"


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
        ('"abc', "/search?q=%22abc", "This search could not be understood"),
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
    """A late answer to an earlier click is ignored."""
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
    assert becomes(browser, "h1", "No paragraph contains all of these words")


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
    assert becomes(browser, "h1", "Basket")
    assert text(browser, "#basket") == "Basket"


def test_a_basket_is_emptied_at_once_when_that_is_meant(browser: Any, site: str) -> None:
    browser.get(f"{site}/search?q=invites")
    for button in browser.find_elements(By.CSS_SELECTOR, ".keep button"):
        button.click()
    browser.find_element(By.ID, "basket").click()
    assert becomes(browser, "h1", "Basket 3 paragraphs in 2 resolutions")

    browser.find_element(By.CSS_SELECTOR, ".tools .end").click()
    browser.switch_to.alert.dismiss()
    assert text(browser, "#basket") == "Basket (3)"
    browser.find_element(By.CSS_SELECTOR, ".tools .end").click()
    assert browser.switch_to.alert.text == "Remove all 3 from the basket?"
    browser.switch_to.alert.accept()

    assert becomes(browser, "h1", "Basket")
    assert text(browser, "#basket") == "Basket"
    assert not browser.find_element(By.NAME, "addresses").is_displayed()


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
