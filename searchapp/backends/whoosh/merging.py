"""Several segments as the sections of one, without their deleted documents, and without sorting.

The lexicons are joined; then each list of numbers goes to its place: the postings of a word in the
first segment come before those of the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .fields import StemField, ValueField, WordField
from .inverting import (
    APART,
    Sections,
    posting_sections,
    stem_sections,
    stream_sections,
    value_sections,
)
from .lexicon import Lexicon
from .schema import COLUMNS, INDEXED
from .sections import Array, narrow, offsets, ranges
from .segments import Segment
from .stored import StoredWriter


class Source(NamedTuple):
    """A segment to be merged, and which of its documents live."""

    segment: Segment
    live: Array

    def live_rows(self, name: str) -> Array:
        """Which rows of a field live: documents of a resolution live and die together."""
        return self.live if INDEXED[name].of == "paragraph" else self.live[self.segment.first[:-1]]


def merged_sections(sources: Sequence[Source]) -> Sections:
    """All sections of a segment that holds what lives in the sources, in their order."""
    yield "first", offsets(np.concatenate([_sizes(source) for source in sources]))
    for name in COLUMNS:
        yield name, narrow(np.concatenate([s.segment.column(name)[s.live] for s in sources]))
    yield from _stored(sources)
    for field in INDEXED.values():
        if field.kind == "text":
            yield from _words(field.name, sources)
        elif field.kind != "stemmed":
            yield from _values(field.name, sources)


def _sizes(source: Source) -> Array:
    """The number of documents of each live resolution."""
    sizes: Array = np.diff(source.segment.first)[source.live_rows("key")]
    return sizes


def _stored(sources: Sequence[Source]) -> Sections:
    writer = StoredWriter()
    for source in sources:
        source.segment.stored_reader.copy(source.live.tolist(), writer)
    return writer.sections()


class _Union:
    """The terms of several lexicons in one order; `numbers` has the new ones of each lexicon."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        lists = [list(lexicon) for lexicon in lexicons]
        self.terms = sorted(set().union(*lists))
        at = {term: number for number, term in enumerate(self.terms)}
        self.numbers = [
            np.fromiter(map(at.__getitem__, part), np.int64, len(part)) for part in lists
        ]

    def keep(self, used: Array) -> None:
        """Forget the terms that only deleted documents had."""
        fresh = np.cumsum(used) - 1
        self.terms = [self.terms[number] for number in np.flatnonzero(used)]
        self.numbers = [np.where(used[part], fresh[part], -1) for part in self.numbers]


def _values(name: str, sources: Sequence[Source]) -> Sections:
    fields = [source.segment.values(name) for source in sources]
    live = [_live_codes(f, s.live_rows(name)) for f, s in zip(fields, sources, strict=True)]
    union = _Union([field.lexicon for field in fields])
    used = np.zeros(len(union.terms) + 1, dtype=bool)
    for codes, numbers in zip(live, union.numbers, strict=True):
        used[np.append(numbers + 1, 0)[codes - 1]] = True  # code 0 is the last here
    union.keep(used[1:])
    fresh = [np.append(n + 1, 0)[c - 1] for c, n in zip(live, union.numbers, strict=True)]
    counts = [
        np.diff(field.code_at)[source.live_rows(name)]
        for field, source in zip(fields, sources, strict=True)
        if field.code_at is not None
    ]
    joined = np.concatenate(counts) if counts else None
    yield from value_sections(name, union.terms, np.concatenate(fresh), joined)


def _live_codes(field: ValueField, live: Array) -> Array:
    codes = field.codes[live if field.code_at is None else live[field.rows]]
    return codes.astype(np.int64)


def _words(name: str, sources: Sequence[Source]) -> Sections:
    fields = [_word_field(source.segment, name) for source in sources]
    live = [source.live_rows(name) for source in sources]
    union = _Union([field.lexicon for field in fields])
    postings = [_Postings(field, rows) for field, rows in zip(fields, live, strict=True)]
    counts = np.zeros(len(union.terms), np.int64)
    for part, numbers in zip(postings, union.numbers, strict=True):
        counts[numbers] += part.counts
    union.keep(counts > 0)
    yield from _joined_text(name, fields, live, union)
    yield from _joined_postings(name, postings, union.numbers, counts[counts > 0])
    for field in INDEXED.values():
        if field.source == name:
            yield from stem_sections(field.name, _stem_pairs(field.name, sources, union))


def _joined_text(
    name: str, fields: Sequence[WordField], live: Sequence[Array], union: _Union
) -> Sections:
    texts = [_live_text(*part) for part in zip(fields, live, union.numbers, strict=True)]
    words = np.concatenate([np.full(1, APART, np.uint32), *(text for text, _ in texts)])
    row_at = offsets(np.concatenate([lengths for _, lengths in texts])) + np.uint32(1)
    return stream_sections(name, union.terms, words, row_at)


def _word_field(segment: Segment, name: str) -> WordField:
    field = segment.words(name)
    assert isinstance(field, WordField)  # noqa: S101 - the schema says so
    return field


def _live_text(field: WordField, live: Array, numbers: Array) -> tuple[Array, Array]:
    """The words of the live rows in their new numbers, and how many each row takes."""
    lengths: Array = np.diff(field.row_at.astype(np.int64))
    words = field.words[1:] if live.all() else field.words[1:][np.repeat(live, lengths)]
    fresh = np.concatenate([np.full(1, APART), numbers + 1]).astype(np.uint32)
    return fresh[words], lengths[live]


class _Postings:
    """The live postings of a segment's field, in the order of its words."""

    def __init__(self, field: WordField, live: Array) -> None:
        self.rows, self.often = field.several(0, field.lexicon.size)
        self.counts: Array = np.diff(field.posting_at).astype(np.int64)  # of each word
        self.live = int(live.sum())
        if self.live < len(live):
            self._drop(live)

    def _drop(self, live: Array) -> None:
        kept = live[self.rows]
        words = np.repeat(np.arange(len(self.counts)), self.counts)[kept]
        self.counts = np.bincount(words, minlength=len(self.counts))
        self.rows, self.often = (np.cumsum(live) - 1)[self.rows[kept]], self.often[kept]


def _joined_postings(
    name: str, parts: Sequence[_Postings], numbers: Sequence[Array], counts: Array
) -> Sections:
    """The postings of each word from all segments; `numbers` says which word each of theirs is."""
    rows, often = np.empty(int(counts.sum()), np.uint32), np.empty(int(counts.sum()), np.uint32)
    free = offsets(counts)[:-1].astype(np.int64)  # where the next posting of each word goes
    base = 0
    for part, own in zip(parts, numbers, strict=True):
        kept = own >= 0  # others have no postings
        words, several = own[kept], part.counts[kept]
        to = ranges(free[words], free[words] + several)
        rows[to], often[to] = part.rows + np.uint32(base), part.often
        free[words] += several
        base += part.live
    return posting_sections(name, counts, rows, often)


def _stem_pairs(name: str, sources: Sequence[Source], union: _Union) -> Iterator[tuple[bytes, int]]:
    """The stems of the words that are still there."""
    pairs: set[tuple[bytes, int]] = set()
    for source, numbers in zip(sources, union.numbers, strict=True):
        field = source.segment.words(name)
        assert isinstance(field, StemField)  # noqa: S101 - the schema says so
        for number, stem in enumerate(field.lexicon):
            words = numbers[field.words(number)].tolist()
            pairs.update((stem, word) for word in words if word >= 0)
    return iter(pairs)
