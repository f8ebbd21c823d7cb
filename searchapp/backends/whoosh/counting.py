"""How many paragraphs of a mask have each value of a facet, or each combination of several."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from ...facets import BY_NAME
from ...query import Query
from .segments import Mask, Snapshot


def all_of(base: Mask, masks: Iterable[Mask]) -> Mask:
    """The documents that are in every mask."""
    return reduce(np.logical_and, masks, base)


def value_counts(snapshot: Snapshot, field: str, mask: Mask) -> dict[str, int]:
    """Documents of the mask for each value of a field that occurs among them."""
    codes = snapshot.codes(field)
    counts = codes.counts(mask)
    return {codes.values[n]: int(counts[n]) for n in np.flatnonzero(counts)}


def combinations(
    snapshot: Snapshot, query: Query, mask: Mask, names: tuple[str, ...]
) -> dict[tuple[str, ...], int]:
    """Documents of the mask for each combination of values; those without a value do not count."""
    rows = np.flatnonzero(mask)
    combined = np.zeros(len(rows), dtype=np.int64)
    lists = []
    for name in names:
        codes = snapshot.codes(BY_NAME[name].counted(query.any_verb))
        first, last = (np.searchsorted(codes.docs, rows, side) for side in ("left", "right"))
        each = last - first
        within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        ordinals = codes.ordinals[np.repeat(first, each) + within]
        rows = np.repeat(rows, each)
        combined = np.repeat(combined, each) * max(len(codes.values), 1) + ordinals
        lists.append(codes.values)
    numbers, counts = np.unique(combined, return_counts=True)
    found = zip(numbers.tolist(), counts.tolist(), strict=True)
    return {_split(number, lists): count for number, count in found}


def _split(number: int, lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    values = []
    for known in reversed(lists):
        number, ordinal = divmod(number, max(len(known), 1))
        values.append(known[ordinal])
    return tuple(reversed(values))
