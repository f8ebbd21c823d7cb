"""A search on one snapshot: matching, ordering, counting, and the assembly of hits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from ....model.resolution import (
    Paragraph,
    Resolution,
    anchor_of,
    lineage,
    paragraph_as_written,
    resolution_as_written,
)
from ....query.facets import Facet
from ....query.filters import filter_trees, frame_tree
from ....query.parser import query_tree
from ....query.query import Query
from ....search import deadline
from ....search.backend import Group
from ....search.matches import Matcher, matcher
from ....search.results import Hit, Results
from ...shared.answers import counted_fields, make_hit, make_results, page_start
from ...shared.facet_results import facet_results
from ..schema import ABOVE, BELOW
from ..segments.sections import Array
from ..segments.snapshot import Part, Segment, Snapshot
from .evaluation import Evaluation
from .facet_counts import Found, value_counts
from .hit_order import first_of, ranks
from .scored_nodes import Node


class Matched(Found):
    """The hits of a query in one segment, and the masks of its filters."""

    def __init__(
        self, part: Part, base: Array, filters: Mapping[str, Array], words: Node | None
    ) -> None:
        self._base, self._filters, self._words = base, filters, words
        super().__init__(part, self._apply(filters))

    def without(self, family: str) -> Found:
        """Return the paragraphs that pass all filters except those of one family of facets."""
        others = {name: mask for name, mask in self._filters.items() if name != family}
        return Found(self.part, self._apply(others))

    @cached_property
    def scores(self) -> Array | None:
        """The score of each hit; None if the query has no words."""
        return None if self._words is None else self._words.scores(self.rows, inside=True)

    def _apply(self, filters: Mapping[str, Array]) -> Array:
        if not filters:
            return self._base
        passed: Array = self._base[np.logical_and.reduce(list(filters.values()))]
        return passed


class Candidates(NamedTuple):
    """Hits to be ordered: their documents and scores, and the rank of each resolution."""

    snapshot: Snapshot
    documents: Array
    scores: Array | None
    rank: Array

    def first(self, number: int) -> Array:
        """Return the indices of the first `number` hits in order."""
        return first_of(self.scores, len(self.documents), self._keys, number)

    def _keys(self, places: Array) -> Array:
        # A resolution's documents are consecutive, so their numbers sort them in printed order.
        documents = self.documents[places]
        keys: Array = (self.rank[self.snapshot.owner[documents]] << 32) + documents
        return keys


class Search:
    """A query evaluated on a snapshot."""

    def __init__(
        self, snapshot: Snapshot, query: Query, evaluations: Sequence[Evaluation] = ()
    ) -> None:
        self._start = perf_counter()
        self.snapshot, self.query = snapshot, query
        self._evaluations = evaluations or [Evaluation(part, snapshot) for part in snapshot.parts]
        self._tree = query_tree(query)
        self._frame, self._trees = frame_tree(query), filter_trees(query)
        self._found = [*map(self._match, snapshot.parts, self._evaluations)]

    def _match(self, part: Part, at: Evaluation) -> Matched:
        words = None if self._tree is None else at.node(self._tree)
        frame = at.node(self._frame)
        base = part.alive(at.all_of([frame] if words is None else [frame, words]).rows())
        base = base.astype(np.int64, copy=False)  # numpy copies indices of any other type
        filters = {name: at.node(tree).contains(base) for name, tree in self._trees.items()}
        return Matched(part, base, filters, words)

    @property
    def total(self) -> int:
        """The number of hits."""
        return sum(len(found.rows) for found in self._found)

    def results(self) -> Results:
        """Return one page, with facets."""
        candidates = self._candidates()
        first = page_start(self.query)
        order = candidates.first(first + self.query.limit)
        return make_results(
            self.query,
            self._make_hits(candidates, order[first:]),
            facet_results(self.query, self._counted, self._languages),
            total=self.total,
            resolutions=sum(len(found.runs.resolutions) for found in self._found),
            start=self._start,
        )

    def hits(self) -> Iterator[Hit]:
        """Stream every hit in the query's order; one for each resolution if they are grouped."""
        candidates = self._candidates()
        return self._make_hits(candidates, candidates.first(len(candidates.documents)))

    def counts(self, names: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Count paragraphs for each combination of the values of the named facets."""
        fields = counted_fields(self.query, names)
        total: Counter[tuple[str, ...]] = Counter()
        for found in self._found:
            total.update(found.combinations(fields))
        return dict(total)

    def resolution_counts(self, names: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Count resolutions for each combination of the values of the named facets."""
        fields = counted_fields(self.query, names)
        total: Counter[tuple[str, ...]] = Counter()
        for found in self._found:  # all paragraphs of a resolution are in one segment
            total.update(found.resolution_combinations(fields))
        return dict(total)

    def groups(self, most: int) -> Iterator[Group]:
        """Yield the group of each resolution with its best hits, `most` at most."""
        marks = matcher(self._tree)
        for found in self._found:
            scores, base = found.scores, found.part.base
            for total, places in _find_best_of_each(found, scores, most):
                points = np.zeros(len(places)) if scores is None else scores[places]
                pairs = zip((found.rows[places] + base).tolist(), points.tolist(), strict=True)
                hits = tuple(self._make_hit(document, score, marks) for document, score in pairs)
                yield Group(hits[0].key, total, hits)

    def _counted(self, facet: Facet, field: str) -> Mapping[str, int]:
        """Count the values of a field, ignoring the filters of the facet's family."""
        deadline.check()
        return value_counts(self._select_facing(facet.group), field)

    def _select_facing(self, family: str) -> Sequence[Found]:
        """Return the paragraphs that the facets of a family count."""
        if family not in self._trees:
            return self._found
        return [found.without(family) for found in self._found]

    def _languages(self) -> Mapping[str, int]:
        """Count the paragraphs of the query in each language of the index."""
        held = self.snapshot.once("languages", lambda: self.snapshot.values("lang"))
        return {code: self._count_in(code) for code in held}

    def _count_in(self, lang: str) -> int:
        # The words are parsed again: English ones are stemmed, those of other languages exact.
        if lang == self.query.lang:
            return self.total
        return Search(self.snapshot, replace(self.query, lang=lang), self._evaluations).total

    # Order

    def _candidates(self) -> Candidates:
        """Return the hits to be ordered; relevance without words is the order of "newest"."""
        relevance = self.query.sort == "relevance"
        scored = self._tree is not None and relevance
        rank = ranks(self.snapshot, "newest" if relevance else self.query.sort)
        documents, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
        for found in self._found:
            points = found.scores if scored else None
            places = self._select_places(found, points)
            documents.append(found.rows[places] + found.part.base)
            if points is not None:
                scores.append(points[places])
        return Candidates(
            self.snapshot,
            np.concatenate(documents),
            np.concatenate(scores) if scored else None,
            rank,
        )

    def _select_places(self, found: Found, scores: Array | None) -> Any:
        """Return an index of all hits of a segment, or of the best one of each resolution."""
        if not self.query.group:
            return slice(None)
        return found.runs.starts if scores is None else _find_best(found, scores)

    # Hits

    def _make_hits(self, candidates: Candidates, order: Array) -> Iterator[Hit]:
        marks = matcher(self._tree)
        scores = candidates.scores
        points = np.zeros(len(order)) if scores is None else scores[order]
        documents = candidates.documents[order]
        if scores is None and self._tree is not None:
            points = self._compute_scores(documents)
        pairs = zip(documents.tolist(), points.tolist(), strict=True)
        return (self._make_hit(document, score, marks) for document, score in pairs)

    def _compute_scores(self, documents: Array) -> Array:
        """Return the scores of hits that are not ordered by score."""
        points = np.zeros(len(documents))
        for found in self._found:
            here = np.flatnonzero(
                (documents >= found.part.base)
                & (documents < found.part.base + found.part.segment.size)
            )
            if len(here) and found.scores is not None:
                rows = documents[here] - found.part.base
                points[here] = found.scores[np.searchsorted(found.rows, rows)]
        return points

    def _make_hit(self, document: int, score: float, marks: Matcher) -> Hit:
        """Return a hit with its header and the paragraphs above it."""
        part, row = self.snapshot.part_of(document)
        segment = part.segment
        header = _read_header(segment, int(segment.owner[row]))
        return make_hit(
            _read_paragraph(segment, row),
            header.resolution,
            header.key,
            marks,
            above=[_read_paragraph(segment, above) for above in _find_rows_above(segment, row)],
            below=int(segment.column(BELOW)[row]),
            score=score,
        )


class Header(NamedTuple):
    """A resolution without paragraphs, and its key, which may depend on the paragraphs."""

    resolution: Resolution
    key: str


def whole_resolution(snapshot: Snapshot, key: str) -> dict[str, Any] | None:
    """Return the JSON object of a resolution, paragraphs in printed order; None if absent."""
    for part, row in snapshot.headers("key", key):
        return resolution_at(part.segment, row)
    return None


def anchors(snapshot: Snapshot, key: str) -> tuple[str, ...] | None:
    """Return the anchors of a resolution's paragraphs in printed order; None if it is absent."""
    for part, row in snapshot.headers("key", key):
        first, end = part.segment.first[row : row + 2]
        lines = (json.loads(part.segment.stored(n)) for n in range(first + 1, end))
        return tuple(anchor_of(data["id"]) for data in lines)
    return None


def resolution_at(segment: Segment, row: int) -> dict[str, Any]:
    """Return the JSON object of the resolution in a row, with its paragraphs in printed order."""
    header, *rows = (json.loads(segment.stored(n)) for n in range(*segment.first[row : row + 2]))
    return {**header, "paragraphs": rows}


def _find_best(found: Found, scores: Array) -> Array:
    """Return the index of the best hit of each resolution, the first of equal ones."""
    _, starts, lengths = found.runs
    if not len(starts):
        return starts
    greatest = np.repeat(np.maximum.reduceat(scores, starts), lengths)
    best = np.flatnonzero(scores == greatest)
    return best[np.searchsorted(best, starts)]


def _find_best_of_each(
    found: Found, scores: Array | None, most: int
) -> Iterator[tuple[int, Array]]:
    """Yield for each resolution the number of its hits, and the indices of the best of them."""
    _, starts, lengths = found.runs
    # Sort within resolutions; the stable sort leaves equal scores in printed order.
    order = None if scores is None else np.lexsort((-scores, found.owners))
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        places = np.arange(start, start + min(length, most))
        yield length, places if order is None else order[places]


def _read_header(segment: Segment, row: int) -> Header:
    def read() -> Header:
        data = json.loads(segment.stored(int(segment.first[row])))
        del data["count"]
        key = data.pop("key")
        return Header(resolution_as_written(data), key)

    return segment.cache.get(("header", row), read)


def _read_paragraph(segment: Segment, row: int) -> Paragraph:
    def read() -> Paragraph:
        return paragraph_as_written(json.loads(segment.stored(row)))

    return segment.cache.get(("paragraph", row), read)


def _find_rows_above(segment: Segment, row: int) -> list[int]:
    column = segment.column(ABOVE)

    def parent(row: int) -> int | None:
        step = int(column[row])
        return row - step if step else None

    return lineage(row, parent)
