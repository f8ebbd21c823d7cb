"""The document service: its URLs, the meaning of its responses, and retries."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException, InvalidURL
from urllib.error import URLError
from urllib.parse import quote

from ..errors import SearchAppError
from ..settings.config import BY_NAME
from .failures import NotFetched
from .transport import Answer, Limits, get

RETRY_PAUSES = (2.0, 8.0, 30.0)  # seconds before the second try, the third, the fourth
MIN_BYTES = 100
EDGE = 1024  # bytes at the start and at the end that contain a PDF's markers
GONE = frozenset({404, 410})
BUSY = frozenset({429, 503})
PASSING = frozenset({408, 425, 500, 502, 504})

_KINDS = (
    (re.compile(rb"(?s:.{0,500}?)<(?:!doctype\s+html|html)\b", re.IGNORECASE), "a web page"),
    (re.compile(rb"\s*<"), "an XML file"),
    (re.compile(rb"\s*[{\[]"), "a JSON text"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or a Word file"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Word file"),
    (re.compile(rb"\x1f\x8b"), "a gzip archive"),
)


class Missing(SearchAppError):
    """A document that the service does not have."""


class Stop(SearchAppError):
    """A reason to make no more requests to the service for now."""


class _Again(NotFetched):
    """A temporary failure; `wait` is the delay that the service requests in seconds, or None."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Service:
    """A client that fetches documents one at a time, pausing `pause` seconds after each request.

    `template` is the service's URL with {symbol} and {language} in it; `private` allows its host
    name to resolve to addresses of the local network.
    """

    def __init__(
        self,
        template: str,
        pause: float = 1.0,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        private: bool = False,
    ) -> None:
        self._template: str = BY_NAME["FETCH_URL"].parse(template)
        self._pause: float = BY_NAME["FETCH_PAUSE"].parse(pause)
        self._limits, self._private = limits or Limits(), private
        self._clock, self._sleep = clock, sleep
        self._free_at = clock()

    def document(self, symbol: str, language: str) -> bytes:
        """Fetch the PDF of a resolution; `Missing`, `NotFetched` or `Stop` if there is none."""
        url = address(self._template, symbol, language)
        until = self._clock() + self._limits.document
        pauses = iter(RETRY_PAUSES)
        while True:
            try:
                return self._try(url, until)
            except _Again as failure:
                self._wait_after(failure, next(pauses, None), until)

    def _try(self, url: str, until: float) -> bytes:
        if (early := self._free_at - self._clock()) > 0:
            self._sleep(early)
        try:
            seconds = min(self._limits.request, until - self._clock())
            answer = get(url, self._limits, seconds, self._private)
        except (OSError, HTTPException, ValueError) as error:
            raise _translate(error) from error
        finally:
            self._free_at = self._clock() + self._pause
        return content(answer, self._limits.wait)

    def _wait_after(self, failure: _Again, pause: float | None, until: float) -> None:
        wait = max(pause or 0, failure.wait or 0)
        if pause is None or self._clock() + wait >= until:
            raise _give_up(failure)
        self._sleep(wait)


def address(template: str, symbol: str, language: str) -> str:
    """Return a document's URL; slashes of the symbol are escaped in a query, not in a path."""
    path, mark, query = template.partition("?")
    filled = [
        piece.replace("{language}", quote(language, safe="")).replace(
            "{symbol}", quote(symbol, safe=safe)
        )
        for piece, safe in ((path, "/"), (query, ""))
    ]
    return mark.join(filled)


def content(answer: Answer, longest_wait: float) -> bytes:
    """Return the PDF in a response; raise the reason if it does not contain one."""
    status = answer.status
    if status in GONE:
        raise Missing("not found")
    if status in BUSY:
        wait = seconds_to_wait(answer.headers["Retry-After"])
        if wait is not None and wait > longest_wait:
            raise Stop(f"The service asks clients to wait for {_span(wait)}: try again after that.")
        raise _Again(f"the service is busy ({_named(status)})", wait)
    if status in PASSING:
        raise _Again(f"the service reports an error ({_named(status)})")
    if status != HTTPStatus.OK:
        raise NotFetched(f"the service refused the request ({_named(status)})")
    return _whole_pdf(answer.body, answer.announced)


def seconds_to_wait(header: str | None, now: datetime | None = None) -> float | None:
    """Parse a Retry-After header, in seconds or a date, to seconds; None if it is not valid."""
    text = (header or "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # "99999999999:00:00"
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def is_pdf(start: bytes, end: bytes) -> bool:
    """Tell whether the first and last bytes are those of a complete PDF."""
    return b"%PDF-" in start[:EDGE] and b"%%EOF" in end[-EDGE:]


def _whole_pdf(body: bytes, announced: int | None) -> bytes:
    if announced is not None and len(body) < announced:
        raise _Again(f"the download is incomplete: {len(body):,} of {announced:,} bytes arrived")
    # For an unknown symbol the service sends an empty response, or its start page.
    if not body.strip():
        raise Missing("the service sent an empty response")
    if b"%PDF-" not in body[:EDGE]:
        kind = _kind(body)
        error = Missing if kind == "a web page" else NotFetched
        raise error(f"the service sent {kind} instead of a PDF")
    if not is_pdf(body, body):
        raise _Again("the download is incomplete: the end of the PDF is missing")
    if len(body) < MIN_BYTES:
        raise NotFetched(f"the service sent a PDF of {len(body)} bytes, too few for a document")
    return body


def _kind(body: bytes) -> str:
    return next((name for pattern, name in _KINDS if pattern.match(body)), "something else")


def _translate(error: Exception) -> SearchAppError:
    """Translate a network error; urllib wraps those that occur before the response."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return _Again("the request timed out")
    if isinstance(error, URLError) and not isinstance(cause, ConnectionResetError):
        reason = str(getattr(cause, "strerror", None) or cause).rstrip(".")
        return Stop(
            f"Cannot connect to the service: {reason}. "
            "Check the connection, and SEARCHAPP_FETCH_URL if you have set it."
        )
    if isinstance(error, (InvalidURL, ValueError)):
        return NotFetched("its address is not valid")
    return _Again("the connection was interrupted")


def _give_up(failure: _Again) -> SearchAppError:
    """Return the error after the last try; stop the run if the service requested a delay."""
    if failure.wait is None:
        return NotFetched(str(failure))
    return Stop("The service keeps asking clients to wait: try again later.")


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _span(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}s"
    return f"{seconds:.0f} seconds"
