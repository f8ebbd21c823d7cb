"""Malformed requests over a socket to the server that `searchapp serve` runs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from clients import ask, connected, fronted, rest
from flask.testing import FlaskClient

from searchapp import create_app
from searchapp.web.app import MAX_BODY

HOST = "Host: localhost\r\n"
SMUGGLED = f"GET /smuggled.json HTTP/1.1\r\n{HOST}\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def port(place: str) -> Iterator[int]:
    """Run a server with a timeout of one second; yield its port."""
    with fronted(create_app({"INDEX": place}), client=1.0, idle=1.0) as found:
        yield found


def statuses(port: int, sent: str) -> list[int]:
    """Send a text, and return the statuses of all answers until the server closes."""
    made = connected(port)
    with made, suppress(ConnectionError):
        made.sendall(sent.encode("latin-1"))
        answers = rest(made).decode("latin-1")
    return [int(found) for found in re.findall(r"HTTP/1\.[01] (\d{3}) [A-Z]", answers)]


def post(headers: str, body: str = "", version: str = "1.1") -> str:
    return f"POST /basket HTTP/{version}\r\n{HOST}{headers}\r\n{body}"


def length(number: object) -> str:
    return f"Content-Length: {number}\r\n"


def chunks(text: str) -> str:
    return f"{len(text):x}\r\n{text}\r\n0\r\n\r\n"


ENDED = "0\r\n\r\n" + SMUGGLED  # delimited by chunks; delimited by a length, it goes on
AMBIGUOUS = {
    "CL.TE": post(length(len(ENDED)) + CHUNKED, ENDED),
    "TE.CL": post(CHUNKED + length(4), chunks(SMUGGLED)),
    "two lengths": post(length(0) + length(len(SMUGGLED)), SMUGGLED),
    "one length twice": post(length(0) * 2, SMUGGLED),
    "a list of lengths": post(length(f"0, {len(SMUGGLED)}"), SMUGGLED),
    "a length with a sign": post(length("+0"), SMUGGLED),
    "a length below zero": post(length(-1), SMUGGLED),
    "a hexadecimal length": post(length("0x0"), SMUGGLED),
    "a length with an underscore": post(length("0_0"), SMUGGLED),
    "a length of other digits": post(length("\xb2"), SMUGGLED),
    "no length": post(length(""), SMUGGLED),
    "a length of 5,000 digits": post(length("9" * 5000), SMUGGLED),
    "a space after a name": post(f"Content-Length : {len(SMUGGLED)}\r\n", SMUGGLED),
    "a folded length": post(f"Content-Length:\r\n {len(SMUGGLED)}\r\n", SMUGGLED),
    "a folded header": post("X: y\r\n Content-Length: 9\r\n" + length(0), SMUGGLED),
    "a header folded by a tab": post("X: y\r\n\tTransfer-Encoding: chunked\r\n", SMUGGLED),
    "a folded first header": f"GET /help HTTP/1.1\r\n {HOST}\r\n{SMUGGLED}",
    "another coding": post("Transfer-Encoding: xchunked\r\n", SMUGGLED),
    "two codings": post("Transfer-Encoding: gzip, chunked\r\n", SMUGGLED),
    "two headers of coding": post(CHUNKED + "Transfer-Encoding: identity\r\n", ENDED),
    "chunked twice": post(CHUNKED * 2, ENDED),
    "a coding after a vertical tab": post("Transfer-Encoding: \x0bchunked\r\n", ENDED),
    "a coding after 0x85": post("Transfer-Encoding: \x85chunked\r\n", ENDED),
    "a space after the name of the coding": post("Transfer-Encoding : chunked\r\n", ENDED),
    "a coding in HTTP/1.0": post(CHUNKED, ENDED, "1.0"),
    "a coding in HTTP/1.2": post(CHUNKED, ENDED, "1.2"),
    "a chunk's length in 0x": post(CHUNKED, "0x5\r\nhello\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk's length below zero": post(CHUNKED, "-5\r\nhello\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk's length after a space": post(CHUNKED, " 5\r\nhello\r\n0\r\n\r\n" + SMUGGLED),
    "a chunk that ends otherwise": post(CHUNKED, "5\r\nhelloXX0\r\n\r\n" + SMUGGLED),
    "a chunk's bare LF": post(CHUNKED, "5\nhello\n0\n\n" + SMUGGLED),
    "a chunk's extension with a LF": post(CHUNKED, "5;a\nhello\r\n0\r\n\r\n" + SMUGGLED),
    "bare LF": f"GET /help HTTP/1.1\nHost: localhost\n\n{SMUGGLED}",
    "bare CR": f"GET /help HTTP/1.1\r\nX: a\rY: b\r\n{HOST}\r\n{SMUGGLED}",
    "NUL": f"GET /help HTTP/1.1\r\nX: a\0b\r\n{HOST}\r\n{SMUGGLED}",
    "no colon": f"GET /help HTTP/1.1\r\n{HOST}X\r\n\r\n{SMUGGLED}",
    "two spaces": f"GET  /help HTTP/1.1\r\n{HOST}\r\n{SMUGGLED}",
    "small letters": f"get /help HTTP/1.1\r\n{HOST}\r\n{SMUGGLED}",
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_an_ambiguous_request_is_refused_and_its_connection_closed(port: int, kind: str) -> None:
    found = statuses(port, AMBIGUOUS[kind])

    assert found in ([400], [501])


CLEAR = {
    "two requests": (f"GET /help.json HTTP/1.1\r\n{HOST}\r\n{SMUGGLED}", [200, 404]),
    "a body of a length": (post(length(11), "addresses=a") + SMUGGLED, [200, 404]),
    "a body in chunks": (post(CHUNKED, chunks("addresses=a")) + SMUGGLED, [200, 404]),
    "a chunk with an extension": (post(CHUNKED, "1;a=b\r\na\r\n0\r\n\r\n") + SMUGGLED, [200, 404]),
    "a body where none belongs": (
        f"GET /help.json HTTP/1.1\r\n{HOST}{length(len(SMUGGLED))}\r\n{SMUGGLED}",
        [200],
    ),
    "a body of a page that is none": (
        f"POST /nowhere HTTP/1.1\r\n{HOST}{length(len(SMUGGLED))}\r\n{SMUGGLED}",
        [404],
    ),
    "a body of a page that takes none": (
        f"POST /help HTTP/1.1\r\n{HOST}{length(len(SMUGGLED))}\r\n{SMUGGLED}",
        [405],
    ),
    "an offer of HTTP/2": (
        f"GET /help.json HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n{SMUGGLED}",
        [200, 404],
    ),
    "names with an underscore": (post("Content_Length: 9\r\n" + length(0)) + SMUGGLED, [200, 404]),
    "methods of proxies": (f"CONNECT evil.example:80 HTTP/1.1\r\n{HOST}\r\n", [404]),
    "a trace": (f"TRACE /help HTTP/1.1\r\n{HOST}X: secret\r\n\r\n", [405]),
    "HTTP/2 without asking": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [404]),
}


@pytest.mark.parametrize("kind", CLEAR)
def test_a_clear_request_ends_where_it_says(port: int, kind: str) -> None:
    sent, expected = CLEAR[kind]

    assert statuses(port, sent) == expected


LARGE = {
    "a header": (f"GET / HTTP/1.1\r\n{HOST}X: {'x' * 40_000}\r\n\r\n", [431]),
    "headers": ("GET / HTTP/1.1\r\n" + HOST + "X: y\r\n" * 9_000 + "\r\n", [431]),
    "an address": (f"GET /{'x' * 40_000} HTTP/1.1\r\n{HOST}\r\n", [431]),
    "a first line": ("x" * 40_000, [431]),
    "a length": (post(length(10**12)), [413]),
    "a body": (post(length(300_000), "x" * 300_000), [413]),
    "a chunk": (post(CHUNKED, f"{300_000:x}\r\n{'x' * 300_000}"), [413]),
    "a chunk's extension": (post(CHUNKED, f"1;{'x' * 300_000}"), [413]),
    "trailers": (post(CHUNKED, "0\r\n" + "X: y\r\n" * 60_000), [413]),
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_is_too_large_is_refused_while_it_arrives(port: int, kind: str) -> None:
    sent, expected = LARGE[kind]

    assert statuses(port, sent) == expected


@pytest.mark.parametrize(
    "address",
    [
        f"/search?{'&'.join(f'a{n}=1' for n in range(5_000))}",
        f"/search?q=lamps&{'&'.join(f'subject={n}' for n in range(2_900))}",
        f"/search?q={'%28' * 2_000}lamps",
        f"/search.json?q={'a+OR+' * 1_500}a",
        f"/suggest.json?q={'a' * 20_000}",
        f"/resolutions/{'a/' * 10_000}",
        f"/resolutions/A/RES/79/144?{'beside=fr&' * 2_500}",
        f"/search?q=lamps&page={'9' * 5_000}",
        f"/search?q=lamps&year={'9' * 5_000}",
    ],
    ids=lambda address: address[:30],
)
def test_many_parameters_are_answered_in_time(port: int, address: str) -> None:
    began = time.monotonic()

    status, _, _ = ask(port, address)

    assert status < 500
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("size", [MAX_BODY, MAX_BODY + 1, 50_000_000])
def test_a_form_is_bounded(client: FlaskClient, size: int) -> None:
    answer = client.post(
        "/basket",
        data=b"addresses=" + b"x" * (size - 10),
        buffered=True,
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == (200 if size == MAX_BODY else 413)


@pytest.mark.parametrize("kind", ["many fields", "many parts", "a file", "a part without an end"])
def test_a_form_of_many_parts_is_bounded(client: FlaskClient, kind: str) -> None:
    part = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
    named = 'Content-Disposition: form-data; name="addresses"; filename="../../x"\r\n\r\n'
    body = {
        "many fields": "&".join(f"a{n}=1" for n in range(20_000)),
        "many parts": part * 2_000 + "--x--",
        "a file": f"--x\r\n{named}A/RES/79/144#op1\r\n--x--",
        "a part without an end": part[:-2] + "y" * 100_000,
    }[kind]
    many = kind != "many fields"
    type_ = "multipart/form-data; boundary=x" if many else "application/x-www-form-urlencoded"

    answer = client.post("/basket", data=body, content_type=type_)

    assert answer.status_code in (200, 400, 413)
    assert "in 1 resolution" not in answer.text  # a file is no field


# Redirects and paths.

EVIL = [
    "//evil.example",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "https:evil.example",
    "https:/evil.example",
    "/.evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/%0d%0a%0d%0a<script>",
    "/%E5%98%8A%E5%98%8DLocation:evil.example",
]
LEADING = (
    "{}",
    "/search{}",
    "/search?q={}",
    "/search?q=&x={}",
    "/search?q=79/144&lang={}",
    "/search?find_verb=x&q={}",
    "/search?q=lamps&year_from=&sort={}",
    "/resolutions/{}",
    "/resolutions/a/res/79/144?q={}",
    "/resolutions{}/a/res/79/144",
    "/resolutions/a/res/79/144.json?x={}",
    "/search.json?q=A/RES/79/144&x={}",
    "/static/{}",
    "/facets/{}",
)


@pytest.mark.parametrize("pattern", LEADING)
def test_no_redirect_leads_to_another_site(port: int, pattern: str) -> None:
    for evil in EVIL:
        status, headers, _ = ask(port, pattern.format(evil))
        location = headers.get("Location", "/")
        assert status < 500, (pattern, evil)
        assert re.match(r"/(?![/\\])", location), (pattern, evil, location)
        assert not re.search(r"[\x00-\x20\\]", location), (pattern, evil, location)
        assert set(headers) & {"X", "Set-Cookie"} == set()


def test_every_redirect_is_tried(port: int) -> None:
    """The table above covers each place that makes a redirect."""
    answers = [ask(port, pattern.format("x"))[0] for pattern in LEADING]

    assert answers.count(302) >= 4


@pytest.mark.parametrize(
    "path",
    [
        "/static/../setup.cfg",
        "/static/..%2fsetup.cfg",
        "/static/%2e%2e/setup.cfg",
        "/static/%2e%2e%2fsetup.cfg",
        "/static/..%5csetup.cfg",
        "/static/....//setup.cfg",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/app.js/../../setup.cfg",
        "/static/app.js%00.css",
        "/static/.git",
        "/static/",
        "/static",
        "/../setup.cfg",
        "//etc/passwd",
        "/templates/base.html",
        "/resolutions/../../etc/passwd",
        "/resolutions/..%2f..%2fetc%2fpasswd",
        "/resolutions/%00",
        "/resolutions/searchapp.json",
        "/facets/../static/app.js",
    ],
)
def test_no_address_leads_to_a_file_that_is_not_meant(port: int, path: str) -> None:
    """Over the real server, which decodes %-escapes itself."""
    status, _, body = ask(port, path)

    assert status in (400, 404)
    assert "[metadata]" not in body
    assert "root:" not in body


@pytest.mark.parametrize(
    "host",
    [
        "evil.example/",
        "a b",
        "evil.example\\",
        "<script>",
        "a,b",
        "a@b",
        "a:99999999",
        "'",
        "-",
        "::",
    ],
)
def test_a_host_that_is_none_is_refused(port: int, host: str) -> None:
    assert statuses(port, f"GET /search?q=x HTTP/1.1\r\nHost: {host}\r\n\r\n") == [400]


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: javascript",
        "X-Forwarded-Prefix: //evil.example",
        "X-Forwarded-For: <script>",
        "X-Forwarded-Port: 1",
        "Forwarded: host=evil.example;proto=https",
        "X-Original-URL: /smuggled",
        "X-Rewrite-URL: /smuggled",
        "X-HTTP-Method-Override: POST",
        "X-Host: evil.example",
    ],
)
def test_headers_of_proxies_change_nothing(port: int, header: str) -> None:
    name, _, value = header.partition(": ")

    plain, told = (
        ask(port, "/resolutions/A/RES/79/144"),
        ask(port, "/resolutions/A/RES/79/144", {name: value}),
    )

    assert (told[0], told[2]) == (plain[0], plain[2])


def test_an_absolute_address_changes_no_host(port: int) -> None:
    made = connected(port, f"GET http://evil.example/basket HTTP/1.0\r\n{HOST}\r\n")
    with made:
        answer = rest(made)

    assert b"200 OK" in answer
    assert b"evil.example" not in answer


def test_a_form_of_another_site_changes_nothing(client: FlaskClient) -> None:
    """There is no session and no stored state: a foreign form only shows what it posts."""
    evil = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
    answer = client.post("/basket", data={"addresses": "A/RES/79/144#op1"}, headers=evil)
    later = client.get("/basket")

    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "A/RES/79/144#op1" in answer.text
    assert "A/RES/79/144#op1" not in later.text.replace("such as", "").split("<textarea")[1]


def test_a_connection_that_only_waits_is_closed(port: int) -> None:
    made = connected(port, "GET / HTTP/1.1\r\nHost: loc")
    with made:
        began = time.monotonic()
        with suppress(ConnectionError):
            rest(made)

    assert time.monotonic() - began < 25  # the timeout is a second, not half a minute
