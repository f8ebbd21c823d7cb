"""Stock Whoosh as an engine: it keeps postings and stored paragraphs, arrays evaluate them."""

from __future__ import annotations

from .backend import WhooshBackend

__all__ = ["WhooshBackend"]
