"""A request with limits of time and size, and with checked redirects.

urllib follows redirects to any address, and its timeout applies to each read alone, so a service
that sends a byte per minute would block it forever. http.client reads a chunk of negative length
to the end of the stream. So bytes and time are limited at the socket, below both.
"""

from __future__ import annotations

import socket
import ssl
import string
import time
from dataclasses import dataclass
from email.message import Message
from functools import partial
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
    getproxies,
    proxy_bypass,
)

from .. import __version__
from .failures import NotFetched
from .hosts import Connect, connect_to_public, is_local_name, is_public_name

__all__ = ["Answer", "Limits", "NotFetched", "get", "redirected"]

USER_AGENT = f"searchapp/{__version__} (Clause by clause: search of United Nations resolutions)"
CHUNK = 65_536  # bytes
OVERHEAD = 1_000_000  # bytes of headers and chunk delimiters
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USUAL_PORTS = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum cost of a response."""

    size: int = 100_000_000  # bytes, as for every file that is read
    request: float = 120.0  # seconds; the service of the United Nations takes up to 30 to respond
    document: float = 600.0  # seconds, including all retries and waits
    wait: float = 300.0  # seconds that the service may ask us to wait
    redirects: int = 5


class Answer(NamedTuple):
    """A response: `body` is read only for status 200; `announced` bytes, None if unknown."""

    status: int
    headers: Message
    body: bytes
    announced: int | None


def get(url: str, limits: Limits, seconds: float, private: bool = False) -> Answer:
    """Return the response at the end of all redirects, within so many seconds.

    The host of `url` must have public addresses, unless its name is a local one, or `private`.
    Raises `NotFetched` if a redirect is refused or the response is too large, and otherwise the
    errors of urllib and http.client: `OSError`, `HTTPException`.
    """
    home, until = url, time.monotonic() + seconds
    host = urlsplit(home).hostname or ""
    may_be_private = private or is_local_name(host)
    for _ in range(limits.redirects + 1):
        is_home = urlsplit(url).hostname == host
        connect = socket.create_connection if may_be_private and is_home else connect_to_public
        answer = _ask(url, limits.size, until - time.monotonic(), connect)
        if answer.status not in REDIRECTS:
            return answer
        url = redirected(home, url, answer.headers["Location"])
    raise NotFetched(f"it redirects more than {limits.redirects} times")


def redirected(home: str, url: str, location: str | None) -> str:
    """Return the target of a redirect from `url`; `home` is the URL of the original request.

    `NotFetched` if it is not HTTP, drops encryption, or names another host that is in the local
    network or has an unusual port (server-side request forgery).
    """
    # http.client decodes headers as Latin-1: this restores the original bytes.
    spelt = quote(location or "", safe=string.punctuation, encoding="latin-1", errors="replace")
    try:
        target = urljoin(url, spelt)
        parts, port = urlsplit(target), urlsplit(target).port
    except ValueError:
        raise NotFetched("it redirects to an address that is not valid") from None
    if not spelt or not parts.hostname or parts.scheme not in ("http", "https"):
        raise NotFetched("it redirects to an address that is not on the web")
    if (urlsplit(url).scheme, parts.scheme) == ("https", "http"):
        raise NotFetched("it redirects from https to http, where anybody could change it")
    if "@" in parts.netloc:
        raise NotFetched("it redirects to an address with a user name in it")
    if parts.hostname != urlsplit(home).hostname:
        _check_other_host(parts.hostname, port)
    return target


def _check_other_host(host: str, port: int | None) -> None:
    if is_local_name(host) or not is_public_name(host):
        raise NotFetched("it redirects to the local network")
    if port not in USUAL_PORTS:
        raise NotFetched(f"it redirects to the unusual port {port} of another host")


def _ask(url: str, size: int, seconds: float, connect: Connect) -> Answer:
    if seconds <= 0:
        raise TimeoutError
    with _opener(url, size, connect).open(url, timeout=seconds) as response:
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
        raise _too_large(size)
    return bytes(body)


def _too_large(size: int) -> NotFetched:
    return NotFetched(f"it is larger than {size // 1_000_000} MB")


def _opener(url: str, size: int, connect: Connect) -> OpenerDirector:
    """Return an opener for http and https, using the proxy of the environment, if any.

    A proxy resolves names itself, and is chosen by the user, so its address is not checked. The
    opener supports no other scheme (file:, ftp:), follows no redirect, and accepts every status.
    """
    opener = OpenerDirector()
    is_proxied = _is_proxied(url)
    if is_proxied:
        opener.add_handler(ProxyHandler())
    connector = socket.create_connection if is_proxied else connect
    opener.add_handler(_Http(connect=connector, size=size))
    opener.add_handler(_Https(connect=connector, size=size))
    opener.addheaders = [("User-Agent", USER_AGENT), ("Accept", "application/pdf")]
    return opener


def _is_proxied(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in getproxies() and not proxy_bypass(parts.netloc)


class _Bounded(RawIOBase):
    """A stream of a socket's bytes that ends at a deadline, and after `most` bytes."""

    def __init__(self, raw: RawIOBase, sock: socket.socket, most: int) -> None:
        self._raw, self._socket = raw, sock
        self._most, self._left = most, most + OVERHEAD
        # The socket's timeout becomes the deadline of the entire response.
        self._until = time.monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        read = self._raw.readinto(buffer)
        self._left -= read or 0
        if self._left < 0:
            raise _too_large(self._most)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """A response with limits that include its status line and headers."""

    def __init__(self, sock: socket.socket, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = BufferedReader(_Bounded(self.fp.detach(), sock, most))


class _Connection(HTTPConnection):
    """A connection made by `connect`, whose responses have at most `size` bytes."""

    def __init__(self, *args: Any, connect: Connect, size: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = connect  # the only hook where http.client opens a socket
        self.response_class = partial(_Response, most=size)  # type: ignore[assignment]


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Http(HTTPHandler):
    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self._make = partial(_Connection, **settings)

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._make, req)


class _Https(HTTPSHandler):
    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self._make = partial(_SecureConnection, **settings)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._make, req, context=ssl.create_default_context())
