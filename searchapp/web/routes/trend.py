"""A search year by year: charts of links, and the table of their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from ...errors import QueryError
from ...exports.to_csv import BOM, line
from ...exports.to_json import json_text
from ...query.facets import BY_NAME, Facet
from ...query.filter_labels import narrowings
from ...query.query import Query
from ...text.wording import counted
from ..shared.addresses import request_args, search_url
from ..shared.opened_index import backend, conditional, holdings
from .matrix import narrowed_url, totals, with_value

blueprint = Blueprint("trend", __name__)
CHOICES = (BY_NAME["type"], BY_NAME["verb"])
SERIES = 6  # values with a chart of their own
LONGEST = 150  # years
WIDTH, HEIGHT = 640, 120
GAP = 0.24  # share of a year's width
NAMED = 8  # years up to which each is labelled below the chart


@dataclass(frozen=True, slots=True)
class Point:
    """A year in a chart: its label, link and bar."""

    year: int
    label: str
    url: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Series:
    """The years of one value; `counts` are paragraphs, `points` are drawn from `figures`."""

    label: str
    url: str
    total: int
    counts: tuple[int, ...]
    figures: tuple[float, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """A search by year, in total and by value; `held` counts the indexed resolutions."""

    by: Facet
    rate: bool
    years: tuple[int, ...]
    held: tuple[int, ...]
    series: tuple[Series, ...]
    left_out: int

    @property
    def axis(self) -> tuple[int, ...]:
        """The years below each chart: all if they are few, else the first and the last."""
        return self.years if len(self.years) <= NAMED else (self.years[0], self.years[-1])

    def table(self) -> Iterator[list[Any]]:
        """Yield the figures as rows for a spreadsheet, the first of which contains the labels."""
        yield ["Year", "Indexed resolutions", *(series.label for series in self.series)]
        for index, year in enumerate(self.years):
            yield [year, self.held[index], *(series.figures[index] for series in self.series)]

    def rows(self) -> Iterator[tuple[int, int, list[tuple[str, str]]]]:
        """Yield the rows of the page: a year, its indexed resolutions, figures with links."""
        for index, year in enumerate(self.years):
            cells = [(format_figure(s.figures[index]), s.points[index].url) for s in self.series]
            yield year, self.held[index], cells

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON data."""
        return {
            "by": self.by.name,
            "per_100_resolutions": self.rate,
            "years": list(self.years),
            "held": list(self.held),
            "series": [
                {"label": s.label, "counts": list(s.counts), "figures": list(s.figures)}
                for s in self.series
            ],
        }


@blueprint.get("/trend")
@conditional
def page() -> ResponseReturnValue:
    """Render the charts, and the table below them."""
    query, by, rate = read_request()
    return render_template(
        "trend.html",
        words=query.words,
        query=query,
        trend=build_trend(query, by, rate),
        total=counted(backend().count(query), "paragraph"),
        bys=[(f"By {f.title.lower()}", address(query, f, rate), f == by) for f in CHOICES],
        rates=[
            ("Paragraphs", address(query, by, rate=False), not rate),
            ("Per 100 indexed resolutions", address(query, by, rate=True), rate),
        ],
        chips=narrowings(query),
        stay=lambda q: address(q, by, rate),
        clear_url=address(query.without_filters(), by, rate),
        csv_url=address(query, by, rate, "trend.as_csv"),
        json_url=address(query, by, rate, "trend.as_json"),
        back_url=search_url(query),
        matrix_url=search_url(query, "matrix.page"),
        width=WIDTH,
        height=HEIGHT,
        holdings=holdings(),
    )


@blueprint.get("/trend.csv")
def as_csv() -> Response:
    """Return the figures as CSV, for a spreadsheet."""
    text = BOM + "".join(map(line, build_trend(*read_request()).table()))
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="trend.csv"'
    return response


@blueprint.get("/trend.json")
@conditional
def as_json() -> ResponseReturnValue:
    """Return the figures as JSON."""
    return Response(json_text(build_trend(*read_request()).to_json()), mimetype="application/json")


def address(query: Query, by: Facet, rate: bool, endpoint: str = "trend.page") -> str:
    """Return the URL of a trend."""
    url = search_url(query, endpoint)
    per = "&per=resolutions" if rate else ""
    return f"{url}{'&' if '?' in url else '?'}by={by.name}{per}"


def read_request() -> tuple[Query, Facet, bool]:
    """Read the search, the facet to split by, and whether figures are per 100 resolutions."""
    query = replace(Query.from_args(request_args()), page=1, group=False, sort="relevance")
    by, per = (request.args.get(name, "").strip() for name in ("by", "per"))
    found = next((facet for facet in CHOICES if facet.name == (by or "type")), None)
    if found is None:
        raise QueryError(f"“by={by[:60]}” is not valid: write type or verb.")
    if per not in ("", "resolutions"):
        raise QueryError(f"“per={per[:60]}” is not valid: remove it, or write resolutions.")
    return query, found, per == "resolutions"


def build_trend(query: Query, by: Facet, rate: bool) -> Trend:
    """Count the search by year and value, for all years from the first to the last indexed."""
    held = held_by_year(backend().place, backend().version(), query.lang)
    counts = backend().counts(query, "year", by.name)
    everything = {key[0]: number for key, number in backend().counts(query, "year").items()}
    values = totals(query, by)
    most = sorted(values, key=lambda value: (-values[value], value))[:SERIES]
    years = span(held)
    parts = [("All", query, everything)]
    for value in most:
        of_value = {year: number for (year, one), number in counts.items() if one == value}
        parts.append((by.label(value), with_value(query, by, value), of_value))
    return Trend(
        by=by,
        rate=rate,
        years=years,
        held=tuple(held.get(year, 0) for year in years),
        series=tuple(build_series(*part, years, held if rate else None) for part in parts),
        left_out=len(values) - len(most),
    )


def span(years: Collection[int]) -> tuple[int, ...]:
    """Return all years from first to last, at most `LONGEST`: a file may have a wrong year."""
    last = max(years, default=0)
    return tuple(range(max(min(years, default=1), last - LONGEST + 1), last + 1))


@lru_cache(maxsize=8)
def held_by_year(
    place: str,  # noqa: ARG001 - part of the cache key
    version: str,  # noqa: ARG001
    lang: str,
) -> Mapping[int, int]:
    """Count the indexed resolutions per year in a language; cached per index version."""
    counts = backend().resolution_counts(Query(lang=lang), "year")
    return {int(year): number for (year,), number in counts.items() if year.isdecimal()}


def build_series(
    label: str,
    query: Query,
    found: Mapping[str, int],
    years: tuple[int, ...],
    held: Mapping[int, int] | None,
) -> Series:
    """Return one chart; with `held`, figures are paragraphs per 100 resolutions of the year."""
    counts = Counter({int(year): number for year, number in found.items() if year.isdecimal()})
    figures = tuple(
        compute_figure(counts[year], None if held is None else held.get(year, 0)) for year in years
    )
    return Series(
        label=label,
        url=search_url(query),
        total=counts.total(),
        counts=tuple(counts[year] for year in years),
        figures=figures,
        points=tuple(draw_bars(query, years, figures)),
    )


def compute_figure(count: int, held: int | None) -> float:
    """Return the count, or the count per 100 resolutions, rounded to one decimal."""
    if held is None:
        return count
    return round(100 * count / held, 1) if held else 0


def draw_bars(query: Query, years: tuple[int, ...], figures: tuple[float, ...]) -> Iterator[Point]:
    """Yield the bars, which fill the width of the chart; the highest fills its height."""
    peak, room = max(figures, default=0) or 1, WIDTH / max(len(years), 1)
    for index, (year, value) in enumerate(zip(years, figures, strict=True)):
        height = round(max(2, value / peak * (HEIGHT - 8)), 1) if value else 0
        yield Point(
            year=year,
            label=f"{year}: {format_figure(value)}",
            url=narrowed_url(query, BY_NAME["year"], str(year)) if value else "",
            x=round((index + GAP / 2) * room, 2),
            y=round(HEIGHT - 1 - height, 1),
            width=round((1 - GAP) * room, 2),
            height=height,
        )


def format_figure(value: float) -> str:
    """Format a figure: 1,204 or 3.5."""
    return f"{value:,}"
