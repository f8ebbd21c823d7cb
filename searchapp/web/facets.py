"""Facets ready to show: in the side form, and each on a page of its own with all its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from ..analysis import fold
from ..exports.json import json_text
from ..facets import BY_NAME, FACETS
from ..phrases import head, is_preambular
from ..query import Query
from ..query.labels import narrowings
from ..results import FacetResult, FacetValue, Results
from .addresses import Args, request_args, search_url, with_args
from .holdings import backend, conditional
from .years import YearsView, year_fields, years_view

blueprint = Blueprint("facets", __name__)
SHOWN, FOLDED = 6, 24  # values of a list that are seen at once, and below "more"
MOST = 2000  # values on a page of one facet
FINDER = "find_"  # before a facet's name: the field that searches its values
_CLOSED = frozenset(["agenda", "subject", "vote", "lang"])  # until something in them is chosen


@dataclass(frozen=True, slots=True)
class Row:
    """A value to choose, as the parameter `name`; a verb's group opens to the verbs `below`."""

    name: str
    value: FacetValue
    below: tuple[Row, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something below is chosen."""
        return any(row.is_chosen for row in self.below)

    @property
    def is_chosen(self) -> bool:
        """Whether this or something below is chosen; such values never hide."""
        return self.value.selected or self.value.excluded or self.is_open


@dataclass(frozen=True, slots=True)
class Listing:
    """Values below one title, or below none: those seen at once, and some more."""

    title: str
    rows: tuple[Row, ...]
    more: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet in the side form; `all_url` leads to all of its values where some are left out."""

    name: str
    title: str
    lists: tuple[Listing, ...] = ()
    total: int = 0
    all_url: str = ""
    is_open: bool = True
    years: YearsView | None = None

    @property
    def finder(self) -> str:
        """The name of the field that searches the values."""
        return FINDER + self.name


def facet_views(query: Query, results: Results) -> list[FacetView]:
    """The facets in their declared order, those without a value left out."""
    found = ((facet, results.facet(facet.name)) for facet in FACETS if facet.name != "head")
    return [
        facet_view(query, results, result)
        for facet, result in found
        if result and len(result.values) > (facet.name == "lang" and query.lang == "en")
    ]


def facet_view(query: Query, results: Results, facet: FacetResult) -> FacetView:
    """One facet in the side form."""
    if facet.name == "year":
        return FacetView(facet.name, facet.title, years=years_view(query, facet))
    lists = _lists(query, results, facet)
    hidden = len(facet.values) > SHOWN
    return FacetView(
        name=facet.name,
        title=facet.title,
        lists=lists,
        total=len(facet.values),
        all_url=values_url(facet.name, query) if hidden else "",
        is_open=facet.name not in _CLOSED or _is_chosen(query, facet.name),
    )


def hidden_fields(query: Query, facets: Iterable[FacetView]) -> Args:
    """What the side form sends unseen: the state for which it has no field."""
    fields = {"q", "page", *(facet.name for facet in facets)}
    if "verb" in fields:
        fields |= {"head", "verbs"}
    if "year" in fields:
        fields |= {"adopted_from", "adopted_to"}
        # One span is in the two fields of the form; anything else can only be carried along.
        fields -= {"year"} if year_fields(query) == ("", "") else set()
    return [(name, value) for name, value in query.to_args() if name not in fields]


# --- lists of values


def _lists(query: Query, results: Results, facet: FacetResult) -> tuple[Listing, ...]:
    if facet.name == "verb":
        rows = _verb_rows(results, facet)
        sides = [
            [row for row in rows if is_preambular(row.value.value) is side]
            for side in (False, True)
        ]
        titles = ("Operative", "Preambular")
        return tuple(_listing(*pair) for pair in zip(titles, sides, strict=True) if pair[1])
    if facet.name == "lang":
        return (_listing("", _language_rows(query, facet)),)
    return (_listing("", [Row(facet.name, value) for value in facet.values]),)


def _listing(title: str, rows: list[Row]) -> Listing:
    seen = [row for place, row in enumerate(rows) if place < SHOWN or row.is_chosen]
    more = [row for row in rows if row not in seen]
    return Listing(title, tuple(seen), tuple(more[:FOLDED]))


def _verb_rows(results: Results, facet: FacetResult) -> list[Row]:
    """The heads, each with its verbs below; a verb alone in its group stands for both."""
    groups = results.facet("head")
    below: dict[str, list[Row]] = {}
    for value in facet.values:
        below.setdefault(head(value.value), []).append(Row("verb", value))
    rows: list[Row] = []
    for group in groups.values if groups else ():
        verbs = below.pop(group.value, [])
        row = Row("head", group, tuple(verbs))
        alone = [verb.value.value for verb in verbs] == [group.value]
        rows += verbs if alone and not Row("head", group).is_chosen else [row]
    return rows + [verb for verbs in below.values() for verb in verbs]


def _language_rows(query: Query, facet: FacetResult) -> list[Row]:
    count = sum(value.count for value in facet.values)
    url = search_url(replace(query, lang="all", page=1))
    every = FacetValue("all", "All languages", count, query.lang == "all", toggle_url=url)
    return [Row("lang", value) for value in (*facet.values, every)]


def _is_chosen(query: Query, name: str) -> bool:
    return query.lang != "en" if name == "lang" else bool(query.values(name))


# --- the page of one facet


@blueprint.get("/facets/<name>")
@conditional
def page(name: str) -> ResponseReturnValue:
    """All values of a facet, by count or by name, with a search among them."""
    if name.endswith(".json"):
        return as_json(name.removesuffix(".json"))
    query, facet = _asked(name)
    by_name, find = request.args.get("order") == "name", request.args.get("find", "").strip()
    values = wanted_values(facet, find, by_name)
    return render_template(
        "facet.html",
        root=request.script_root,
        words=query.words,
        facet=facet,
        title=f"{facet.title}: all values",
        values=values[:MOST],
        total=len(values),
        find=find,
        orders=[
            ("By count", values_url(name, query, find=find), not by_name),
            ("By name", values_url(name, query, find=find, order="name"), by_name),
        ],
        order="name" if by_name else "",
        fields=query.to_args(),
        chips=narrowings(query),
        clear_url=values_url(name, query.without_filters()),
        back_url=search_url(query),
        json_url=values_url(f"{name}.json", query),
    )


def as_json(name: str) -> Response:
    """The values of a facet for a program."""
    _, facet = _asked(name)
    data = {"name": name, "title": facet.title, "values": [v.to_json() for v in facet.values]}
    return Response(json_text(data), mimetype="application/json")


def values_url(name: str, query: Query, **more: str) -> str:
    """The address of a facet's own page."""
    args = replace(query, page=1).to_args()
    return with_args(url_for("facets.page", name=name), [*args, *more.items()])


def finder_url(query: Query) -> str:
    """Where a search among a facet's values leads that was sent with the side form, or ""."""
    for name, value in request_args():
        facet = name.removeprefix(FINDER)
        if name.startswith(FINDER) and value.strip() and facet in BY_NAME:
            return values_url(facet, query, find=value.strip())
    return ""


def wanted_values(facet: FacetResult, find: str, by_name: bool) -> list[FacetValue]:
    """The values that hold what is looked for, accents and case aside."""
    declared, wanted = BY_NAME[facet.name], fold(find)
    found = [value for value in facet.values if wanted in fold(value.label)]
    if by_name:
        return sorted(found, key=lambda value: declared.by_name(value.value))
    return sorted(found, key=lambda value: (-value.count, declared.by_name(value.value)))


def _asked(name: str) -> tuple[Query, FacetResult]:
    query = Query.from_args(request_args())
    facet = backend().search(replace(query, page=1)).facet(name)
    if facet is None:
        raise NotFound
    return query, facet
