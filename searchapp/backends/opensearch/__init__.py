"""The distributed engine: an OpenSearch index behind the same interface, for more than a machine.

`OpenSearchBackend(place)` opens `opensearch://host:port/name`; the other modules are its parts,
from the address to the pages of hits. Nothing else in the application imports `opensearchpy`.
"""

from __future__ import annotations

from ...errors import IndexProblem

try:
    from .backend import OpenSearchBackend
except ModuleNotFoundError as error:  # an extra, which a plain install does without
    if error.name != "opensearchpy":
        raise
    raise IndexProblem(
        "An index on OpenSearch needs the package opensearch-py: "
        "pip install 'opensearch-py>=2.8,<3'."
    ) from None

__all__ = ["OpenSearchBackend"]
