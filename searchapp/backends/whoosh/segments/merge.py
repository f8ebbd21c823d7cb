"""Merge of several segments into the sections of one, without deleted documents or sorting.

The lexicons are joined; then each array of numbers is copied to its offset: the postings of a word
in the first segment come before those of the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..schema import COLUMNS, INDEXED
from .fields import StemField, ValueField, WordField
from .inversion import Inverted, Sections, posting_sections, stem_sections, value_sections
from .lexicon import Lexicon
from .sections import Array, narrow, offsets, ranges
from .snapshot import Segment
from .stored_lines import StoredWriter


class Source(NamedTuple):
    """A segment to be merged, and a mask of its live documents."""

    segment: Segment
    live: Array

    def live_rows(self, name: str) -> Array:
        """Return a mask of a field's live rows; a resolution's documents are deleted together."""
        return self.live if INDEXED[name].of == "paragraph" else self.live[self.segment.first[:-1]]


def merge_sections(sources: Sequence[Source]) -> Sections:
    """Yield all sections of a segment with the live documents of the sources, in their order."""
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
    """Return the number of documents of each live resolution."""
    sizes: Array = np.diff(source.segment.first)[source.live_rows("key")]
    return sizes


def _stored(sources: Sequence[Source]) -> Sections:
    writer = StoredWriter()
    for source in sources:
        source.segment.stored_reader.copy(source.live, writer)
    return writer.sections()


class _Union:
    """The sorted terms of several lexicons; `numbers` maps each lexicon's to the new ones."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        lists = [list(lexicon) for lexicon in lexicons]
        self.terms = sorted(set().union(*lists))
        at = {term: number for number, term in enumerate(self.terms)}
        self.numbers = [
            np.fromiter(map(at.__getitem__, part), np.int64, len(part)) for part in lists
        ]

    def keep(self, used: Array) -> None:
        """Drop the terms that only deleted documents had."""
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
    parts = [_live_postings(field, rows) for field, rows in zip(fields, live, strict=True)]
    used = np.zeros(len(union.terms), dtype=bool)
    for part, numbers in zip(parts, union.numbers, strict=True):
        used[numbers[part.counts > 0]] = True
    union.keep(used)
    lengths = [field.lengths[rows] for field, rows in zip(fields, live, strict=True)]
    sizes = [len(of_part) for of_part in lengths]
    joined = _join_postings(parts, union.numbers, sizes, len(union.terms))
    yield from posting_sections(name, union.terms, np.concatenate(lengths), joined)
    for field in INDEXED.values():
        if field.source == name:
            yield from stem_sections(field.name, _stem_pairs(field.name, sources, union))


def _word_field(segment: Segment, name: str) -> WordField:
    field = segment.words(name)
    assert isinstance(field, WordField)  # noqa: S101 - the schema says so
    return field


def _live_postings(field: WordField, live: Array) -> Inverted:
    """Return the postings of a segment's field in its live rows, which are renumbered."""
    size = field.lexicon.size
    rows, often = field.several(0, size)
    counts, standing = np.diff(field.posting_at), np.diff(field.place_at)
    found = Inverted(counts, rows, often, standing, field.inside(0, size))
    return found if live.all() else _drop_deleted(found, live)


def _drop_deleted(found: Inverted, live: Array) -> Inverted:
    kept = live[found.rows]
    there = np.repeat(kept, found.often)
    numbers = np.arange(len(found.counts))
    return Inverted(
        counts=np.bincount(np.repeat(numbers, found.counts)[kept], minlength=len(numbers)),
        rows=(np.cumsum(live) - 1)[found.rows[kept]],
        often=found.often[kept],
        standing=np.bincount(np.repeat(numbers, found.standing)[there], minlength=len(numbers)),
        inside=found.inside[there],
    )


def _join_postings(
    parts: Sequence[Inverted], numbers: Sequence[Array], sizes: Sequence[int], size: int
) -> Inverted:
    """Join each word's postings from all segments; `numbers` maps their words to the new ones."""
    postings = _Moves(numbers, [part.counts for part in parts], size)
    places = _Moves(numbers, [part.standing for part in parts], size)
    bases = np.cumsum([0, *sizes]).tolist()
    rows = [part.rows + np.uint32(base) for part, base in zip(parts, bases, strict=False)]
    return Inverted(
        counts=postings.counts,
        rows=postings.move(rows, np.uint32),
        often=postings.move([part.often for part in parts], np.uint32),
        standing=places.counts,
        inside=places.move([part.inside for part in parts], np.uint32),
    )


class _Moves:
    """The target offsets of each word's entries, so that those of all segments are adjacent."""

    def __init__(self, numbers: Sequence[Array], counts: Sequence[Array], size: int) -> None:
        self.counts = np.zeros(size, np.int64)
        for own, several in zip(numbers, counts, strict=True):
            self.counts[own[own >= 0]] += several[own >= 0]  # dropped words have no entries
        free = offsets(self.counts)[:-1].astype(np.int64)
        self._to: list[Array] = []
        for own, several in zip(numbers, counts, strict=True):
            words, lengths = own[own >= 0], several[own >= 0]
            self._to.append(ranges(free[words], free[words] + lengths))
            free[words] += lengths

    def move(self, parts: Sequence[Array], dtype: type[np.generic]) -> Array:
        """Join the arrays of all segments into one, in the order of words."""
        joined = np.empty(sum(map(len, parts)), dtype)
        for to, part in zip(self._to, parts, strict=True):
            joined[to] = part
        return joined


def _stem_pairs(name: str, sources: Sequence[Source], union: _Union) -> Iterator[tuple[bytes, int]]:
    """Return the stems of the remaining words, each with a word's number."""
    pairs: set[tuple[bytes, int]] = set()
    for source, numbers in zip(sources, union.numbers, strict=True):
        field = source.segment.words(name)
        assert isinstance(field, StemField)  # noqa: S101 - the schema says so
        for number, stem in enumerate(field.lexicon):
            words = numbers[field.words(number)].tolist()
            pairs.update((stem, word) for word in words if word >= 0)
    return iter(pairs)
