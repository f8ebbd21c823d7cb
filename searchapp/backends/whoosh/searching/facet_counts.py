"""Counts of paragraphs and resolutions for each value of a facet, or combination of values.

A field of resolutions is counted once for each run of their paragraphs, weighted by its length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..schema import INDEXED
from ..segments.fields import code_counts
from ..segments.sections import Array, firsts
from ..segments.snapshot import Part


class Runs(NamedTuple):
    """Runs of paragraphs of one resolution: the resolution, start and length of each."""

    resolutions: Array
    starts: Array
    lengths: Array


class Found:
    """A selection of paragraphs of a segment, in order."""

    def __init__(self, part: Part, rows: Array) -> None:
        self.part, self.rows = part, rows

    @cached_property
    def owners(self) -> Array:
        """The resolution of each paragraph."""
        owners: Array = self.part.segment.owner[self.rows]
        return owners

    @cached_property
    def runs(self) -> Runs:
        """The paragraphs by resolution."""
        owners = self.owners
        starts = np.flatnonzero(firsts(owners))
        return Runs(owners[starts], starts, np.diff(np.append(starts, len(owners))))

    def counts(self, field: str) -> dict[str, int]:
        """Count the paragraphs for each value of a field that occurs among them."""
        values = self.part.segment.values(field)
        if INDEXED[field].of == "resolution":
            counts = code_counts(values, self.runs.resolutions, self.runs.lengths)
        else:
            counts = code_counts(values, self.rows)
        there = np.flatnonzero(counts[1:])
        numbers = counts[1:][there].astype(np.int64).tolist()
        texts = values.lexicon.texts
        return dict(zip([texts[n] for n in there.tolist()], numbers, strict=True))

    def combinations(self, fields: Sequence[str]) -> Counter[tuple[str, ...]]:
        """Count paragraphs for each combination of values; those without a value do not count."""
        numbers, _, lists = self._combine(fields)
        return _tally(*np.unique(numbers, return_counts=True), lists)

    def resolution_combinations(self, fields: Sequence[str]) -> Counter[tuple[str, ...]]:
        """Count resolutions for each combination of values that one of the paragraphs has."""
        if all(INDEXED[field].of == "resolution" for field in fields):
            return Found(self.part, self.rows[self.runs.starts]).combinations(fields)
        numbers, places, lists = self._combine(fields)
        distinct, codes = np.unique(numbers, return_inverse=True)
        pairs = np.unique(self.owners[places] * len(distinct) + codes)
        return _tally(distinct, np.bincount(pairs % max(len(distinct), 1)), lists)

    def _combine(self, fields: Sequence[str]) -> tuple[Array, Array, list[list[str]]]:
        """Encode each combination that a paragraph has as a number.

        Return the numbers, for each the index of its paragraph in `self.rows`, and the values of
        each field, with which `_split` decodes the numbers.
        """
        rows = np.arange(len(self.rows))  # indices into `self.rows`, one for each combination
        combined = np.zeros(len(rows), dtype=np.int64)
        lists: list[list[str]] = []
        for field in fields:
            values = self.part.segment.values(field)
            own = self.owners if INDEXED[field].of == "resolution" else self.rows
            codes, places = values.of_rows(own[rows])
            rows, lists = rows[places], [*lists, values.lexicon.texts]
            combined = combined[places] * max(values.lexicon.size, 1) + codes - 1
        return combined, rows, lists


def value_counts(found: Sequence[Found], field: str) -> dict[str, int]:
    """Count the paragraphs of all segments for each value of a field that occurs among them."""
    if len(found) == 1:
        return found[0].counts(field)
    total: Counter[str] = Counter()
    for some in found:
        total.update(some.counts(field))
    return total


def _tally(numbers: Array, counts: Array, lists: list[list[str]]) -> Counter[tuple[str, ...]]:
    pairs = zip(numbers.tolist(), counts.tolist(), strict=True)
    return Counter({_split(number, lists): count for number, count in pairs})


def _split(number: int, lists: list[list[str]]) -> tuple[str, ...]:
    values = []
    for known in reversed(lists):
        number, code = divmod(number, max(len(known), 1))
        values.append(known[code])
    return tuple(reversed(values))
