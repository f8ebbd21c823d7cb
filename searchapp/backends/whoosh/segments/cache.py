"""A size-bounded LRU cache of computed arrays."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from .sections import Array

Made = TypeVar("Made")
OVERHEAD = 1000  # approximate bytes of an entry without its arrays


class Cache:
    """A thread-safe LRU cache of arrays, bounded in bytes, for all segments of an index."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return the entry of a key, or the result of `make`; two threads may make the same one."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                made: Made = kept[0]
                return made
        made = make()
        self._keep(key, made, OVERHEAD + _count_bytes(made))
        return made

    def _keep(self, key: Hashable, made: Any, size: int) -> None:
        if size > self._limit // 2:  # one entry should not evict all others
            return
        with self._lock:
            self._size += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = made, size
            while self._size > self._limit:
                self._size -= self._kept.popitem(last=False)[1][1]


class Share:
    """One owner's part of a cache; owners may use the same keys."""

    def __init__(self, cache: Cache) -> None:
        self._cache, self._owner = cache, object()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Do as `Cache.get` does."""
        return self._cache.get((self._owner, key), make)


def _count_bytes(made: Any) -> int:
    """Return the bytes of an array or of a tuple of arrays; views of a mapped file cost none."""
    if hasattr(made, "nbytes"):
        return _count_owned_bytes(made)
    return sum(map(_count_bytes, made)) if isinstance(made, tuple) else 0


def _count_owned_bytes(array: Array) -> int:
    """Return the bytes of an array, or of a view; 0 if its memory is not numpy's."""
    holder: Any = array
    while isinstance(holder.base, np.ndarray):
        holder = holder.base
    return int(array.nbytes) if holder.base is None else 0
