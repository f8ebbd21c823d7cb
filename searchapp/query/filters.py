"""What narrows a query, as trees like those of its words, so that any engine evaluates them."""

from __future__ import annotations

from typing import Any

from whoosh import query as wq

from ..facets import FACETS
from .choices import is_excluded, value_of
from .state import Query, year_range

Tree = Any  # whoosh has no types: a `whoosh.query.Query`


def frame_tree(query: Query) -> Tree:
    """The paragraphs in the query's language, dates and keys: what no facet is free of."""
    parts: list[Tree] = []
    if query.lang != "all":
        parts.append(wq.Term("lang", query.lang))
    if query.within:
        parts.append(_any([wq.Term("key", key) for key in query.within]))
    if query.adopted_from or query.adopted_to:
        ends = (query.adopted_from, query.adopted_to)
        low, high = (int(day.replace("-", "")) if day else None for day in ends)
        parts.append(wq.NumericRange("adopted", low, high))
    return wq.And(parts) if len(parts) > 1 else (parts or [wq.Every()])[0]


def filter_trees(query: Query) -> dict[str, Tree]:
    """For each family of facets with chosen values, the paragraphs that pass its filter.

    Values of a family are alternatives; those that are excluded are taken away.
    """
    wanted: dict[str, list[Tree]] = {}
    unwanted: dict[str, list[Tree]] = {}
    for facet in FACETS:
        field = facet.counted(query.any_verb)
        for choice in query.values(facet.name):
            side = unwanted if is_excluded(choice) else wanted
            side.setdefault(facet.group, []).append(value_tree(field, value_of(choice)))
    families = dict.fromkeys(facet.group for facet in FACETS)
    return {
        family: _passed(wanted.get(family, []), unwanted.get(family, []))
        for family in families
        if family in wanted or family in unwanted
    }


def value_tree(field: str, value: str) -> Tree:
    """The paragraphs with a value; for years, also those of a span ("2010..2020")."""
    if field != "year":
        return wq.Term(field, value)
    return wq.NumericRange("year", *(year_range(value) or (int(value), int(value))))


def _passed(wanted: list[Tree], unwanted: list[Tree]) -> Tree:
    included = _any(wanted) if wanted else wq.Every()
    return wq.And([included, wq.Not(_any(unwanted))]) if unwanted else included


def _any(trees: list[Tree]) -> Tree:
    return wq.Or(trees) if len(trees) > 1 else trees[0]
