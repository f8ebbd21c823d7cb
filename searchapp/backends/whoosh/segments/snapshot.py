"""Segments as arrays, and snapshots: the segments of one commit, without deleted documents.

A segment never changes, so values computed from it are cached with it and outlive commits; deleted
documents and the weights of words belong to a snapshot. An array that was returned is never
changed, so any number of threads may read.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import numpy as np

from ..schema import DOC, HEADER, INDEXED, term_bytes
from .cache import Cache, Share
from .fields import StemField, ValueField, WordField
from .lexicon import Lexicon
from .section_checks import check_sections
from .sections import Array, SectionFile
from .stored_lines import StoredReader

Made = TypeVar("Made")


class Segment:
    """One of Whoosh's segments: documents, those of each resolution after its header.

    A field of resolutions has a row for each header, other fields have one for each document.
    """

    def __init__(self, path: Path, cache: Cache) -> None:
        self.file = SectionFile(path)
        check_sections(self.file)
        self.cache = Share(cache)
        self.size = self.file.documents
        self._fields: dict[Hashable, Any] = {}
        self._lock = RLock()

    @cached_property
    def first(self) -> Array:
        """The document of each resolution's header, and at the end the number of documents."""
        return self.file.whole("first").astype(np.int64)

    @cached_property
    def owner(self) -> Array:
        """The resolution of each document."""
        return np.repeat(np.arange(self.resolutions), np.diff(self.first))

    @property
    def resolutions(self) -> int:
        """The number of headers, including lines of the ledger."""
        return len(self.first) - 1

    @cached_property
    def paragraphs(self) -> Array:
        """The documents that are paragraphs, which alone can be hits."""
        every = np.ones(self.size, dtype=bool)
        every[self.first[:-1]] = False
        return np.flatnonzero(every)

    def rows(self, name: str) -> int:
        """Return the number of rows of a field."""
        return self.resolutions if INDEXED[name].of == "resolution" else self.size

    def words(self, name: str) -> WordField | StemField:
        """Return a field of words, exact or stemmed."""
        return self.once(name, lambda: self._words(name))

    def values(self, name: str) -> ValueField:
        """Return a field of plain values."""
        return self.once(name, lambda: ValueField(self.file, name))

    def lexicon(self, name: str) -> Lexicon:
        """Return the lexicon of any field."""
        kind = INDEXED[name].kind
        found: Lexicon = (self.words if kind in ("text", "stemmed") else self.values)(name).lexicon
        return found

    def column(self, name: str) -> Array:
        """Return a column's number for each document; 0 for none."""
        return self.file.whole(name)

    def total_length(self, name: str) -> int:
        """Return the number of words of a field in all documents, including deleted ones."""
        return self.once(("length", name), lambda: int(self.words(name).lengths.sum()))

    def find(self, name: str, value: str) -> Array:
        """Return the rows with a value in a field."""
        field = self.values(name)
        code = field.code(term_bytes(value))
        return np.flatnonzero(field.codes == code) if code else np.zeros(0, np.int64)

    @cached_property
    def headers(self) -> Array:
        """A mask of the rows that are resolutions rather than lines of the ledger."""
        docs = self.values(DOC)
        headers: Array = docs.codes[self.first[:-1]] == docs.code(HEADER.encode())
        return headers

    @cached_property
    def stored_reader(self) -> StoredReader:
        """The reader of the documents' stored lines."""
        return StoredReader(self.file)

    def stored(self, document: int) -> bytes:
        """Return the JSON that a document stores."""
        block, place = self.stored_reader.block_of(document)
        lines = self.cache.get(("stored", block), lambda: _Lines(self.stored_reader.lines(block)))
        return lines[place]

    def english(self, name: str) -> Array | None:
        """Return a mask of the English rows of a field, or None if all are."""
        lang = self.values("lang")
        of_resolutions = lang.codes == lang.code(b"en")
        if of_resolutions[self.headers].all():
            return None
        rows: Array = of_resolutions
        return rows[self.owner] if INDEXED[name].of == "paragraph" else rows

    def _words(self, name: str) -> WordField | StemField:
        field = INDEXED[name]
        if field.kind == "text":
            return WordField(self.file, name, self.cache)
        words = self.words(field.source)
        assert isinstance(words, WordField)  # noqa: S101 - the schema says so
        return StemField(words, name, lambda: self.english(name))

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Compute a value once and cache it for the life of the segment."""
        if key not in self._fields:
            with self._lock:
                if key not in self._fields:
                    self._fields[key] = make()
        made: Made = self._fields[key]
        return made


class _Lines(tuple[bytes, ...]):
    """The lines of a block, with their size in bytes for the cache."""

    __slots__ = ()

    @property
    def nbytes(self) -> int:
        return sum(map(len, self))

    base = None


class Part:
    """A segment in a snapshot: the numbers of its first document and resolution, and deletions."""

    def __init__(
        self, segment: Segment, base: int, resolution_base: int, deleted: Iterable[int]
    ) -> None:
        self.segment = segment
        self.base, self.resolution_base = base, resolution_base
        gone = np.fromiter(deleted, np.int64)
        self.live: Array | None = None
        if len(gone):
            self.live = np.ones(segment.size, dtype=bool)
            self.live[gone] = False

    def alive(self, documents: Array) -> Array:
        """Return those documents that are not deleted."""
        return documents if self.live is None else documents[self.live[documents]]

    def resolutions(self, rows: Array) -> Array:
        """Return those resolutions that are not deleted."""
        if self.live is None:
            return rows
        kept: Array = rows[self.live[self.segment.first[rows]]]
        return kept


class Snapshot:
    """The index after one commit: its segments, with documents numbered across them."""

    def __init__(
        self, segments: Sequence[Segment], deleted: Sequence[Iterable[int]], version: str
    ) -> None:
        self.version = version
        self.segments = tuple(segments)
        self.parts: list[Part] = []
        self.size = self.resolutions = 0
        for segment, gone in zip(segments, deleted, strict=True):
            self.parts.append(Part(segment, self.size, self.resolutions, gone))
            self.size += segment.size
            self.resolutions += segment.resolutions
        self._bases = [part.base for part in self.parts]
        self._facts: dict[Hashable, Any] = {}
        self._lock = RLock()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Compute a value once and cache it for the life of the snapshot."""
        if key not in self._facts:
            with self._lock:
                if key not in self._facts:
                    self._facts[key] = make()
        fact: Made = self._facts[key]
        return fact

    @property
    def owner(self) -> Array:
        """The resolution of each document, across all segments."""
        return self.once("owner", self._owner)

    def _owner(self) -> Array:
        parts = [part.segment.owner + part.resolution_base for part in self.parts]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def part_of(self, document: int) -> tuple[Part, int]:
        """Return the segment that contains a document, and its number there."""
        part = self.parts[bisect_right(self._bases, document) - 1]
        return part, document - part.base

    def stored(self, document: int) -> Any:
        """Return the JSON object that a document stores."""
        part, number = self.part_of(document)
        return json.loads(part.segment.stored(number))

    def average_length(self, name: str) -> float:
        """Return the average number of words of a field in a document, including deleted ones."""
        total = sum(segment.total_length(name) for segment in self.segments)
        return total / max(self.size, 1) or 1.0

    def frequency(self, name: str, term: bytes) -> int:
        """Return the number of rows with a word, including deleted ones."""
        found = ((s.words(name), s.lexicon(name).find(term)) for s in self.segments)
        return sum(field.frequency(word) for field, word in found if word >= 0)

    def headers(self, name: str, value: str) -> Iterator[tuple[Part, int]]:
        """Yield the live resolutions, or lines of the ledger, with a value."""
        for part in self.parts:
            for row in part.resolutions(part.segment.find(name, value)).tolist():
                yield part, row

    def values(self, name: str) -> list[str]:
        """Return the values of a field, sorted."""
        return sorted({text for s in self.segments for text in s.values(name).lexicon.texts})
