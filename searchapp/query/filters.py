"""The filters of a query as trees, like those of its words, so that any engine evaluates them."""

from __future__ import annotations

from .choices import is_excluded, value_of
from .facets import FACETS
from .query import Query, year_range
from .tree import Every, Node, Range, Value, all_of, any_of, none_of


def frame_tree(query: Query) -> Node:
    """Return the tree of the query's language and dates, which narrow every facet."""
    parts: list[Node] = []
    if query.lang != "all":
        parts.append(Value("lang", query.lang))
    if query.adopted_from or query.adopted_to:
        ends = (query.adopted_from, query.adopted_to)
        low, high = (int(day.replace("-", "")) if day else None for day in ends)
        parts.append(Range("adopted", low, high))
    return all_of(parts)


def filter_trees(query: Query) -> dict[str, Node]:
    """Return the filter tree of each family of facets with chosen values.

    Included values of a family are alternatives; excluded values are subtracted.
    """
    wanted: dict[str, list[Node]] = {}
    unwanted: dict[str, list[Node]] = {}
    for facet in FACETS:
        field = facet.counted(query.any_verb)
        for choice in query.values(facet.name):
            side = unwanted if is_excluded(choice) else wanted
            side.setdefault(facet.group, []).append(value_tree(field, value_of(choice)))
    families = dict.fromkeys(facet.group for facet in FACETS)
    return {
        family: _combine(wanted.get(family, []), unwanted.get(family, []))
        for family in families
        if family in wanted or family in unwanted
    }


def value_tree(field: str, value: str) -> Node:
    """Return the tree of a facet's value; for years, also that of a span ("2010..2020")."""
    if field != "year":
        return Value(field, value)
    return Range("year", *(year_range(value) or (int(value), int(value))))


def _combine(wanted: list[Node], unwanted: list[Node]) -> Node:
    included = any_of(wanted) if wanted else Every()
    return all_of([included, none_of(any_of(unwanted))]) if unwanted else included
