"""A search on one snapshot: who matches, in which order, and how a hit is put together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from ...facets import Facet
from ...highlight import Matcher, matcher
from ...query import Query, parse_words
from ...query.filters import filter_trees, frame_tree
from ...resolution import Paragraph, Resolution, paragraph_from_json
from ...results import Hit, Results
from ...symbols import symbol_order
from ..faceting import facet_results
from .counting import all_of, combinations, value_counts
from .matching import evaluate, matches
from .schema import ABOVE, BELOW, DOC, HEADER
from .segments import NO_NUMBER, Floats, Ints, Mask, Snapshot


class Search:
    """A query evaluated on a snapshot; its parts are made once, and asked for as needed."""

    def __init__(self, snapshot: Snapshot, query: Query) -> None:
        self._start = perf_counter()
        self.snapshot = snapshot
        self.query = query
        tree = parse_words(query.words, query.lang)
        self._marks = matcher(tree)
        self._base: Mask = evaluate(snapshot, frame_tree(query)).mask & snapshot.paragraphs
        self._scores: Floats | None = None
        if tree is not None:
            found = matches(snapshot, tree)
            self._base, self._scores = self._base & found.mask, found.scores
        trees = filter_trees(query)
        self._filters = {family: evaluate(snapshot, tree).mask for family, tree in trees.items()}
        self.mask = all_of(self._base, self._filters.values())

    def results(self) -> Results:
        """One page, with facets."""
        docs = self.ordered()
        limit = self.query.limit
        first = (self.query.page - 1) * limit
        return Results(
            total=int(self.mask.sum()),
            resolutions=self.resolutions(),
            hits=tuple(self.hit(int(doc)) for doc in docs[first : first + limit]),
            facets=facet_results(self.query, self._counted, self._languages),
            page=self.query.page,
            pages=max(1, math.ceil(len(docs) / limit)),
            took_ms=round((perf_counter() - self._start) * 1000, 3),
            query=self.query.to_json(),
        )

    def resolutions(self) -> int:
        """The number of resolutions that have hits."""
        return int(np.count_nonzero(np.bincount(self.snapshot.column("key")[self.mask])))

    def _counted(self, facet: Facet, field: str) -> Mapping[str, int]:
        """The values of a field among what passes all filters but those of the facet's family."""
        if facet.group not in self._filters:
            return value_counts(self.snapshot, field, self.mask)
        others = (mask for family, mask in self._filters.items() if family != facet.group)
        return value_counts(self.snapshot, field, all_of(self._base, others))

    def _languages(self) -> Mapping[str, int]:
        """The paragraphs that the query has in each language that is held."""
        return {code: self._total_in(code) for code in self.snapshot.codes("lang").values}

    def _total_in(self, lang: str) -> int:
        # The words are read anew: English ones are stemmed, those of other languages exact.
        other = lang != self.query.lang
        search = Search(self.snapshot, replace(self.query, lang=lang)) if other else self
        return int(search.mask.sum())

    def counts(self, names: tuple[str, ...]) -> dict[tuple[str, ...], int]:
        """Paragraphs for each combination of the values of the named facets."""
        return combinations(self.snapshot, self.query, self.mask, names)

    def ordered(self) -> Ints:
        """The documents of all hits in the query's order; one a resolution where they are grouped.

        Relevance without words is the order of "newest".
        """
        docs = np.flatnonzero(self.mask)
        if self.query.sort == "relevance" and self._scores is not None:
            ranks = ranking(self.snapshot, "newest")
            docs = docs[np.lexsort((ranks[docs], -self._scores[docs]))]
        else:
            sort = self.query.sort if self.query.sort != "relevance" else "newest"
            docs = docs[np.argsort(ranking(self.snapshot, sort)[docs])]
        return self._best(docs) if self.query.group else docs

    def _best(self, docs: Ints) -> Ints:
        """The first document of each resolution, in the order given."""
        _, first = np.unique(self.snapshot.column("key")[docs], return_index=True)
        return docs[np.sort(first)]

    def hit(self, doc: int) -> Hit:
        """A paragraph with all that is shown around it."""
        paragraph = _paragraph(self.snapshot, doc)
        header = self.snapshot.stored(self._header(doc))
        resolution = Resolution.from_json(header)
        chapeau = tuple(self._ancestors(doc))
        english = resolution.language == "en"
        return Hit(
            paragraph=paragraph,
            resolution=resolution,
            key=header["key"],
            score=float(self._scores[doc]) if self._scores is not None else 0.0,
            marks=self._marked(paragraph, english),
            chapeau=chapeau,
            chapeau_marks=tuple(self._marked(above, english) for above in chapeau),
            children=max(int(self.snapshot.numbers(BELOW)[doc]), 0),
        )

    def _header(self, doc: int) -> int:
        return int(header_documents(self.snapshot)[self.snapshot.column("key")[doc]])

    def _marked(self, paragraph: Paragraph, english: bool) -> tuple[tuple[int, int], ...]:
        return self._marks.spans(paragraph.text, english) if _marks_any(self._marks) else ()

    def _ancestors(self, doc: int) -> Iterator[Paragraph]:
        """The paragraphs above, outermost first; a circle, which given JSON may hold, ends it."""
        above = self.snapshot.numbers(ABOVE)
        docs: list[int] = []
        while above[doc] != NO_NUMBER and doc - int(above[doc]) not in docs:
            doc -= int(above[doc])
            docs.append(doc)
        return (_paragraph(self.snapshot, d) for d in reversed(docs))


def header_documents(snapshot: Snapshot) -> Ints:
    """For each number of a key, the document that holds its resolution's header, or -1."""
    return snapshot.once("headers", lambda: _header_documents(snapshot))


def whole_resolution(snapshot: Snapshot, key: str) -> dict[str, Any] | None:
    """The JSON object of a resolution with its paragraphs in printed order."""
    docs = snapshot.find("key", key)
    paragraphs = snapshot.paragraphs
    headers = docs[~paragraphs[docs]]
    if not len(headers):
        return None
    rows = [snapshot.stored(int(doc)) for doc in docs[paragraphs[docs]]]
    return {**snapshot.stored(int(headers[0])), "paragraphs": rows}


def ranking(snapshot: Snapshot, sort: str) -> Ints:
    """The rank of each document in an order that leaves no ties.

    Documents of a resolution follow one another, so their numbers are their places in it.
    """
    return snapshot.once(("ranking", sort), lambda: _ranking(snapshot, sort))


def _ranking(snapshot: Snapshot, sort: str) -> Ints:
    adopted = snapshot.numbers("adopted")
    unknown = adopted == NO_NUMBER
    newest = -np.where(unknown, 0, adopted)
    symbols = _symbol_ranks(snapshot)
    keys = {
        "newest": (symbols, newest, unknown),
        "oldest": (symbols, -newest, unknown),
        "symbol": (newest, symbols),
    }[sort]
    order = np.lexsort(keys)
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _symbol_ranks(snapshot: Snapshot) -> Ints:
    values = snapshot.codes("key").values
    by_symbol = sorted(range(len(values)), key=lambda n: symbol_order(values[n]))
    ranks = np.zeros(len(values) + 1, dtype=np.int64)  # the last is that of documents without key
    ranks[by_symbol] = np.arange(len(values))
    return ranks[snapshot.column("key")]


def _header_documents(snapshot: Snapshot) -> Ints:
    docs = snapshot.find(DOC, HEADER)
    headers = np.full(len(snapshot.codes("key").values), -1, dtype=np.int64)
    headers[snapshot.column("key")[docs]] = docs
    return headers


def _paragraph(snapshot: Snapshot, doc: int) -> Paragraph:
    return paragraph_from_json(snapshot.stored(doc))


def _marks_any(marks: Matcher) -> bool:
    return bool(marks.exact or marks.stems or marks.phrases or marks.patterns)
