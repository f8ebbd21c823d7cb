"""`matches(snapshot, tree)`: the paragraphs that a tree describes, and their scores.

The one place that evaluates trees. Whoosh's own evaluation is not used: its AndNot gives wrong
sets, a Not at the root can return a deleted document, and its slop counts per pair of words. Each
node gives a mask over all documents and their scores; a score outside the mask is zero.
"""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from whoosh import query as wq

from ...schema import FIELDS
from .schema import term_bytes
from .segments import NO_NUMBER, Floats, Ints, Mask, Segment, Snapshot

K1, B = 1.2, 0.75  # of BM25F, as in Whoosh
_KINDS = {field.name: field.kind for field in FIELDS}


class Found(NamedTuple):
    """The documents that a node describes, and what it adds to their scores."""

    mask: Mask
    scores: Floats


def matches(snapshot: Snapshot, tree: wq.Query) -> Found:
    """The paragraphs that match, as a mask over all documents, and their scores."""
    found = evaluate(snapshot, tree)
    return Found(found.mask & snapshot.paragraphs, found.scores)


def evaluate(snapshot: Snapshot, node: wq.Query) -> Found:
    """The mask and the scores of a node; deleted documents may be among them."""
    for kind, rule in _RULES:
        if isinstance(node, kind):
            found = rule(snapshot, node)
            boost = getattr(node, "boost", 1.0)
            return found if boost == 1.0 else Found(found.mask, found.scores * boost)
    raise TypeError(f"No rule for {type(node).__name__}")


def _and(snapshot: Snapshot, node: wq.And) -> Found:
    found = [evaluate(snapshot, child) for child in node.subqueries]
    if not found:
        return _nothing(snapshot, node)
    mask = reduce(np.logical_and, (f.mask for f in found))
    return Found(mask, _total(f.scores for f in found) * mask)


def _or(snapshot: Snapshot, node: wq.Or) -> Found:
    found = [evaluate(snapshot, child) for child in node.subqueries]
    if not found:
        return _nothing(snapshot, node)
    return Found(reduce(np.logical_or, (f.mask for f in found)), _total(f.scores for f in found))


def _not(snapshot: Snapshot, node: wq.Not) -> Found:
    return _plain(~evaluate(snapshot, node.query).mask)


def _and_not(snapshot: Snapshot, node: wq.AndNot) -> Found:
    wanted = evaluate(snapshot, node.a)
    mask = wanted.mask & ~evaluate(snapshot, node.b).mask
    return Found(mask, wanted.scores * mask)


def _every(snapshot: Snapshot, node: wq.Every) -> Found:
    mask = np.ones(snapshot.size, dtype=bool)
    if node.fieldname not in (None, "*"):
        mask[:] = False
        mask[snapshot.codes(node.fieldname).docs] = True
    return _plain(mask)


def _nothing(snapshot: Snapshot, _: Any) -> Found:
    return _plain(np.zeros(snapshot.size, dtype=bool))


def _range(snapshot: Snapshot, node: wq.NumericRange) -> Found:
    numbers = snapshot.numbers(node.fieldname)
    mask = numbers != NO_NUMBER
    if node.start is not None:
        mask &= (numbers > node.start) if node.startexcl else (numbers >= node.start)
    if node.end is not None:
        mask &= (numbers < node.end) if node.endexcl else (numbers <= node.end)
    return _plain(mask)


def _term(snapshot: Snapshot, node: wq.Term) -> Found:
    if _KINDS.get(node.fieldname) not in ("text", "stemmed"):
        return _plain(snapshot.with_value(node.fieldname, node.text))
    return _scored(snapshot, node.fieldname, node.text)


def _scored(snapshot: Snapshot, field: str, word: str) -> Found:
    """The documents with a word, by BM25F."""
    term = term_bytes(word)
    parts = [(segment, at, segment.postings(field, term)) for segment, at in snapshot.parts]
    weight = _inverse_frequency(snapshot, sum(len(p.docs) for _, _, p in parts))
    average = sum(s.total_length(field) for s in snapshot.segments) / max(snapshot.size, 1) or 1.0
    found = _nothing(snapshot, None)
    for segment, at, postings in parts:
        lengths = segment.lengths(field)[postings.docs] / average
        counts = postings.counts
        norm = counts + K1 * (1 - B + B * lengths)
        found.mask[at][postings.docs] = True
        found.scores[at][postings.docs] = weight * counts * (K1 + 1) / norm
    return found


def _inverse_frequency(snapshot: Snapshot, documents: int) -> float:
    return math.log(snapshot.size / (documents + 1)) + 1 if snapshot.size else 0.0


def _phrase(snapshot: Snapshot, node: wq.Phrase) -> Found:
    if not node.words:
        return _nothing(snapshot, node)
    mask = np.zeros(snapshot.size, dtype=bool)
    for segment, at in snapshot.parts:
        # Whoosh writes slop 1 for words side by side: no other word between them.
        mask[at][_phrase_docs(segment, node.fieldname, node.words, node.slop - 1)] = True
    words = dict.fromkeys(node.words)
    return Found(mask, _total(_scored(snapshot, node.fieldname, w).scores for w in words) * mask)


def _phrase_docs(segment: Segment, field: str, words: list[str], slop: int) -> Ints:
    """Documents where the words stand in this order, with at most `slop` others in all.

    From each place of the first word to the nearest place of the next, and so on: the nearest is
    always the best, since it leaves most of the slop to the words that follow.
    """
    start = end = segment.postings(field, term_bytes(words[0]), places=True).places
    for word in words[1:]:
        places = segment.postings(field, term_bytes(word), places=True).places
        following = np.searchsorted(places, end, side="right")
        there = following < len(places)
        start, end = start[there], places[following[there]]
        near = end - start <= len(words) - 1 + slop
        start, end = start[near], end[near]
    return start >> 32


def _prefix(snapshot: Snapshot, node: wq.Prefix) -> Found:
    prefix = term_bytes(node.text)
    return _of_terms(snapshot, node.fieldname, lambda s: s.prefixed(node.fieldname, prefix))


def _wildcard(snapshot: Snapshot, node: wq.Wildcard) -> Found:
    whole = re.compile(fnmatch.translate(node.text)).match
    start = term_bytes(re.split(r"[*?\[]", node.text, maxsplit=1)[0])
    return _of_terms(
        snapshot,
        node.fieldname,
        lambda s: (t for t in s.prefixed(node.fieldname, start) if whole(t.decode())),
    )


def _of_terms(snapshot: Snapshot, field: str, terms: Callable[[Segment], Iterable[bytes]]) -> Found:
    """The documents with any of the terms; in words each adds one, whichever and however often."""
    mask = np.zeros(snapshot.size, dtype=bool)
    for segment, at in snapshot.parts:
        for term in terms(segment):
            mask[at][segment.postings(field, term).docs] = True
    words = _KINDS.get(field) in ("text", "stemmed")
    return Found(mask, mask.astype(float)) if words else _plain(mask)


def _plain(mask: Mask) -> Found:
    return Found(mask, np.zeros(len(mask)))


def _total(scores: Iterable[Floats]) -> Floats:
    return reduce(np.add, scores)


_RULES: tuple[tuple[type, Callable[[Snapshot, Any], Found]], ...] = (
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
