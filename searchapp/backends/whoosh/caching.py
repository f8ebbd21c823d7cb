"""What is kept of what was worked out, the oldest given up first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from .sections import Array

Made = TypeVar("Made")
OVERHEAD = 1000  # bytes, about, of an entry, and of what is no array


class Cache:
    """A bounded number of bytes of arrays, for many threads and all segments of an index."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept for a key, or else what `make` gives: two threads may make the same."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                made: Made = kept[0]
                return made
        made = make()
        self._keep(key, made, OVERHEAD + _bytes(made))
        return made

    def _keep(self, key: Hashable, made: Any, size: int) -> None:
        if size > self._limit // 2:  # one thing should not push out all others
            return
        with self._lock:
            self._size += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = made, size
            while self._size > self._limit:
                self._size -= self._kept.popitem(last=False)[1][1]


class Share:
    """What is kept of one thing, among what is kept of others: their keys may be the same."""

    def __init__(self, cache: Cache) -> None:
        self._cache, self._owner = cache, object()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """As `Cache.get`."""
        return self._cache.get((self._owner, key), make)


def _bytes(made: Any) -> int:
    """The bytes of arrays, and of tuples of them; views of a mapped file cost none."""
    if hasattr(made, "nbytes"):
        return _owned(made)
    return sum(map(_bytes, made)) if isinstance(made, tuple) else 0


def _owned(array: Array) -> int:
    """What numpy gives is often a view of an array that nobody else has."""
    holder: Any = array
    while isinstance(holder.base, np.ndarray):
        holder = holder.base
    return int(array.nbytes) if holder.base is None else 0
