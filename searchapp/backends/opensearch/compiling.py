"""From trees to OpenSearch's query language: one small function for each kind of node.

Words score, everything else only finds. Nothing here needs a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from whoosh import query as wq

from ...errors import QueryError
from ...schema import FIELDS
from .documents import term
from .mapping import WORDS, Json

_PLACES = frozenset(field.name for field in FIELDS if field.kind == "text")


def compiled(tree: Any) -> Json:
    """What a tree of `whoosh.query` means in the server's language."""
    for kind, rule in _RULES:
        if isinstance(tree, kind):
            query = rule(tree)
            boost = getattr(tree, "boost", 1.0)
            return query if boost == 1.0 else _boosted(query, boost)
    raise QueryError(f"This index can't answer a query of the kind {type(tree).__name__}.")


def passes(queries: Iterable[Json]) -> Json:
    """All of them, without a score."""
    return {"bool": {"filter": list(queries)}}


def _boosted(query: Json, boost: float) -> Json:
    return {"bool": {"must": [query], "boost": boost}}


def _unscored(query: Json) -> Json:
    return {"constant_score": {"filter": query, "boost": 0}}


def _and(tree: wq.And) -> Json:
    wanted = [part for part in tree.subqueries if not isinstance(part, wq.Not)]
    unwanted = [part.query for part in tree.subqueries if isinstance(part, wq.Not)]
    return _taken_away(wanted, unwanted) if tree.subqueries else _nothing(tree)


def _and_not(tree: wq.AndNot) -> Json:
    return _taken_away([tree.a], [tree.b])


def _not(tree: wq.Not) -> Json:
    return _taken_away([], [tree.query])


def _taken_away(wanted: list[Any], unwanted: list[Any]) -> Json:
    clauses = {"must": list(map(compiled, wanted)), "must_not": list(map(compiled, unwanted))}
    return {"bool": {occur: queries for occur, queries in clauses.items() if queries}}


def _or(tree: wq.Or) -> Json:
    if not tree.subqueries:
        return _nothing(tree)
    queries: list[Json] = []
    for field, group in groupby(tree.subqueries, _plain_field):
        parts = list(group)
        queries += [_any_term(field, parts)] if field else map(compiled, parts)
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries}}


def _plain_field(part: Any) -> str:
    """The field of a value that is no word; "" of everything else."""
    plain = isinstance(part, wq.Term) and part.fieldname not in WORDS
    return str(part.fieldname) if plain else ""


def _any_term(field: str, parts: list[Any]) -> Json:
    # Thousands of keys are one clause, where each alone would be too many for the server.
    return _unscored({"terms": {field: [term(part.text) for part in parts]}})


def _every(tree: wq.Every) -> Json:
    if tree.fieldname in (None, "*"):
        return _unscored({"match_all": {}})
    return _unscored({"exists": {"field": tree.fieldname}})


def _nothing(_: Any) -> Json:
    return {"match_none": {}}


def _range(tree: wq.NumericRange) -> Json:
    low, high = "gt" if tree.startexcl else "gte", "lt" if tree.endexcl else "lte"
    ends = {low: tree.start, high: tree.end}
    return _unscored({"range": {tree.fieldname: {k: n for k, n in ends.items() if n is not None}}})


def _term(tree: wq.Term) -> Json:
    if tree.fieldname in WORDS:
        return {"term": {tree.fieldname: {"value": tree.text}}}
    return _unscored({"term": {tree.fieldname: {"value": term(tree.text)}}})


def _prefix(tree: wq.Prefix) -> Json:
    query = {"prefix": {tree.fieldname: {"value": tree.text}}}
    return _each_one(query) if tree.fieldname in WORDS else _unscored(query)


def _wildcard(tree: wq.Wildcard) -> Json:
    if tree.fieldname not in WORDS or "[" in tree.text:
        raise QueryError("Patterns are for words, and of letters, “*” and “?” alone.")
    return _each_one({"wildcard": {tree.fieldname: {"value": tree.text}}})


def _each_one(query: Json) -> Json:
    """Any of many words adds one, whichever and however often."""
    return {"constant_score": {"filter": query, "boost": 1}}


def _phrase(tree: wq.Phrase) -> Json:
    """Where the words stand so; each distinct word scores, as it does alone."""
    if tree.fieldname not in _PLACES:
        raise QueryError(f"There are no phrases in the field “{tree.fieldname}”.")
    place = _side_by_side(tree) if tree.slop == 1 else _near(tree)
    words = [{"term": {tree.fieldname: {"value": word}}} for word in dict.fromkeys(tree.words)]
    return {"bool": {"must": words, "filter": [place]}}


def _side_by_side(tree: wq.Phrase) -> Json:
    return {"match_phrase": {tree.fieldname: {"query": " ".join(tree.words)}}}


def _near(tree: wq.Phrase) -> Json:
    # Whoosh writes slop 1 for words side by side: no other word between them.
    rule = {"query": " ".join(tree.words), "ordered": True, "max_gaps": tree.slop - 1}
    return {"intervals": {tree.fieldname: {"match": rule}}}


_RULES: tuple[tuple[type, Callable[[Any], Json]], ...] = (
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
