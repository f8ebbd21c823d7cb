"""What an engine offers; nothing else in the application knows which one answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from ..printable import printable
from ..query import Query
from ..resolution import Resolution
from ..results import Hit, Results
from ..versions import PARSER_VERSION
from ..wording import counted


@dataclass(frozen=True, slots=True)
class Source:
    """The ledger's line about one file: what it was, what it gave, or why it failed.

    `path` is absolute, with links resolved, and `name` the path as it was given when the file was
    read. A line of a former version has no `name`, and its `path` is as it was given.
    `symbol` is one that was given for the file by hand; it holds whenever the file is read again.
    `lost` are the keys for which a better source than this file is held.
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
        """The name for readers, who need not know where on a machine the file is."""
        return printable(self.name or self.path)

    @property
    def is_outdated(self) -> bool:
        """Whether another version of the parser read what it gave; JSON lines enter as given."""
        return bool(self.keys) and self.format != "jsonl" and self.parser != PARSER_VERSION

    def to_json(self) -> dict[str, Any]:
        """An object with the fields' names."""
        return {**asdict(self), "keys": list(self.keys), "lost": list(self.lost)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Source:
        """The reverse of `to_json`."""
        lists = {name: tuple(data.get(name, ())) for name in ("keys", "lost")}
        return cls(**{**data, **lists})


def outdated(sources: Iterable[Source]) -> list[str]:
    """Return a sentence where another version of the parser read some of the files, or none."""
    number = sum(source.is_outdated for source in sources)
    files = counted(number, "file")
    remedy = "searchapp index PATH… reads them again, with --rebuild all files"
    return [f"Another version of the parser read {files}: {remedy}."] if number else []


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one body holds in one language: sessions, years, resolutions and paragraphs."""

    body: str
    language: str
    sessions: tuple[str, ...]
    years: tuple[int, ...]
    resolutions: int
    paragraphs: int


class Backend(Protocol):
    """An index that is written by one process and read by many.

    Writes become visible at `commit`, all at once. Keys are those of `Resolution.key`.
    """

    place: str

    def add(self, resolution: Resolution) -> None:
        """Index a resolution in the place of one with the same key."""

    def remove(self, key: str) -> bool:
        """Remove a resolution; False where there is none of this key."""

    def record(self, source: Source) -> None:
        """Keep the ledger's line about a file in the place of the one before."""

    def forget(self, path: str) -> None:
        """Drop the ledger's line about a file."""

    def commit(self) -> None:
        """Make all changes visible, or none."""

    def close(self) -> None:
        """Give up what was not committed, and the files."""

    def search(self, query: Query) -> Results:
        """One page of hits with facets; `QueryError` for words that can't be read."""

    def scan(self, query: Query) -> Iterator[Hit]:
        """Every hit in the query's order, streamed, without facets."""

    def count(self, query: Query) -> int:
        """The number of paragraphs that match, nothing else."""

    def counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        """Paragraphs for each combination of the values of the named facets."""

    def resolution(self, key: str) -> Resolution | None:
        """A whole resolution with its paragraphs in printed order."""

    def resolutions(self) -> Iterator[Resolution]:
        """Every resolution, whole, streamed in no order."""

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """Words of the index that are spelt like this one, likeliest first."""

    def sources(self) -> Iterator[Source]:
        """The ledger, by path."""

    def coverage(self) -> list[Coverage]:
        """What is held, by body and language."""

    def version(self) -> str:
        """A text that changes with every commit."""

    def check(self) -> list[str]:
        """What is wrong with the index, in sentences; empty where all is well."""
