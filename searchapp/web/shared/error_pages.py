"""Error pages: each says what went wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from ...errors import QueryError, SearchAppError, TooSlow
from ...exports.to_json import json_text
from ...query.query import MAX_WORDS
from ...text.wording import counted
from .pool_routing import REFUSED
from .public_address import WRONG_HOST

BUSY = "Search is temporarily unavailable"
_AROUND = 200  # characters of the query that are shown on each side of the problem
SENTENCES = {
    400: "The server could not understand this request.",
    404: "There is no page at this address.",
    405: "This page does not accept this kind of request (most pages are read-only).",
    413: "The request is too large; send a shorter list.",
    431: "The request headers are too large: shorten the address, or delete cookies.",
    500: "Something went wrong on our side. Try again, or go back to the start page.",
    503: "The index can't be opened.",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A query split at the position of a problem: the text before, at and after it."""

    before: str
    at: str
    after: str
    position: int


def init_app(app: Flask) -> None:
    """Register a page for every error, or JSON for programs."""
    app.before_request(refuse)
    app.register_error_handler(QueryError, wrong_query)
    app.register_error_handler(TooSlow, too_slow)
    app.register_error_handler(SearchAppError, no_service)
    app.register_error_handler(HTTPException, http_error)


def refuse() -> Response | None:
    """Return the error for a request that must not be handled; None for all others."""
    if request.environ.get(WRONG_HOST):
        return answer(400, "The Host header of this request is not a valid host name.")
    seconds = request.environ.get(REFUSED)
    if not seconds:
        return None
    sentence = f"Too many exports are running: try again in {counted(seconds, 'second')}."
    response = answer(503, sentence, title=BUSY)
    response.headers["Retry-After"] = str(seconds)
    return response


def wrong_query(error: QueryError) -> Response:
    """Return 400 with the message, and the query with the position of the problem."""
    words = " ".join(request.args.getlist("q"))[:MAX_WORDS]
    return answer(
        400,
        str(error),
        position=error.position,
        title="This search could not be understood",
        words=words,
        trouble=split_query(words, error.position),
    )


def too_slow(error: TooSlow) -> Response:
    """Return 503 without Retry-After: the same search would take as long again."""
    current_app.logger.warning("%r: %s", request.full_path[:MAX_WORDS], error)
    words = " ".join(request.args.getlist("q"))[:MAX_WORDS]
    return answer(503, str(error), title="This search takes too long", words=words, too_long=True)


def no_service(error: SearchAppError) -> Response:
    """Return 503: the index is missing, busy or broken."""
    current_app.logger.warning("%s: %s", type(error).__name__, error)
    return answer(503, str(error), title=BUSY)


def http_error(error: HTTPException) -> Response:
    """Return any other status with its own headers (405 lists the allowed methods)."""
    status = error.code or 500
    response = answer(status, SENTENCES.get(status, error.description or ""))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def answer(status: int, sentence: str, position: int | None = None, **values: Any) -> Response:
    """Return the error as a page, or as JSON at an address for programs."""
    if request.path.endswith((".json", ".csv", ".md")) or request.path == "/healthz":
        body = json_text({"error": sentence, "position": position})
        return Response(body, status, mimetype="application/json")
    values.setdefault("title", HTTPStatus(status).phrase)
    page = render_template("error.html", noindex=True, status=status, sentence=sentence, **values)
    return Response(page, status, mimetype="text/html")


def split_query(words: str, position: int | None) -> Trouble | None:
    """Split the query at the problem; `at` is empty if that is the end of the query."""
    if position is None or not words:
        return None
    index = max(0, min(position, len(words)))
    at = words[index : index + 1]
    before, after = words[:index], words[index + len(at) :]
    if len(before) > _AROUND:
        before = f"…{before[-_AROUND:]}"
    if len(after) > _AROUND:
        after = f"{after[:_AROUND]}…"
    return Trouble(before, at, after, index + 1)
