"""`OpenSearchBackend`: an index on a cluster, written by one process and read by many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, TypeVar
from uuid import uuid4

from ...errors import IndexProblem
from ...model.resolution import Resolution
from ...model.source import Source
from ...query.query import Query
from ...search.backend import Backend, Coverage, Group
from ...search.deadline import time_limit
from ...search.results import Hit, Results
from ...settings.config import DEFAULTS, Settings
from ..shared.answers import find_groups
from ..shared.overriding import override
from . import aliases, inventory
from .address import read_place
from .client import Cluster, View
from .index_state import State, read_state
from .search import Reader
from .writer import Transaction

Read = TypeVar("Read")
ATTEMPTS = 20  # to read without a commit in between


class OpenSearchBackend(Backend):
    """An index on a cluster; `NoIndex` if there is none, unless `create`.

    `index` is the full name of a staging index that the alias does not point to yet. With
    `texts_only` an index of another version can be read, but not searched.
    """

    def __init__(
        self,
        place: str,
        create: bool = False,
        settings: Settings = DEFAULTS,
        index: str = "",
        texts_only: bool = False,
    ) -> None:
        self.place = place
        self._texts_only = texts_only
        known = read_place(place)
        self._seconds = settings.query_seconds
        self._cluster = Cluster(known, settings)
        self._name, self._index = known.name, index or known.name
        self._checked = ""  # the identity of the last index whose mark was checked
        self._me = uuid4().hex
        self._transaction: Transaction | None = None
        self._languages: tuple[str, list[str]] = ("", [])  # cached for a version
        self._coverage: tuple[str, list[Coverage]] = ("", [])  # likewise
        if not index:
            with self._cluster.translate_errors():
                aliases.open_or_make(self._cluster, known.name, settings, create, texts_only)

    # Writing

    @override
    def add(self, resolution: Resolution) -> None:
        with self._cluster.translate_errors():
            self._changes().put(resolution)

    @override
    def remove(self, key: str) -> bool:
        with self._cluster.translate_errors():
            return self._changes().drop(key)

    @override
    def record(self, source: Source) -> None:
        with self._cluster.translate_errors():
            self._changes().record(source)

    @override
    def forget(self, path: str) -> None:
        with self._cluster.translate_errors():
            self._changes().forget(path)

    @override
    def commit(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            with self._cluster.translate_errors():
                try:
                    transaction.commit()
                except BaseException:
                    transaction.cancel()
                    raise

    @override
    def close(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.cancel()
        self._cluster.close()

    # Reading

    @override
    def search(self, query: Query) -> Results:
        with time_limit(self._seconds):
            return self._read_steadily(
                lambda at: self._make_reader(query, at).results(self._read_languages(at))
            )

    @override
    def scan(self, query: Query) -> Iterator[Hit]:
        self._make_reader(query, State(""))  # raises `QueryError` now rather than at the first hit
        return self._stream(lambda at, view: self._make_reader(query, at).every(view))

    @override
    def count(self, query: Query) -> int:
        with time_limit(self._seconds):
            return self._read_steadily(lambda at: self._make_reader(query, at).count())

    @override
    def counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        with time_limit(self._seconds):
            return self._read_steadily(lambda at: self._make_reader(query, at).counts(facets))

    @override
    def resolution_counts(self, query: Query, *facets: str) -> dict[tuple[str, ...], int]:
        with time_limit(self._seconds):
            return self._read_steadily(
                lambda at: self._make_reader(query, at).resolution_counts(facets)
            )

    @override
    def groups(self, query: Query, keys: Sequence[str], most: int) -> list[Group]:
        def search(inside: Query, number: int) -> list[Group]:
            return self._read_steadily(
                lambda at: self._make_reader(inside, at).groups(number, most)
            )

        with time_limit(self._seconds):
            return find_groups(query, keys, search)

    @override
    def resolution(self, key: str) -> Resolution | None:
        return self._read_steadily(lambda at: inventory.whole_resolution(self._search, key, at))

    @override
    def anchors(self, key: str) -> tuple[str, ...] | None:
        return self._read_steadily(lambda at: inventory.anchors(self._search, key, at))

    @override
    def keys(self) -> Iterator[str]:
        return self._stream(lambda at, view: inventory.keys(view.search, at))

    @override
    def resolutions(self) -> Iterator[Resolution]:
        return self._stream(lambda at, view: inventory.every_resolution(view.search, at))

    @override
    def suggest(self, word: str, limit: int = 5) -> list[str]:
        return self._read_steadily(lambda at: inventory.suggestions(self._search, word, limit, at))

    @override
    def sources(self) -> Iterator[Source]:
        return self._stream(lambda at, view: inventory.sources(view.search, at))

    @override
    def coverage(self) -> list[Coverage]:
        def read(at: State) -> list[Coverage]:
            version, held = self._coverage
            if version != at.version:
                held = inventory.coverage(self._cluster, self._index, at)
                self._coverage = at.version, held
            return held

        return self._read_steadily(read)

    @override
    def version(self) -> str:
        with self._cluster.translate_errors():
            return self._read_state().version

    @override
    def check(self) -> list[str]:
        return list(self._stream(lambda at, view: inventory.problems(view.search, at)))

    def _changes(self) -> Transaction:
        if self._transaction is None:
            self._transaction = Transaction(self._cluster, self._index, self._me)
        return self._transaction

    def _read_state(self) -> State:
        state = read_state(self._cluster, self._index).state
        if state.identity != self._checked and self._index == self._name:
            # The alias points to another index than before, which any version may have created.
            index = aliases.find_index(self._cluster, self._name)
            aliases.check(self._cluster, self._name, index, self._texts_only)
            self._checked = state.identity
        return state

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._cluster.search(self._index, body)

    def _make_reader(self, query: Query, at: State) -> Reader:
        return Reader(self._cluster, self._index, query, at)

    def _read_languages(self, at: State) -> list[str]:
        version, held = self._languages
        if version != at.version:
            held = inventory.languages(self._cluster, self._index, at)
            self._languages = at.version, held
        return held

    def _read_steadily(
        self, read: Callable[[State], Read], undo: Callable[[Read], None] = lambda _: None
    ) -> Read:
        """Read at one version: if a commit ended during the read, undo it and read again."""
        with self._cluster.translate_errors():
            for _ in range(ATTEMPTS):
                before = self._read_state()
                found = read(before)
                if self._read_state().shows_as(before):
                    return found
                undo(found)
            raise IndexProblem(
                f"The index at {self._cluster.address} changes too fast to be read: try again."
            )

    def _stream(self, read: Callable[[State, View], Iterable[Read]]) -> Iterator[Read]:
        """Stream from a view, which is opened when the first item is requested."""
        with self._cluster.translate_errors():
            at, view = self._read_steadily(
                lambda at: (at, self._cluster.view(self._index)), lambda pair: pair[1].close()
            )
            with closing(view):
                yield from read(at, view)
