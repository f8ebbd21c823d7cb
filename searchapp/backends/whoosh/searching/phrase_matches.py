"""Phrase search, from the positions of each word.

Both searches start from the positions of the rarest word and filter them by each of the other
words. The positions of a word that a phrase repeats are read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from ....search import deadline
from ..segments.fields import WordField
from ..segments.row_lists import member
from ..segments.sections import Array, firsts

Places = Callable[[int], Array]  # from the number of a word to its positions


def phrase_rows(field: WordField, words: Sequence[int], gap: int, among: Array) -> Array:
    """Return those of some rows that have the words in this order; all must have every word.

    At most `gap` other words in all may be between them.
    """
    among = _filter_by_count(field, words, among)
    if not len(among):
        return among
    anchor = min(range(len(words)), key=lambda n: field.frequency(words[n]))
    postings, found = field.places(words[anchor], among)
    rows = np.repeat(*postings)

    @cache
    def places(word: int) -> Array:
        return field.places(word, among)[1]

    if gap:
        rows = _find_near(field, (words, anchor, gap), places, rows, found)
    else:
        rows = _find_adjacent(field, (words, anchor), places, rows, found)
    distinct: Array = rows[firsts(rows)]
    return distinct


def _filter_by_count(field: WordField, words: Sequence[int], among: Array) -> Array:
    """Return the rows that have each word at least as often as the phrase does."""
    for word, times in Counter(words).items():
        if times > 1 and len(among):
            among = among[field.often(word, among) >= times]
    return among


def _find_adjacent(
    field: WordField, phrase: tuple[Sequence[int], int], places: Places, rows: Array, found: Array
) -> Array:
    """Return the row of each position of the anchor that has the other words at their offsets."""
    words, anchor = phrase
    found = found.astype(np.int64)
    # Room for offsets after the last position, and, as negative indices, before the first.
    held = int(field.row_at[-1]) + len(words)
    others = (n for n in range(len(words)) if n != anchor)
    for n in sorted(others, key=lambda n: field.frequency(words[n])):
        deadline.check()
        there = member(found + (n - anchor), places(words[n]), held)
        rows, found = rows[there], found[there]
    return rows


def _find_near(
    field: WordField,
    phrase: tuple[Sequence[int], int, int],
    places: Places,
    rows: Array,
    found: Array,
) -> Array:
    """Return the row of each position of the anchor that has the other words near it.

    From the anchor, go to the nearest next word and so on, then likewise to the words before. The
    nearest is always the best choice, since it leaves most of the gap to the other words.
    """
    words, anchor, gap = phrase
    most = len(words) - 1 + gap
    starts = ends = found.astype(np.int64)
    for n in (*range(anchor + 1, len(words)), *range(anchor - 1, -1, -1)):
        deadline.check()
        if n > anchor:
            ends, there = _find_next(places(words[n]), ends)
            there &= ends < field.row_at[rows + 1]
        else:
            starts, there = _find_previous(places(words[n]), starts)
            there &= starts >= field.row_at[rows]
        near = np.flatnonzero(there & (ends - starts <= most))
        rows, starts, ends = rows[near], starts[near], ends[near]
    return rows


def _find_next(places: Array, before: Array) -> tuple[Array, Array]:
    """Return the first position after each of others, and whether there is one."""
    at = np.searchsorted(places, before.astype(places.dtype), side="right")
    there = at < len(places)
    at[~there] = 0
    return places[at].astype(np.int64), there


def _find_previous(places: Array, behind: Array) -> tuple[Array, Array]:
    """Return the last position before each of others, and whether there is one."""
    at = np.searchsorted(places, behind.astype(places.dtype), side="left") - 1
    there = at >= 0
    at[~there] = 0
    return places[at].astype(np.int64), there
