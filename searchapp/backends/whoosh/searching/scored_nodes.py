"""Evaluation nodes: the parts of a query tree on one segment.

A node can list its rows, filter given rows, and score given rows, so that cost is proportional to
the rarest term rather than to the index: AND lists the rows of its smallest part, and filters them
by the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ....search import deadline
from ..segments.fields import ValueField
from ..segments.row_lists import Postings, Rows, look_up, member, union
from ..segments.sections import Array, ranges
from ..segments.snapshot import Segment

K1, B = 1.2, 0.75  # of BM25F, as in Whoosh


class Node:
    """A query tree on one segment; rows are documents, or resolutions below `Lifted`."""

    size = 0  # an upper bound of the number of its rows

    def rows(self) -> Array:
        """Return all its rows, in order."""
        raise NotImplementedError

    def contains(self, rows: Array) -> Array:
        """Return for each of some rows whether it is one of the node's."""
        raise NotImplementedError

    def scores(self, rows: Array, inside: bool) -> Array:  # noqa: ARG002 - others ask
        """Return the node's score of each of some rows; `inside` if all of them are its own."""
        return np.zeros(len(rows))


class Listed(Node):
    """A known list of rows, each with the same score."""

    def __init__(self, rows: Rows, each: float = 0.0) -> None:
        self._rows, self._each = rows, each
        self.size = rows.size

    def rows(self) -> Array:
        return self._rows.array()

    def contains(self, rows: Array) -> Array:
        return self._rows.member(rows)

    def scores(self, rows: Array, inside: bool) -> Array:
        if inside or not self._each:
            return np.full(len(rows), self._each)
        return self.contains(rows) * self._each


class Word(Node):
    """A word's postings, scored by BM25F."""

    def __init__(self, postings: Postings, weight: float, norms: Array, held: int) -> None:
        self._postings, self._weight, self._norms, self._held = postings, weight, norms, held
        self.size = len(postings.rows)

    def rows(self) -> Array:
        return self._postings.rows

    def contains(self, rows: Array) -> Array:
        return member(rows, self._postings.rows, self._held)

    def scores(self, rows: Array, inside: bool) -> Array:
        own, often = self._postings
        if not (inside and len(rows) == len(own)):
            often = look_up(rows, own, often, self._held)
        counts = often.astype(np.float64)
        norms = self._norms[rows]
        norms += counts
        counts *= self._weight * (K1 + 1)
        counts /= norms
        return counts


class Coded(Node):
    """The rows with any of some values."""

    def __init__(self, field: ValueField, wanted: Array) -> None:
        self._field, self._wanted = field, wanted
        self.size = int(field.counts[wanted].sum())

    @cached_property
    def _rows(self) -> Array:
        return self._field.having(self._wanted)

    def rows(self) -> Array:
        return self._rows

    def contains(self, rows: Array) -> Array:
        if self._field.code_at is None:
            found: Array = self._wanted[self._field.codes[rows]]
            return found
        return member(rows, self._rows, len(self._field.code_at))


class Every(Node):
    """All rows that can be hits."""

    def __init__(self, rows: Array) -> None:
        self._rows = rows
        self.size = len(rows)

    def rows(self) -> Array:
        return self._rows

    def contains(self, rows: Array) -> Array:
        return np.ones(len(rows), dtype=bool)


class And(Node):
    """The intersection of nodes; one that is given twice scores twice."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._times = Counter(nodes)
        self._nodes = sorted(self._times, key=lambda node: node.size)
        self.size = self._nodes[0].size

    def rows(self) -> Array:
        first, *others = self._nodes
        rows = first.rows()
        for node in others:
            deadline.check()
            if not isinstance(node, Every):
                rows = rows[node.contains(rows)]
        return rows

    def contains(self, rows: Array) -> Array:
        found = np.ones(len(rows), dtype=bool)
        for node in self._nodes:
            deadline.check()
            found &= node.contains(rows)
        return found

    def scores(self, rows: Array, inside: bool) -> Array:
        if not inside:
            return spread(rows, self.contains(rows), lambda own: self.scores(own, inside=True))
        return total(rows, self._times, inside=True)


class Or(Node):
    """The union of nodes; one that is given twice scores twice."""

    def __init__(self, nodes: Sequence[Node], held: int) -> None:
        self._times, self._held = Counter(nodes), held
        self.size = sum(node.size for node in self._times)

    def rows(self) -> Array:
        return union((node.rows() for node in self._times), self._held)

    def contains(self, rows: Array) -> Array:
        found = np.zeros(len(rows), dtype=bool)
        for node in self._times:
            deadline.check()
            found |= node.contains(rows)
        return found

    def scores(self, rows: Array, inside: bool) -> Array:  # noqa: ARG002 - its parts' are not
        return total(rows, self._times, inside=False)


class Not(Node):
    """The complement of a node."""

    def __init__(self, node: Node, every: Every) -> None:
        self._node, self._every = node, every
        self.size = every.size

    def rows(self) -> Array:
        rows = self._every.rows()
        return rows[~self._node.contains(rows)]

    def contains(self, rows: Array) -> Array:
        return ~self._node.contains(rows)


class Phrase(Node):
    """The rows with a phrase.

    `find` returns those among some rows that have all the words; `keep` caches the whole list.
    """

    def __init__(
        self,
        words: Sequence[Word],
        find: Callable[[Array], Array],
        keep: Callable[[Callable[[], Array]], Array],
        held: int,
    ) -> None:
        self._words, self._find, self._keep, self._held = words, find, keep, held
        self._all = And(words)
        self.size = self._all.size

    def rows(self) -> Array:
        return self._keep(lambda: self._find(self._all.rows()))

    def contains(self, rows: Array) -> Array:
        few = len(rows) * 8 < self.size
        own = self._find(rows[self._all.contains(rows)]) if few else self.rows()
        return member(rows, own, self._held)

    def scores(self, rows: Array, inside: bool) -> Array:
        if not inside:
            return spread(rows, self.contains(rows), lambda own: self.scores(own, inside=True))
        # A word that a phrase repeats scores once.
        return total(rows, dict.fromkeys(self._words, 1), inside=True)


class Lifted(Node):
    """The paragraphs of a node's resolutions."""

    def __init__(self, segment: Segment, node: Node) -> None:
        self.segment, self.node = segment, node
        owners = node.rows()
        self._starts, self._ends = segment.first[owners] + 1, segment.first[owners + 1]
        self.size = int((self._ends - self._starts).sum())

    def rows(self) -> Array:
        return ranges(self._starts, self._ends)

    def contains(self, rows: Array) -> Array:
        if self.size == len(self.segment.paragraphs):
            return np.ones(len(rows), dtype=bool)
        mask = np.zeros(self.segment.resolutions, dtype=bool)
        mask[self.node.rows()] = True
        found: Array = mask[self.segment.owner[rows]]
        return found

    def scores(self, rows: Array, inside: bool) -> Array:  # noqa: ARG002 - as cheap for all
        of_all = self.node.scores(np.arange(self.segment.resolutions), inside=False)
        scores: Array = of_all[self.segment.owner[rows]]
        return scores


def total(rows: Array, times: Mapping[Any, int], inside: bool) -> Array:
    """Return the sum of the scores of nodes, each multiplied by the times it is given."""
    result = np.zeros(len(rows))
    for node, number in times.items():
        deadline.check()
        scores = node.scores(rows, inside)
        result += scores if number == 1 else scores * number
    return result


def spread(rows: Array, own: Array, score: Callable[[Array], Array]) -> Array:
    """Score the rows of a node; `own` is the mask of these, and others score 0."""
    result = np.zeros(len(rows))
    result[own] = score(rows[own])
    return result
