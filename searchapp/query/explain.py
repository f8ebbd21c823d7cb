"""The explanation of a parsed query: its tree, a line for each node, with the index's fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ..text.analysis import stem
from .field_table import STEMMED
from .filters import filter_trees, frame_tree
from .parser import query_tree
from .query import Query
from .tree import (
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


def explain(query: Query) -> Iterator[str]:
    """Yield the trees of the words, of language and dates, and of each filter, then the order."""
    tree = query_tree(query)
    yield from _part("words", tree or Every())
    yield from _part("within", frame_tree(query))
    for family, filter_tree in filter_trees(query).items():
        yield from _part(f"filter {family}", filter_tree)
    sort = "newest" if query.sort == "relevance" and tree is None else query.sort
    yield "sort"
    yield f"  {sort}, then newer adoption, symbol, place"


def _part(name: str, tree: Node) -> Iterator[str]:
    yield name
    yield from _lines(tree, 1)


def _lines(node: Node, depth: int) -> Iterator[str]:
    """Yield a node's line, indented, and those of its parts."""
    line, parts = _describe(node)
    yield "  " * depth + line
    for part in parts:
        yield from _lines(part, depth + 1)


def _describe(node: Node) -> tuple[str, tuple[Node, ...]]:  # noqa: C901 - one case a kind of node
    """Return the line of a node, and its parts."""
    match node:
        case And(parts):
            return "AND", parts
        case Or(parts):
            return "OR", parts
        case Not(part):
            return "NOT", (part,)
        case AnyForm():
            return "OR", forms(node)
        case Word(field, word):
            return f"{field}: {word}", ()
        case Stem(field, word):
            return f"{STEMMED[field]}: {stem(word)}", ()
        case Phrase(field, words, gap):
            near = f", at most {gap} other words between" if gap else ""
            return f"{field}: “{' '.join(words)}”{near}", ()
        case Prefix(field, start):
            return f"{field}: {start}*", ()
        case Wildcard(field, pattern):
            return f"{field}: {pattern}", ()
        case Value(field, value):
            return f"{field}: {value}", ()
        case Range(field, low, high):
            ends = ("" if end is None else str(end) for end in (low, high))
            return f"{field}: {low if low == high else '..'.join(ends)}", ()
        case Every():
            return "every paragraph", ()
        case _:
            assert_never(node)
