"""A segment's fields as they lie in its file: words, stems, values. They know nothing of queries.

A row is what a field belongs to, a document or a resolution; words, values and rows are numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .caching import Cache
from .lexicon import Lexicon
from .sections import Array, SectionFile, firsts, ranges

# Scanning a whole text takes a tenth of the time, word for word, of picking words from it.
SCANNING = 8


class Postings(NamedTuple):
    """The rows of a term, in order, and how often it stands in each."""

    rows: Array
    often: Array


class Places(NamedTuple):
    """Where a word stands in the text of all rows, in order, and the row of each place."""

    places: Array
    rows: Array


class WordField:
    """Exact words: a lexicon, the postings of each word, and the text itself as numbers."""

    def __init__(self, file: SectionFile, name: str, cache: Cache) -> None:
        self.file, self.name, self.cache = file, name, cache
        self.lexicon = Lexicon(file, name)

    @cached_property
    def words(self) -> Array:
        """The text: each word's number from 1, and 0 between two rows."""
        return self.file.whole(f"{self.name}.words")

    @cached_property
    def _length(self) -> int:
        return int(self.row_at[-1])

    @cached_property
    def row_at(self) -> Array:
        """Where the text of each row begins, and where the last one ends."""
        return self.file.whole(f"{self.name}.row_at")

    @cached_property
    def posting_at(self) -> Array:
        """Where the postings of each word begin."""
        return self.file.whole(f"{self.name}.posting_at")

    @cached_property
    def lengths(self) -> Array:
        """The number of words of each row."""
        return np.maximum(np.diff(self.row_at.astype(np.int64)) - 1, 0)

    def stands(self, word: int, places: Array) -> Array:
        """Whether a word stands at each of some places of rows that were looked into before.

        Outside of the text there is no word, as there is none between two rows.
        """
        words = self.file.parts(f"{self.name}.words", places[:0], places[:0])
        found: Array = words.take(places, mode="clip") == word + 1
        return found

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

    def places(self, word: int, among: Array | None = None) -> Places:
        """Where a word stands: everywhere, or in those of some rows where picking is cheaper."""
        if among is not None and self._in(among) * SCANNING < self._length:
            return self._picked(word, among)
        return self.cache.get(("places", self.name, word), lambda: self._all_places(word))

    def _in(self, rows: Array) -> int:
        """About the number of words in some rows."""
        return len(rows) * self._length // max(len(self.row_at) - 1, 1)

    def _all_places(self, word: int) -> Places:
        rows, often = self.postings(word)
        if self._in(rows) * SCANNING < self._length:
            return self._picked(word, rows)
        return Places(np.flatnonzero(self.words == word + 1), np.repeat(rows, often))

    def _picked(self, word: int, rows: Array) -> Places:
        rows = rows.astype(np.int64, copy=False)
        starts, stops = self.row_at[rows].astype(np.int64), self.row_at[rows + 1].astype(np.int64)
        places = ranges(starts, stops)
        here = self.file.parts(f"{self.name}.words", starts, stops)[places] == word + 1
        return Places(places[here], np.repeat(rows, stops - starts)[here])


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
        rows, often = (np.concatenate(part) for part in zip(*parts, strict=True))
        if self.english is not None:
            kept = self.english[rows]
            rows, often = rows[kept], often[kept]
        return summed(rows, often, len(self.lengths))


def summed(rows: Array, often: Array, size: int) -> Postings:
    """Postings from rows that may come several times, in any order."""
    if len(rows) * 16 < size:
        distinct, inverse = np.unique(rows, return_inverse=True)
        total = np.bincount(inverse, often, minlength=len(distinct))
    else:
        counts = np.bincount(rows, often, minlength=size)
        distinct = np.flatnonzero(counts).astype(np.uint32)
        total = counts[distinct]
    return Postings(distinct, total.astype(np.uint32))


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
