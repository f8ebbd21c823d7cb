"""A search counted by two facets, such as verb by session; each cell links to its search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import QueryError
from ...exports.to_csv import BOM, line
from ...exports.to_json import json_text
from ...query.choices import is_excluded, value_of, written
from ...query.facets import FACETS, Facet
from ...query.filter_labels import in_words, narrowings
from ...query.query import Query
from ...text.wording import counted
from ..shared.addresses import ChoiceAddresses, request_args, search_url
from ..shared.opened_index import backend, conditional, holdings

blueprint = Blueprint("matrix", __name__)
ROWS, MOST_ROWS, MOST_COLUMNS = 20, 200, 100
CHOICES = tuple(facet for facet in FACETS if facet.shown and facet.name != "lang")


@dataclass(frozen=True, slots=True)
class Cell:
    """The number of paragraphs with both values, and their search; `strength` is 0 to 4."""

    count: int
    url: str
    strength: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row: the label, total and search of its value, and a cell per column."""

    label: str
    total: int
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The most frequent values of two facets; `left_out` counts the other rows and columns."""

    rows: Facet
    columns: Facet
    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    left_out: tuple[int, int]

    def table(self) -> Iterator[list[Any]]:
        """Yield the matrix as rows for a spreadsheet, the first of which contains the labels."""
        yield [self.rows.title, "Paragraphs", *(label for label, _ in self.heads)]
        for row in self.lines:
            yield [row.label, row.total, *(cell.count for cell in row.cells)]

    def to_json(self) -> dict[str, Any]:
        """Return the matrix as JSON data."""
        return {
            "rows": self.rows.name,
            "columns": self.columns.name,
            "values": [label for label, _ in self.heads],
            "lines": [
                {"label": row.label, "total": row.total, "counts": [c.count for c in row.cells]}
                for row in self.lines
            ],
        }


@blueprint.get("/matrix")
@conditional
def page() -> ResponseReturnValue:
    """Render the matrix as a table of links."""
    query, rows, columns = read_request()
    found = build_matrix(query, rows, columns, ROWS)
    total = backend().count(query)
    return render_template(
        "matrix.html",
        words=query.words,
        matrix=found,
        choices=CHOICES,
        fields=query.to_args(),
        total=counted(total, "paragraph"),
        narrowed=in_words(query),
        chips=narrowings(query),
        stay=lambda q: address(q, rows, columns),
        clear_url=address(query.without_filters(), rows, columns),
        turned_url=address(query, columns, rows),
        csv_url=address(query, rows, columns, "matrix.as_csv"),
        json_url=address(query, rows, columns, "matrix.as_json"),
        back_url=search_url(query),
        holdings=holdings(),
        query=query,
    )


@blueprint.get("/matrix.csv")
def as_csv() -> Response:
    """Return the matrix as CSV, for a spreadsheet."""
    text = BOM + "".join(map(line, build_matrix(*read_request(), MOST_ROWS).table()))
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="matrix.csv"'
    return response


@blueprint.get("/matrix.json")
@conditional
def as_json() -> ResponseReturnValue:
    """Return the matrix as JSON."""
    found = build_matrix(*read_request(), MOST_ROWS)
    return Response(json_text(found.to_json()), mimetype="application/json")


def address(query: Query, rows: Facet, columns: Facet, endpoint: str = "matrix.page") -> str:
    """Return the URL of a matrix."""
    url = search_url(query, endpoint)
    return f"{url}{'&' if '?' in url else '?'}rows={rows.name}&columns={columns.name}"


def read_request() -> tuple[Query, Facet, Facet]:
    """Read the search and the two facets from the current URL; `QueryError` if invalid."""
    query = replace(Query.from_args(request_args()), page=1, group=False)
    rows, columns = read_facet("rows", "verb"), read_facet("columns", "session")
    if rows == columns:
        raise QueryError(f"Rows and columns are both “{rows.name}”: choose two different facets.")
    return query, rows, columns


def read_facet(name: str, default: str) -> Facet:
    """Read the facet that a parameter names; `QueryError` for an unknown one."""
    given = request.args.get(name, "").strip() or default
    for choice in CHOICES:
        if choice.name == given:
            return choice
    known = ", ".join(choice.name for choice in CHOICES)
    raise QueryError(f"“{name}={given[:60]}” is not valid: write {known}.")


def build_matrix(query: Query, rows: Facet, columns: Facet, most: int) -> Matrix:
    """Count the search by both facets; the totals decide which values are shown."""
    counts = backend().counts(query, rows.name, columns.name)
    downwards, across = totals(query, rows), totals(query, columns)
    shown = select_frequent(rows, downwards, most)
    heads = select_frequent(columns, across, MOST_COLUMNS)
    peak = max((counts.get((row, head), 0) for row in shown for head in heads), default=0)
    urls = value_urls(query, columns, heads)
    return Matrix(
        rows=rows,
        columns=columns,
        heads=tuple((columns.label(head), url) for head, url in zip(heads, urls, strict=True)),
        lines=tuple(
            Line(
                label=rows.label(row),
                total=downwards[row],
                url=url,
                cells=cells(
                    [counts.get((row, head), 0) for head in heads],
                    value_urls(with_value(query, rows, row), columns, heads),
                    peak,
                ),
            )
            for row, url in zip(shown, value_urls(query, rows, shown), strict=True)
        ),
        left_out=(len(downwards) - len(shown), len(across) - len(heads)),
    )


def cells(counts: list[int], urls: list[str], peak: int) -> tuple[Cell, ...]:
    """Return the cells of a row."""
    pairs = zip(counts, urls, strict=True)
    return tuple(Cell(count, url, strength(count, peak)) for count, url in pairs)


def totals(query: Query, facet: Facet) -> dict[str, int]:
    """Count paragraphs per value; if values are chosen, only of these: paragraphs have several."""
    counts = {key[0]: number for key, number in backend().counts(query, facet.name).items()}
    wanted = [value_of(v) for v in query.values(facet.name) if not is_excluded(v)]
    if wanted and facet.name != "year":  # a range of years is not a value
        return {value: counts[value] for value in wanted if value in counts}
    return {value: number for value, number in counts.items() if value}


def select_frequent(facet: Facet, totals: dict[str, int], most: int) -> list[str]:
    """Return the most frequent values, in the facet's own order if it has one."""
    kept = sorted(totals, key=lambda value: (-totals[value], facet.by_name(value)))[:most]
    return sorted(kept, key=facet.by_name) if facet.order else kept


def narrowed_url(query: Query, facet: Facet, value: str) -> str:
    """Return the URL of the search for one value of a facet."""
    return search_url(with_value(query, facet, value))


def value_urls(query: Query, facet: Facet, values: list[str]) -> list[str]:
    """Return the URL of the search for each value of a facet, as by `narrowed_url`."""
    addresses = ChoiceAddresses(without_included(query, facet), url_for("search.page"))
    return [addresses.toggled(facet.name, written(value)) for value in values]


def with_value(query: Query, facet: Facet, value: str) -> Query:
    """Return the query with one value of a facet included, instead of others; keep exclusions."""
    return without_included(query, facet).toggled(facet.name, written(value))


def without_included(query: Query, facet: Facet) -> Query:
    """Return the query without the values that it includes of a facet."""
    return query.with_values(facet.name, filter(is_excluded, query.values(facet.name)))


def strength(count: int, peak: int) -> int:
    """Return the shade of a cell: a square root, so that small numbers are visible, too."""
    return round(4 * (count / peak) ** 0.5) if peak else 0
