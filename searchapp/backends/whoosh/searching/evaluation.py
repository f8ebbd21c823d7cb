"""`Evaluation(part, snapshot).node(tree)`: the evaluation of a query tree on a segment.

Trees are evaluated here only. An evaluation makes its own nodes, so threads share none.

Whoosh's own evaluation is not used: its AndNot returns wrong sets, a Not at the root can return a
deleted document, and its slop counts per pair of words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import assert_never

import numpy as np

from ....errors import QueryError
from ....query import tree
from ....query.field_table import STEMMED
from ....search import deadline
from ....text.analysis import stem
from ..schema import INDEXED, WORDS, term_bytes
from ..segments.fields import StemField, ValueField, WordField
from ..segments.row_lists import Postings, Rows, union
from ..segments.sections import Array
from ..segments.snapshot import Part, Segment, Snapshot
from .phrase_matches import phrase_rows
from .scored_nodes import K1, And, B, Coded, Every, Lifted, Listed, Node, Not, Or, Phrase, Word


def matches(snapshot: Snapshot, asked: tree.Node) -> tuple[Array, Array]:
    """Return the documents of a snapshot that match a tree, in order, and their scores."""
    documents, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
    for part in snapshot.parts:
        node = Evaluation(part, snapshot).node(asked)
        rows = part.alive(node.rows())
        documents.append(rows.astype(np.int64) + part.base)
        scores.append(node.scores(rows, inside=True))
    return np.concatenate(documents), np.concatenate(scores)


class Evaluation:
    """A factory of the nodes of trees for one segment of a snapshot; equal trees share a node."""

    def __init__(self, part: Part, snapshot: Snapshot) -> None:
        self.segment, self.snapshot = part.segment, snapshot
        self._made: dict[tree.Node, Node] = {}
        self._words: dict[tuple[str, str], Word | None] = {}

    def node(self, asked: tree.Node) -> Node:
        """Return the node of a tree."""
        if asked not in self._made:
            deadline.check()
            self._made[asked] = self._make(asked)
        return self._made[asked]

    def _make(self, asked: tree.Node) -> Node:  # noqa: C901 - one case a kind of node
        match asked:
            case tree.And(parts):
                return self.all_of(map(self.node, parts))
            case tree.Or(parts):
                return self._any_part(parts)
            case tree.Not(part):
                return self.none_of(self.node(part))
            case tree.AnyForm():
                return self._any_part([asked])
            case tree.Word(field, word):
                return self._one_word(field, word)
            case tree.Stem(field, word):
                return self._one_word(STEMMED[field], stem(word))
            case tree.Phrase():
                return self._phrase(asked)
            case tree.Prefix(field, start):
                return self._prefix(field, start)
            case tree.Wildcard(field, pattern):
                lexicon = self.segment.lexicon(field)
                return self._any_word(asked, field, lambda: lexicon.like(pattern))
            case tree.Value(field, value):
                code = term_bytes(value)
                return self.coded(field, lambda values: _mask_code(values, values.code(code)))
            case tree.Range():
                return self.coded(asked.field, lambda values: _mask_range(values.numbers, asked))
            case tree.Every():
                return self.every
            case _:
                assert_never(asked)

    @property
    def every(self) -> Every:
        """All paragraphs."""
        return Every(self.segment.paragraphs)

    @property
    def nothing(self) -> Node:
        """No paragraph."""
        return Listed(Rows(np.zeros(0, np.int64), self.segment.size))

    def all_of(self, nodes: Iterable[Node]) -> Node:
        """Return the AND of nodes; those over resolutions are combined first, as resolutions."""
        kept = [node for node in nodes if not isinstance(node, Every)]
        lifted = [node for node in kept if isinstance(node, Lifted)]
        others = [node for node in kept if not isinstance(node, Lifted)]
        if len(lifted) > 1:
            lifted = [Lifted(self.segment, And([node.node for node in lifted]))]
        parts = [*lifted, *others] or [self.every]
        return parts[0] if len(parts) == 1 else And(parts)

    def any_of(self, nodes: Sequence[Node]) -> Node:
        """Return the OR of nodes, over resolutions if all of them are."""
        lifted = [node.node for node in nodes if isinstance(node, Lifted)]
        if len(lifted) == len(nodes):
            return Lifted(self.segment, Or(lifted, self.segment.resolutions))
        return Or(nodes, self.segment.size)

    def none_of(self, node: Node) -> Node:
        """Return the NOT of a node, over resolutions if it is."""
        if isinstance(node, Lifted):
            every = Every(np.arange(self.segment.resolutions))
            return Lifted(self.segment, Not(node.node, every))
        return Not(node, self.every)

    def lift(self, name: str, node: Node) -> Node:
        """Convert a node over the rows of a field to one over documents."""
        return Lifted(self.segment, node) if INDEXED[name].of == "resolution" else node

    def coded(self, name: str, wanted: Callable[[ValueField], Array]) -> Node:
        """Return the rows with wanted values; `wanted` returns a mask of codes (0 is none)."""
        field = self.segment.values(name)
        return self.lift(name, Coded(field, wanted(field)))

    def postings(self, name: str, word: str) -> Postings | None:
        """Return a word's postings, None if the segment has none."""
        number = self.segment.lexicon(name).find(term_bytes(word))
        return None if number < 0 else self.segment.words(name).postings(number)

    def word(self, name: str, word: str) -> Word | None:
        """Return a word, weighted in the whole snapshot; None if the segment lacks it."""
        if (name, word) not in self._words:
            self._words[name, word] = self._weigh(name, word)
        return self._words[name, word]

    def _weigh(self, name: str, word: str) -> Word | None:
        postings = self.postings(name, word)
        if postings is None:
            return None
        segment, snapshot = self.segment, self.snapshot
        norms = _norms(snapshot, segment, name)
        weight = snapshot.once(("weight", name, word), lambda: _weight(snapshot, name, word))
        return Word(postings, weight, norms, segment.rows(name))

    def _any_part(self, parts: Sequence[tree.Node]) -> Node:
        nodes = [self.node(part) for part in tree.alternatives(parts)]
        return self.any_of(nodes) if nodes else self.nothing

    def _one_word(self, name: str, word: str) -> Node:
        found = self.word(name, word)
        return self.nothing if found is None else self.lift(name, found)

    def _prefix(self, name: str, start: str) -> Node:
        first, end = self.segment.lexicon(name).prefixed(term_bytes(start))
        if name in WORDS:
            return self._any_word(tree.Prefix(name, start), name, lambda: np.arange(first, end))
        between = np.arange(self.segment.lexicon(name).size + 1)
        return self.coded(name, lambda _: (between > first) & (between <= end))

    def _any_word(
        self, asked: tree.Prefix | tree.Wildcard, name: str, words: Callable[[], Array]
    ) -> Node:
        """Return the rows with any of the words; each row scores one."""
        rows = self.segment.cache.get(asked, lambda: _unite_rows(self, name, words()))
        return self.lift(name, Listed(rows, each=1.0))

    def _phrase(self, asked: tree.Phrase) -> Node:
        name, words = asked.field, asked.words
        field = self.segment.words(name)
        if not isinstance(field, WordField):
            raise QueryError(f"There are no phrases in the field “{name}”.")
        nodes = {word: self.word(name, word) for word in dict.fromkeys(words)}
        known = [node for node in nodes.values() if node is not None]
        if not known or len(known) < len(nodes):
            return self.nothing
        number = {word: field.lexicon.find(term_bytes(word)) for word in nodes}
        numbers = tuple(number[word] for word in words)
        find = partial(phrase_rows, field, numbers, asked.gap)
        keep = partial(self.segment.cache.get, ("phrase", name, numbers, asked.gap))
        return self.lift(name, Phrase(known, find, keep, self.segment.rows(name)))


def _norms(snapshot: Snapshot, segment: Segment, name: str) -> Array:
    """Return the length norm of BM25F for each row, which is added to a word's count there."""
    average = snapshot.average_length(name)

    def make() -> Array:
        return K1 * (1 - B + B * segment.words(name).lengths / average)

    # If all texts are English, the lengths of a field in stems and in words are equal.
    words = segment.words(name)
    shared = words.of.name if isinstance(words, StemField) and words.english is None else name
    return snapshot.once(("norms", shared, average, segment), make)


def _weight(snapshot: Snapshot, name: str, word: str) -> float:
    found = snapshot.frequency(name, term_bytes(word))
    return math.log(snapshot.size / (found + 1)) + 1


def _mask_range(numbers: Array, span: tree.Range) -> Array:
    wanted = np.ones(len(numbers), dtype=bool)
    wanted[0] = False  # code 0 is no value
    if span.low is not None:
        wanted &= numbers >= span.low
    if span.high is not None:
        wanted &= numbers <= span.high
    return wanted


def _mask_code(field: ValueField, code: int) -> Array:
    wanted = np.zeros(field.lexicon.size + 1, dtype=bool)
    wanted[code] = code > 0
    return wanted


def _unite_rows(at: Evaluation, name: str, words: Array) -> Rows:
    field, held = at.segment.words(name), at.segment.rows(name)
    if isinstance(field, WordField):
        return Rows(union(field.rows_of(words), held), held)
    return Rows(union((field.postings(number).rows for number in words.tolist()), held), held)
