"""A local document service with scripted answers, which records its requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Play = Callable[[BaseHTTPRequestHandler], None]


def pdf(words: str) -> bytes:
    """Return a PDF of one page with these words."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"xref\n0 7\n0000000000 65535 f \n%strailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(content))
    )


def send(
    body: bytes = b"", status: int = 200, announced: int | None = None, **headers: str
) -> Play:
    """Return an answer; `announced` is a Content-Length other than the body's."""

    def play(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        length = len(body) if announced is None else announced
        for name, value in {"Content-Length": str(length), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return play


def redirect(to: str, status: int = 302) -> Play:
    """Return a redirect."""
    return send(status=status, Location=to)


def raw(answer: bytes) -> Play:
    """Return an answer of exactly these bytes, status line included."""

    def play(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(answer)

    return play


def drip(answer: bytes, seconds: float = 0.1) -> Play:
    """Return an answer of exactly these bytes, with a pause after each byte."""

    def play(request: BaseHTTPRequestHandler) -> None:
        for place in range(len(answer)):
            request.wfile.write(answer[place : place + 1])
            time.sleep(seconds)

    return play


def rest(seconds: float, play: Play) -> Play:
    """Return an answer that is delayed."""

    def rested(request: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        play(request)

    return rested


def endless(piece: bytes) -> Play:
    """Return an answer whose body never ends."""

    def play(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(piece)

    return play


@dataclass
class DocumentService:
    """The service: its answers for each symbol or path in their order; the last one repeats."""

    plays: Mapping[str, Sequence[Play]]
    host: str
    asked: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    together: int = 0  # the most concurrent requests
    _open: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def template(self) -> str:
        """The service's address in the form of the setting."""
        return f"{self.host}/access?s={{symbol}}&l={{language}}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Send the next answer for the requested symbol or path."""
        parts = urlsplit(request.path)
        name = parse_qs(parts.query).get("s", [parts.path])[0]
        with self._lock:
            plays = self.plays.get(name, [send(b"<html>no such page</html>", 404)])
            play = plays[min(self.asked.count(name), len(plays) - 1)]
            self.asked.append(name)
            self.requests.append((request.path, dict(request.headers)))
            self._open += 1
            self.together = max(self.together, self._open)
        try:
            with suppress(ConnectionError):  # the client may hang up early
                play(request)
        finally:
            with self._lock:
                self._open -= 1


@contextmanager
def serving(plays: Mapping[str, Sequence[Play]]) -> Iterator[DocumentService]:
    """Run a service on a free port of this machine."""

    class Request(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        server.daemon_threads = True
        server.block_on_close = False
        service = DocumentService(plays, f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
