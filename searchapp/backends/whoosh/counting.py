"""Filters as trees, and facets: how many paragraphs have each value, as the filters stand."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from urllib.parse import quote_plus, urlencode

import numpy as np
from whoosh import query as wq

from ...facets import BY_NAME, FACETS, Facet
from ...query.state import Query, year_range
from ...results import FacetResult, FacetValue
from .matching import evaluate
from .segments import Mask, Snapshot

Filters = dict[str, Mask]
_HERE = "\0here\0"  # no value that anybody has


def counted_field(facet: Facet, query: Query) -> str:
    """The field that a facet counts and filters: `verbs=any` takes all verbs, not the first."""
    return "verbs" if facet.name == "verb" and query.any_verb else facet.field


def filter_masks(snapshot: Snapshot, query: Query) -> Filters:
    """For each facet with values, the documents that pass its filter."""
    return {
        name: evaluate(snapshot, _filter_tree(counted_field(BY_NAME[name], query), values)).mask
        for name, values in query.filters
    }


def frame(snapshot: Snapshot, query: Query) -> Mask:
    """The paragraphs in the query's language and dates: what no facet is free of."""
    mask = snapshot.paragraphs
    if query.lang != "all":
        mask = mask & snapshot.with_value("lang", query.lang)
    if query.adopted_from or query.adopted_to:
        ends = [int(d.replace("-", "")) if d else None for d in _dates(query)]
        mask = mask & evaluate(snapshot, wq.NumericRange("adopted", *ends)).mask
    return mask


def all_of(base: Mask, masks: Iterable[Mask]) -> Mask:
    """The documents that are in every mask."""
    return reduce(np.logical_and, masks, base)


def facet_results(
    snapshot: Snapshot, query: Query, base: Mask, filters: Filters
) -> tuple[FacetResult, ...]:
    """The facets that are shown, each counted without its own filter."""
    everything = all_of(base, filters.values())
    results = []
    for facet in FACETS:
        if facet.shown:
            others = (mask for name, mask in filters.items() if name != facet.name)
            mask = all_of(base, others) if facet.name in filters else everything
            values = _values(snapshot, query, facet, mask)
            results.append(FacetResult(facet.name, facet.title, values))
    return tuple(results)


def combinations(
    snapshot: Snapshot, query: Query, mask: Mask, names: tuple[str, ...]
) -> dict[tuple[str, ...], int]:
    """Documents of the mask for each combination of values; those without a value do not count."""
    rows = np.flatnonzero(mask)
    combined = np.zeros(len(rows), dtype=np.int64)
    lists = []
    for name in names:
        codes = snapshot.codes(counted_field(BY_NAME[name], query))
        first, last = (np.searchsorted(codes.docs, rows, side) for side in ("left", "right"))
        each = last - first
        within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        ordinals = codes.ordinals[np.repeat(first, each) + within]
        rows = np.repeat(rows, each)
        combined = np.repeat(combined, each) * max(len(codes.values), 1) + ordinals
        lists.append(codes.values)
    numbers, counts = np.unique(combined, return_counts=True)
    found = zip(numbers.tolist(), counts.tolist(), strict=True)
    return {_split(number, lists): count for number, count in found}


def _split(number: int, lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    values = []
    for known in reversed(lists):
        number, ordinal = divmod(number, max(len(known), 1))
        values.append(known[ordinal])
    return tuple(reversed(values))


def _dates(query: Query) -> tuple[str | None, str | None]:
    return query.adopted_from, query.adopted_to


def _filter_tree(field: str, values: tuple[str, ...]) -> wq.Query:
    wanted = [_value_tree(field, v) for v in values if not v.startswith("-")]
    unwanted = [_value_tree(field, v[1:]) for v in values if v.startswith("-")]
    parts = [wq.Or(wanted)] if wanted else [wq.Every()]
    return wq.And([*parts, wq.Not(wq.Or(unwanted))]) if unwanted else parts[0]


def _value_tree(field: str, value: str) -> wq.Query:
    if field != "year":
        return wq.Term(field, value)
    years = year_range(value)
    return wq.NumericRange("year", *(years or (int(value), int(value))))


def _values(snapshot: Snapshot, query: Query, facet: Facet, mask: Mask) -> tuple[FacetValue, ...]:
    codes = snapshot.codes(counted_field(facet, query))
    counts = codes.counts(mask)
    found = {codes.values[n]: int(counts[n]) for n in np.flatnonzero(counts)}
    given = [value.removeprefix("-") for value in query.values(facet.name)]
    for value in given:
        if value not in found:
            found[value] = _count(snapshot, query, facet, value, mask)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], facet.label(pair[0])))
    if facet.order is not None:
        order = facet.order
        ranges = [pair for pair in ordered if facet.name == "year" and year_range(pair[0])]
        plain = [pair for pair in ordered if pair not in ranges]
        ordered = ranges + sorted(plain, key=lambda p: order(p[0]), reverse=facet.reverse)
    addresses = _Addresses(query, facet.name)
    return tuple(_facet_value(addresses, facet, value, count) for value, count in ordered)


def _count(snapshot: Snapshot, query: Query, facet: Facet, value: str, mask: Mask) -> int:
    """The count of a chosen value that no paragraph holds as it is written: a range of years."""
    tree = _value_tree(counted_field(facet, query), value)
    return int((evaluate(snapshot, tree).mask & mask).sum())


def _facet_value(addresses: _Addresses, facet: Facet, value: str, count: int) -> FacetValue:
    return FacetValue(
        value=value,
        label=facet.label(value),
        count=count,
        selected=value in addresses.chosen,
        excluded=f"-{value}" in addresses.chosen,
        toggle_url=addresses.toggled(value),
        exclude_url=addresses.toggled(f"-{value}"),
    )


class _Addresses:
    """Addresses of the query with one value of a facet added or taken away.

    Hundreds of verbs are counted, and all but the chosen ones go to the same place in the address.
    """

    def __init__(self, query: Query, name: str) -> None:
        self.chosen = frozenset(query.values(name))
        self._query, self._name = query, name
        self._before, _, self._after = self._whole(_HERE).partition(quote_plus(_HERE))

    def toggled(self, value: str) -> str:
        plain = value.removeprefix("-")
        if plain in self.chosen or f"-{plain}" in self.chosen:
            return self._whole(value)
        return f"{self._before}{quote_plus(value)}{self._after}"

    def _whole(self, value: str) -> str:
        return "/search?" + urlencode(self._query.toggled(self._name, value).to_args())
