"""A query as it was understood: its tree, a line for each node, in the fields of the index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import query as wq

from .filters import filter_trees, frame_tree
from .parser import parse_words
from .state import Query


def explain(query: Query) -> Iterator[str]:
    """The tree of the words, then those of the language, the dates and each filter."""
    tree = parse_words(query.words, query.lang)
    yield from _part("words", tree if tree is not None else wq.Every())
    yield from _part("within", frame_tree(query))
    for family, filter_tree in filter_trees(query).items():
        yield from _part(f"filter {family}", filter_tree)
    sort = "newest" if query.sort == "relevance" and tree is None else query.sort
    yield "sort"
    yield f"  {sort}, then newer adoption, symbol, place"


def _part(name: str, tree: Any) -> Iterator[str]:
    yield name
    yield from _lines(tree, 1)


def _lines(tree: Any, depth: int) -> Iterator[str]:
    """A node's line, indented, and those of the nodes below it."""
    operator = next((name for kind, name in _OPERATORS if isinstance(tree, kind)), None)
    yield "  " * depth + (operator or _leaf(tree))
    for child in tree.children() if operator else ():
        yield from _lines(child, depth + 1)


def _leaf(leaf: Any) -> str:
    match leaf:
        case wq.Phrase():
            slop = leaf.slop - 1  # whoosh counts words side by side as 1
            near = f", at most {slop} other words between" if slop else ""
            return f"{leaf.fieldname}: “{' '.join(leaf.words)}”{near}"
        case wq.Prefix():
            return f"{leaf.fieldname}: {leaf.text}*"
        case wq.NumericRange():
            low, high = ("" if end is None else end for end in (leaf.start, leaf.end))
            return f"{leaf.fieldname}: {low if low == high else f'{low}..{high}'}"
        case wq.Every():
            return "every paragraph"
        case _:
            return f"{leaf.fieldname}: {leaf.text}"


_OPERATORS = ((wq.And, "AND"), (wq.Or, "OR"), (wq.Not, "NOT"))
