"""Engines behind one interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..query import Query
from .base import Backend, Coverage, Source, outdated

__all__ = ["Backend", "Coverage", "Source", "explained", "is_elsewhere", "open_backend", "outdated"]


def is_elsewhere(place: str) -> bool:
    """Whether an index is on a server, for whose answers one waits."""
    return "://" in place


def open_backend(
    place: str,
    create: bool = False,
    chosen: Mapping[str, Any] | None = None,
    texts_only: bool = False,
) -> Backend:
    """The index at a place; `NoIndex` where there is none, unless `create`.

    A place is a folder, or `opensearch://host:port/name`, for which `chosen` are the settings; else
    they are those of the environment. An index of another version is refused with `OtherVersion`;
    with `texts_only` its resolutions and its ledger can be read all the same.
    """
    if is_elsewhere(place):
        from .opensearch import OpenSearchBackend

        return OpenSearchBackend(place, create, chosen, texts_only=texts_only)
    from .whoosh import WhooshBackend

    return WhooshBackend(place, create=create, texts_only=texts_only)


def explained(place: str, query: Query) -> Iterator[str]:
    """What an engine with a language of its own would be asked, in lines; no index is needed."""
    if is_elsewhere(place):
        from .opensearch.searching import request_lines

        yield "request"
        yield from (f"  {line}" for line in request_lines(query))
