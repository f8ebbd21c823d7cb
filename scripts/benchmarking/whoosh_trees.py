"""Conversion of our query trees to those of stock Whoosh."""

from __future__ import annotations

from typing import Any, assert_never

from whoosh import query as wq

from searchapp.query.field_table import STEMMED
from searchapp.query.tree import (
    And,
    AnyForm,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Stem,
    Value,
    Wildcard,
    Word,
    forms,
)
from searchapp.text.analysis import stem


def whoosh_tree(node: Node) -> Any:  # noqa: C901 - one case a kind of node
    """Convert a node to a tree of `whoosh.query`."""
    match node:
        case And(parts):
            return wq.And(list(map(whoosh_tree, parts)))
        case Or(parts):
            return wq.Or(list(map(whoosh_tree, parts)))
        case Not(part):
            return wq.Not(whoosh_tree(part))
        case AnyForm():
            return whoosh_tree(Or(forms(node)))
        case Stem(field, word):
            return wq.Term(STEMMED[field], stem(word))
        case Word(field, text) | Value(field, text):
            return wq.Term(field, text)
        case Phrase(field, words, gap):
            return wq.Phrase(field, list(words), slop=gap + 1)  # Whoosh counts adjacent words as 1
        case Prefix(field, start):
            return wq.Prefix(field, start)
        case Wildcard(field, pattern):
            return wq.Wildcard(field, pattern)
        case Range(field, low, high):
            return wq.NumericRange(field, low, high)
        case Every():
            return wq.Every()
        case _:
            assert_never(node)
