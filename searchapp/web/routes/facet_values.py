"""The page of a facet: all of its values, with a search among them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from ...exports.results_json import values_json
from ...exports.to_json import json_text
from ...query.choices import value_of
from ...query.facets import BY_NAME
from ...query.filter_labels import narrowings
from ...query.query import Query
from ...search.results import FacetResult, FacetValue, Results
from ...text.analysis import fold
from ...text.wording import counted
from ..shared.addresses import ChoiceAddresses, request_args, search_url
from ..shared.opened_index import backend, conditional
from ..views.facet_form import FINDER, Row, value_sides, values_url

blueprint = Blueprint("facets", __name__)
MOST = 2000  # values on a page of one facet


# --- the page of one facet


@blueprint.get("/facets/<name>")
@conditional
def page(name: str) -> ResponseReturnValue:
    """Render all values of a facet, by count or by name, with a search among them."""
    if name.endswith(".json"):
        return as_json(name.removesuffix(".json"))
    query, results, facet = _search_facet(name)
    find = request.args.get("find", "").strip()[:100]
    order = "name" if request.args.get("order") == "name" else ""
    values = find_values(facet, find, by_name=bool(order))
    shown = replace(facet, values=values[:MOST])
    stay = partial(values_url, name, find=find, order=order)
    return render_template(
        "facet.html",
        words=query.words,
        facet=facet,
        title=f"{facet.title}: all values",
        help=BY_NAME[name].help,
        sides=_sort_sides(value_sides(query, results, shown), bool(order)),
        total=len(values),
        left_out=len(values) - len(shown.values),
        find=find,
        order=order,
        orders=[
            ("By count", values_url(name, query, find=find), not order),
            ("By name", values_url(name, query, find=find, order="name"), bool(order)),
        ],
        modes=[
            ("Lead verb", stay(replace(query, any_verb=False)), not query.any_verb),
            ("Any verb", stay(replace(query, any_verb=True)), query.any_verb),
        ]
        if name in ("verb", "head")
        else [],
        fields=query.to_args(),
        addresses=_addresses(query, name, find, order),
        stay=stay,
        chips=narrowings(query),
        clear_url=stay(query.without_filters()),
        found=f"{counted(results.total, 'paragraph')}",
        back_url=search_url(replace(query, page=1)),
        json_url=values_url(f"{name}.json", query),
    )


def as_json(name: str) -> Response:
    """Return the values of a facet as JSON."""
    *_, facet = _search_facet(name)
    data = {"name": name, "title": facet.title, "values": values_json(facet)}
    return Response(json_text(data), mimetype="application/json")


def _addresses(query: Query, name: str, find: str, order: str) -> ChoiceAddresses:
    """Return the URLs of the values: this page, or the search if `links=search` is given."""
    if request.args.get("links") == "search":
        return ChoiceAddresses(query, url_for("search.page"))
    kept = [(key, value) for key, value in (("find", find), ("order", order)) if value]
    return ChoiceAddresses(query, url_for("facets.page", name=name), kept)


def finder_url(query: Query) -> str:
    """Return the facet's page for a value search sent with the filter form, or ""."""
    for name, value in request_args():
        facet = name.removeprefix(FINDER)
        known = name.startswith(FINDER) and facet in BY_NAME and BY_NAME[facet].shown
        if known and value.strip():
            return values_url(facet, query, find=value.strip())
    return ""


def find_values(facet: FacetResult, find: str, by_name: bool) -> list[FacetValue]:
    """Return the values whose labels contain `find`, ignoring accents and case, sorted."""
    declared, wanted = BY_NAME[facet.name], fold(find)
    found = [value for value in facet.values if wanted in fold(value.label)]
    if by_name:
        return sorted(found, key=lambda v: declared.by_name(value_of(v.value)))
    return sorted(found, key=lambda v: (-v.count, declared.by_name(value_of(v.value))))


def _sort_sides(sides: list[tuple[str, list[Row]]], by_name: bool) -> list[tuple[str, list[Row]]]:
    """Sort heads by name if requested; otherwise they are already in order of count."""
    if not by_name:
        return sides
    return [
        (title, sorted(rows, key=lambda row: BY_NAME[row.name].by_name(value_of(row.value.value))))
        for title, rows in sides
    ]


def _search_facet(name: str) -> tuple[Query, Results, FacetResult]:
    """Run the search of the current URL; 404 for a facet without a page."""
    if name not in BY_NAME or not BY_NAME[name].shown:
        raise NotFound
    query = replace(Query.from_args(request_args()), page=1)
    results = backend().search(query)
    return query, results, results.facet(name) or FacetResult(name, BY_NAME[name].title, ())
