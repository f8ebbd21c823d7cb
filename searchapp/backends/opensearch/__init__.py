"""The distributed engine: an OpenSearch index behind the same interface, for several machines.

`OpenSearchBackend(place)` opens `opensearch://host:port/name`; the other modules are its parts.
Only this package imports `opensearchpy`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import IndexProblem
from ...query.query import Query
from ...search.backend import Staging
from ...settings.config import Settings

try:
    from .backend import OpenSearchBackend
except ModuleNotFoundError as error:  # an optional dependency
    if error.name != "opensearchpy":
        raise
    raise IndexProblem(
        "An index on OpenSearch needs the package opensearch-py: "
        "pip install 'opensearch-py>=2.8,<3'."
    ) from None

__all__ = ["OpenSearchBackend", "explain", "open_index", "stage"]


def open_index(place: str, create: bool, settings: Settings, texts_only: bool) -> OpenSearchBackend:
    """Open the index at an address."""
    return OpenSearchBackend(place, create, settings, texts_only=texts_only)


def stage(place: str, settings: Settings) -> Staging:
    """Create an empty index that can replace the one at an address."""
    from .rebuild import OpenSearchStaging

    return OpenSearchStaging(place, settings)


def explain(query: Query) -> Iterator[str]:
    """Yield the body of the request, as JSON in lines."""
    from .search import request_lines

    yield "request"
    yield from (f"  {line}" for line in request_lines(query))
