"""Facets from counts: which values, in which order, which are chosen. An engine only counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, overload

from ..facets import FACETS, Facet
from ..query.choices import is_excluded, value_of, written
from ..query.state import Query, year_range
from ..results import FacetResult, FacetValue

Counts = Mapping[str, int]


def facet_results(
    query: Query, counted: Callable[[Facet, str], Counts], languages: Callable[[], Counts]
) -> tuple[FacetResult, ...]:
    """Return the facets that are shown.

    `counted(facet, field)` gives for each value of a field the paragraphs that pass everything but
    the filter of the facet's own family; `languages()` gives for each language that is held the
    paragraphs that the query has in it.
    """
    results = []
    for facet in FACETS:
        if facet.shown:
            field = facet.counted(query.any_verb)
            counts = languages() if facet.name == "lang" else counted(facet, field)
            results.append(FacetResult(facet.name, facet.title, _values(query, facet, counts)))
    return tuple(results)


def _values(query: Query, facet: Facet, counts: Counts) -> FacetValues:
    """Return the values that occur, and those that are chosen even where they do not."""
    chosen = _chosen(query, facet)
    found = {value: count for value, count in counts.items() if count}
    for value in chosen.included | chosen.excluded:
        if value not in found:
            found[value] = _in_span(value, counts) if facet.name == "year" else 0
    return FacetValues(facet, _ordered(facet, found), found, chosen)


class Chosen(NamedTuple):
    """The values of a facet that the query includes, and those that it excludes."""

    included: frozenset[str]
    excluded: frozenset[str]


class FacetValues(Sequence[FacetValue]):
    """The values of a facet, each made when it is asked for: a page shows thirty of a thousand."""

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
        return self._made(self._ordered[at])

    def __iter__(self) -> Iterator[FacetValue]:
        return map(self._made, self._ordered)

    def _made(self, value: str) -> FacetValue:
        """Return a value with its state, written as an address has it."""
        return FacetValue(
            written(value),
            self._labels.get(value, value),
            self._counts[value],
            value in self._chosen.included,
            value in self._chosen.excluded,
        )


def _chosen(query: Query, facet: Facet) -> Chosen:
    """Return the chosen values; a language is chosen or not, and never excluded."""
    if facet.name == "lang":
        return Chosen(frozenset({query.lang} - {"all"}), frozenset())
    choices = query.values(facet.name)
    return Chosen(
        frozenset(value_of(choice) for choice in choices if not is_excluded(choice)),
        frozenset(value_of(choice) for choice in choices if is_excluded(choice)),
    )


def _in_span(value: str, years: Counts) -> int:
    """Return the paragraphs of a span of years."""
    low, high = year_range(value) or (None, None)
    return sum(
        count
        for year, count in years.items()
        if (low is not None or high is not None)
        and (low is None or int(year) >= low)
        and (high is None or int(year) <= high)
    )


def _ordered(facet: Facet, found: Counts) -> list[str]:
    """Sort by count, ties by name; in their own order where values have one, spans first."""
    # Two sorts by what is there already: one by pairs takes twice the time of a thousand subjects.
    by_name = sorted(found, key=facet.label) if facet.labels else sorted(found)
    by_count = sorted(by_name, key=found.__getitem__, reverse=True)
    if facet.order is None:
        return by_count
    spans = [value for value in by_count if facet.name == "year" and year_range(value)]
    plain = [value for value in by_count if value not in spans]
    return spans + sorted(plain, key=facet.order, reverse=facet.reverse)
