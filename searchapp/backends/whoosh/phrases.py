"""The rows in which words stand in an order, from the places of each word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .fields import WordField
from .lists import member
from .sections import Array, firsts


def phrase_rows(field: WordField, words: Sequence[int], slop: int, among: Array) -> Array:
    """The rows where words stand in this order: those of some rows that have all words, or more."""
    if not len(among):
        return among
    return _near(field, words, slop, among) if slop else _side_by_side(field, words, among)


def _side_by_side(field: WordField, words: Sequence[int], among: Array) -> Array:
    """From each place of the rarest word, the other words are looked for where they should be."""
    order = sorted(range(len(words)), key=lambda n: field.frequency(words[n]))
    anchor, *others = order
    postings, places = field.places(words[anchor], among)
    places = places.astype(np.int64)
    there = np.ones(len(places), dtype=bool)
    # Behind the last place, and so before the first, are as many as a phrase may want.
    held = int(field.row_at[-1]) + len(words)
    for n in others:
        there &= member(places + (n - anchor), field.places(words[n], among)[1], held)
    ends = np.cumsum(postings.often, dtype=np.int64)
    found = np.diff(np.cumsum(there)[ends - 1], prepend=0)  # how often in each row
    rows: Array = postings.rows[found > 0]
    return rows


def _near(field: WordField, words: Sequence[int], slop: int, among: Array) -> Array:
    """From each place of the first word to the nearest of the next, and so on.

    The nearest is always the best, since it leaves most of the slop to the words that follow.
    """
    postings, starts = field.places(words[0], among)
    rows, ends = np.repeat(*postings), starts
    for word in words[1:]:
        _, places = field.places(word, among)
        following = np.searchsorted(places, ends, side="right")
        there = np.flatnonzero(following < len(places))
        starts, rows, ends = starts[there], rows[there], places[following[there]]
        near = (ends - starts <= len(words) - 1 + slop) & (ends < field.row_at[rows + 1])
        starts, rows, ends = starts[near], rows[near], ends[near]
    distinct: Array = rows[firsts(rows)]
    return distinct
