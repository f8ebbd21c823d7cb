"""Compression: only for clients that accept it, and only if it is worthwhile."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from waitress.buffers import ReadOnlyFileBasedBuffer

PACKED = [
    ("/help", "gzip, deflate, br", "gzip"),
    ("/help", "*", "gzip"),
    ("/help", "", None),
    ("/help", "gzip;q=0", None),
    ("/search.json?q=lamps", "gzip", "gzip"),
    ("/search.csv?q=lamps", "gzip", None),
    ("/static/style.css", "gzip", "gzip"),
    ("/static/swap.js", "gzip", "gzip"),
    ("/static/style.css", "", None),
    ("/healthz", "gzip", None),
]


@pytest.mark.parametrize(("address", "accepted", "packing"), PACKED)
def test_large_answers_are_packed_where_that_is_asked(
    client: FlaskClient, address: str, accepted: str, packing: str | None
) -> None:
    with client.get(address, headers={"Accept-Encoding": accepted}) as answer:
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, packing)


def test_what_is_packed_is_what_is_not(client: FlaskClient) -> None:
    plain = client.get("/search?q=lamps")
    packed = client.get("/search?q=lamps", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 2 < len(plain.data)
    assert packed.content_length == len(packed.data)
    assert packed.get_etag()[0] == plain.get_etag()[0]
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_a_reader_that_has_it_gets_nothing(client: FlaskClient) -> None:
    first = client.get("/search?q=lamps", headers={"Accept-Encoding": "gzip"})
    again = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}

    answer = client.get("/search?q=lamps", headers=again)

    assert (answer.status_code, answer.data) == (304, b"")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_files_are_sent_as_the_server_sends_them(client: FlaskClient, accepted: str) -> None:
    # Waitress sends files through its own wrapper, which knows their length.
    own = {"wsgi.file_wrapper": ReadOnlyFileBasedBuffer}
    with client.get("/static/style.css") as answer:
        plain = answer.data
    with client.get(
        "/static/style.css", headers={"Accept-Encoding": accepted}, environ_overrides=own
    ) as answer:
        assert (gzip.decompress(answer.data) if accepted else answer.data) == plain
