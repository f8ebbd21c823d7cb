"""A segment's fields as stored in its file: words, stems and values, independent of queries.

A field has a row for each document or for each resolution; words, values and rows are numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from .cache import Share
from .lexicon import Lexicon
from .row_lists import Postings, look_up, sum_postings
from .sections import Array, SectionFile, firsts, ranges

SHORT = 64  # postings: for fewer, a step of their own costs more than a copy
FAR = 256  # positions within a row are stored in one byte; larger ones in an overflow table


class WordField:
    """Exact words: a lexicon, and the postings and positions of each word.

    A position is a number from 0 in the concatenated text of all rows. After each row one number
    is left out, so that words of two rows are never adjacent.
    """

    def __init__(self, file: SectionFile, name: str, cache: Share) -> None:
        self.file, self.name, self.cache = file, name, cache
        self.lexicon = Lexicon(file, name)

    @cached_property
    def row_at(self) -> Array:
        """The first position of each row, and at the end the number of all positions."""
        return self.file.whole(f"{self.name}.row_at")

    @cached_property
    def posting_at(self) -> Array:
        """The offset of each word's postings."""
        return self.file.whole(f"{self.name}.posting_at")

    @cached_property
    def place_at(self) -> Array:
        """The offset of each word's positions."""
        return self.file.whole(f"{self.name}.place_at")

    @cached_property
    def lengths(self) -> Array:
        """The number of words of each row."""
        return np.diff(self.row_at.astype(np.int64)) - 1

    def frequency(self, word: int) -> int:
        """Return the number of rows with a word."""
        return int(self.posting_at[word + 1]) - int(self.posting_at[word])

    def postings(self, word: int) -> Postings:
        """Return the postings of a word, as a view of the file."""
        return self.several(word, word + 1)

    def several(self, first: int, end: int) -> Postings:
        """Return the concatenated postings of the words from `first` to `end`."""
        start, stop = int(self.posting_at[first]), int(self.posting_at[end])
        rows = self.file.part(f"{self.name}.rows", start, stop)
        return Postings(rows, self.file.part(f"{self.name}.often", start, stop))

    def rows_of(self, words: Array) -> Iterator[Array]:
        """Yield the rows of some words, in pieces; a row may come more than once."""
        if not len(words):
            return
        starts, stops = (self.posting_at[words + n].astype(np.int64) for n in (0, 1))
        first = np.append(True, starts[1:] != stops[:-1])  # of consecutive words
        starts, stops = starts[first], stops[np.append(first[1:], True)]
        short = stops - starts < SHORT
        for start, stop in zip(starts[~short].tolist(), stops[~short].tolist(), strict=True):
            yield self.file.part(f"{self.name}.rows", start, stop)
        starts, stops = starts[short], stops[short]
        if len(starts):  # one step for all, since there may be thousands
            low, high = int(starts[0]), int(stops[-1])
            yield self.file.part(f"{self.name}.rows", low, high)[ranges(starts - low, stops - low)]

    def often(self, word: int, among: Array) -> Array:
        """Return the occurrences of a word in each of some rows, which all must have it."""
        rows, often = self.postings(word)
        counts: Array = often[np.searchsorted(rows, among.astype(rows.dtype, copy=False))]
        return counts

    def inside(self, first: int, end: int) -> Array:
        """Return the positions of words from `first` to `end`, relative to their rows' starts."""
        return self._inside(int(self.place_at[first]), int(self.place_at[end]))

    def places(self, word: int, among: Array) -> tuple[Postings, Array]:
        """Return a word's postings in some rows, which all must have it, and its positions there.

        If these are most of the word's rows, return all of the word's rows, which is faster.
        """
        rows, often = self.postings(word)
        first, end = int(self.place_at[word]), int(self.place_at[word + 1])
        picked = None
        if len(among) < len(rows) // 2:
            at = np.searchsorted(rows, among.astype(rows.dtype, copy=False))
            ends = np.cumsum(often, dtype=np.int64)[at]
            rows, often = rows[at], often[at]
            picked = ranges(ends - often, ends)
        places = np.repeat(self.row_at[rows], often)
        places += self._inside(first, end, picked)
        return Postings(rows, often), places

    def _inside(self, first: int, end: int, picked: Array | None = None) -> Array:
        """Return stored positions from `first` to `end`, or those `picked`, within their rows."""
        at = self.file.part(f"{self.name}.at", first, end)
        if picked is not None:
            at = at[picked]
        # numpy would copy an array of another type than the number that is searched for.
        low, high = (bisect_left(self._far.data, place) for place in (first, end))
        if low == high:
            return at
        far, by = self._far[low:high] - first, self._far_by[low:high].astype(np.uint32)
        places = at.astype(np.uint32)
        if picked is None:
            places[far] += by * FAR
        else:
            places += look_up(picked, far, by, end - first) * FAR
        return places

    @cached_property
    def _far(self) -> Array:
        """The indices of the positions that do not fit in a byte."""
        return self.file.whole(f"{self.name}.far")

    @cached_property
    def _far_by(self) -> Array:
        """The multiple of `FAR` to add to each of them."""
        return self.file.whole(f"{self.name}.far_by")


class StemField:
    """English stems: each is a group of words of another field, in English rows only."""

    def __init__(self, words: WordField, name: str, english: Callable[[], Array | None]) -> None:
        self.of, self.name, self._english = words, name, english
        self.lexicon = Lexicon(words.file, name)
        self._word_at = words.file.whole(f"{name}.word_at")
        self._word = words.file.whole(f"{name}.word")

    def words(self, stem: int) -> Array:
        """Return the numbers of the words with a stem."""
        return self._word[int(self._word_at[stem]) : int(self._word_at[stem + 1])]

    @cached_property
    def english(self) -> Array | None:
        """A mask of the English rows, or None if all are."""
        return self._english()

    def frequency(self, stem: int) -> int:
        """Return the number of rows with a stem."""
        words = self.words(stem)
        if len(words) == 1 and self.english is None:
            return self.of.frequency(int(words[0]))
        return len(self.postings(stem).rows)

    def postings(self, stem: int) -> Postings:
        """Return the postings of a stem."""
        words = self.words(stem)
        if len(words) == 1 and self.english is None:
            return self.of.postings(int(words[0]))
        return self.of.cache.get(("stem", self.name, stem), lambda: self._joined(words))

    @cached_property
    def lengths(self) -> Array:
        """The number of words of each English row, 0 for others."""
        lengths = self.of.lengths
        return lengths if self.english is None else lengths * self.english

    def _joined(self, words: Array) -> Postings:
        parts = [self.of.postings(int(word)) for word in words]
        rows, often = sum_postings(parts, len(self.lengths))
        if self.english is not None:
            kept = self.english[rows]
            rows, often = rows[kept], often[kept]
        return Postings(rows, often)


class ValueField:
    """Plain values: a lexicon, and for each row one or several codes (a value's number from 1).

    There are no postings, since comparing a column of small codes is faster than reading them.
    """

    def __init__(self, file: SectionFile, name: str) -> None:
        self.name = name
        self.lexicon = Lexicon(file, name)
        self.codes = file.whole(f"{name}.codes")
        many = f"{name}.code_at" in file
        self.code_at: Array | None = file.whole(f"{name}.code_at") if many else None

    @cached_property
    def counts(self) -> Array:
        """The number of rows with each code from 0, including deleted ones."""
        return np.bincount(self.codes, minlength=self.lexicon.size + 1)

    @cached_property
    def numbers(self) -> Array:
        """The whole number of each code; that of code 0 has no meaning."""
        return np.array([0, *map(int, self.lexicon.texts)], dtype=np.int64)

    @cached_property
    def rows(self) -> Array:
        """The row of each code, if a row may have several."""
        assert self.code_at is not None  # noqa: S101 - the others have one a row
        counts = np.diff(self.code_at)
        return np.repeat(np.arange(len(counts), dtype=np.uint32), counts)

    def code(self, value: bytes) -> int:
        """Return the code of a value, 0 if it is unknown."""
        return self.lexicon.find(value) + 1

    def column(self) -> Array:
        """Return the code of each row, the last one of several, 0 for none."""
        if self.code_at is None:
            return self.codes
        column = np.zeros(len(self.code_at) - 1, self.codes.dtype)
        column[self.rows] = self.codes
        return column

    def having(self, wanted: Array) -> Array:
        """Return the rows with a wanted value, in order; `wanted` is a mask over codes."""
        if self.code_at is None:
            return np.flatnonzero(wanted[self.codes])
        rows = self.rows[wanted[self.codes]]
        distinct: Array = rows[firsts(rows)]
        return distinct

    def of_rows(self, rows: Array) -> tuple[Array, Array]:
        """Return the codes of some rows, and for each code the index of its row in `rows`."""
        if self.code_at is None:
            codes = self.codes[rows]
            there = np.flatnonzero(codes)
            return codes[there], there
        starts, stops = self.code_at[rows], self.code_at[rows + 1]
        return self.codes[ranges(starts, stops)], np.repeat(np.arange(len(rows)), stops - starts)


def code_counts(field: ValueField, rows: Array, weights: Any = None) -> Array:
    """Count the rows with each code from 0, weighted by `weights` if given."""
    if field.code_at is None:
        return np.bincount(field.codes[rows], weights, minlength=field.lexicon.size + 1)
    codes, places = field.of_rows(rows)
    weighed = None if weights is None else weights[places]
    return np.bincount(codes, weighed, minlength=field.lexicon.size + 1)
