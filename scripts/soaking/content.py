"""Comparable snapshots of an index: its content, and its answers to some queries."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from searchapp.backends import open_backend
from searchapp.errors import NoIndex
from searchapp.exports.results_json import results_json
from searchapp.query.query import Query
from searchapp.search.backend import Backend

from . import Failure

QUERIES = (
    *("", "peace", "water OR reports", '"of the"', '"of water"~2', "wat*", "title:peace"),
    *("NOT water", "peace session:70", "the secretary"),
)


class Content(NamedTuple):
    """Resolutions and lines of the ledger as JSON, and the answers to some queries."""

    resolutions: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    def differences(self, other: Content) -> str:
        """Name the parts that differ from another one's."""
        pairs = zip(self._fields, self, other, strict=True)
        return ", ".join(name for name, mine, others in pairs if mine != others) or "nothing"


NOTHING = Content()


def content(place: Path | str) -> Content:
    """Return the content of an undamaged index; `NOTHING` if it is missing or empty.

    `Failure` if `check` finds a problem.
    """
    try:
        with closing(open_backend(str(place))) as backend:
            if problems := backend.check():
                raise Failure(f"check says: {problems[0]}")
            found = _content(backend)
            return found if found.resolutions or found.ledger else NOTHING
    except NoIndex:
        return NOTHING


def _content(backend: Backend) -> Content:
    return Content(
        tuple(sorted(as_text(r.to_json()) for r in backend.resolutions())),
        tuple(as_text(source.to_json()) for source in backend.sources()),
        tuple(answer(backend, words) for words in QUERIES),
    )


def answer(backend: Backend, words: str) -> str:
    """Return the answer of a search as text: totals, facets and hits by symbol."""
    # By symbol, because scores depend on the distribution of documents over segments.
    results = backend.search(Query.make(words, lang="all", sort="symbol", limit="100"))
    said = results_json(results)
    found = [hit.paragraph.id for hit in results.hits]
    return as_text([words, said["total"], said["resolutions"], said["facets"], found])


def as_text(data: Any) -> str:
    """Serialise data, leaving out the date of indexing."""
    kept = {k: v for k, v in data.items() if k != "indexed"} if isinstance(data, dict) else data
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)
