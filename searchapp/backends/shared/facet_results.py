"""Facet results from an engine's counts: the values, their order and their filter state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, overload

from ...query.choices import is_excluded, value_of, written
from ...query.facets import FACETS, Facet
from ...query.query import Query, year_range
from ...search.results import FacetResult, FacetValue

Counts = Mapping[str, int]


def facet_results(
    query: Query, counted: Callable[[Facet, str], Counts], languages: Callable[[], Counts]
) -> tuple[FacetResult, ...]:
    """Return the facets to show.

    `counted(facet, field)` returns the number of paragraphs for each value of a field, ignoring the
    filter of the facet's own family; `languages()` returns the number of the query's paragraphs in
    each language of the index.
    """
    results = []
    for facet in FACETS:
        if facet.shown:
            field = facet.counted(query.any_verb)
            counts = languages() if facet.name == "lang" else counted(facet, field)
            results.append(FacetResult(facet.name, facet.title, _values(query, facet, counts)))
    return tuple(results)


def _values(query: Query, facet: Facet, counts: Counts) -> FacetValues:
    """Return the values that occur, and the chosen ones even if they do not."""
    chosen = _read_choices(query, facet)
    found = {value: count for value, count in counts.items() if count}
    for value in chosen.included | chosen.excluded:
        if value not in found:
            found[value] = _count_span(value, counts) if facet.name == "year" else 0
    return FacetValues(facet, _sort(facet, found), found, chosen)


class Chosen(NamedTuple):
    """The values of a facet that the query includes, and those that it excludes."""

    included: frozenset[str]
    excluded: frozenset[str]


class FacetValues(Sequence[FacetValue]):
    """The values of a facet, built lazily, since a page shows only a few of them."""

    def __init__(
        self, facet: Facet, ordered: Sequence[str], counts: Counts, chosen: Chosen
    ) -> None:
        self._facet, self._ordered, self._counts, self._chosen = facet, ordered, counts, chosen
        self._labels = facet.labels or {}

    def __len__(self) -> int:
        return len(self._ordered)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, at: int) -> FacetValue: ...
    @overload
    def __getitem__(self, at: slice) -> FacetValues: ...
    def __getitem__(self, at: int | slice) -> FacetValue | FacetValues:
        if isinstance(at, slice):
            return FacetValues(self._facet, self._ordered[at], self._counts, self._chosen)
        return self._make(self._ordered[at])

    def __iter__(self) -> Iterator[FacetValue]:
        return map(self._make, self._ordered)

    def _make(self, value: str) -> FacetValue:
        """Return a value with its count and filter state."""
        return FacetValue(
            written(value),
            self._labels.get(value, value),
            self._counts[value],
            value in self._chosen.included,
            value in self._chosen.excluded,
        )


def _read_choices(query: Query, facet: Facet) -> Chosen:
    """Return the values that the query includes and excludes; a language is never excluded."""
    if facet.name == "lang":
        return Chosen(frozenset({query.lang} - {"all"}), frozenset())
    choices = query.values(facet.name)
    return Chosen(
        frozenset(value_of(choice) for choice in choices if not is_excluded(choice)),
        frozenset(value_of(choice) for choice in choices if is_excluded(choice)),
    )


def _count_span(value: str, years: Counts) -> int:
    """Return the number of paragraphs in a span of years."""
    low, high = year_range(value) or (None, None)
    return sum(
        count
        for year, count in years.items()
        if (low is not None or high is not None)
        and (low is None or int(year) >= low)
        and (high is None or int(year) <= high)
    )


def _sort(facet: Facet, found: Counts) -> list[str]:
    """Sort by count, ties by name; if the facet has an order, by it after spans of years."""
    # Two stable sorts without building pairs are faster than one by pairs.
    by_name = sorted(found, key=facet.label) if facet.labels else sorted(found)
    by_count = sorted(by_name, key=found.__getitem__, reverse=True)
    if facet.order is None:
        return by_count
    spans = [value for value in by_count if facet.name == "year" and year_range(value)]
    plain = [value for value in by_count if value not in spans]
    return spans + sorted(plain, key=facet.order, reverse=facet.reverse)
