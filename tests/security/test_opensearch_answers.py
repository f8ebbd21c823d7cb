"""Arbitrary answers in place of OpenSearch's; the password is never shown."""

from __future__ import annotations

import base64
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from searchapp import create_app
from searchapp.cli import main

pytest.importorskip("opensearchpy", reason="needs opensearch-py: pip install opensearch-py")

USER, PASSWORD, KEY = "keeper", "correct-horse-7", "a2V5OnNlY3JldC1rZXk="
HTML = b"<html><script>owned=1</script>\x1b[31m"


class Node:
    """A server with the same answer to every request."""

    def __init__(self, status: int, kind: str, body: bytes) -> None:
        self.authorized: set[str | None] = set()
        node = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                node.authorized.add(self.headers.get("Authorization"))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else body)

            def log_message(self, *_: Any) -> None:
                pass

        for method in ("GET", "POST", "PUT", "HEAD", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.place = f"opensearch://127.0.0.1:{self.server.server_port}/resolutions"

    def __enter__(self) -> Node:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Said(NamedTuple):
    """The output of commands, pages, JSON and logs."""

    printed: str
    pages: str
    data: str
    logged: str


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHAPP_OPENSEARCH_USER", USER)
    monkeypatch.setenv("SEARCHAPP_OPENSEARCH_PASSWORD", PASSWORD)
    monkeypatch.setenv("SEARCHAPP_OPENSEARCH_RETRIES", "0")


def ask(place: str, caplog: pytest.LogCaptureFixture) -> Said:
    """Use a place in all ways; each must end in an error message."""
    caplog.set_level(logging.DEBUG)
    printed, shown = "", {"text/html": "", "application/json": ""}
    for command in (("search", "lamps"), ("check",), ("coverage",), ("index", "--sample")):
        result = CliRunner().invoke(main, [*command, "--index", place])
        assert isinstance(result.exception, SystemExit), (command, result.exception)
        assert result.exit_code == 1
        assert "OpenSearch" in result.output
        printed += result.output
    client = create_app({"INDEX": place}).test_client()
    for address in ("/search?q=lamps", "/search.json?q=lamps", "/coverage", "/healthz"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        shown[str(answer.mimetype)] += answer.text
    return Said(printed, shown["text/html"], shown["application/json"], caplog.text)


ANSWERS = {
    "a page": (200, "text/html", HTML),
    "a page of an error": (500, "text/html", HTML),
    "a page that is not found": (404, "text/html", HTML),
    "no index, with a reason": (404, "application/json", b'{"error":"<script>owned\\u001b[31m"}'),
    "nothing": (200, "application/json", b""),
    "a list": (200, "application/json", b"[]"),
    "a text": (200, "application/json", b'"x"'),
    "null": (200, "application/json", b"null"),
    "an empty object": (200, "application/json", b"{}"),
    "lists without end": (200, "application/json", b"[" * 100_000),
    "a long number": (200, "application/json", b"9" * 10_000),
    "bytes": (200, "application/json", b"\xff\xfe\x00"),
    "a page that says that it is JSON": (200, "application/json", HTML),
    "a reason": (
        400,
        "application/json",
        b'{"error":{"type":"x","root_cause":[{"reason":"<script>owned\\u001b[31m\\u202e"}]}}',
    ),
    "a reason of another shape": (400, "application/json", b'{"error":{"root_cause":["x"]}}'),
    "who are you?": (401, "application/json", b'{"error":"' + PASSWORD.encode() + b'"}'),
    "a redirect": (302, "text/html", b""),
    "a long page": (502, "text/html", HTML * 100_000),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_whatever_answers_there_is_a_sentence(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with Node(*ANSWERS[kind]) as node:
        said = ask(node.place, caplog)

    assert "\x1b" not in said.printed
    assert "\u202e" not in said.printed
    assert "<script>owned" not in said.pages
    assert len(said.printed) < 5_000
    assert PASSWORD not in said.printed + said.pages + said.data


def test_credentials_are_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    with Node(401, "application/json", b"{}") as node:
        said = ask(node.place, caplog)

    sent = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert node.authorized == {f"Basic {sent}"}
    for text in said:
        assert PASSWORD not in text
        assert sent not in text
    assert "SEARCHAPP_OPENSEARCH_PASSWORD" in said.printed


@pytest.mark.parametrize("key", [KEY, f"{KEY}\nX: y", f"{KEY}\N{SNOWMAN}"])
def test_a_key_is_never_shown(
    key: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even one that can't be sent, which the library quotes in its error."""
    monkeypatch.setenv("SEARCHAPP_OPENSEARCH_API_KEY", key)
    with Node(200, "application/json", b"{}") as node:
        said = ask(node.place, caplog)

    for text in said:
        assert KEY not in text


@pytest.mark.parametrize(
    "place",
    [
        f"opensearch://{USER}:{PASSWORD}@127.0.0.1:9/x",
        f"opensearch://127.0.0.1:9/x@{PASSWORD}",
        f"opensearchs://{PASSWORD}@127.0.0.1:9/x",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(place: str) -> None:
    result = CliRunner().invoke(main, ["check", "--index", place])
    page = create_app({"INDEX": place}).test_client().get("/")

    assert (result.exit_code, page.status_code) == (1, 503)
    assert PASSWORD not in result.output + page.text


@pytest.mark.parametrize("command", [(), ("serve",), ("index",), ("search",), ("copy",)])
def test_help_shows_no_secret(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*command, "--help"])

    assert result.exit_code == 0
    assert PASSWORD not in result.output
