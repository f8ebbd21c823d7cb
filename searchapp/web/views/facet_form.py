"""Facets ready to show in the side form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import url_for

from ...query.facets import BY_NAME, FACETS
from ...query.query import Query
from ...search.results import FacetResult, FacetValue, Results
from ...text.wording import counted
from ...un.verbs import head, is_preambular
from ..shared.addresses import Args, with_args
from .year_chart import YearsView, year_fields, years_view

SHOWN, FOLDED = 6, 24  # values of a list that are visible at once, and under "more"
FINDER = "find_"  # prefix of a facet's name: the field that searches its values
_CLOSED = frozenset(["agenda", "subject", "vote", "lang"])  # until one of their values is chosen


class Row(NamedTuple):
    """A value to choose, as the parameter `name`; a verb's group expands to the verbs `below`.

    `is_open` is true if one of these is chosen.
    """

    name: str
    value: FacetValue
    below: tuple[Row, ...] = ()
    is_open: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether the value or one below it is chosen; such values are never hidden."""
        return self.value.selected or self.value.excluded or self.is_open


@dataclass(frozen=True, slots=True)
class Listing:
    """Values under an optional title: those visible at once, and those under "more"."""

    title: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet in the filter form; `all_url` is the page of all values if some are folded."""

    name: str
    title: str
    lists: tuple[Listing, ...] = ()
    all: str = ""
    all_url: str = ""
    is_open: bool = True
    years: YearsView | None = None

    @property
    def help(self) -> str:
        """The description of the facet, in one sentence."""
        return BY_NAME[self.name].help

    @property
    def finder(self) -> str:
        """The name of the field that searches the values."""
        return FINDER + self.name


def facet_views(query: Query, results: Results) -> list[FacetView]:
    """Return the facets in declared order, except empty ones and English alone."""
    found = ((facet, results.facet(facet.name)) for facet in FACETS if facet.name != "head")
    return [
        facet_view(query, results, result)
        for facet, result in found
        if result and len(result.values) > (facet.name == "lang" and query.lang == "en")
    ]


def facet_view(query: Query, results: Results, facet: FacetResult) -> FacetView:
    """Return one facet for the filter form."""
    if facet.name == "year":
        return FacetView(facet.name, facet.title, years=years_view(query, facet))
    total = len(facet.values)
    return FacetView(
        name=facet.name,
        title=facet.title,
        lists=tuple(_listing(*side) for side in value_sides(query, results, _reduce(query, facet))),
        all=f"All {counted(total, 'verb' if facet.name == 'verb' else 'value')}",
        all_url=values_url(facet.name, query) if total > SHOWN else "",
        is_open=facet.name not in _CLOSED or _is_chosen(query, facet.name),
    )


def hidden_fields(query: Query, facets: Iterable[FacetView]) -> Args:
    """Return the hidden fields of the filter form: the state without a visible field."""
    fields = {"q", "page", *(facet.name for facet in facets)}
    if "verb" in fields:
        fields |= {"head", "verbs"}
    if "year" in fields:
        fields |= {"adopted_from", "adopted_to"}
        # The two visible fields express a single span; anything else needs a hidden field.
        fields -= {"year"} if year_fields(query) == ("", "") else set()
    return [(name, value) for name, value in query.to_args() if name not in fields]


# --- lists of values


def _reduce(query: Query, facet: FacetResult) -> FacetResult:
    """Reduce a facet to the values in the filter form: the first, and those chosen."""
    if facet.name in ("verb", "lang"):  # verbs are grouped by head; languages are summed
        return facet
    most = SHOWN + FOLDED + len(query.values(facet.name))
    first, others = facet.values[:most], facet.values[most:] if query.values(facet.name) else ()
    chosen = (value for value in others if value.selected or value.excluded)
    return replace(facet, values=(*first, *chosen))


def value_sides(query: Query, results: Results, facet: FacetResult) -> list[tuple[str, list[Row]]]:
    """Return the values as titled rows: verbs are split into operative and preambular."""
    if facet.name == "lang":
        return [("", _language_rows(query, facet))]
    if facet.name != "verb":
        return [("", [Row(facet.name, value) for value in facet.values])] if facet.values else []
    rows = _verb_rows(results.facet("head"), facet)
    parts = (("Operative", False), ("Preambular", True))
    sides = [(name, [r for r in rows if is_preambular(r.value.label) is of]) for name, of in parts]
    return [side for side in sides if side[1]]


def _listing(title: str, rows: list[Row]) -> Listing:
    others = rows[SHOWN:]
    chosen = _find_chosen(others)
    more = [row for row in others if row not in chosen] if chosen else others
    return Listing(title, (*rows[:SHOWN], *chosen), tuple(more[:FOLDED]))


def _find_chosen(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.is_chosen]


def _verb_rows(groups: FacetResult | None, facet: FacetResult) -> list[Row]:
    """Return the heads with their verbs below; a head whose only verb is itself is one row."""
    below: dict[str, list[Row]] = {}
    for value in facet.values:
        below.setdefault(head(value.label), []).append(Row("verb", value))
    rows: list[Row] = []
    for group in groups.values if groups else ():
        verbs = below.pop(group.label, [])
        is_chosen = group.selected or group.excluded
        if not is_chosen and len(verbs) == 1 and verbs[0].value.value == group.value:
            rows += verbs
        elif is_chosen or verbs:
            rows.append(_head_row(group, verbs))
    return rows + [verb for verbs in below.values() for verb in verbs]


def _head_row(group: FacetValue, verbs: list[Row]) -> Row:
    """Return a head with its first verbs, and any others that are chosen."""
    first, others = verbs[:FOLDED], _find_chosen(verbs[FOLDED:])
    return Row("head", group, (*first, *others), is_open=bool(others or _find_chosen(first)))


def _language_rows(query: Query, facet: FacetResult) -> list[Row]:
    count = sum(value.count for value in facet.values)
    every = FacetValue("all", "All languages", count, query.lang == "all")
    return [Row("lang", value) for value in (*facet.values, every)]


def _is_chosen(query: Query, name: str) -> bool:
    return query.lang != "en" if name == "lang" else bool(query.values(name))


def values_url(name: str, query: Query, **more: str) -> str:
    """Return the URL of a facet's own page."""
    args = replace(query, page=1).to_args()
    return with_args(url_for("facets.page", name=name), [*args, *more.items()])
