"""One request, bounded in time and in size, whose redirects lead only where they may.

urllib would follow a redirect to anywhere, and its timeout is for each wait alone: a service that
sends a byte a minute would hold it for ever.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import string
import time
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from .. import __version__
from ..errors import SearchAppError

USER_AGENT = f"searchapp/{__version__} (Clause by clause: search of United Nations resolutions)"
CHUNK = 65_536  # bytes
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may cost at most."""

    size: int = 100_000_000  # bytes, as for every file that is read
    request: float = 120.0  # seconds; the United Nations' service thinks for up to half a minute
    document: float = 600.0  # seconds, with all tries and waits
    wait: float = 300.0  # seconds that the service may ask us to wait
    redirects: int = 5


class NotFetched(SearchAppError):
    """A document that could not be fetched; the next may be."""


class Answer(NamedTuple):
    """What came: `body` is read for status 200 alone; `announced` bytes, None where unknown."""

    status: int
    headers: Message
    body: bytes
    announced: int | None


def get(url: str, limits: Limits, seconds: float) -> Answer:
    """The answer at the end of all redirects, within so many seconds.

    Raises `NotFetched` where they lead astray or the answer is too large, and else what urllib
    and http.client raise: `OSError`, `HTTPException`.
    """
    home, until = url, time.monotonic() + seconds
    for _ in range(limits.redirects + 1):
        answer = _ask(url, limits.size, until - time.monotonic())
        if answer.status not in REDIRECTS:
            return answer
        url = redirected(home, url, answer.headers["Location"])
    raise NotFetched(f"it is redirected more than {limits.redirects} times")


def redirected(home: str, url: str, location: str | None) -> str:
    """The address that a redirect from `url` names; `home` is where the request began.

    It must not leave the web, nor encryption; nor may a public service send us to an address of
    the network that we are in.
    """
    # http.client reads headers as Latin-1: this gives back the bytes that were sent.
    spelt = quote(location or "", safe=string.punctuation, encoding="latin-1", errors="replace")
    try:
        target = urljoin(url, spelt)
        parts = urlsplit(target)
    except ValueError:
        raise NotFetched("it is redirected to an address that can't be read") from None
    if not spelt or not parts.hostname or parts.scheme not in ("http", "https"):
        raise NotFetched("it is redirected to an address that is not on the web")
    if (urlsplit(url).scheme, parts.scheme) == ("https", "http"):
        raise NotFetched("it is redirected from https to http, where anybody could change it")
    if parts.hostname != urlsplit(home).hostname and not _is_public(parts.hostname):
        raise NotFetched("it is redirected into the local network")
    return target


def _is_public(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True  # the request will tell; behind a proxy, names need not be known here
    return all(
        ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found
    )


def _ask(url: str, size: int, seconds: float) -> Answer:
    if seconds <= 0:
        raise TimeoutError
    with _opener().open(url, timeout=seconds) as response:
        announced = response.length
        body = _body(response, size) if response.status == 200 else b""
        return Answer(response.status, response.headers, body, announced)


def _body(response: HTTPResponse, size: int) -> bytes:
    body = bytearray()
    total = response.length or 0  # as announced
    while total <= size and (piece := response.read(CHUNK)):
        body += piece
        total = len(body)
    if total > size:
        raise NotFetched(f"it is larger than {size // 1_000_000} MB")
    return bytes(body)


def _opener() -> OpenerDirector:
    """What opens http and https, through a proxy where the environment names one.

    It knows no other scheme (file:, ftp:), follows no redirect, and takes every status.
    """
    opener = OpenerDirector()
    for handler in (ProxyHandler(), _Http(), _Https()):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", USER_AGENT), ("Accept", "application/pdf")]
    return opener


class _Punctual(RawIOBase):
    """The bytes of a socket until a deadline, however slowly they drip."""

    def __init__(self, raw: RawIOBase, sock: socket.socket) -> None:
        self._raw, self._socket = raw, sock
        # The time given for the first wait is the time for all that comes.
        self._until = time.monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """A response that is punctual, its status line and headers included."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = BufferedReader(_Punctual(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Http(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_Connection, req)


class _Https(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req, context=ssl.create_default_context())
