"""The security headers of every answer, whatever its status and method."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import Any

import pytest
from clients import fronted
from flask import Flask
from flask.testing import FlaskClient

from searchapp import create_app
from searchapp.web.app import HEADERS

from .hostile import SCRIPT

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("OPTIONS", "/", 200),
    ("GET", "/search?q=invites", 200),
    ("GET", "/search?q=zeppelin", 200),
    ("GET", "/search?q=", 302),
    ("GET", "/search.json?q=invites", 200),
    ("GET", "/search.csv?q=invites", 200),
    ("HEAD", "/search.csv?q=invites", 200),
    ("GET", "/suggest.json?q=inv", 200),
    ("GET", "/facets/verb", 200),
    ("GET", "/facets/verb.json", 200),
    ("GET", "/matrix?q=states", 200),
    ("GET", "/matrix.csv?q=states", 200),
    ("GET", "/matrix.json?q=states", 200),
    ("GET", "/trend?q=states", 200),
    ("GET", "/trend.csv?q=states", 200),
    ("GET", "/trend.json?q=states", 200),
    ("GET", "/resolutions/A/RES/79/144", 200),
    ("GET", "/resolutions/A/RES/79/144.json", 200),
    ("GET", "/resolutions/a/res/79/144", 302),
    ("GET", "/basket", 200),
    ("POST", "/basket", 200),
    ("POST", "/basket.csv", 200),
    ("POST", "/basket.md", 200),
    ("GET", "/coverage", 200),
    ("GET", "/coverage.json", 200),
    ("GET", "/help", 200),
    ("GET", "/help.json", 200),
    ("GET", "/healthz", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/static/style.css", 200),
    ("GET", "/static/app.js", 200),
    ("GET", "/static/favicon.svg", 200),
    ("GET", '/search?q="abc', 400),
    ("GET", '/search.json?q="abc', 400),
    ("GET", '/search.csv?q="abc', 400),
    ("GET", "/nowhere", 404),
    ("GET", "/nowhere.json", 404),
    ("GET", "/static/nowhere", 404),
    ("GET", "/static/../setup.cfg", 404),
    ("GET", "/resolutions/A/RES/1/1", 404),
    ("POST", "/", 405),
    ("DELETE", "/search.json", 405),
    ("PUT", "/static/app.js", 405),
    ("TRACE", "/", 405),
    ("PROPFIND", "/basket", 405),
]


def assert_bound(headers: Any) -> None:
    """Check that each header occurs once, with the value of the policy."""
    for name, value in HEADERS.items():
        assert headers.get_all(name) == [value]


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    given = HEADERS["Content-Security-Policy"]

    assert dict(part.strip().split(" ", 1) for part in given.split(";")) == POLICY
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Cross-Origin-Opener-Policy"] == "same-origin"
    assert HEADERS["Cross-Origin-Resource-Policy"] == "same-origin"
    assert HEADERS["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in HEADERS["Permissions-Policy"]


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
def test_every_answer_has_the_headers(
    client: FlaskClient, method: str, address: str, status: int
) -> None:
    answer = client.open(
        address, method=method, data={"addresses": "A/RES/79/144#op1"}, buffered=True
    )

    assert answer.status_code == status
    assert_bound(answer.headers)
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("address", ["/search?q=invites", "/static/app.js"])
def test_an_unchanged_answer_has_the_headers(client: FlaskClient, address: str) -> None:
    tag = client.get(address, buffered=True).headers["ETag"]

    answer = client.get(address, headers={"If-None-Match": tag}, buffered=True)

    assert answer.status_code == 304
    assert_bound(answer.headers)


@pytest.mark.parametrize("address", ["/", "/search?q=x", "/search.csv?q=x", "/healthz"])
def test_an_answer_without_an_index_has_the_headers(tmp_path: Any, address: str) -> None:
    answer = create_app({"INDEX": str(tmp_path / "none")}).test_client().get(address)

    assert answer.status_code == 503
    assert_bound(answer.headers)


@pytest.mark.parametrize("address", ["/coverage", "/coverage.json"])
def test_a_failure_has_the_headers_and_no_details(
    place: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app({"INDEX": place})
    secret = "a secret of the server"

    def fail() -> str:
        raise RuntimeError(secret)

    app.view_functions["pages.coverage"] = app.view_functions["pages.coverage_json"] = fail
    monkeypatch.setattr(app.logger, "disabled", True)
    answer = app.test_client().get(address)

    assert answer.status_code == 500
    assert secret not in answer.text
    assert "Traceback" not in answer.text
    assert_bound(answer.headers)


def test_a_form_that_is_too_large_has_the_headers(client: FlaskClient) -> None:
    answer = client.post("/basket", data={"addresses": "x" * 200_000})

    assert answer.status_code == 413
    assert_bound(answer.headers)


REFUSED = [
    (b"NONSENSE\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431),
    (b"POST /basket HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    (b'GET / HTTP/1.1\r\nHost: "><script>alert(1)</script>\r\n\r\n', 400),
    (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
]


@pytest.mark.parametrize(("sent", "status"), REFUSED)
def test_the_server_s_own_answers_have_the_headers(place: str, sent: bytes, status: int) -> None:
    """Check the answers that no page makes; none names the server software."""
    with fronted(create_app({"INDEX": place})) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.connect()
        connection.sock.sendall(sent)
        answer = connection.response_class(connection.sock)
        answer.begin()
        body = answer.read().decode()
        connection.close()

    assert answer.status == status
    assert_bound(answer.headers)
    assert "Server" not in answer.headers
    assert "<script>alert" not in body


def test_every_route_is_among_the_answers(app: Flask) -> None:
    """A new page is added to the table, and so to the test."""
    routes = app.url_map.bind("localhost")
    tried = {
        routes.match(address.partition("?")[0], "POST" if method == "POST" else "GET")[0]
        for method, address, status in ANSWERS
        if status == 200
    }

    assert tried == set(app.view_functions)


@pytest.mark.parametrize(
    "name", ["search.csv?q=states", "matrix.csv?q=states", "trend.csv?q=states"]
)
def test_a_file_is_saved_and_not_shown(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/{name}&x={SCRIPT}")

    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.mimetype == "text/csv"
