"""Inversion of token and value streams into a segment's sections: lexicons, postings, positions.

A writer only collects the numbers of words and values in the order of the text; `word_sections`
and `value_sections` make a segment's sections of them. A field has a row for each document or for
each resolution.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ....text.analysis import fold, printed_words, stem
from ..schema import term_bytes
from .fields import FAR
from .lexicon import lexicon_sections
from .sections import Array, firsts, narrow, offsets

Sections = Iterator[tuple[str, Array]]
NOTHING = 0  # the number of a printed word that folds to nothing


class Numbers(dict[bytes, int]):
    """A numbering of terms from 1, in the order of their first occurrence."""

    def __missing__(self, term: bytes) -> int:
        self[term] = number = len(self) + 1
        return number


class PrintedWords(dict[str, int]):
    """The number of each printed word, so that a frequent word is folded only once."""

    def __init__(self) -> None:
        super().__init__()
        self.terms = Numbers()

    def __missing__(self, printed: str) -> int:
        word = fold(printed)
        self[printed] = number = self.terms[word.encode()] if word else NOTHING
        return number


class WordStream:
    """The words of a field in the order of the text, row by row."""

    def __init__(self) -> None:
        self._number = PrintedWords()
        self._row_at = array("I", [0])
        self.words = array("I")

    def add(self, row: int, text: str) -> None:
        """Append the text of a row; rows must be in order and may be left out."""
        numbers = list(map(self._number.__getitem__, printed_words(text)))
        if NOTHING in numbers:
            numbers = list(filter(None, numbers))
        self._pad(row)
        self.words.fromlist(numbers)
        self._row_at.append(len(self.words))

    def sections(self, name: str, rows: int) -> Sections:
        """Yield the sections of the field."""
        self._pad(rows)
        terms, rank = _rank_terms(self._number.terms)
        words = rank[np.frombuffer(self.words, np.uint32)] - np.uint32(1)
        yield from word_sections(name, terms, words, np.frombuffer(self._row_at, np.uint32))

    def stems(self, rows: Array) -> Iterator[tuple[bytes, int]]:
        """Yield the stem and the number of each word that occurs in some rows; `rows` is a mask."""
        self._pad(len(rows))
        terms, rank = _rank_terms(self._number.terms)
        lengths: Array = np.diff(np.frombuffer(self._row_at, np.uint32))
        there = np.zeros(len(rank), dtype=bool)
        there[np.frombuffer(self.words, np.uint32)[np.repeat(rows, lengths)]] = True
        for number in np.sort(rank[there]).tolist():
            yield stem(terms[number - 1].decode()).encode(), number - 1

    def _pad(self, rows: int) -> None:
        missing = rows + 1 - len(self._row_at)
        self._row_at.extend([len(self.words)] * missing)


class ValueStream:
    """The values of a field, row by row; `many` if a row may have several."""

    def __init__(self, many: bool) -> None:
        self._number = PlainValues()
        self._many = many
        self._counts = array("I")
        self.values = array("I")

    def add(self, row: int, value: object) -> None:
        """Append a value of a row, or several; rows must be in order and may be left out."""
        if not self._many:
            _pad(self.values, row)
            self.values.append(self._number[value])
        elif value and isinstance(value, (tuple, list)):
            numbers = [self._number[each] for each in dict.fromkeys(value)]
            _pad(self._counts, row)
            self._counts.append(len(numbers))
            self.values.extend(numbers)

    def sections(self, name: str, rows: int) -> Sections:
        """Yield the sections of the field."""
        _pad(self._counts if self._many else self.values, rows)
        terms, rank = _rank_terms(self._number.terms)
        counts = np.frombuffer(self._counts, np.uint32) if self._many else None
        yield from value_sections(name, terms, rank[np.frombuffer(self.values, np.uint32)], counts)


def _pad(numbers: array[int], rows: int) -> None:
    """Append 0 for each row that was left out, up to a number of rows."""
    if len(numbers) < rows:
        numbers.extend([0] * (rows - len(numbers)))


class PlainValues(dict[object, int]):
    """The number of each value (a text or a whole number)."""

    def __init__(self) -> None:
        super().__init__()
        self.terms = Numbers()

    def __missing__(self, value: object) -> int:
        self[value] = number = self.terms[term_bytes(value)]
        return number


def _rank_terms(numbers: Numbers) -> tuple[list[bytes], Array]:
    """Sort terms; return them, and the new number of each former number, 0 for 0."""
    terms = sorted(numbers)
    rank = np.zeros(len(terms) + 1, np.uint32)
    came = np.fromiter(map(numbers.__getitem__, terms), np.int64, len(terms))
    rank[came] = np.arange(1, len(terms) + 1)
    return terms, rank


def word_sections(name: str, terms: list[bytes], words: Array, row_at: Array) -> Sections:
    """Yield the sections of a field from the numbers of its words in the order of the text.

    Words are numbered from 0. One sort of (word, position) pairs sorts all postings, and the
    positions within them.
    """
    low = np.uint64(2**32 - 1)
    pairs = (words.astype(np.uint64) << np.uint64(32)) | np.arange(len(words), dtype=np.uint64)
    pairs.sort()
    places = (pairs & low).astype(np.uint32)
    rows = np.repeat(np.arange(len(row_at) - 1, dtype=np.uint32), np.diff(row_at))[places]
    new = np.flatnonzero(firsts((pairs & ~low) | rows))
    size = len(terms)
    yield from posting_sections(
        name,
        terms,
        np.diff(row_at),
        Inverted(
            counts=np.bincount((pairs[new] >> np.uint64(32)).astype(np.int64), minlength=size),
            rows=rows[new],
            often=np.diff(np.append(new, len(pairs))),
            standing=np.bincount(words, minlength=size),
            inside=places - row_at[rows],
        ),
    )


class Inverted(NamedTuple):
    """The concatenated postings of all words, in order.

    For each word `counts` is its number of postings, and `standing` its number of positions. Each
    posting has a row, and in `often` the occurrences of the word there; `inside` contains all
    positions, relative to the start of their rows.
    """

    counts: Array
    rows: Array
    often: Array
    standing: Array
    inside: Array


def posting_sections(
    name: str, terms: Iterable[bytes], lengths: Array, inverted: Inverted
) -> Sections:
    """Yield the lexicon, the first position of each row, and each word's rows and positions."""
    yield from lexicon_sections(name, terms)
    yield f"{name}.row_at", offsets(lengths.astype(np.int64) + 1)
    yield f"{name}.posting_at", offsets(inverted.counts)
    yield f"{name}.rows", inverted.rows.astype(np.uint32, copy=False)
    yield f"{name}.often", narrow(inverted.often)
    yield f"{name}.place_at", offsets(inverted.standing)
    far = np.flatnonzero(inverted.inside >= FAR)
    yield f"{name}.at", (inverted.inside % FAR).astype(np.uint8)
    yield f"{name}.far", narrow(far)
    yield f"{name}.far_by", narrow(inverted.inside[far] // FAR)


def value_sections(
    name: str, terms: Iterable[bytes], codes: Array, counts: Array | None
) -> Sections:
    """Yield the lexicon and each row's code, 0 for none; `counts` is the number of codes a row."""
    yield from lexicon_sections(name, terms)
    yield f"{name}.codes", narrow(codes)
    if counts is not None:
        yield f"{name}.code_at", offsets(counts)


def stem_sections(name: str, pairs: Iterable[tuple[bytes, int]]) -> Sections:
    """Yield a lexicon of stems with the numbers of their words; there are no postings."""
    ordered = sorted(pairs)
    words: dict[bytes, int] = {}
    for root, _ in ordered:
        words[root] = words.get(root, 0) + 1
    yield from lexicon_sections(name, words)
    yield f"{name}.word_at", offsets(np.fromiter(words.values(), np.int64, len(words)))
    yield f"{name}.word", np.fromiter((word for _, word in ordered), np.uint32, len(ordered))
