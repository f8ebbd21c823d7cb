"""The failure of a single document."""

from __future__ import annotations

from ..errors import SearchAppError


class NotFetched(SearchAppError):
    """A document that could not be fetched; the next may be."""
