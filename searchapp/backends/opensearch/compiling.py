"""Compiler of query trees to OpenSearch's query language; it needs no server.

Words score, all other nodes only filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import assert_never

from ...query.field_table import STEMMED
from ...query.tree import (
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
    alternatives,
)
from ...text.analysis import stem
from .documents import term
from .mapping import WORDS, Json


def compile_node(node: Node) -> Json:  # noqa: C901 - one case a kind of node
    """Return the query of a node in the server's language."""
    match node:
        case And(parts):
            return _all(parts)
        case Or(parts):
            return _any(parts)
        case Not(part):
            return _subtract([], [part])
        case AnyForm():
            return _any([node])
        case Word(field, word):
            return {"term": {field: {"value": word}}}
        case Stem(field, word):
            return {"term": {STEMMED[field]: {"value": stem(word)}}}
        case Phrase():
            return _phrase(node)
        case Prefix(field, start):
            query = {"prefix": {field: {"value": start}}}
            return _score_one(query) if field in WORDS else _unscored(query)
        case Wildcard(field, pattern):
            return _score_one({"wildcard": {field: {"value": pattern}}})
        case Value(field, value):
            return _unscored({"term": {field: {"value": term(value)}}})
        case Range():
            return _range(node)
        case Every():
            return _unscored({"match_all": {}})
        case _:
            assert_never(node)


def require_all(queries: Iterable[Json]) -> Json:
    """Return the conjunction of queries, without a score."""
    return {"bool": {"filter": list(queries)}}


def _unscored(query: Json) -> Json:
    return {"constant_score": {"filter": query, "boost": 0}}


def _all(parts: Sequence[Node]) -> Json:
    wanted = [part for part in parts if not isinstance(part, Not)]
    return _subtract(wanted, [part.part for part in parts if isinstance(part, Not)])


def _subtract(wanted: Sequence[Node], unwanted: Sequence[Node]) -> Json:
    clauses = {
        "must": list(map(compile_node, wanted)),
        "must_not": list(map(compile_node, unwanted)),
    }
    return {"bool": {occur: queries for occur, queries in clauses.items() if queries}}


def _any(parts: Sequence[Node]) -> Json:
    if not parts:
        return {"match_none": {}}
    queries: list[Json] = []
    for field, group in groupby(alternatives(parts), _field_of_value):
        several = list(group)
        queries += [_any_value(field, several)] if field else map(compile_node, several)
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries}}


def _field_of_value(node: Node) -> str:
    return node.field if isinstance(node, Value) else ""


def _any_value(field: str, nodes: Iterable[Node]) -> Json:
    # Thousands of keys are one clause, since the server limits the number of clauses.
    values = [term(node.value) for node in nodes if isinstance(node, Value)]
    return _unscored({"terms": {field: values}})


def _range(span: Range) -> Json:
    ends = {"gte": span.low, "lte": span.high}
    return _unscored({"range": {span.field: {k: n for k, n in ends.items() if n is not None}}})


def _score_one(query: Json) -> Json:
    """Give every match of a query the score one, whichever words match and however often."""
    return {"constant_score": {"filter": query, "boost": 1}}


def _phrase(phrase: Phrase) -> Json:
    """Filter by the phrase; each distinct word scores as it does alone."""
    place = _near(phrase) if phrase.gap else _adjacent(phrase)
    words = [{"term": {phrase.field: {"value": word}}} for word in dict.fromkeys(phrase.words)]
    return {"bool": {"must": words, "filter": [place]}}


def _adjacent(phrase: Phrase) -> Json:
    return {"match_phrase": {phrase.field: {"query": " ".join(phrase.words)}}}


def _near(phrase: Phrase) -> Json:
    rule = {"query": " ".join(phrase.words), "ordered": True, "max_gaps": phrase.gap}
    return {"intervals": {phrase.field: {"match": rule}}}
