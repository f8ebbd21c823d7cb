"""`WhooshBackend`: an index in a folder, written by one process and read by many."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from time import sleep
from typing import Any, TypeVar

from whoosh.index import EmptyIndexError, LockError

from ...errors import IndexBusy, IndexProblem, SearchAppError
from ...model.resolution import Resolution
from ...model.source import Source
from ...query.query import Query
from ...search.backend import Backend, Coverage, Group
from ...search.deadline import time_limit
from ...search.results import Hit, Results
from ...settings.config import DEFAULTS, Settings
from ..shared.answers import find_groups
from ..shared.overriding import override
from .codec import EXTENSION, SegmentRecord
from .folder import Watched, identity, no_index, open_place
from .inventory import coverage, keys, problems, sources, suggestions, whole_resolutions
from .searching.search import Search, anchors, whole_resolution
from .segments.cache import Cache
from .segments.sections import DamagedFile
from .segments.snapshot import Segment, Snapshot
from .staging import restore
from .writer import Transaction, resolution_documents, source_document

Read = TypeVar("Read")
ATTEMPTS = 10  # to read a table of contents and the files that it names
PAUSE = 0.02  # seconds between them


class WhooshBackend(Backend):
    """A Whoosh index in a folder; `NoIndex` if there is none, unless `create`.

    `cache` is the size of the cache of computed arrays in bytes, by default that of the setting.
    With `texts_only` an index of another version can be read, but not searched.
    """

    def __init__(
        self,
        place: str,
        create: bool = False,
        settings: Settings = DEFAULTS,
        cache: int | None = None,
        texts_only: bool = False,
    ) -> None:
        self.place = place
        self._texts_only = texts_only
        self._seconds = settings.query_seconds
        self._cache = Cache(settings.cache << 20 if cache is None else cache)
        with self._translate_errors(), _translate_toc_errors(place):
            self._index: Any = _retry(lambda: open_place(place, create, texts_only))
        self._version = Watched(place, lambda: self._format_version(_retry(self._read_generation)))
        self._lock = RLock()
        self._transaction: Transaction | None = None
        self._snapshot: Snapshot | None = None
        self._segments: dict[str, Segment] = {}

    # Writing

    @override
    def add(self, resolution: Resolution) -> None:
        with self._translate_errors():
            self._changes().put("key", resolution.key, resolution_documents(resolution))

    @override
    def remove(self, key: str) -> bool:
        with self._translate_errors():
            return self._changes().drop("key", key)

    @override
    def record(self, source: Source) -> None:
        with self._translate_errors():
            self._changes().put("path", source.path, [source_document(source)])

    @override
    def forget(self, path: str) -> None:
        with self._translate_errors():
            self._changes().drop("path", path)

    @override
    def commit(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            with self._translate_errors():
                transaction.commit()

    @override
    def close(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.cancel()
        with self._lock:
            self._snapshot, self._segments = None, {}

    # Reading

    @override
    def search(self, query: Query) -> Results:
        with self._limit_time():
            return Search(self.snapshot(), query).results()

    @override
    def scan(self, query: Query) -> Iterator[Hit]:
        with self._limit_time():
            hits = Search(self.snapshot(), query).hits()
        return self._stream(hits)

    @override
    def count(self, query: Query) -> int:
        with self._limit_time():
            return Search(self.snapshot(), query).total

    @override
    def counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        with self._limit_time():
            return Search(self.snapshot(), query).counts(facets)

    @override
    def resolution_counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        with self._limit_time():
            return Search(self.snapshot(), query).resolution_counts(facets)

    @override
    def groups(self, query: Query, keys: Sequence[str], most: int) -> list[Group]:
        with self._limit_time():
            snapshot = self.snapshot()
            return find_groups(query, keys, lambda inside, _: Search(snapshot, inside).groups(most))

    @override
    def resolution(self, key: str) -> Resolution | None:
        with self._translate_errors():
            data = whole_resolution(self.snapshot(), key)
        return None if data is None else Resolution.from_json(data)

    @override
    def anchors(self, key: str) -> tuple[str, ...] | None:
        with self._translate_errors():
            return anchors(self.snapshot(), key)

    @override
    def keys(self) -> Iterator[str]:
        with self._translate_errors():
            snapshot = self.snapshot()
        return self._stream(keys(snapshot))

    @override
    def resolutions(self) -> Iterator[Resolution]:
        with self._translate_errors():
            snapshot = self.snapshot()
        return self._stream(map(Resolution.from_json, whole_resolutions(snapshot)))

    @override
    def suggest(self, word: str, limit: int = 5) -> list[str]:
        with self._limit_time():
            return suggestions(self.snapshot(), word, limit)

    @override
    def sources(self) -> Iterator[Source]:
        with self._translate_errors():
            return sources(self.snapshot())

    @override
    def coverage(self) -> list[Coverage]:
        with self._translate_errors():
            return coverage(self.snapshot())

    @override
    def version(self) -> str:
        with self._translate_errors(), _translate_toc_errors(self.place):
            try:
                return self._version.get()
            except (FileNotFoundError, NotADirectoryError):
                return self._restore_version()

    @override
    def check(self) -> list[str]:
        try:
            with self._translate_errors():
                return problems(self.snapshot())
        except IndexProblem as error:
            return [str(error)]

    def snapshot(self) -> Snapshot:
        """Return the index after the latest commit of any process; threads may share it."""
        version = self.version()
        with self._lock:
            if self._snapshot is None or self._snapshot.version != version:
                with self._translate_errors(), _translate_toc_errors(self.place):
                    self._snapshot = _retry(self._read_snapshot)
            return self._snapshot

    def _restore_version(self) -> str:
        """Return the version after a rebuild that was between two renames, or was killed there."""
        restore(Path(self.place).resolve())
        try:
            return _retry(self._version.get)
        except (FileNotFoundError, NotADirectoryError):
            raise no_index(self.place) from None

    def _read_generation(self) -> int:
        """Return the number of the latest commit.

        A commit during the listing can hide its own table of contents and the previous one:
        `EmptyIndexError`.
        """
        generation: int = self._index.latest_generation()
        if generation < 0:
            raise EmptyIndexError
        return generation

    def _read_snapshot(self) -> Snapshot:
        """Read the latest commit; segments that are open already are reused with their arrays."""
        before = identity(self.place, self._texts_only)
        contents = self._index._read_toc()
        records: list[SegmentRecord] = contents.segments
        segments = [self._open_segment(record) for record in records]
        names = [record.segment_id() for record in records]
        self._segments = dict(zip(names, segments, strict=True))
        deleted = [record.deleted_docs() for record in records]
        if identity(self.place, self._texts_only) != before:
            raise FileNotFoundError  # a rebuild replaced the folder during the read
        return Snapshot(segments, deleted, f"{contents.generation}-{before}")

    def _open_segment(self, record: SegmentRecord) -> Segment:
        kept = self._segments.get(record.segment_id())
        return kept or Segment(Path(self.place, record.make_filename(EXTENSION)), self._cache)

    def _format_version(self, generation: int) -> str:
        return f"{generation}-{identity(self.place, self._texts_only)}"

    def _changes(self) -> Transaction:
        if self._transaction is None:
            with _translate_toc_errors(self.place):
                self._transaction = Transaction(self._index, self._open_segment)
        return self._transaction

    def _stream(self, read: Iterator[Read]) -> Iterator[Read]:
        with self._translate_errors():
            yield from read

    @contextmanager
    def _limit_time(self) -> Iterator[None]:
        """Limit the time of a search, unless its page has a limit for all of its searches."""
        with self._translate_errors(), time_limit(self._seconds):
            yield

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Translate damage and errors of Whoosh and the file system into user-facing errors."""
        try:
            yield
        except LockError:
            raise IndexBusy(
                f"Another process is writing to the index at “{self.place}”: "
                "wait until it has finished, then try again."
            ) from None
        except (DamagedFile, zlib.error) as error:
            raise IndexProblem(_describe_damage(self.place)) from error
        except FileNotFoundError as error:
            raise IndexProblem(_describe_missing(self.place, error.filename)) from error
        except OSError as error:
            reason = error.strerror or os.strerror(error.errno or 0)
            raise IndexProblem(
                f"The index at “{self.place}” can't be read or written ({reason}): check free "
                "disk space and permissions, then try again."
            ) from error


def _retry(read: Callable[[], Read]) -> Read:
    """Retry a read that races with another process's commit, which may remove files."""
    for _ in range(ATTEMPTS):
        try:
            return read()
        except (FileNotFoundError, EmptyIndexError):
            sleep(PAUSE)
    return read()


@contextmanager
def _translate_toc_errors(place: str) -> Iterator[None]:
    """Translate any error in parsing a table of contents into `IndexProblem`."""
    try:
        yield
    except (SearchAppError, OSError, LockError):
        raise
    except Exception as error:  # Whoosh may raise anything for damaged bytes
        raise IndexProblem(_describe_damage(place)) from error


def _describe_missing(place: str, name: str | None) -> str:
    missing = f"is missing the file {Path(name).name}" if name else "is missing a file"
    return (
        f"The index at “{place}” {missing}: restore it, or rebuild it with "
        f"searchapp index PATH… --rebuild --index {place}"
    )


def _describe_damage(place: str) -> str:
    return (
        f"The index at “{place}” is damaged: rebuild it with "
        f"searchapp index PATH… --rebuild --index {place}"
    )
