"""`WhooshBackend`: an index in a folder, written by one process and read by many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from whoosh.index import LockError

from ...errors import IndexBusy, IndexProblem, SearchAppError
from ...query import Query
from ...resolution import Resolution
from ...results import Hit, Results
from ..base import Coverage, Source
from .holdings import coverage, problems, sources, suggestions
from .place import identity, no_index, open_place
from .searching import Search, whole_resolution
from .segments import Segment, Snapshot
from .writing import Transaction, resolution_documents, source_document


class WhooshBackend:
    """Whoosh's index at a place; `NoIndex` where there is none, unless `create`."""

    def __init__(self, place: str, create: bool = False) -> None:
        self.place = place
        with self._sentences(), _readable(place):
            self._index: Any = open_place(place, create)
        self._lock = RLock()
        self._transaction: Transaction | None = None
        self._snapshot: Snapshot | None = None
        self._segments: dict[str, Segment] = {}

    # Writing

    def add(self, resolution: Resolution) -> None:
        """Index a resolution in the place of one with the same key."""
        with self._sentences():
            self._changes().put("key", resolution.key, resolution_documents(resolution))

    def remove(self, key: str) -> bool:
        """Remove a resolution; False where there is none of this key."""
        with self._sentences():
            return self._changes().drop("key", key)

    def record(self, source: Source) -> None:
        """Keep the ledger's line about a file in the place of the one before."""
        with self._sentences():
            self._changes().put("path", source.path, [source_document(source)])

    def forget(self, path: str) -> None:
        """Drop the ledger's line about a file."""
        with self._sentences():
            self._changes().drop("path", path)

    def commit(self) -> None:
        """Make all changes visible, or none."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            with self._sentences():
                transaction.commit()

    def close(self) -> None:
        """Give up what was not committed, and the files."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.cancel()
        with self._lock:
            self._snapshot, self._segments = None, {}

    # Reading

    def search(self, query: Query) -> Results:
        """One page of hits with facets; `QueryError` for words that can't be read."""
        return Search(self.snapshot(), query).results()

    def scan(self, query: Query) -> Iterator[Hit]:
        """Every hit in the query's order, streamed, without facets."""
        search = Search(self.snapshot(), query)
        return (search.hit(int(doc)) for doc in search.ordered())

    def count(self, query: Query) -> int:
        """The number of paragraphs that match, nothing else."""
        return int(Search(self.snapshot(), query).mask.sum())

    def counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        """Paragraphs for each combination of the values of the named facets."""
        return Search(self.snapshot(), query).counts(facets)

    def resolution(self, key: str) -> Resolution | None:
        """A whole resolution with its paragraphs in printed order."""
        data = whole_resolution(self.snapshot(), key)
        return None if data is None else Resolution.from_json(data)

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """Words of the index that are spelt like this one, likeliest first."""
        return suggestions(self.snapshot(), word, limit)

    def sources(self) -> Iterator[Source]:
        """The ledger, by path."""
        return sources(self.snapshot())

    def coverage(self) -> list[Coverage]:
        """What is held, by body and language."""
        return coverage(self.snapshot())

    def version(self) -> str:
        """A text that changes with every commit."""
        return self._version()

    def check(self) -> list[str]:
        """What is wrong with the index, in sentences; empty where all is well."""
        try:
            return problems(self.snapshot())
        except IndexProblem as error:
            return [str(error)]
        except Exception:  # noqa: BLE001 - damage shows as any error of Whoosh's or zlib's
            return [_damaged(self.place)]

    def snapshot(self) -> Snapshot:
        """The index as the latest commit of any process left it; many threads may share it."""
        version = self._version()
        with self._lock:
            if self._snapshot is None or self._snapshot.version != version:
                with self._sentences(), _readable(self.place):
                    self._snapshot = self._read_snapshot(version)
            return self._snapshot

    def _read_snapshot(self, version: str) -> Snapshot:
        """Segments that were read before are kept with their arrays; only deletions are new."""
        leaves = [leaf for leaf, _ in self._index.reader().leaf_readers() if leaf.doc_count_all()]
        names = [leaf.segment().segment_id() for leaf in leaves]
        kept = self._segments
        self._segments = {
            name: kept[name] if name in kept else Segment(leaf)
            for name, leaf in zip(names, leaves, strict=True)
        }
        deleted = [sorted(leaf.segment().deleted_docs()) for leaf in leaves]
        return Snapshot(list(self._segments.values()), deleted, version)

    def _version(self) -> str:
        try:
            generation = self._index.latest_generation()
        except OSError:
            raise no_index(self.place) from None
        return f"{generation}-{identity(self.place)}"

    def _changes(self) -> Transaction:
        if self._transaction is None:
            self._transaction = Transaction(self._index)
        return self._transaction

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Whoosh's errors, and those of the file system, as sentences."""
        try:
            yield
        except LockError:
            raise IndexBusy(
                f"Another process is writing to the index at “{self.place}”: "
                "wait until it has ended, then try again."
            ) from None
        except OSError as error:
            reason = error.strerror or os.strerror(error.errno or 0)
            raise IndexProblem(
                f"The index at “{self.place}” can't be read or written ({reason}): see to the "
                "folder's space and permissions, then try again."
            ) from error


@contextmanager
def _readable(place: str) -> Iterator[None]:
    """Whatever Whoosh says of files that it can't make sense of, as a sentence."""
    try:
        yield
    except (SearchAppError, OSError):
        raise
    except Exception as error:  # its files hold pickles, and bytes that went wrong raise anything
        raise IndexProblem(_damaged(place)) from error


def _damaged(place: str) -> str:
    return (
        f"The index at “{place}” is damaged: delete the folder, then "
        f"searchapp index PATH… --index {place}"
    )
