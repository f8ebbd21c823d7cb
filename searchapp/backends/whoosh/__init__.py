"""The local engine: a Whoosh index with segments of raw arrays, and an evaluator of query trees.

segments/ has the file of a segment, its fields, and the merge of several; searching/ evaluates
queries; `writer` is the transaction; `codec` and `storage` adapt both to Whoosh. See
docs/engine.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...query.query import Query
from ...search.backend import Staging
from ...settings.config import Settings
from .backend import WhooshBackend

__all__ = ["WhooshBackend", "explain", "open_index", "stage"]


def open_index(
    place: str,
    create: bool,
    settings: Settings,
    texts_only: bool,
) -> WhooshBackend:
    """Open the index in a folder."""
    return WhooshBackend(place, create, settings, texts_only=texts_only)


def stage(place: str, settings: Settings) -> Staging:
    """Create an empty index that can replace the one in a folder."""
    from .rebuild import WhooshStaging

    return WhooshStaging(place, settings)


def explain(query: Query) -> Iterable[str]:  # noqa: ARG001 - nothing is requested
    """Return nothing: the query tree is evaluated as it is."""
    return ()
