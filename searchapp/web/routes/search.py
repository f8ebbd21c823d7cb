"""The search: a page of results, also as JSON and CSV."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from ...exports.results_json import results_json
from ...exports.to_csv import csv_lines
from ...exports.to_json import json_text
from ...query.filter_labels import in_words, narrowings
from ...query.query import MAX_LIMIT, SORTS, Query
from ...search.highlight import escaped
from ...search.no_hits import advice
from ...search.results import Results
from ...text.wording import counted, long_date
from ...un.symbols import find_address
from ..shared.addresses import ChoiceAddresses, hit_url, request_args, resolution_url, search_url
from ..shared.opened_index import backend, conditional, holdings
from ..shared.pool_routing import EXPORTS, answered_by
from ..shared.settings import settings_of
from ..views.facet_form import facet_views, hidden_fields
from ..views.groups import group_views
from ..views.hits import hit_view
from .facet_values import finder_url

blueprint = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to a page of results; a gap between pages has no URL."""

    label: str
    url: str = ""
    current: bool = False
    rel: str = ""


@blueprint.get("/search")
@conditional
def page() -> ResponseReturnValue:
    """Render a page of results, or redirect to the page that the parameters mean."""
    query = Query.from_args(request_args())
    if finder := finder_url(query):
        return redirect(finder)
    if query.is_empty:
        return redirect(url_for("pages.home"))
    if has_unclean_args():
        return redirect(search_url(query))
    if held := find_resolution(query):
        return redirect(resolution_url(held[0], anchor=held[1]))
    results = backend().search(query)
    if query.page > results.pages and results.total:
        return redirect(search_url(query, page=results.pages))
    if not results.total:
        return render_empty(query)
    return render_results(query, results)


@blueprint.get("/search.json")
@conditional
def as_json() -> ResponseReturnValue:
    """Return one page of results as JSON."""
    query = Query.from_args(request_args())
    if held := find_resolution(query):
        return redirect(resolution_url(f"{held[0]}.json"))
    results = backend().search(query)
    return Response(json_text(results_json(results)), mimetype="application/json")


@blueprint.get("/search.csv")
@answered_by(EXPORTS)
def as_csv() -> ResponseReturnValue:
    """Stream every hit as CSV, for a spreadsheet."""
    query = replace(Query.from_args(request_args()), page=1)
    total = backend().count(query)  # an invalid query must fail before the first line is sent
    lines = csv_lines(
        backend().scan(query),
        lambda hit: hit_url(hit, external=True),
        f"{counted(total, 'paragraph')} found. {index_note(query.lang)}",
        settings_of().csv_rows,
    )
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="paragraphs.csv"'
    return response


def render_results(query: Query, results: Results) -> str:
    """Render the page of results."""
    facets = facet_views(query, results)
    hits = [] if query.group else [hit_view(hit, query.words) for hit in results.hits]
    return render_template(
        "search.html",
        query=query,
        words=query.words,
        results=results,
        heading=heading(query, results),
        title=f"{query.words or in_words(query)}: {counted(results.total, 'paragraph')}",
        facets=facets,
        fields=hidden_fields(query, facets),
        addresses=ChoiceAddresses(query, url_for("search.page"), escape=escaped),
        chips=narrowings(query),
        clear_url=search_url(query.without_filters(), lang="en"),
        sorts=[(s.capitalize(), search_url(query, sort=s, page=1), s == query.sort) for s in SORTS],
        group_url=search_url(query, group=not query.group, page=1),
        csv_url=search_url(query, "search.as_csv", page=1),
        csv_rows=min(results.total, settings_of().csv_rows),
        json_url=search_url(query, "search.as_json", page=1, limit=MAX_LIMIT),
        matrix_url=search_url(query, "matrix.page", page=1, group=False, sort="relevance"),
        trend_url=search_url(query, "trend.page", page=1, group=False, sort="relevance"),
        json_rows=min(results.total, MAX_LIMIT),
        hits=hits,
        groups=group_views(query, results.hits) if query.group else [],
        pages=page_links(query, results),
        holdings=holdings(),
    )


def heading(query: Query, results: Results) -> tuple[str, str]:
    """Return the totals in words: first of what is listed, then of the other kind."""
    paragraphs = counted(results.total, "paragraph")
    resolutions = counted(results.resolutions, "resolution")
    if query.group:
        return resolutions, f"with {paragraphs}"
    return paragraphs, f"in {resolutions}"


def render_empty(query: Query) -> str:
    """Render the page of an empty result, with reasons and other searches."""
    return render_template(
        "empty.html",
        query=query,
        words=query.words,
        advice=advice(backend(), query),
        chips=narrowings(query),
        filters=in_words(query),
        clear_url=search_url(query.without_filters(), lang="en"),
        holdings=holdings(),
    )


def find_resolution(query: Query) -> tuple[str, str] | None:
    """Return the key and anchor if the words are just the symbol of an indexed resolution."""
    found = find_address(query.words)
    if found is None:
        return None
    symbol, anchor = found
    for key in dict.fromkeys((f"{symbol}@{query.lang}", str(symbol))):
        anchors = backend().anchors(key)
        if anchors is not None:
            return key, nearest(anchor, anchors)
    return None


def nearest(anchor: str, anchors: Collection[str]) -> str:
    """Return the anchor, or that of the paragraph above it ("op3" for "op3z"), or ""."""
    while anchor not in anchors and anchor[-1:].isalpha():
        anchor = anchor[:-1]
    return anchor if anchor in anchors else ""


def has_unclean_args() -> bool:
    """Return whether a form sent empty fields, or the two fields of the years."""
    return any(
        not value.strip() or name in ("year_from", "year_to")
        for name, value in request.args.items(multi=True)
    )


def index_note(lang: str) -> str:
    """Return the index's date and coverage, for the last line of an export."""
    held = holdings()
    date = f"Index of {long_date(held.indexed)}: " if held.indexed else "Index: "
    sample = " Sample texts, invented for demonstration." if held.sample else ""
    return f"{date}{held.sentence(lang)}{sample}"


def page_links(query: Query, results: Results) -> list[PageLink]:
    """Return links to the first, last and neighbouring pages, with gaps between them."""
    if results.pages < 2:
        return []
    near = {1, results.pages, *range(query.page - 2, query.page + 3)}
    numbers = sorted(number for number in near if 1 <= number <= results.pages)
    links: list[PageLink] = []
    for before, number in zip([0, *numbers], numbers, strict=False):
        if number > before + 1:
            links.append(PageLink("…"))
        links.append(PageLink(f"{number:,}", search_url(query, page=number), number == query.page))
    if query.page > 1:
        links.insert(0, PageLink("Previous", search_url(query, page=query.page - 1), rel="prev"))
    if query.page < results.pages:
        links.append(PageLink("Next", search_url(query, page=query.page + 1), rel="next"))
    return links
