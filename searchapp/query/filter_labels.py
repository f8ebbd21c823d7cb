"""Labels of a query's active filters, each with the query without that filter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..text.wording import long_date
from .choices import is_excluded, value_of
from .facets import BY_NAME
from .query import Query, year_range


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The label of an active filter, and the query without it."""

    label: str
    without: Query


def narrowings(query: Query) -> list[Narrowing]:
    """Return the active filters, in the order of the address."""
    found = [
        Narrowing(_label(name, value), query.toggled(name, value))
        for name, values in query.filters
        for value in values
    ]
    if query.adopted_from:
        label = f"Adopted from {long_date(query.adopted_from)}"
        found.append(Narrowing(label, replace(query, adopted_from=None, page=1)))
    if query.adopted_to:
        label = f"Adopted until {long_date(query.adopted_to)}"
        found.append(Narrowing(label, replace(query, adopted_to=None, page=1)))
    if query.lang != "en":
        name = BY_NAME["lang"].label(query.lang)
        label = "All languages" if query.lang == "all" else f"In {name}"
        found.append(Narrowing(label, replace(query, lang="en", page=1)))
    return found


def in_words(query: Query) -> str:
    """Return the labels of all filters: "Session 79, Operative"."""
    return ", ".join(narrowing.label for narrowing in narrowings(query))


def _label(name: str, value: str) -> str:
    plain = value_of(value)
    label = BY_NAME[name].label(plain)
    if name == "year":
        label = _years(plain)
    elif name in ("session", "agenda"):
        label = f"{BY_NAME[name].title} {label}"
    elif name == "head":
        label = f"{label}, all variants"
    return f"not: {label}" if is_excluded(value) else label


def _years(value: str) -> str:
    span = year_range(value)
    if span is None:
        return f"Year {value}"
    low, high = span
    if low and high:
        return f"Years {low}–{high}"
    return f"From {low}" if low else f"Until {high}"
