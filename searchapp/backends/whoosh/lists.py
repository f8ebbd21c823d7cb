"""Lists of rows in order and without repeats: which of them are in another, together, how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .sections import Array

SPARSE = 128  # as many rows are looked through in the time that one takes to be sorted


class Postings(NamedTuple):
    """The rows of a term, in order, and how often it stands in each."""

    rows: Array
    often: Array


def member(rows: Array, of: Array, held: int) -> Array:
    """For each of some rows whether it is in a list; both in order, without repeats."""
    if len(rows) * 16 < len(of) or len(rows) + len(of) < held // 64:
        return _found(rows, of)[1]
    mask = np.zeros(held, dtype=bool)
    mask[of] = True
    found: Array = mask[rows]
    return found


def looked_up(rows: Array, of: Array, numbers: Array, held: int) -> Array:
    """For each of some rows the number beside it in a list, 0 where it is not in it."""
    if len(rows) * 16 < len(of) or len(rows) + len(of) < held // 64:
        at, there = _found(rows, of)
        return numbers[at] * there if len(of) else np.zeros(len(rows))
    dense = np.zeros(held, numbers.dtype)
    dense[of] = numbers
    found: Array = dense[rows]
    return found


def _found(rows: Array, of: Array) -> tuple[Array, Array]:
    if not len(of):
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), dtype=bool)
    # Of one type: else numpy makes a copy of the longer list.
    at = np.searchsorted(of, rows.astype(of.dtype, copy=False))
    at[at == len(of)] = 0
    return at, of[at] == rows


def union(parts: Sequence[Array], held: int) -> Array:
    """The rows of several lists, in order."""
    if sum(map(len, parts)) * SPARSE < held:
        return np.unique(np.concatenate(parts))
    mask = np.zeros(held, dtype=bool)
    for part in parts:
        mask[part] = True
    return np.flatnonzero(mask)


def summed(parts: Sequence[Postings], size: int) -> Postings:
    """The postings of any of several words, of which a row may have more than one."""
    if sum(len(part.rows) for part in parts) * SPARSE < size:
        rows, often = (np.concatenate(part) for part in zip(*parts, strict=True))
        distinct, inverse = np.unique(rows, return_inverse=True)
        return Postings(distinct, np.bincount(inverse, often).astype(np.uint32))
    counts = np.zeros(size, np.uint32)
    for rows, often in parts:
        counts[rows] += often  # a row comes once in each part
    distinct = np.flatnonzero(counts != 0).astype(np.uint32)
    return Postings(distinct, counts[distinct])
