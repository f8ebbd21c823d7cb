"""Set operations on sorted, unique row arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from ....search import deadline
from .sections import Array

SPARSE = 128  # scanning this many mask cells costs as much as sorting one row


class Postings(NamedTuple):
    """The rows of a term, in order, and its number of occurrences in each."""

    rows: Array
    often: Array


class Rows:
    """Sorted rows in the smaller form: as numbers, or as a bitmap of all rows.

    So the cache has room for more patterns: bitmaps of frequent ones are far smaller than numbers.
    """

    base = None  # not a view of another array, so that a cache counts its bytes

    def __init__(self, rows: Array, held: int) -> None:
        self.size, self._held = len(rows), held
        self._numbers: Array | None = None
        self._bits = np.zeros(0, np.uint8)
        if len(rows) * 4 <= held // 8:
            self._numbers = rows.astype(np.uint32, copy=False)
        else:
            self._bits = np.packbits(_mask(rows, held))

    @property
    def nbytes(self) -> int:
        """The size in bytes."""
        return (self._bits if self._numbers is None else self._numbers).nbytes

    def array(self) -> Array:
        """Return the rows as numbers."""
        return np.flatnonzero(self._flags) if self._numbers is None else self._numbers

    def member(self, rows: Array) -> Array:
        """Return for each of some rows whether it is one of these."""
        if self._numbers is not None:
            return member(rows, self._numbers, self._held)
        found: Array = self._flags[rows]
        return found

    @property
    def _flags(self) -> Array:
        return np.unpackbits(self._bits, count=self._held).view(bool)


def member(rows: Array, of: Array, held: int) -> Array:
    """Return for each row whether it is in a list; both must be sorted and unique."""
    if len(rows) * 16 < len(of) or len(rows) + len(of) < held // 64:
        return _locate(rows, of)[1]
    found: Array = _mask(of, held)[rows]
    return found


def _mask(rows: Array, held: int) -> Array:
    mask = np.zeros(held, dtype=bool)
    mask[rows] = True
    return mask


def look_up(rows: Array, of: Array, numbers: Array, held: int) -> Array:
    """Return for each row its number in a list (`of` has the rows), 0 if it is not in it."""
    if len(rows) * 16 < len(of) or len(rows) + len(of) < held // 64:
        at, there = _locate(rows, of)
        return numbers[at] * there if len(of) else np.zeros(len(rows))
    dense = np.zeros(held, numbers.dtype)
    dense[of] = numbers
    found: Array = dense[rows]
    return found


def _locate(rows: Array, of: Array) -> tuple[Array, Array]:
    if not len(of):
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), dtype=bool)
    # Convert to one type, since numpy would otherwise copy the longer list.
    at = np.searchsorted(of, rows.astype(of.dtype, copy=False))
    at[at == len(of)] = 0
    return at, of[at] == rows


def union(parts: Iterable[Array], held: int) -> Array:
    """Return the union of several sorted lists; only small ones are in memory together."""
    few: list[Array] = []
    mask: Array | None = None
    number = 0
    for part in parts:
        deadline.check()
        number += len(part)
        if mask is None and number * SPARSE < held:
            few.append(part)
            continue
        mask = np.zeros(held, dtype=bool) if mask is None else mask
        for some in (*few, part):
            mask[some] = True
        few = []
    if mask is not None:
        return np.flatnonzero(mask)
    return np.unique(np.concatenate(few)) if few else np.zeros(0, np.int64)


def sum_postings(parts: Sequence[Postings], size: int) -> Postings:
    """Return the postings of several words as those of one; a row may have more than one word."""
    if sum(len(part.rows) for part in parts) * SPARSE < size:
        rows, often = (np.concatenate(part) for part in zip(*parts, strict=True))
        distinct, inverse = np.unique(rows, return_inverse=True)
        return Postings(distinct, np.bincount(inverse, often).astype(np.uint32))
    counts = np.zeros(size, np.uint32)
    for rows, often in parts:
        counts[rows] += often  # a row comes once in each part
    distinct = np.flatnonzero(counts != 0).astype(np.uint32)
    return Postings(distinct, counts[distinct])
