"""An index beside the one to which a name leads, which the name then leads to."""

from __future__ import annotations

from ...config import settings
from . import aliases
from .backend import OpenSearchBackend
from .client import Cluster
from .place import read_place


class OpenSearchBeside:
    """A new index on the cluster, under the full name that the alias will lead to."""

    def __init__(self, place: str) -> None:
        known, chosen = read_place(place), settings()
        self._name, self._cluster = known.name, Cluster(known, chosen)
        with self._cluster.sentences():
            self._index = aliases.make(self._cluster, self._name, chosen, used=False)
        self.backend = OpenSearchBackend(place, chosen=chosen, index=self._index)

    def use(self) -> None:
        """Put it in the place of the other, which is removed."""
        self.backend.close()
        with self._cluster.sentences():
            aliases.use(self._cluster, self._name, self._index)
        self._cluster.close()

    def discard(self) -> None:
        """Remove it; the other stays as it is."""
        self.backend.close()
        with self._cluster.sentences():
            aliases.remove(self._cluster, self._index)
        self._cluster.close()
