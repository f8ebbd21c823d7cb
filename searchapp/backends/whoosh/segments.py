"""What is read from Whoosh: a `Segment`, which never changes, and a `Snapshot` of segments.

Whoosh's files are shared positions in a file: two threads that read postings from one reader get
each other's. So a segment reads under a lock, and hands out arrays that nobody changes.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from ...schema import FIELDS
from .schema import DOC, PARAGRAPH, STORED, term_bytes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Made = TypeVar("Made")
CACHED_NUMBERS = 8_000_000  # of postings kept by a segment
_NONE = np.zeros(0, dtype=np.int64)
_WORD_FIELDS = {field.name for field in FIELDS if field.kind in ("text", "stemmed")}


class Postings(NamedTuple):
    """The documents of a term in order, how often it stands there, and its places.

    A place is `document << 32 | place in the text`, so that places of two documents are never
    near one another; there are none for terms without places.
    """

    docs: Ints
    counts: Ints
    places: Ints


EMPTY = Postings(_NONE, _NONE, _NONE)


@dataclass(frozen=True, slots=True)
class Codes:
    """A field uninverted: its sorted values, and pairs of document and value number by document."""

    values: tuple[str, ...]
    docs: Ints
    ordinals: Ints

    def counts(self, mask: Mask) -> Ints:
        """For each value the number of documents of the mask that have it."""
        return np.bincount(self.ordinals[mask[self.docs]], minlength=len(self.values))

    def column(self, size: int) -> Ints:
        """The number of its value for each document, -1 without; for fields of one value."""
        column = np.full(size, -1, dtype=np.int64)
        column[self.docs] = self.ordinals
        return column


class Segment:
    """One of Whoosh's segments, read as arrays that are kept as long as there is room."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._lock = RLock()
        self._postings: OrderedDict[tuple[str, bytes, bool], Postings] = OrderedDict()
        self._kept = 0
        self._facts: dict[tuple[str, str], Any] = {}
        self.size: int = reader.doc_count_all()

    def terms(self, field: str) -> list[bytes]:
        """The sorted terms of a field."""
        return self._once("terms", field, lambda: list(self._reader.lexicon(field)))

    def prefixed(self, field: str, prefix: bytes) -> Sequence[bytes]:
        """The terms of a field that begin so."""
        terms, n = self.terms(field), len(prefix)
        low = bisect_left(terms, prefix)
        return terms[low : bisect_right(terms, prefix, low, key=lambda term: term[:n])]

    def frequency(self, field: str, term: bytes) -> int:
        """The number of documents with a term."""
        with self._lock:
            return int(self._reader.doc_frequency(field, term))

    def total_length(self, field: str) -> int:
        """The number of words of a field in all documents."""
        return int(self._reader.field_length(field))

    def lengths(self, field: str) -> Floats:
        """The number of words of a field for each document, as precise as Whoosh keeps it."""
        length = self._reader.doc_field_length
        return self._once(
            "lengths",
            field,
            lambda: np.array([length(n, field) or 0 for n in range(self.size)], dtype=float),
        )

    def postings(self, field: str, term: bytes, places: bool = False) -> Postings:
        """The postings of a term, deleted documents among them; none where it is unknown."""
        key = (field, term, places)
        with self._lock:
            if key not in self._postings:
                self._keep(key, self._read(field, term, places))
            self._postings.move_to_end(key)
            return self._postings[key]

    def codes(self, field: str) -> Codes:
        """The field uninverted."""
        return self._once("codes", field, lambda: self._uninverted(field))

    def stored(self, document: int) -> bytes:
        """The JSON that a document stores."""
        with self._lock:
            data: bytes = self._reader.stored_fields(document)[STORED]
        return data

    def _once(self, what: str, field: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if (what, field) not in self._facts:
                self._facts[what, field] = make()
            fact: Made = self._facts[what, field]
        return fact

    def _keep(self, key: tuple[str, bytes, bool], postings: Postings) -> None:
        self._postings[key] = postings
        self._kept += _room(postings)
        while self._kept > CACHED_NUMBERS and len(self._postings) > 1:
            _, oldest = self._postings.popitem(last=False)
            self._kept -= _room(oldest)

    def _read(self, field: str, term: bytes, places: bool = False) -> Postings:
        # Block by block: asking the matcher for one posting after another takes five times as long.
        try:
            matcher = self._reader._terms.matcher(field, term, self._reader.schema[field].format)
        except TermNotFound:
            return EMPTY
        ids: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        while matcher.is_active():
            matcher.id(), matcher.weight()
            ids += matcher._ids
            if field in _WORD_FIELDS:
                weights += matcher._weights
            if places:
                values += matcher._data[2]
            matcher._next_block()
        docs = np.array(ids, dtype=np.int64)
        counts = np.array(weights, dtype=np.int64)
        return Postings(docs, counts, _places(docs, counts, values) if places else _NONE)

    def _uninverted(self, field: str) -> Codes:
        terms = self.terms(field)
        lists = [self._read(field, term).docs for term in terms]
        docs = np.concatenate([_NONE, *lists])
        ordinals = np.repeat(np.arange(len(terms)), [len(part) for part in lists])
        order = np.argsort(docs, kind="stable")
        return Codes(tuple(t.decode() for t in terms), docs[order], ordinals[order])


def _room(postings: Postings) -> int:
    return 50 + sum(map(len, postings))  # an empty one takes room, too


def _places(docs: Ints, counts: Ints, values: list[bytes]) -> Ints:
    inside = np.frombuffer(b"".join(values), dtype="u4").astype(np.int64)
    return np.repeat(docs << 32, counts) + inside


class Snapshot:
    """The index as one commit left it: its segments end to end, without deleted documents."""

    def __init__(
        self, segments: Sequence[Segment], deleted: Sequence[list[int]], version: str
    ) -> None:
        self.version = version
        self.segments = tuple(segments)
        self.size = sum(segment.size for segment in segments)
        self.live: Mask = np.ones(self.size, dtype=bool)
        self._bases: list[int] = []
        self._lock = RLock()
        self._facts: dict[Any, Any] = {}
        base = 0
        for segment, gone in zip(segments, deleted, strict=True):
            self._bases.append(base)
            self.live[base : base + segment.size][gone] = False
            base += segment.size

    def once(self, key: Any, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once."""
        with self._lock:
            if key not in self._facts:
                self._facts[key] = make()
            fact: Made = self._facts[key]
        return fact

    @property
    def parts(self) -> list[tuple[Segment, slice]]:
        """The segments, each with the slice of its documents."""
        ends = [*self._bases[1:], self.size]
        return list(zip(self.segments, map(slice, self._bases, ends), strict=True))

    @property
    def paragraphs(self) -> Mask:
        """The documents that can be hits."""
        return self.once("paragraphs", lambda: self.with_value(DOC, PARAGRAPH) & self.live)

    def with_value(self, field: str, value: str | int) -> Mask:
        """The documents, deleted ones among them, with a value in a field."""
        mask = np.zeros(self.size, dtype=bool)
        for segment, part in self.parts:
            mask[part][segment.postings(field, term_bytes(value)).docs] = True
        return mask

    def find(self, field: str, value: str) -> Ints:
        """The live documents with a value in a field, in order."""
        term = term_bytes(value)
        found = [s.postings(field, term).docs + part.start for s, part in self.parts]
        docs = np.concatenate([_NONE, *found])
        live: Ints = docs[self.live[docs]]
        return live

    def codes(self, field: str) -> Codes:
        """A field uninverted over all segments."""
        return self.once(("codes", field), lambda: self._joined(field))

    def column(self, field: str) -> Ints:
        """The number of its value for each document, -1 without."""
        return self.once(("column", field), lambda: self.codes(field).column(self.size))

    def numbers(self, field: str) -> Ints:
        """The whole number of each document; `NO_NUMBER` without."""
        return self.once(("numbers", field), lambda: self._numbers(field))

    def stored(self, document: int) -> Any:
        """The JSON object that a document stores."""
        place = bisect_right(self._bases, document) - 1
        return json.loads(self.segments[place].stored(document - self._bases[place]))

    def _joined(self, field: str) -> Codes:
        parts = [(segment.codes(field), part.start) for segment, part in self.parts]
        values = sorted({value for codes, _ in parts for value in codes.values})
        number = {value: n for n, value in enumerate(values)}
        docs, ordinals = [_NONE], [_NONE]
        for codes, base in parts:
            renumbered = np.array([number[value] for value in codes.values], dtype=np.int64)
            docs.append(codes.docs + base)
            ordinals.append(renumbered[codes.ordinals])
        return Codes(tuple(values), np.concatenate(docs), np.concatenate(ordinals))

    def _numbers(self, field: str) -> Ints:
        codes = self.codes(field)
        numbers = np.full(self.size, NO_NUMBER, dtype=np.int64)
        values = np.array([int(value) for value in codes.values], dtype=np.int64)
        numbers[codes.docs] = values[codes.ordinals]
        return numbers


NO_NUMBER = -(2**62)
