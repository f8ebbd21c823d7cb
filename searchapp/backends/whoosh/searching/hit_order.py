"""The order of hits, by relevance or by their resolutions' dates or symbols, without ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from ....un.symbols import symbol_order
from ..segments.sections import Array
from ..segments.snapshot import Segment, Snapshot

Order = tuple[Any, ...]  # the sort key of a symbol
Keys = Callable[[Array], Array]  # from indices of hits to unique sort keys


def ranks(snapshot: Snapshot, sort: str) -> Array:
    """Return the rank of each resolution of all segments; `sort` is "newest", "oldest" or "symbol".

    Ties are broken by date, newest first, then by symbol.
    """
    return snapshot.once(("ranks", sort), lambda: _ranks(snapshot, sort))


def first_of(scores: Array | None, size: int, keys: Keys, number: int) -> Array:
    """Return the indices of the first `number` of `size` hits: high scores first, then low keys."""
    if scores is None:
        chosen = _select_lowest(keys, np.arange(size), number)
        return chosen[np.argsort(keys(chosen))]
    chosen = np.arange(size) if number >= size else _select_highest(scores, keys, number)
    return chosen[np.lexsort((keys(chosen), -scores[chosen]))]


def _select_highest(scores: Array, keys: Keys, number: int) -> Array:
    """Return the indices of the `number` highest scores, in no order."""
    least = np.partition(scores, len(scores) - number)[len(scores) - number]
    good = np.flatnonzero(scores >= least)
    better = good[scores[good] > least]
    # Thousands may have the same score, as with a prefix.
    equal = _select_lowest(keys, good[scores[good] == least], number - len(better))
    return np.concatenate([better, equal])


def _select_lowest(keys: Keys, places: Array, number: int) -> Array:
    """Return the `number` indices with the lowest keys, in no order."""
    if number >= len(places):
        return places
    return places[np.argpartition(keys(places), number)[:number]]


def _ranks(snapshot: Snapshot, sort: str) -> Array:
    if not snapshot.segments:
        return np.zeros(0, np.int64)
    adopted = np.concatenate([_read_dates(segment) for segment in snapshot.segments])
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


def _read_dates(segment: Segment) -> Array:
    """Return the date of each resolution (20141202), 0 if it is unknown."""
    field = segment.values("adopted")
    days: Array = field.numbers[field.codes]
    return days


def _symbol_ranks(snapshot: Snapshot) -> Array:
    """Return the rank of each resolution's symbol among those of all segments."""
    known = [_symbols(segment) for segment in snapshot.segments]
    # Python's sort only merges lists that are sorted already.
    joined = sorted(chain.from_iterable(symbols.distinct for symbols in known))
    rank: dict[Order, int] = {}
    for order in joined:
        rank.setdefault(order, len(rank))
    return np.concatenate([symbols.ranked(rank) for symbols in known])


class _Symbols(NamedTuple):
    """The distinct sort keys of a segment's symbols, and the index of each resolution's key."""

    distinct: list[Order]
    places: Array

    def ranked(self, rank: Mapping[Order, int]) -> Array:
        """Return the rank of each resolution."""
        ranks = map(rank.__getitem__, self.distinct)
        numbers: Array = np.fromiter(ranks, np.int64, len(self.distinct))[self.places]
        return numbers


def _symbols(segment: Segment) -> _Symbols:
    def make() -> _Symbols:
        field = segment.values("key")
        # A line of the ledger has no key.
        orders = [symbol_order(text) for text in ("", *field.lexicon.texts)]
        distinct = sorted(set(orders))
        place = {order: number for number, order in enumerate(distinct)}
        of_codes = np.fromiter(map(place.__getitem__, orders), np.int64, len(orders))
        return _Symbols(distinct, of_codes[field.codes])

    return segment.once("symbols", make)
