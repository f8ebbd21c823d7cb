"""What a query means, by brute force: every paragraph is compared with the whole tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import query as wq

from searchapp.analysis import stem, words
from searchapp.query import Query, parse_words
from searchapp.resolution import Resolution
from searchapp.schema import FIELDS, bounded, paragraph_values, resolution_values

Row = dict[str, list[str]]  # the words of a text in order, or the values of another field
KINDS = {field.name: field.kind for field in FIELDS}


def rows(resolutions: Iterable[Resolution]) -> Iterator[Row]:
    """Yield the values of each paragraph."""
    for resolution in resolutions:
        common, english = resolution_values(resolution), resolution.language == "en"
        for paragraph in resolution.paragraphs:
            own = {**common, **paragraph_values(paragraph, english)}
            yield {name: _values(KINDS[name], own[name]) for name in KINDS}


def total(held: Iterable[Row], query: Query) -> int:
    """Return the number of paragraphs that the words of a query describe, in its language."""
    tree = parse_words(query.words, query.lang)
    return sum(
        (query.lang == "all" or query.lang in row["lang"])
        and (tree is None or _is_meant(tree, row))
        for row in held
    )


def _values(kind: str, value: Any) -> list[str]:
    if value is None:
        return []
    if kind in ("text", "stemmed"):
        found = words(value)
        return [stem(word) for word in found] if kind == "stemmed" else found
    return [bounded(str(one)) for one in (value if isinstance(value, tuple) else (value,))]


def _is_meant(tree: Any, row: Row) -> bool:
    match tree:
        case wq.And():
            return all(_is_meant(part, row) for part in tree.subqueries)
        case wq.Or():
            return any(_is_meant(part, row) for part in tree.subqueries)
        case wq.Not():
            return not _is_meant(tree.query, row)
        case wq.Every():
            return True
    return _has(tree, row[tree.fieldname])


def _has(leaf: Any, held: list[str]) -> bool:
    match leaf:
        case wq.Phrase():
            return _is_near(leaf.words, leaf.slop - 1, held)
        case wq.NumericRange():
            low, high = leaf.start, leaf.end
            numbers = map(int, held)
            return any((low is None or low <= n) and (high is None or n <= high) for n in numbers)
        case wq.Prefix() | wq.Wildcard():
            starred = leaf.text + "*" if isinstance(leaf, wq.Prefix) else leaf.text
            pattern = re.compile(".*".join(map(re.escape, starred.split("*"))), re.DOTALL)
            return any(map(pattern.fullmatch, held))
    return leaf.text in held


def _is_near(phrase: list[str], slop: int, stream: list[str]) -> bool:
    """Return whether any choice of places has the words in order, and few enough others between."""
    chosen = {(n, n) for n, word in enumerate(stream) if word == phrase[0]}
    for wanted in phrase[1:]:
        chosen = {
            (first, n)
            for first, last in chosen
            for n in range(last + 1, len(stream))
            if stream[n] == wanted
        }
    return any(last - first + 1 - len(phrase) <= slop for first, last in chosen)
