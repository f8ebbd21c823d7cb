"""Brute-force evaluation of queries: every paragraph is compared with the whole tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from searchapp.model.resolution import Resolution
from searchapp.query.field_table import FIELDS, STEMMED, paragraph_values, resolution_values
from searchapp.query.parser import query_tree
from searchapp.query.query import Query
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
from searchapp.text.analysis import stem, words
from searchapp.text.bounded import bounded

Row = dict[str, list[str]]  # the words of a text in order, or the values of another field
KINDS = {field.name: field.kind for field in FIELDS}


def rows(resolutions: Iterable[Resolution]) -> Iterator[Row]:
    """Yield the field values of each paragraph."""
    for resolution in resolutions:
        common, english = resolution_values(resolution), resolution.language == "en"
        for paragraph in resolution.paragraphs:
            own = {**common, **paragraph_values(paragraph, english)}
            yield {name: _values(KINDS[name], own[name]) for name in KINDS}


def total(held: Iterable[Row], query: Query) -> int:
    """Count the paragraphs that match the words of a query, in its language."""
    tree = query_tree(query)
    return sum(
        (query.lang == "all" or query.lang in row["lang"]) and (tree is None or is_meant(tree, row))
        for row in held
    )


def _values(kind: str, value: Any) -> list[str]:
    if value is None:
        return []
    if kind in ("text", "stemmed"):
        found = words(value)
        return [stem(word) for word in found] if kind == "stemmed" else found
    return [bounded(str(one)) for one in (value if isinstance(value, tuple) else (value,))]


def is_meant(node: Node, row: Row) -> bool:
    """Return whether a paragraph's values match a node."""
    match node:
        case And(parts):
            return all(is_meant(part, row) for part in parts)
        case Or(parts):
            return any(is_meant(part, row) for part in parts)
        case Not(part):
            return not is_meant(part, row)
        case Every():
            return True
        case AnyForm():
            return any(_has(form, row) for form in forms(node))
    return _has(node, row)


def _has(leaf: Node, row: Row) -> bool:
    match leaf:
        case Word(field, text) | Value(field, text):
            return text in row[field]
        case Stem(field, word):
            return stem(word) in row[STEMMED[field]]
        case Phrase(field, phrase, gap):
            return is_near(phrase, gap, row[field])
        case Range(field, low, high):
            numbers = map(int, row[field])
            return any((low is None or low <= n) and (high is None or n <= high) for n in numbers)
        case Prefix(field, start):
            return any(value.startswith(start) for value in row[field])
        case Wildcard(field, starred):
            pattern = re.compile(".*".join(map(re.escape, starred.split("*"))), re.DOTALL)
            return any(map(pattern.fullmatch, row[field]))
    raise TypeError(f"{leaf} is no leaf.")


def is_near(phrase: Sequence[str], gap: int, stream: list[str]) -> bool:
    """Tell whether the words occur in order, with at most `gap` other words between."""
    chosen = {(n, n) for n, word in enumerate(stream) if word == phrase[0]}
    for wanted in phrase[1:]:
        chosen = {
            (first, n)
            for first, last in chosen
            for n in range(last + 1, len(stream))
            if stream[n] == wanted
        }
    return any(last - first + 1 - len(phrase) <= gap for first, last in chosen)
