"""Facets from counts: order, names, what is chosen, addresses. An engine only counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from secrets import token_hex
from typing import overload
from urllib.parse import quote_plus, urlencode

from ..facets import FACETS, Facet
from ..query.choices import included, value_of, written
from ..query.state import Query, year_range
from ..results import FacetResult, FacetValue

Counts = Mapping[str, int]
_HERE = token_hex(16)  # no value that anybody has


def facet_results(
    query: Query, counted: Callable[[Facet, str], Counts], languages: Callable[[], Counts]
) -> tuple[FacetResult, ...]:
    """The facets that are shown.

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
    """The values that occur, and those that are chosen even where they do not.

    They are written as an address has them, so that `facet=value` asks for each.
    """
    found = {written(value): count for value, count in counts.items() if count}
    for value in map(included, _chosen(query, facet)):
        if value not in found:
            found[value] = _in_span(value, counts) if facet.name == "year" else 0
    return FacetValues(_ordered(facet, found), found, _Addresses(query, facet).value)


class FacetValues(Sequence[FacetValue]):
    """The values of a facet, each made when it is asked for: a page shows thirty of a thousand."""

    def __init__(
        self, ordered: Sequence[str], counts: Counts, make: Callable[[str, int], FacetValue]
    ) -> None:
        self._ordered, self._counts, self._make = ordered, counts, make

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
            return FacetValues(self._ordered[at], self._counts, self._make)
        value = self._ordered[at]
        return self._make(value, self._counts[value])

    def __iter__(self) -> Iterator[FacetValue]:
        return (self._make(value, self._counts[value]) for value in self._ordered)


def _chosen(query: Query, facet: Facet) -> tuple[str, ...]:
    if facet.name == "lang":
        return () if query.lang == "all" else (query.lang,)
    return query.values(facet.name)


def _in_span(value: str, years: Counts) -> int:
    """The paragraphs of a span of years."""
    low, high = year_range(value) or (None, None)
    return sum(
        count
        for year, count in years.items()
        if (low is not None or high is not None)
        and (low is None or int(year) >= low)
        and (high is None or int(year) <= high)
    )


def _ordered(facet: Facet, found: Counts) -> list[str]:
    """By count, ties by name; in their own order where values have one, spans of years first."""
    # Two sorts by what is there already: one by pairs takes twice the time of a thousand subjects.
    by_name = sorted(found, key=facet.label) if facet.labels else sorted(found)
    by_count = sorted(by_name, key=found.__getitem__, reverse=True)
    order = facet.order
    if order is None:
        return by_count
    spans = [value for value in by_count if facet.name == "year" and year_range(value)]
    plain = [value for value in by_count if value not in spans]
    return spans + sorted(plain, key=lambda v: order(value_of(v)), reverse=facet.reverse)


class _Addresses:
    """Addresses of the query with one value of a facet added or taken away.

    Hundreds of verbs are counted, and all but the chosen ones go to the same place in the address.
    """

    def __init__(self, query: Query, facet: Facet) -> None:
        self._query, self._facet = query, facet
        self._labels = facet.labels or {}
        self._chosen = frozenset(_chosen(query, facet))

    def value(self, value: str, count: int) -> FacetValue:
        """A value with its state; a language is chosen or not, and never excluded."""
        label, chosen = self._labels.get(value) or value_of(value), self._chosen
        if not chosen:  # of most facets no value is
            return FacetValue(value, label, count, address=self.toggled)
        return FacetValue(value, label, count, value in chosen, f"-{value}" in chosen, self.toggled)

    def toggled(self, value: str) -> str:
        """The address with a value added, or taken away where it is chosen."""
        inclusion = included(value)
        if not self._facet.narrows:
            return "" if inclusion != value else self._whole(value)
        if inclusion in self._chosen or f"-{inclusion}" in self._chosen:
            return self._whole(value)
        before, _, after = self._around
        return f"{before}{_quoted(value)}{after}"

    @cached_property
    def _around(self) -> tuple[str, str, str]:
        """What stands before and after a value that is added."""
        return self._whole(_HERE).partition(_HERE)

    def _whole(self, value: str) -> str:
        if self._facet.name == "lang":
            lang = "all" if value == self._query.lang else value
            changed = replace(self._query, lang=lang, page=1)
        else:
            changed = self._query.toggled(self._facet.name, value)
        return "/search?" + urlencode(changed.to_args())


# The values of an index are the same from page to page.
_quoted = lru_cache(maxsize=10_000)(quote_plus)
