"""`Evaluation(part, snapshot).node(tree)`: the documents of a segment that a tree describes.

The one place that evaluates trees. An evaluation makes its own nodes, so threads share none.

Whoosh's own evaluation is not used: its AndNot gives wrong sets, a Not at the root can return a
deleted document, and its slop counts per pair of words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from whoosh import query as wq

from ... import deadline
from ...errors import QueryError
from .fields import StemField, ValueField, WordField
from .lists import Postings, Rows, union
from .nodes import K1, And, B, Boosted, Coded, Every, Lifted, Listed, Node, Not, Or, Phrase, Word
from .phrases import phrase_rows
from .schema import INDEXED, WORDS, term_bytes
from .sections import Array
from .segments import Part, Segment, Snapshot


def matches(snapshot: Snapshot, tree: Any) -> tuple[Array, Array]:
    """The documents of a snapshot that match a tree, in order, and their scores."""
    documents, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
    for part in snapshot.parts:
        node = Evaluation(part, snapshot).node(tree)
        rows = part.alive(node.rows())
        documents.append(rows.astype(np.int64) + part.base)
        scores.append(node.scores(rows, inside=True))
    return np.concatenate(documents), np.concatenate(scores)


class Evaluation:
    """Makes the nodes of trees for one segment of a snapshot: one for all trees that are equal."""

    def __init__(self, part: Part, snapshot: Snapshot) -> None:
        self.segment, self.snapshot = part.segment, snapshot
        self._made: dict[Any, Node] = {}
        self._words: dict[tuple[str, str], Word | None] = {}

    def node(self, tree: Any) -> Node:
        """Return the node of a tree."""
        if tree not in self._made:
            deadline.check()
            self._made[tree] = self._make(tree)
        return self._made[tree]

    def _make(self, tree: Any) -> Node:
        for kind, rule in _RULES:
            if isinstance(tree, kind):
                made = rule(self, tree)
                boost = getattr(tree, "boost", 1.0)
                return made if boost == 1.0 else self._boosted(made, boost)
        raise QueryError(f"This index can't answer a query of the kind {type(tree).__name__}.")

    @property
    def every(self) -> Every:
        """All paragraphs."""
        return Every(self.segment.paragraphs)

    @property
    def nothing(self) -> Node:
        """No paragraph."""
        return Listed(Rows(np.zeros(0, np.int64), self.segment.size))

    def all_of(self, nodes: Iterable[Node]) -> Node:
        """AND; what asks resolutions is answered for resolutions first."""
        kept = [node for node in nodes if not isinstance(node, Every)]
        lifted = [node for node in kept if isinstance(node, Lifted)]
        others = [node for node in kept if not isinstance(node, Lifted)]
        if len(lifted) > 1:
            lifted = [Lifted(self.segment, And([node.node for node in lifted]))]
        parts = [*lifted, *others] or [self.every]
        return parts[0] if len(parts) == 1 else And(parts)

    def any_of(self, nodes: Sequence[Node]) -> Node:
        """OR; likewise."""
        lifted = [node.node for node in nodes if isinstance(node, Lifted)]
        if len(lifted) == len(nodes):
            return Lifted(self.segment, Or(lifted, self.segment.resolutions))
        return Or(nodes, self.segment.size)

    def none_of(self, node: Node) -> Node:
        """NOT; likewise."""
        if isinstance(node, Lifted):
            every = Every(np.arange(self.segment.resolutions))
            return Lifted(self.segment, Not(node.node, every))
        return Not(node, self.every)

    def lifted(self, name: str, node: Node) -> Node:
        """A node over the rows of a field as one over documents."""
        return Lifted(self.segment, node) if INDEXED[name].of == "resolution" else node

    def coded(self, name: str, wanted: Callable[[ValueField], Array]) -> Node:
        """The rows with values that are wanted, by their codes; code 0 is no value."""
        field = self.segment.values(name)
        return self.lifted(name, Coded(field, wanted(field)))

    def postings(self, name: str, word: str) -> Postings | None:
        """A word's postings, None where the segment has none."""
        number = self.segment.lexicon(name).find(term_bytes(word))
        return None if number < 0 else self.segment.words(name).postings(number)

    def word(self, name: str, word: str) -> Word | None:
        """Return a word with its weight in the whole snapshot, None where the segment has none."""
        if (name, word) not in self._words:
            self._words[name, word] = self._weighed(name, word)
        return self._words[name, word]

    def _weighed(self, name: str, word: str) -> Word | None:
        postings = self.postings(name, word)
        if postings is None:
            return None
        segment, snapshot = self.segment, self.snapshot
        norms = _norms(snapshot, segment, name)
        weight = snapshot.once(("weight", name, word), lambda: _weight(snapshot, name, word))
        return Word(postings, weight, norms, segment.rows(name))

    def _boosted(self, node: Node, boost: float) -> Node:
        if isinstance(node, Lifted):
            return Lifted(self.segment, Boosted(node.node, boost))
        return Boosted(node, boost)


def _norms(snapshot: Snapshot, segment: Segment, name: str) -> Array:
    """What BM25F adds to a word's count in each row: the more, the longer its text."""
    average = snapshot.average_length(name)

    def make() -> Array:
        return K1 * (1 - B + B * segment.words(name).lengths / average)

    # Where all texts are English, stems have the lengths of the words.
    words = segment.words(name)
    shared = words.of.name if isinstance(words, StemField) and words.english is None else name
    return snapshot.once(("norms", shared, average, segment), make)


def _weight(snapshot: Snapshot, name: str, word: str) -> float:
    found = snapshot.frequency(name, term_bytes(word))
    return math.log(snapshot.size / (found + 1)) + 1


def _and(at: Evaluation, tree: wq.And) -> Node:
    return at.all_of(map(at.node, tree.subqueries)) if tree.subqueries else at.nothing


def _or(at: Evaluation, tree: wq.Or) -> Node:
    return (
        at.any_of([at.node(child) for child in tree.subqueries]) if tree.subqueries else at.nothing
    )


def _not(at: Evaluation, tree: wq.Not) -> Node:
    return at.none_of(at.node(tree.query))


def _and_not(at: Evaluation, tree: wq.AndNot) -> Node:
    return at.all_of([at.node(tree.a), at.none_of(at.node(tree.b))])


def _every(at: Evaluation, tree: wq.Every) -> Node:
    name = tree.fieldname
    if name in (None, "*"):
        return at.every
    if name not in WORDS:
        return at.coded(name, lambda field: np.arange(field.lexicon.size + 1) > 0)
    rows = np.flatnonzero(at.segment.words(name).lengths)
    return at.lifted(name, Listed(Rows(rows, at.segment.rows(name))))


def _nothing(at: Evaluation, _: Any) -> Node:
    return at.nothing


def _range(at: Evaluation, tree: wq.NumericRange) -> Node:
    return at.coded(tree.fieldname, lambda field: _in_range(field.numbers, tree))


def _in_range(numbers: Array, tree: wq.NumericRange) -> Array:
    wanted = np.ones(len(numbers), dtype=bool)
    wanted[0] = False
    if tree.start is not None:
        wanted &= (numbers > tree.start) if tree.startexcl else (numbers >= tree.start)
    if tree.end is not None:
        wanted &= (numbers < tree.end) if tree.endexcl else (numbers <= tree.end)
    return wanted


def _term(at: Evaluation, tree: wq.Term) -> Node:
    name = tree.fieldname
    if name not in WORDS:
        return at.coded(name, lambda field: _only(field, field.code(term_bytes(tree.text))))
    word = at.word(name, tree.text)
    return at.nothing if word is None else at.lifted(name, word)


def _only(field: ValueField, code: int) -> Array:
    wanted = np.zeros(field.lexicon.size + 1, dtype=bool)
    wanted[code] = code > 0
    return wanted


def _prefix(at: Evaluation, tree: wq.Prefix) -> Node:
    name, prefix = tree.fieldname, term_bytes(tree.text)
    first, end = at.segment.lexicon(name).prefixed(prefix)
    if name not in WORDS:
        between = np.arange(at.segment.lexicon(name).size + 1)
        return at.coded(name, lambda _: (between > first) & (between <= end))
    return _any_word(at, name, tree, lambda: np.arange(first, end))


def _wildcard(at: Evaluation, tree: wq.Wildcard) -> Node:
    name = tree.fieldname
    if name not in WORDS or "[" in tree.text:
        raise QueryError("Patterns are for words, and of letters, “*” and “?” alone.")
    return _any_word(at, name, tree, lambda: at.segment.lexicon(name).like(tree.text))


def _any_word(at: Evaluation, name: str, tree: Any, words: Callable[[], Array]) -> Node:
    """The rows with any of the words; each adds one, whichever and however often."""
    key = (type(tree), name, tree.text)
    rows = at.segment.cache.get(key, lambda: _any_rows(at, name, words()))
    return at.lifted(name, Listed(rows, each=1.0))


def _any_rows(at: Evaluation, name: str, words: Array) -> Rows:
    field, held = at.segment.words(name), at.segment.rows(name)
    if isinstance(field, WordField):
        return Rows(union(field.rows_of(words), held), held)
    return Rows(union((field.postings(stem).rows for stem in words.tolist()), held), held)


def _phrase(at: Evaluation, tree: wq.Phrase) -> Node:
    name, words = tree.fieldname, tree.words
    field = at.segment.words(name) if name in WORDS else None
    if not isinstance(field, WordField):
        raise QueryError(f"There are no phrases in the field “{name}”.")
    nodes = {word: at.word(name, word) for word in dict.fromkeys(words)}
    known = [node for node in nodes.values() if node is not None]
    if not known or len(known) < len(nodes):
        return at.nothing
    number = {word: field.lexicon.find(term_bytes(word)) for word in nodes}
    numbers = tuple(number[word] for word in words)
    # Whoosh writes slop 1 for words side by side: no other word between them.
    find = partial(phrase_rows, field, numbers, tree.slop - 1)
    keep = partial(at.segment.cache.get, ("phrase", name, numbers, tree.slop))
    return at.lifted(name, Phrase(known, find, keep, at.segment.rows(name)))


_RULES: tuple[tuple[type, Callable[[Evaluation, Any], Node]], ...] = (
    (wq.And, _and),
    (wq.AndNot, _and_not),
    (wq.Or, _or),
    (wq.Not, _not),
    (wq.Phrase, _phrase),
    (wq.Prefix, _prefix),
    (wq.Wildcard, _wildcard),
    (wq.NumericRange, _range),
    (wq.Term, _term),
    (wq.Every, _every),
    (type(wq.NullQuery), _nothing),
)
