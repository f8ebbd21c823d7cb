"""The order of hits: by relevance, or by their resolutions' days or symbols; never with ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from ...symbols import symbol_order
from .sections import Array
from .segments import Segment, Snapshot

Order = tuple[Any, ...]  # what a symbol is ordered by
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
    """The rank of each resolution's symbol among those of all segments."""
    known = [_symbols(segment) for segment in snapshot.segments]
    # Lists that are in order already are only merged.
    joined = sorted(chain.from_iterable(symbols.distinct for symbols in known))
    rank: dict[Order, int] = {}
    for order in joined:
        rank.setdefault(order, len(rank))
    return np.concatenate([symbols.ranked(rank) for symbols in known])


class _Symbols(NamedTuple):
    """What the symbols of a segment are ordered by, and which of these each resolution has."""

    distinct: list[Order]
    places: Array

    def ranked(self, rank: Mapping[Order, int]) -> Array:
        """The rank of each resolution."""
        ranks = map(rank.__getitem__, self.distinct)
        numbers: Array = np.fromiter(ranks, np.int64, len(self.distinct))[self.places]
        return numbers


def _symbols(segment: Segment) -> _Symbols:
    def make() -> _Symbols:
        field = segment.values("key")
        # a line of the ledger has no key
        orders = [symbol_order(text) for text in ("", *field.lexicon.texts)]
        distinct = sorted(set(orders))
        place = {order: number for number, order in enumerate(distinct)}
        of_codes = np.fromiter(map(place.__getitem__, orders), np.int64, len(orders))
        return _Symbols(distinct, of_codes[field.codes])

    return segment.once("symbols", make)
