"""Compression of responses by gzip: repetitive result pages compress about 9:1."""

from __future__ import annotations

import gzip

from flask import Response, request

SMALLEST = 1000  # bytes; smaller bodies save no more than the header costs
LEVEL = 3  # half the time of level 6, for one seventh more bytes
KINDS = frozenset(
    "text/html text/css text/plain text/javascript application/json image/svg+xml".split()
)


def compress(response: Response) -> Response:
    """Compress the response if the client accepts it and it is worthwhile; never a stream."""
    if response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_worth_it(response):
        return response
    # Static files are passed through to the server; they are small enough to read here.
    response.direct_passthrough = False
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, is_weak = response.get_etag()
    if tag and not is_weak:  # the same content, no longer the same bytes
        response.set_etag(tag, weak=True)
    return response


def _is_worth_it(response: Response) -> bool:
    """Return whether it is complete, long, and accepted as gzip; a stream has no length."""
    return (
        request.method == "GET"
        and response.status_code not in (206, 304)
        and request.accept_encodings["gzip"] > 0
        and (response.content_length or 0) >= SMALLEST
    )
