"""The interface of an engine; no other code depends on which engine is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ..model.resolution import Resolution
from ..model.source import Source
from ..query.query import Query
from ..settings.config import Settings
from .results import Hit, Results


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sessions, years, and numbers of resolutions and paragraphs of a body in a language."""

    body: str
    language: str
    sessions: tuple[str, ...]
    years: tuple[int, ...]
    resolutions: int
    paragraphs: int


@dataclass(frozen=True, slots=True)
class Group:
    """The hits in one resolution: their number, and the best ones, in order."""

    key: str
    total: int
    hits: tuple[Hit, ...]


class Backend(Protocol):
    """An index that is written by one process and read by many.

    Writes become visible at `commit`, all at once. Keys are those of `Resolution.key`.
    """

    place: str

    def add(self, resolution: Resolution) -> None:
        """Index a resolution; it replaces one with the same key."""

    def remove(self, key: str) -> bool:
        """Remove a resolution; return False if there is none with this key."""

    def record(self, source: Source) -> None:
        """Store the ledger's line about a file; it replaces the previous one."""

    def forget(self, path: str) -> None:
        """Remove the ledger's line about a file."""

    def commit(self) -> None:
        """Make all changes visible, or none."""

    def close(self) -> None:
        """Discard uncommitted changes, and close files and connections."""

    def search(self, query: Query) -> Results:
        """Return one page of hits with facets; `QueryError` if the words can't be parsed."""

    def scan(self, query: Query) -> Iterator[Hit]:
        """Stream every hit in the query's order, without facets."""

    def count(self, query: Query) -> int:
        """Return the number of paragraphs that match."""

    def counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        """Count paragraphs for each combination of the values of the named facets."""

    def resolution_counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        """Count resolutions for each combination of the values of the named facets.

        A resolution counts once for each combination that one of its hits has.
        """

    def groups(self, query: Query, keys: Sequence[str], most: int) -> list[Group]:
        """Return the hits of each of some resolutions, in the order of `keys`.

        At most `most` hits (1 or more) are returned of each, the most relevant ones, regardless of
        the query's order. Resolutions without hits are left out.
        """

    def resolution(self, key: str) -> Resolution | None:
        """Return a whole resolution with its paragraphs in printed order; None if absent."""

    def anchors(self, key: str) -> tuple[str, ...] | None:
        """Return the anchors of a resolution's paragraphs in printed order; None if not found."""

    def keys(self) -> Iterator[str]:
        """Stream the key of every resolution, in no order."""

    def resolutions(self) -> Iterator[Resolution]:
        """Stream every resolution, whole, in no order."""

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """Return words of the index with a similar spelling, the likeliest first."""

    def sources(self) -> Iterator[Source]:
        """Return the ledger, by path."""

    def coverage(self) -> list[Coverage]:
        """Return the coverage of the index, by body and language."""

    def version(self) -> str:
        """Return a text that changes with every commit."""

    def check(self) -> list[str]:
        """Return the problems of the index, in sentences; empty if there are none."""


class Staging(Protocol):
    """An empty index that can replace the one at a place."""

    backend: Backend  # the new index, to be written

    def holding(self) -> AbstractContextManager[None]:
        """Lock out other writers of the index at the place; `IndexBusy` if there is one."""

    def use(self) -> None:
        """Replace the index at the place with the new one, and remove the former."""

    def discard(self) -> None:
        """Remove the new index; the one at the place stays as it is."""


class EngineModule(Protocol):
    """The functions of an engine's package."""

    def open_index(self, place: str, create: bool, settings: Settings, texts_only: bool) -> Backend:
        """Open the index at a place, as `open_backend` does."""

    def stage(self, place: str, settings: Settings) -> Staging:
        """Create an empty index that can replace the one at a place."""

    def explain(self, query: Query) -> Iterable[str]:
        """Return the request for a query as lines, if the engine has a language of its own."""
