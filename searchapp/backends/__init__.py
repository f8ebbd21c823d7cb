"""Engines behind one interface."""

from __future__ import annotations

from .base import Backend, Coverage, Source

__all__ = ["Backend", "Coverage", "Source", "open_backend"]


def open_backend(place: str, create: bool = False) -> Backend:
    """The index at a place; `NoIndex` where there is none, unless `create`.

    A place is a folder, or `opensearch://host:port/name`.
    """
    if "://" in place:
        from .opensearch import OpenSearchBackend

        return OpenSearchBackend(place, create=create)
    from .whoosh import WhooshBackend

    return WhooshBackend(place, create=create)
