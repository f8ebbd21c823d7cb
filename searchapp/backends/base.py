"""The interface of an engine; no other code depends on which engine is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from ..config import Settings
from ..printable import printable
from ..query import Query
from ..resolution import Resolution
from ..results import Hit, Results
from ..versions import PARSER_VERSION
from ..wording import counted


@dataclass(frozen=True, slots=True)
class Source:
    """The ledger's line about one file: its hash, its resolutions, or why it failed.

    `path` is absolute, with links resolved, and `name` the path as it was given when the file was
    read. A line of a former version has no `name`, and its `path` is as it was given.
    `symbol` was given for the file by the user, and applies whenever the file is read again.
    `lost` are the keys of resolutions that are indexed from a better source than this file.
    """

    path: str
    hash: str
    parser: int = 0
    format: str = ""
    reissued: str | None = None
    keys: tuple[str, ...] = ()
    failure: str | None = None
    indexed: str | None = None
    symbol: str | None = None
    name: str = ""
    lost: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The name for readers, which does not reveal the file's folder."""
        return printable(self.name or self.path)

    @property
    def is_outdated(self) -> bool:
        """Whether another parser version read its resolutions; JSON lines are not parsed."""
        return bool(self.keys) and self.format != "jsonl" and self.parser != PARSER_VERSION

    def to_json(self) -> dict[str, Any]:
        """Convert to a JSON object with the fields' names."""
        return {**asdict(self), "keys": list(self.keys), "lost": list(self.lost)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Source:
        """Convert from a JSON object, as the reverse of `to_json`."""
        lists = {name: tuple(data.get(name, ())) for name in ("keys", "lost")}
        return cls(**{**data, **lists})


def outdated(sources: Iterable[Source]) -> list[str]:
    """Return a sentence if another version of the parser read some of the files, else none."""
    number = sum(source.is_outdated for source in sources)
    files = counted(number, "file")
    remedy = "searchapp index PATH… re-reads them, --rebuild re-reads all files"
    return [f"Another version of the parser read {files}: {remedy}."] if number else []


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
