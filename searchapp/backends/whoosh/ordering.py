"""The order of hits: by relevance, or by their resolutions' days or symbols; never with ties."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from ...symbols import symbol_order
from .sections import Array
from .segments import Segment, Snapshot

Keys = Callable[[Array], Array]  # for places of hits, numbers that leave no ties


def ranks(snapshot: Snapshot, sort: str) -> Array:
    """The rank of each resolution, over all segments, in the order of "newest", "oldest", "symbol".

    Ties go to the newer, then by symbol; paragraphs of one resolution are in the order of their
    numbers.
    """
    return snapshot.once(("ranks", sort), lambda: _ranks(snapshot, sort))


def first_of(scores: Array | None, size: int, keys: Keys, number: int) -> Array:
    """The places of the first so many of `size` hits in order: great scores, then small keys."""
    if scores is None:
        chosen = _smallest(keys, np.arange(size), number)
        return chosen[np.argsort(keys(chosen))]
    chosen = np.arange(size) if number >= size else _greatest(scores, keys, number)
    return chosen[np.lexsort((keys(chosen), -scores[chosen]))]


def _greatest(scores: Array, keys: Keys, number: int) -> Array:
    """The places of the so many greatest scores, in no order."""
    least = np.partition(scores, len(scores) - number)[len(scores) - number]
    good = np.flatnonzero(scores >= least)
    better = good[scores[good] > least]
    # Thousands may score alike, as they do for a prefix.
    equal = _smallest(keys, good[scores[good] == least], number - len(better))
    return np.concatenate([better, equal])


def _smallest(keys: Keys, places: Array, number: int) -> Array:
    """Of some places the so many with the smallest keys, in no order."""
    if number >= len(places):
        return places
    return places[np.argpartition(keys(places), number)[:number]]


def _ranks(snapshot: Snapshot, sort: str) -> Array:
    if not snapshot.segments:
        return np.zeros(0, np.int64)
    adopted = np.concatenate([_adopted(segment) for segment in snapshot.segments])
    symbols = _symbol_ranks(snapshot)
    unknown = adopted == 0
    keys = {
        "newest": (symbols, -adopted, unknown),
        "oldest": (symbols, adopted, unknown),
        "symbol": (-adopted, symbols),
    }[sort]
    result = np.empty(len(adopted), dtype=np.int64)
    result[np.lexsort(keys)] = np.arange(len(adopted))
    return result


def _adopted(segment: Segment) -> Array:
    """The day of each resolution, 0 where it is not known."""
    field = segment.values("adopted")
    days: Array = field.numbers[field.codes]
    return days


def _symbol_ranks(snapshot: Snapshot) -> Array:
    orders = list(chain.from_iterable(_symbol_orders(s) for s in snapshot.segments))
    distinct = {order: rank for rank, order in enumerate(sorted(set(orders)))}
    return np.fromiter(map(distinct.__getitem__, orders), np.int64, len(orders))


def _symbol_orders(segment: Segment) -> list[tuple[Any, ...]]:
    """What the symbols of a segment's resolutions are ordered by."""

    def make() -> list[tuple[Any, ...]]:
        field = segment.values("key")
        texts = ["", *field.lexicon.texts]  # a line of the ledger has no key
        return [symbol_order(texts[code]) for code in field.codes.tolist()]

    return segment.once("symbol orders", make)
