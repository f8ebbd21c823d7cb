"""A segment's fields as they lie in its file: words, stems, values. They know nothing of queries.

A row is what a field belongs to, a document or a resolution; words, values and rows are numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from .caching import Share
from .lexicon import Lexicon
from .lists import Postings, looked_up, summed
from .sections import Array, SectionFile, firsts, ranges

SHORT = 64  # postings: where there are fewer, a step of their own costs more than to copy them
FAR = 256  # a place inside its row is kept in a byte, and for the rest of a long row one more


class WordField:
    """Exact words: a lexicon, the postings of each word, and its places in the text of all rows.

    The words of all rows are numbered from 0, row after row: such a number is a place. Behind each
    row one is left out, so that words of two rows never stand side by side.
    """

    def __init__(self, file: SectionFile, name: str, cache: Share) -> None:
        self.file, self.name, self.cache = file, name, cache
        self.lexicon = Lexicon(file, name)

    @cached_property
    def row_at(self) -> Array:
        """The first place of each row, and at the end the number of all places."""
        return self.file.whole(f"{self.name}.row_at")

    @cached_property
    def posting_at(self) -> Array:
        """Where the postings of each word begin."""
        return self.file.whole(f"{self.name}.posting_at")

    @cached_property
    def place_at(self) -> Array:
        """Where the places of each word begin."""
        return self.file.whole(f"{self.name}.place_at")

    @cached_property
    def lengths(self) -> Array:
        """The number of words of each row."""
        return np.diff(self.row_at.astype(np.int64)) - 1

    def frequency(self, word: int) -> int:
        """The number of rows with a word."""
        return int(self.posting_at[word + 1]) - int(self.posting_at[word])

    def postings(self, word: int) -> Postings:
        """The rows of a word, as they lie in the file."""
        return self.several(word, word + 1)

    def several(self, first: int, end: int) -> Postings:
        """The postings of words that follow one another, end to end."""
        start, stop = int(self.posting_at[first]), int(self.posting_at[end])
        rows = self.file.part(f"{self.name}.rows", start, stop)
        return Postings(rows, self.file.part(f"{self.name}.often", start, stop))

    def rows_of(self, words: Array) -> Iterator[Array]:
        """Yield the rows of some words, in pieces; a row may come more than once."""
        if not len(words):
            return
        starts, stops = (self.posting_at[words + n].astype(np.int64) for n in (0, 1))
        first = np.append(True, starts[1:] != stops[:-1])  # of words that follow one another
        starts, stops = starts[first], stops[np.append(first[1:], True)]
        short = stops - starts < SHORT
        for start, stop in zip(starts[~short].tolist(), stops[~short].tolist(), strict=True):
            yield self.file.part(f"{self.name}.rows", start, stop)
        starts, stops = starts[short], stops[short]
        if len(starts):  # one step for all, since there may be thousands
            low, high = int(starts[0]), int(stops[-1])
            yield self.file.part(f"{self.name}.rows", low, high)[ranges(starts - low, stops - low)]

    def often(self, word: int, among: Array) -> Array:
        """Return how often a word is in each of some rows, which all must have it."""
        rows, often = self.postings(word)
        counts: Array = often[np.searchsorted(rows, among.astype(rows.dtype, copy=False))]
        return counts

    def inside(self, first: int, end: int) -> Array:
        """The places of words that follow one another, each counted from its row's beginning."""
        return self._inside(int(self.place_at[first]), int(self.place_at[end]))

    def places(self, word: int, among: Array) -> tuple[Postings, Array]:
        """The postings of a word in some rows, which all must have it, and its places there.

        Where they are most of the word's own rows, they are all of these, which is faster.
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
        """The numbers of places inside their rows: those from one to another, or some of these."""
        at = self.file.part(f"{self.name}.at", first, end)
        if picked is not None:
            at = at[picked]
        # numpy would make a copy of a list that has another type than what is looked for.
        low, high = (bisect_left(self._far.data, place) for place in (first, end))
        if low == high:
            return at
        far, by = self._far[low:high] - first, self._far_by[low:high].astype(np.uint32)
        places = at.astype(np.uint32)
        if picked is None:
            places[far] += by * FAR
        else:
            places += looked_up(picked, far, by, end - first) * FAR
        return places

    @cached_property
    def _far(self) -> Array:
        """Which places are farther inside than a byte can say."""
        return self.file.whole(f"{self.name}.far")

    @cached_property
    def _far_by(self) -> Array:
        """By how many times what a byte can say."""
        return self.file.whole(f"{self.name}.far_by")


class StemField:
    """English stems: each is the words of another field that share it, in English rows alone."""

    def __init__(self, words: WordField, name: str, english: Callable[[], Array | None]) -> None:
        self.of, self.name, self._english = words, name, english
        self.lexicon = Lexicon(words.file, name)
        self._word_at = words.file.whole(f"{name}.word_at")
        self._word = words.file.whole(f"{name}.word")

    def words(self, stem: int) -> Array:
        """The numbers of the words with this stem."""
        return self._word[int(self._word_at[stem]) : int(self._word_at[stem + 1])]

    @cached_property
    def english(self) -> Array | None:
        """Which rows are English, or None where all are."""
        return self._english()

    def frequency(self, stem: int) -> int:
        """The number of rows with a stem."""
        words = self.words(stem)
        if len(words) == 1 and self.english is None:
            return self.of.frequency(int(words[0]))
        return len(self.postings(stem).rows)

    def postings(self, stem: int) -> Postings:
        """The rows of a stem."""
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
        rows, often = summed(parts, len(self.lengths))
        if self.english is not None:
            kept = self.english[rows]
            rows, often = rows[kept], often[kept]
        return Postings(rows, often)


class ValueField:
    """Plain values: a lexicon, and for each row a code, a value's number from 1, or several.

    There are no postings: to compare a column of small codes is faster than to read any.
    """

    def __init__(self, file: SectionFile, name: str) -> None:
        self.name = name
        self.lexicon = Lexicon(file, name)
        self.codes = file.whole(f"{name}.codes")
        many = f"{name}.code_at" in file
        self.code_at: Array | None = file.whole(f"{name}.code_at") if many else None

    @cached_property
    def counts(self) -> Array:
        """For each code from 0 the rows that have it, deleted ones among them."""
        return np.bincount(self.codes, minlength=self.lexicon.size + 1)

    @cached_property
    def numbers(self) -> Array:
        """For each code the whole number it stands for; that of 0 means nothing."""
        return np.array([0, *map(int, self.lexicon.texts)], dtype=np.int64)

    @cached_property
    def rows(self) -> Array:
        """The row of each code, where a row may have several."""
        assert self.code_at is not None  # noqa: S101 - the others have one a row
        counts = np.diff(self.code_at)
        return np.repeat(np.arange(len(counts), dtype=np.uint32), counts)

    def code(self, value: bytes) -> int:
        """The code of a value, 0 where it is unknown."""
        return self.lexicon.find(value) + 1

    def column(self) -> Array:
        """The code of each row, of the last of several; 0 without."""
        if self.code_at is None:
            return self.codes
        column = np.zeros(len(self.code_at) - 1, self.codes.dtype)
        column[self.rows] = self.codes
        return column

    def having(self, wanted: Array) -> Array:
        """The rows with a wanted value, in order; `wanted` says for each code whether it is."""
        if self.code_at is None:
            return np.flatnonzero(wanted[self.codes])
        rows = self.rows[wanted[self.codes]]
        distinct: Array = rows[firsts(rows)]
        return distinct

    def of_rows(self, rows: Array) -> tuple[Array, Array]:
        """The codes of some rows, one after another, and for each code the place of its row."""
        if self.code_at is None:
            codes = self.codes[rows]
            there = np.flatnonzero(codes)
            return codes[there], there
        starts, stops = self.code_at[rows], self.code_at[rows + 1]
        return self.codes[ranges(starts, stops)], np.repeat(np.arange(len(rows)), stops - starts)


def code_counts(field: ValueField, rows: Array, weights: Any = None) -> Array:
    """For each code from 0 the number of some rows with it, each row as often as it weighs."""
    if field.code_at is None:
        return np.bincount(field.codes[rows], weights, minlength=field.lexicon.size + 1)
    codes, places = field.of_rows(rows)
    weighed = None if weights is None else weights[places]
    return np.bincount(codes, weighed, minlength=field.lexicon.size + 1)
