"""`Evaluation(part, snapshot).node(tree)`: the documents of a segment that a tree describes.

The one place that evaluates trees. A node is asked for its rows, for those of some rows that it
contains, and for the scores of some rows, so that a rare word costs what it finds and not what is
held: AND takes the rows of its smallest part, and asks the others about them. An evaluation makes
its own nodes, so threads share none.

Whoosh's own evaluation is not used: its AndNot gives wrong sets, a Not at the root can return a
deleted document, and its slop counts per pair of words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
from whoosh import query as wq

from ...errors import QueryError
from .fields import Places, Postings, ValueField, WordField
from .schema import INDEXED, WORDS, term_bytes
from .sections import Array, firsts, ranges
from .segments import Part, Segment, Snapshot

K1, B = 1.2, 0.75  # of BM25F, as in Whoosh


class Node:
    """What a tree describes in one segment; rows are documents, or resolutions below `Lifted`."""

    size = 0  # about the number of its rows, never less

    def rows(self) -> Array:
        """All its rows, in order."""
        raise NotImplementedError

    def contains(self, rows: Array) -> Array:
        """For each of some rows whether it is one of them."""
        raise NotImplementedError

    def scores(self, rows: Array, inside: bool) -> Array:  # noqa: ARG002 - others ask
        """What it adds to the score of each of some rows; `inside` says that all are its own."""
        return np.zeros(len(rows))


class Listed(Node):
    """Rows that are known; each counts the same."""

    def __init__(self, rows: Array, held: int, each: float = 0.0) -> None:
        self._rows, self._held, self._each = rows, held, each
        self.size = len(rows)

    def rows(self) -> Array:
        return self._rows

    def contains(self, rows: Array) -> Array:
        return member(rows, self._rows, self._held)

    def scores(self, rows: Array, inside: bool) -> Array:
        if inside or not self._each:
            return np.full(len(rows), self._each)
        return self.contains(rows) * self._each


class Word(Node):
    """A word's postings, by BM25F."""

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
            often = looked_up(rows, own, often, self._held)
        counts = often.astype(np.float64)
        norms = self._norms[rows]
        norms += counts
        counts *= self._weight * (K1 + 1)
        counts /= norms
        return counts


class Coded(Node):
    """Rows with one of some values."""

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
    """The rows that all nodes have."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = sorted(nodes, key=lambda node: node.size)
        self.size = self._nodes[0].size

    def rows(self) -> Array:
        first, *others = self._nodes
        rows = first.rows()
        for node in others:
            if not isinstance(node, Every):
                rows = rows[node.contains(rows)]
        return rows

    def contains(self, rows: Array) -> Array:
        found = np.ones(len(rows), dtype=bool)
        for node in self._nodes:
            found &= node.contains(rows)
        return found

    def scores(self, rows: Array, inside: bool) -> Array:
        if not inside:
            return spread(rows, self.contains(rows), lambda own: self.scores(own, inside=True))
        return total(rows, (node.scores(rows, inside=True) for node in self._nodes))


class Or(Node):
    """The rows that any of the nodes has."""

    def __init__(self, nodes: Sequence[Node], held: int) -> None:
        self._nodes, self._held = nodes, held
        self.size = sum(node.size for node in nodes)

    def rows(self) -> Array:
        parts = [node.rows() for node in self._nodes]
        return union(parts, self._held)

    def contains(self, rows: Array) -> Array:
        found = np.zeros(len(rows), dtype=bool)
        for node in self._nodes:
            found |= node.contains(rows)
        return found

    def scores(self, rows: Array, inside: bool) -> Array:  # noqa: ARG002 - its parts' are not
        return total(rows, (node.scores(rows, inside=False) for node in self._nodes))


class Not(Node):
    """The rows that a node does not have."""

    def __init__(self, node: Node, every: Every) -> None:
        self._node, self._every = node, every
        self.size = every.size

    def rows(self) -> Array:
        rows = self._every.rows()
        return rows[~self._node.contains(rows)]

    def contains(self, rows: Array) -> Array:
        return ~self._node.contains(rows)


class Phrase(Node):
    """Rows where words stand in this order, with at most `slop` others in all between them.

    `find` gives them of some rows that have all the words; `keep` keeps all of them for later.
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
        # A word that stands twice in a phrase weighs once.
        return total(rows, (word.scores(rows, inside=True) for word in self._words))


class Lifted(Node):
    """The paragraphs of the resolutions that a node has."""

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


class Boosted(Node):
    """A node whose scores count more, or less."""

    def __init__(self, node: Node, boost: float) -> None:
        self._node, self._boost = node, boost
        self.size = node.size
        self.rows, self.contains = node.rows, node.contains  # type: ignore[method-assign]

    def scores(self, rows: Array, inside: bool) -> Array:
        return self._node.scores(rows, inside) * self._boost


# Lists of rows


def member(rows: Array, of: Array, held: int) -> Array:
    """For each of some rows whether it is in a list; both in order, without repeats."""
    if len(rows) * 16 < len(of) or len(rows) + len(of) < held // 64:
        return _found(rows, of)[1]
    mask = np.zeros(held, dtype=bool)
    mask[of] = True
    found: Array = mask[rows]
    return found


def looked_up(rows: Array, of: Array, numbers: Array, held: int) -> Array:
    """For each of some rows the number beside it in a list, 0 where it is not in it."""
    if len(rows) * 16 < len(of) or len(rows) + len(of) < held // 64:
        at, there = _found(rows, of)
        return numbers[at] * there if len(of) else np.zeros(len(rows))
    dense = np.zeros(held, numbers.dtype)
    dense[of] = numbers
    found: Array = dense[rows]
    return found


def _found(rows: Array, of: Array) -> tuple[Array, Array]:
    if not len(of):
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), dtype=bool)
    # Of one type: else numpy makes a copy of the longer list.
    at = np.searchsorted(of, rows.astype(of.dtype, copy=False))
    at[at == len(of)] = 0
    return at, of[at] == rows


def union(parts: Sequence[Array], held: int) -> Array:
    """The rows of several lists, in order."""
    if sum(map(len, parts)) * 16 < held:
        return np.unique(np.concatenate(parts))
    mask = np.zeros(held, dtype=bool)
    for part in parts:
        mask[part] = True
    return np.flatnonzero(mask)


def total(rows: Array, scores: Iterable[Array]) -> Array:
    """The sum of scores."""
    result = np.zeros(len(rows))
    for some in scores:
        result += some
    return result


def spread(rows: Array, own: Array, score: Callable[[Array], Array]) -> Array:
    """Scores of those rows that are a node's own, 0 for the others."""
    result = np.zeros(len(rows))
    result[own] = score(rows[own])
    return result


# From trees to nodes


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
    """Makes the nodes of trees for one segment of a snapshot."""

    def __init__(self, part: Part, snapshot: Snapshot) -> None:
        self.segment, self.snapshot = part.segment, snapshot

    def node(self, tree: Any) -> Node:
        """A tree's node."""
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
        return Listed(np.zeros(0, np.int64), self.segment.size)

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
        """A word with its weight in the whole snapshot."""
        postings = self.postings(name, word)
        if postings is None:
            return None
        segment, snapshot = self.segment, self.snapshot
        norms = snapshot.once(("norms", name, segment), lambda: _norms(snapshot, segment, name))
        weight = snapshot.once(("weight", name, word), lambda: _weight(snapshot, name, word))
        return Word(postings, weight, norms, segment.rows(name))

    def _boosted(self, node: Node, boost: float) -> Node:
        if isinstance(node, Lifted):
            return Lifted(self.segment, Boosted(node.node, boost))
        return Boosted(node, boost)


def _norms(snapshot: Snapshot, segment: Segment, name: str) -> Array:
    """What BM25F adds to a word's count in each row: the more, the longer its text."""
    lengths = segment.words(name).lengths
    return K1 * (1 - B + B * lengths / snapshot.average_length(name))


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
    return at.lifted(name, Listed(rows, at.segment.rows(name)))


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
    return _any_word(at, name, tree, lambda: [(first, end)])


def _wildcard(at: Evaluation, tree: wq.Wildcard) -> Node:
    name = tree.fieldname
    if name not in WORDS or "[" in tree.text:
        raise QueryError("Patterns are for words, and of letters, “*” and “?” alone.")
    return _any_word(at, name, tree, lambda: _runs(at.segment.lexicon(name).like(tree.text)))


def _runs(numbers: Array) -> list[tuple[int, int]]:
    """Numbers in order as ranges: words that follow one another have their postings together."""
    cuts = np.flatnonzero(np.diff(numbers) != 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(numbers, cuts) if len(run)]


def _any_word(
    at: Evaluation, name: str, tree: Any, runs: Callable[[], list[tuple[int, int]]]
) -> Node:
    """The rows with any of the words; each adds one, whichever and however often."""
    key = (type(tree), name, tree.text)
    rows = at.segment.cache.get(key, lambda: _any_rows(at, name, runs()))
    return at.lifted(name, Listed(rows, at.segment.rows(name), each=1.0))


def _any_rows(at: Evaluation, name: str, runs: list[tuple[int, int]]) -> Array:
    field = at.segment.words(name)
    if isinstance(field, WordField):
        parts = [field.several(*run).rows for run in runs]
    else:
        parts = [field.postings(stem).rows for run in runs for stem in range(*run)]
    return union(parts, at.segment.rows(name)) if parts else np.zeros(0, np.int64)


def _phrase(at: Evaluation, tree: wq.Phrase) -> Node:
    name, words = tree.fieldname, tree.words
    field = at.segment.words(name) if name in WORDS else None
    if not isinstance(field, WordField):
        raise QueryError(f"There are no phrases in the field “{name}”.")
    nodes = {word: at.word(name, word) for word in words}
    known = [node for node in nodes.values() if node is not None]
    if not known or len(known) < len(nodes):
        return at.nothing
    numbers = tuple(field.lexicon.find(term_bytes(word)) for word in words)
    # Whoosh writes slop 1 for words side by side: no other word between them.
    find = partial(phrase_rows, field, numbers, tree.slop - 1)
    keep = partial(at.segment.cache.get, ("phrase", name, numbers, tree.slop))
    return at.lifted(name, Phrase(known, find, keep, at.segment.rows(name)))


def phrase_rows(field: WordField, words: Sequence[int], slop: int, among: Array) -> Array:
    """Of some rows that have all words, those where they stand in this order."""
    if not len(among):
        return among
    places = (_side_by_side if slop == 0 else _near)(field, words, slop, among)
    rows = places.rows
    distinct: Array = rows[firsts(rows)]
    return distinct


def _side_by_side(field: WordField, words: Sequence[int], _: int, among: Array) -> Places:
    """From each place of the rarest word, the other words are looked for where they should be."""
    order = sorted(range(len(words)), key=lambda n: field.frequency(words[n]))
    anchor, *others = order
    places, rows = field.places(words[anchor], among)
    for n in others:
        there = field.stands(words[n], places + (n - anchor))
        places, rows = places[there], rows[there]
    return Places(places, rows)


def _near(field: WordField, words: Sequence[int], slop: int, among: Array) -> Places:
    """From each place of the first word to the nearest of the next, and so on.

    The nearest is always the best, since it leaves most of the slop to the words that follow.
    """
    starts, rows = field.places(words[0], among)
    ends = starts
    for word in words[1:]:
        places = field.places(word, among).places
        following = np.searchsorted(places, ends, side="right")
        there = np.flatnonzero(following < len(places))
        starts, rows, ends = starts[there], rows[there], places[following[there]]
        near = (ends - starts <= len(words) - 1 + slop) & (ends < field.row_at[rows + 1])
        starts, rows, ends = starts[near], rows[near], ends[near]
    return Places(starts, rows)


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
