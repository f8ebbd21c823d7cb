"""Engines behind one interface."""

from __future__ import annotations

from ..errors import IndexProblem
from .base import Backend, Coverage, Source

__all__ = ["Backend", "Coverage", "Source", "open_backend"]


def open_backend(place: str, create: bool = False) -> Backend:
    """The index at a place: a folder; `NoIndex` where there is none, unless `create`."""
    if "://" in place:
        raise IndexProblem(f"“{place}” is not a folder: give the index as a path.")
    from .whoosh import WhooshBackend

    return WhooshBackend(place, create=create)
