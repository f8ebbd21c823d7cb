"""Staging index for a rebuild; the alias is moved to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from ...errors import NoIndex
from ...search.backend import Staging
from ...settings.config import Settings
from ..shared.overriding import override
from . import aliases
from .address import read_place
from .backend import OpenSearchBackend
from .client import Cluster
from .mapping import version_mark
from .writer import Transaction


class OpenSearchStaging(Staging):
    """A new index on the cluster that the alias does not point to yet."""

    def __init__(self, place: str, settings: Settings) -> None:
        known = read_place(place)
        self._name, self._cluster = known.name, Cluster(known, settings)
        with self._cluster.translate_errors():
            self._find_live_index()
            self._index = aliases.make(self._cluster, self._name, settings)
        self.backend = OpenSearchBackend(place, settings=settings, index=self._index)

    @override
    @contextmanager
    def holding(self) -> Iterator[None]:
        with self._cluster.translate_errors():
            held = self._acquire_lease()
        try:
            yield
        except BaseException:
            if held:
                held.cancel()
            raise

    @override
    def use(self) -> None:
        self.backend.close()
        with self._cluster.translate_errors():
            aliases.use(self._cluster, self._name, self._index, self._find_live_index())
        self._cluster.close()

    @override
    def discard(self) -> None:
        self.backend.close()
        with self._cluster.translate_errors():
            aliases.discard(self._cluster, self._name, self._index)
        self._cluster.close()

    def _acquire_lease(self) -> Transaction | None:
        """Acquire the lease of the live index; return None if there is none of this version."""
        before = self._find_live_index()
        if before and aliases.read_mark(self._cluster, self._name, before) == version_mark():
            return Transaction(self._cluster, before, uuid4().hex)
        return None

    def _find_live_index(self) -> str | None:
        """Return the index of the alias, if any; `IndexProblem` if it is not searchapp's."""
        try:
            found = aliases.find_index(self._cluster, self._name)
        except NoIndex:
            return None
        aliases.read_mark(self._cluster, self._name, found)
        return found
