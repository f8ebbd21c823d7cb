"""Texts, names and queries are never markup: in pages, in exports, in a real browser."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from browsing import becomes, served
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.exports.to_csv import harmless
from searchapp.model.resolution import Resolution
from searchapp.model.source import Source
from searchapp.web.shared.settings import settings_of

from .hostile import SCRIPT, URL, resolutions

PAGES = 160  # most pages of the crawl
ENTRIES = (
    "/",
    "/coverage",
    "/coverage.json",
    "/help",
    "/basket",
    "/search?q=lamps",
    "/search?q=lamps&lang=all&sort=newest",
    "/search?q=lamps&group=resolution",
    "/search?q=lamps&lang=fr",
    "/search?q=lamps&year=2044",
    "/search.json?q=lamps&lang=all",
    "/search.csv?q=lamps&lang=all",
    "/suggest.json?q=lam",
    "/suggest.json?q=A/RES/99",
    "/matrix?q=lamps&rows=body&columns=subject",
    "/matrix.csv?q=lamps&rows=body&columns=subject",
    "/trend?q=lamps&by=body",
    "/trend.csv?q=lamps&by=subject",
    *(f"/facets/{name}?lang=all" for name in ("verb", "body", "origin", "agenda", "subject")),
    *(f"/{path}{quote(SCRIPT, safe='')}" for path in ("", "search?q=", "search?q=lamps&sort=")),
    f"/search?q={quote(chr(34) + SCRIPT)}",
    f"/search?q=lamps&subject={quote(SCRIPT)}&verb=-{quote(SCRIPT)}",
    f"/search.json?q={quote(chr(34) + SCRIPT)}",
    f"/facets/subject?find={quote(SCRIPT)}",
    f"/facets/{quote(SCRIPT, safe='')}",
    f"/resolutions/{quote(SCRIPT, safe='')}",
    f"/resolutions/{URL}",
    f"/resolutions/{URL}.json",
    f"/resolutions/{URL}?q={quote(SCRIPT)}&beside={quote(SCRIPT)}",
    f"/resolutions/A/RES/99/9?q={quote(SCRIPT)}",
    f"/matrix?q=lamps&rows={quote(SCRIPT)}",
    f"/trend?q={quote(SCRIPT)}&by={quote(SCRIPT)}",
    f"/search?{quote(SCRIPT)}={quote(SCRIPT)}",
)


@pytest.fixture(scope="module")
def hostile_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application over an index with only hostile texts and a hostile ledger."""
    place = str(tmp_path_factory.mktemp("hostile") / "index")
    backend = open_backend(place, create=True)
    for data in resolutions():
        held = Resolution.from_json(data)
        backend.add(held)
        backend.record(Source(f"{SCRIPT}{held.key}", "0", keys=(held.key,), indexed="2044-12-02"))
    backend.record(Source(f"/x/{SCRIPT}.pdf", "1", failure=f"No text: {SCRIPT}", indexed=SCRIPT))
    backend.commit()
    backend.close()
    return create_app({"INDEX": place, "TESTING": True})


@pytest.fixture(scope="module")
def answers(hostile_app: Flask) -> dict[str, Any]:
    """Crawl from the entry pages; return the answers by address."""
    return dict(crawled(hostile_app.test_client()))


def crawled(client: FlaskClient) -> Iterator[tuple[str, Any]]:
    waiting, seen = deque(ENTRIES), set(ENTRIES)
    for _ in range(PAGES):
        if not waiting:
            return
        address = waiting.popleft()
        answer = client.get(address, buffered=True)
        yield address, answer
        for link in links(address, answer):
            if link not in seen:
                seen.add(link)
                waiting.append(link)


def links(address: str, answer: Any) -> Iterator[str]:
    """Yield the addresses on this site to which an answer links."""
    found = [answer.headers.get("Location", "")]
    if answer.mimetype == "text/html":
        found += [str(a["href"]) for a in BeautifulSoup(answer.text, "lxml").select("[href]")]
    for link in found:
        target = urlsplit(urljoin(f"http://localhost{address}", link))
        if target.netloc == "localhost" and link and not link.startswith("#"):
            yield target._replace(scheme="", netloc="", fragment="").geturl()


def test_the_crawl_sees_every_kind_of_page(answers: dict[str, Any]) -> None:
    kinds = {address.split("?")[0].split("/")[1].partition(".")[0] for address in answers}

    assert len(answers) == PAGES
    assert kinds >= {"", "search", "facets", "resolutions", "matrix", "trend", "coverage", "help"}
    assert sum("owned" in unquote(answer.text) for answer in answers.values()) > PAGES / 2


def test_no_text_becomes_an_element_or_an_attribute(answers: dict[str, Any]) -> None:
    pages = {a: answer for a, answer in answers.items() if answer.mimetype == "text/html"}
    assert len(pages) > 50
    for address, answer in pages.items():
        soup = BeautifulSoup(answer.text, "html5lib")
        scripts = [script.get("src") or script.text for script in soup.select("script")]
        assert all(str(src).startswith("/static/app.js?") for src in scripts), address
        assert len(scripts) == (0 if answer.status_code == 302 else 1), address
        assert not soup.select("img, iframe, object, embed, base, style, meta[http-equiv]"), address
        for element in soup.find_all(True):
            names = {name.lower() for name in element.attrs}
            assert not [name for name in names if name.startswith("on")], (address, element)
            assert not names & {"style", "srcdoc", "formtarget", "ping"}, (address, element)
        assert "<script>owned" not in answer.text, address
        assert "onerror=owned=1>" not in answer.text, address  # the ends of tags are escaped


def test_no_text_is_a_template(answers: dict[str, Any]) -> None:
    assert [address for address, answer in answers.items() if "{{7*7}}" in unquote(answer.text)]
    assert [address for address, answer in answers.items() if "${49}" in answer.text] == []
    assert [address for address, answer in answers.items() if ">49$" in answer.text] == []


def test_every_link_stays_here_or_leads_to_the_official_document(answers: dict[str, Any]) -> None:
    found: set[str] = set()
    for answer in answers.values():
        if answer.mimetype == "text/html":
            soup = BeautifulSoup(answer.text, "html5lib")
            for name in ("href", "src", "action", "formaction", "xlink:href"):
                found |= {
                    str(element[name]) for element in soup.select(f"[{name.replace(':', '|')}]")
                }
        if "Location" in answer.headers:
            found.add(answer.headers["Location"])
    assert len(found) > 100
    for link in found:
        official = link.startswith("https://undocs.org/")
        here = link.startswith("/") and not link.startswith(("//", "/\\"))
        assert official or here or link.startswith("#"), link


def test_json_is_json_of_its_type(answers: dict[str, Any]) -> None:
    programs = [a for address, a in answers.items() if ".json" in address.partition("?")[0]]
    assert len([a for a in programs if a.mimetype == "application/json"]) > 5
    for answer in programs:
        if answer.status_code == 302 or answer.mimetype == "text/html":
            assert answer.status_code in (302, 404)
        else:
            assert answer.mimetype == "application/json"
            json.loads(answer.text)


def test_csv_keeps_its_columns_and_has_no_formula(answers: dict[str, Any]) -> None:
    exports = [a for a in answers.values() if a.mimetype == "text/csv"]
    assert len(exports) >= 3
    for answer in exports:
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert len({len(row) for row in rows[:-1]}) == 1
        assert [cell for row in rows for cell in row if harmless(cell) != cell] == []


def test_a_basket_of_hostile_addresses_is_only_text(hostile_app: Flask) -> None:
    client = hostile_app.test_client()
    sent = "\n".join((SCRIPT, URL, f"/resolutions/{quote(SCRIPT)}#op1", "A/RES/1/1#u1"))

    page = client.post("/basket", data={"addresses": sent})
    markdown = client.post("/basket.md", data={"addresses": sent})

    soup = BeautifulSoup(page.text, "html5lib")
    area = soup.select_one("textarea")
    assert area is not None
    assert area.text.split("\n")[0] == SCRIPT
    assert len(soup.select("script")) == 1
    assert not soup.select("img")
    assert markdown.text.startswith("- [General Assembly resolution 1/1, ")
    assert "<script>" not in markdown.text.replace("\\<", "")
    assert "<img" not in markdown.text.replace("\\<", "")


@pytest.mark.browser
def test_no_text_is_run_by_a_browser(browser: Any, hostile_app: Flask) -> None:
    """Neither in pages, nor in what scripts fetch and insert, nor in the stored basket."""
    with served(create_app({"INDEX": settings_of(hostile_app).index})) as site:
        for address in ENTRIES:
            if urlsplit(address).path.endswith((".csv", ".json")):
                continue
            browser.get(site + address)
            browser.execute_script(
                "for (const part of document.querySelectorAll('details')) part.open = true"
            )
            owned = "return [typeof window.owned, document.querySelectorAll('img').length]"
            assert browser.execute_script(owned) == ["undefined", 0], address
        browser.get(f"{site}/search?q=lamps&lang=all")
        browser.find_element("name", "q").send_keys(" oil")
        finder = browser.find_element("name", "find_subject")
        browser.execute_script("arguments[0].closest('details').open = true", finder)
        finder.send_keys("owned")
        assert becomes(browser, ".finds .count", "4")
        browser.execute_script(
            "localStorage.setItem('basket', JSON.stringify([arguments[0], arguments[1]]))",
            f"{site}/resolutions/{SCRIPT}#op1",
            URL,
        )
        browser.get(f"{site}/basket")
        assert browser.execute_script("return typeof window.owned") == "undefined"
        browser.execute_script("localStorage.clear()")


@pytest.mark.browser
def test_the_browser_keeps_to_the_policy(browser: Any, hostile_app: Flask) -> None:
    """An injected script would not run."""
    with served(create_app({"INDEX": settings_of(hostile_app).index})) as site:
        browser.get(f"{site}/help")
        browser.get_log("browser")
        browser.execute_script(
            "const made = document.createElement('div');"
            "made.innerHTML = '<img src=x onerror=\"window.owned=1\">';"
            "document.body.append(made);"
            "const script = document.createElement('script'); script.textContent = 'owned=1';"
            "document.body.append(script);"
        )
        logged = " ".join(str(entry["message"]) for entry in browser.get_log("browser"))
        assert browser.execute_script("return typeof window.owned") == "undefined"

    assert "Content Security Policy" in logged


def test_hostile_paths_are_named_with_care(tmp_path: Path) -> None:
    """The operator chooses the place of the index, which may contain any character."""
    app = create_app({"INDEX": str(tmp_path / SCRIPT.replace("/", "_"))})

    answer = app.test_client().get("/")

    assert answer.status_code == 503
    assert "<script>owned" not in answer.text
