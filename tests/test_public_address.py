"""Public addresses behind proxies and below a path, and the rules for robots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import html5lib
import pytest
from browsing import becomes, served
from flask import Flask
from flask.testing import FlaskClient
from test_every_page import PAGES, WRONG
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from searchapp import create_app
from searchapp.errors import SearchAppError
from searchapp.settings.public_address import PublicAddress
from searchapp.web.shared.pool_routing import EXPORTS, HEALTH, Router
from searchapp.web.shared.pool_routing import PAGES as PAGE

PUBLIC = "https://clauses.example.org/clauses"
FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "clauses.example.org",
    "X-Forwarded-Prefix": "/clauses",
}
INNER = "http://127.0.0.1:8080"
_ADDRESS = re.compile(r'\b(?:href|src|action|formaction|data-suggest)="([^"]*)"')
_WHOLE = re.compile(r"https?://[^\s\"<>]*")


class Proxied:
    """A test client behind a proxy that forwards addresses below the root of the site."""

    def __init__(self, app: Flask, passes_on: bool, headers: Mapping[str, str]) -> None:
        self._client, self._headers = app.test_client(), headers
        self._before = "/clauses" if passes_on else ""

    def ask(self, address: str, **more: Any) -> Any:
        """Request an address of the application."""
        method = more.pop("method", "GET")
        return self._client.open(
            f"{self._before}{address}", INNER, method=method, headers=self._headers, **more
        )

    def follow(self, address: str) -> Any:
        """Request a whole address, or one below the root of the host."""
        path = urlsplit(address)
        assert path.path.startswith("/clauses"), address
        inner = path.path.removeprefix("/clauses") or "/"
        return self.ask(f"{inner}?{path.query}" if path.query else inner)


@pytest.fixture(scope="module", params=["public", "public, passed on", "told", "told, passed on"])
def reader(sample_place: str, request: pytest.FixtureRequest) -> Proxied:
    is_told = request.param.startswith("told")
    chosen: dict[str, Any] = {"TRUSTED_PROXIES": 1} if is_told else {"PUBLIC_URL": f"{PUBLIC}/"}
    app = create_app({"INDEX": sample_place, **chosen})
    return Proxied(app, request.param.endswith("on"), FORWARDED if is_told else {})


def addresses(page: str) -> list[str]:
    """Return the addresses to which a page links."""
    return [unescape(address) for address in _ADDRESS.findall(page)]


@pytest.mark.parametrize("page", [*PAGES, *WRONG])
def test_every_address_stays_below_the_path(reader: Proxied, page: str) -> None:
    answer = reader.ask(page)
    assert answer.status_code == WRONG.get(page, 200)

    found = {urljoin(f"{PUBLIC}/", address) for address in addresses(answer.text)}
    assert found
    own = {each for each in found if "undocs.org" not in each}
    assert {each for each in own if not each.startswith((f"{PUBLIC}/", f"{PUBLIC}#"))} == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_address_is_that_behind_the_proxy(reader: Proxied, page: str) -> None:
    whole = _WHOLE.findall(reader.ask(page).text)

    hosts = {urlsplit(address).netloc for address in whole}
    assert hosts <= {"clauses.example.org", "undocs.org", "www.w3.org", "github.com"}
    assert "http://clauses.example.org" not in " ".join(whole)


def test_every_link_leads_somewhere(reader: Proxied) -> None:
    followed: dict[str, str] = {}
    for page in PAGES:
        for address in addresses(reader.ask(page).text):
            if address.startswith("/"):
                followed.setdefault(urlsplit(address).path, address)
    assert len(followed) > 20
    for address in followed.values():
        with reader.follow(address) as answer:
            assert answer.status_code in (200, 302, 405), address


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/search", "/"),
        ("/search?q=states&verb=&year_from=2020&year_to=", "/search?q=states&year=2020.."),
        ("/search?q=A/RES/78/903", "/resolutions/A/RES/78/903"),
        ("/search?q=states&find_verb=invi", "/facets/verb?q=states&find=invi"),
    ],
)
def test_redirects_stay_below_the_path(reader: Proxied, address: str, target: str) -> None:
    answer = reader.ask(address)

    assert answer.status_code == 302
    assert urljoin(f"{PUBLIC}/", answer.headers["Location"]) == f"{PUBLIC}{target}"


def test_exports_have_the_public_address(reader: Proxied) -> None:
    rows = reader.ask("/search.csv?q=languages").text.splitlines()[1:-1]
    sent = {"addresses": f"{PUBLIC}/resolutions/A/RES/78/903#op4"}
    taken = reader.ask("/basket.md", method="POST", data=sent).text
    page = reader.ask("/resolutions/A/RES/78/903").text
    suggested = reader.ask("/suggest.json?q=invites").get_json()["suggestions"]

    assert rows
    assert all(f"{PUBLIC}/resolutions/" in row for row in rows)
    assert f"{PUBLIC}/resolutions/A/RES/78/903#op4" in taken
    assert f'value="{PUBLIC}/resolutions/A/RES/78/903#op4"' in page
    assert {each["url"].startswith("/clauses/") for each in suggested} == {True}


@pytest.mark.parametrize(
    ("chosen", "prefix", "path", "pool"),
    [
        ({}, "", "/search.csv", EXPORTS),
        ({}, "", "/healthz", HEALTH),
        ({}, "", "/search", PAGE),
        ({}, "", "/nowhere", PAGE),
        ({}, "", "/basket.csv", PAGE),
        ({}, "", "//search.csv//", PAGE),
        ({"PUBLIC_URL": PUBLIC}, "", "/clauses/search.csv", EXPORTS),
        ({"PUBLIC_URL": PUBLIC}, "", "/search.csv", EXPORTS),
        ({"PUBLIC_URL": PUBLIC}, "", "/clauses", PAGE),
        ({"TRUSTED_PROXIES": 1}, "/clauses", "/clauses/search.csv", EXPORTS),
        ({"TRUSTED_PROXIES": 1}, "/clauses", "/search.csv", EXPORTS),
        ({}, "/clauses", "/clauses/search.csv", PAGE),
    ],
)
def test_a_pool_is_found_below_a_path_too(
    place: str, chosen: dict[str, Any], prefix: str, path: str, pool: str
) -> None:
    app = create_app({"INDEX": place, **chosen})

    assert Router(app).pool(path, prefix) == pool


def csv_address(app: Flask, **headers: str) -> str:
    """Return the root of the first address in an export."""
    text = app.test_client().get("/search.csv?q=views", INNER, headers=headers).text
    return str(_WHOLE.findall(text)[0]).partition("/resolutions/")[0]


@pytest.mark.parametrize(
    ("chosen", "headers", "address"),
    [
        ({}, {}, INNER),
        ({}, {"Host": "clauses.example.org"}, "http://clauses.example.org"),
        ({}, {"Host": "[::1]:8080"}, "http://[::1]:8080"),
        ({}, FORWARDED, INNER),
        ({}, {"X-Forwarded-Prefix": "/evil"}, INNER),
        ({"PUBLIC_URL": "https://a.example"}, {"Host": "evil.example"}, "https://a.example"),
        ({"PUBLIC_URL": "https://a.example"}, {"Host": "<script>"}, "https://a.example"),
        ({"PUBLIC_URL": "https://a.example", "TRUSTED_PROXIES": 1}, FORWARDED, "https://a.example"),
        ({"PUBLIC_URL": "HTTPS://A.Example:8443/x/"}, {}, "https://a.example:8443/x"),
        ({"TRUSTED_PROXIES": 1}, FORWARDED, PUBLIC),
        (
            {"TRUSTED_PROXIES": 1},
            {**FORWARDED, "X-Forwarded-Host": "evil.example, clauses.example.org"},
            PUBLIC,
        ),
        ({"TRUSTED_PROXIES": 2}, FORWARDED, INNER),
    ],
)
def test_addresses_are_made_of_what_can_be_trusted(
    place: str, chosen: dict[str, Any], headers: dict[str, str], address: str
) -> None:
    assert csv_address(create_app({"INDEX": place, **chosen}), **headers) == address


@pytest.mark.parametrize(
    ("chosen", "headers"),
    [
        *[
            ({}, {"Host": host})
            for host in ("<script>", "a b", 'a"b', "a/b", "a@b", "a:b", "a:1:2", "-a", "[::1", "é")
        ],
        ({}, {"Host": "a" * 300}),
        ({"TRUSTED_PROXIES": 1}, {**FORWARDED, "X-Forwarded-Host": "a/b"}),
        ({"TRUSTED_PROXIES": 1}, {**FORWARDED, "X-Forwarded-Proto": "javascript"}),
        ({"TRUSTED_PROXIES": 1}, {**FORWARDED, "X-Forwarded-Prefix": "/<script>"}),
        ({"TRUSTED_PROXIES": 1}, {**FORWARDED, "X-Forwarded-Prefix": "//evil.example"}),
    ],
)
def test_a_host_that_is_none_is_refused(
    place: str, chosen: dict[str, Any], headers: dict[str, str]
) -> None:
    client = create_app({"INDEX": place, **chosen}).test_client()
    for path in ("/search?q=views", "/search.csv?q=views", "/"):
        environ = {"wsgi.url_scheme": "http", "HTTP_HOST": headers.get("Host", "localhost")}
        more = {name: value for name, value in headers.items() if name != "Host"}
        answer = client.get(path, headers=more, environ_overrides=environ)
        assert answer.status_code == 400
        assert "is not a valid host name" in answer.text
        assert "script>" not in answer.text.replace("</script>", "").replace("<script type", "")
        assert "evil" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "url",
    [
        "clauses.example.org",
        "//clauses.example.org",
        "ftp://clauses.example.org",
        "https://",
        "https:///clauses",
        "https://user:password@clauses.example.org",
        "https://user@clauses.example.org",
        "https://clauses.example.org/?",
        "https://clauses.example.org/?a=b",
        "https://clauses.example.org/#a",
        "https://clauses.example.org:0x50/",
        "https://clauses.example.org:99999/",
        "https://clauses.example.org/a//b",
        "https://clauses.example.org/a/../b",
        "https://clauses.example.org/a b",
        "https://cläuses.example.org",
        "https://[::1",
        'https://a"b/',
    ],
)
def test_a_public_address_that_is_none_is_a_sentence(place: str, url: str) -> None:
    with pytest.raises(SearchAppError, match=r"SEARCHAPP_PUBLIC_URL is .*: write an address such"):
        create_app({"INDEX": place, "PUBLIC_URL": url})


@pytest.mark.parametrize("path", ["search", "resolutions/archive", "static", "search.csv"])
def test_a_path_that_is_a_page_of_ours_is_a_sentence(place: str, path: str) -> None:
    with pytest.raises(SearchAppError, match="choose another path"):
        create_app({"INDEX": place, "PUBLIC_URL": f"https://example.org/{path}"})


@pytest.mark.parametrize(
    "url", ["http://a", "https://a.b:8443", "https://[::1]:8/x/y", "https://xn--clses-kra.example"]
)
def test_a_public_address(url: str) -> None:
    found = PublicAddress.of(url)

    assert f"{found.scheme}://{found.host}{found.prefix}" == url


# --- scripts below a path


@pytest.fixture(scope="module")
def below(sample_place: str) -> Iterator[str]:
    """Serve a site whose only application is at /clauses; yield its address."""
    app = create_app({"INDEX": sample_place})
    nothing = Flask("nothing")
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        nothing.wsgi_app, {"/clauses": app.wsgi_app}
    )
    with served(app) as address:
        yield f"{address}/clauses"


@pytest.mark.browser
def test_scripts_work_below_a_path(browser: Any, below: str) -> None:
    browser.get(f"{below}/search?q=states")
    browser.find_element("name", "find_verb").send_keys("invi")
    assert becomes(browser, ".finds a", "invites")
    browser.find_element("css selector", ".finds a").click()
    assert becomes(browser, ".chips .chip", "invites ✕\nremove this filter")
    assert browser.current_url.startswith(f"{below}/search?")
    assert "verb=invites" in browser.current_url
    browser.find_element("css selector", ".keep button").click()
    browser.get(f"{below}/basket")
    assert becomes(browser, "h1", "Basket 1 paragraph in 1 resolution")
    browser.find_element("name", "q").send_keys("invites all mem")
    assert becomes(browser, "[role=option]", "invites all member states\nphrase")
    browser.execute_script("localStorage.clear()")


# --- robots


def own_links(page: str, at: str) -> Iterator[tuple[str, str]]:
    """Yield the links of a page to the same site, each with its `rel`."""
    for link in html5lib.parse(page, namespaceHTMLElements=False).iter("a"):
        address = link.get("href", "")
        target = urljoin(at, address)
        if not address.startswith("#") and target.startswith("https://a.example"):
            yield target, link.get("rel", "")


@pytest.fixture(scope="module", params=["https://a.example", "https://a.example/clauses"])
def site(sample_place: str, request: pytest.FixtureRequest) -> tuple[str, FlaskClient]:
    app = create_app({"INDEX": sample_place, "PUBLIC_URL": request.param})
    return request.param, app.test_client()


def robots(site: tuple[str, FlaskClient]) -> RobotFileParser:
    found = RobotFileParser()
    found.parse(site[1].get("/robots.txt").text.splitlines())
    return found


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        ("/", True),
        ("/help", True),
        ("/coverage", True),
        ("/resolutions/A/RES/78/903", True),
        ("/static/style.css", True),
        ("/search?q=states", False),
        ("/search.json?q=states", False),
        ("/search.csv?q=states", False),
        ("/facets/verb?q=states", False),
        ("/facets/verb.json", False),
        ("/matrix", False),
        ("/matrix.csv", False),
        ("/trend?q=states", False),
        ("/suggest.json?q=a", False),
        ("/basket", False),
        ("/healthz", False),
    ],
)
def test_robots_read_resolutions_and_no_searches(
    site: tuple[str, FlaskClient], path: str, is_open: bool
) -> None:
    answer = site[1].get(path, buffered=True)

    assert robots(site).can_fetch("*", site[0] + path) is is_open
    assert answer.headers.get("X-Robots-Tag") == (None if is_open else "noindex")
    if answer.mimetype == "text/html":
        assert ('<meta name="robots" content="noindex">' in answer.text) is not is_open


@pytest.mark.parametrize("address", [*PAGES, *WRONG])
def test_links_to_what_is_kept_out_are_not_to_be_followed(
    site: tuple[str, FlaskClient], address: str
) -> None:
    rules = robots(site)
    page = site[1].get(address).text
    links = list(own_links(page, site[0] + address))

    assert links
    followed = {
        target
        for target, rel in links
        if not rules.can_fetch("*", target) and "nofollow" not in rel
    }
    assert followed == set()


@pytest.mark.parametrize(
    "address",
    ["/nowhere", "/resolutions/A/RES/1/1", "/resolutions/A/RES/78/903?q=languages"],
)
def test_what_is_missing_or_another_s_copy_is_not_listed(
    site: tuple[str, FlaskClient], address: str
) -> None:
    answer = site[1].get(address)

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
