"""`searchapp search`: hits as text, JSON or CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import SearchAppError
from ..query.facets import FACETS, Facet
from ..settings.config import BY_NAME, Settings
from .group import index_option, main, open_index
from .options import EXPORTING, INDEX

if TYPE_CHECKING:
    from ..query.query import Query
    from ..search.backend import Backend
    from ..search.results import Hit
    from ..settings.public_address import PublicAddress

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
SEARCH_EXAMPLES = """\b
Examples:
  searchapp search invites states
  searchapp search '"invites all Member States"' --year 2010..2020 --sort newest
  searchapp search --verb requests --verb urges --type operative
  searchapp search --verb=-recalls climate            all verbs except this one
  searchapp search -- water -desalination             after "--", "-" excludes a word
  searchapp search 'session:75..80 to:"Secretary-General"' --format json
"""


def filter_options(command: Decorated) -> Decorated:
    """Add an option for each facet that can filter."""
    for facet in reversed([f for f in FACETS if f.narrows]):
        command = click.option(
            f"--{facet.name}", multiple=True, metavar="VALUE", help=_filter_help(facet)
        )(command)
    return command


def _filter_help(facet: Facet) -> str:
    known = f": {', '.join(facet.labels)}" if facet.labels else ""
    return f"{facet.title}{known}."


@main.command(epilog=SEARCH_EXAMPLES, follows=INDEX + EXPORTING)
@click.argument("words", nargs=-1, metavar="[WORDS]…")
@filter_options
@click.option("--adopted-from", metavar="DATE", help="Adopted on this date or later (2014-12-02).")
@click.option("--adopted-to", metavar="DATE", help="Adopted on this date or earlier.")
@click.option(
    "--verbs", type=click.Choice(["any"]), help="any: --verb matches all verbs of a paragraph."
)
@click.option("--lang", metavar="CODE", help="Language code, or all.  [default: en]")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest", "symbol"]))
@click.option("--limit", type=click.IntRange(1), help="Hits per page (20), or rows of CSV.")
@click.option("--page", type=click.IntRange(1), help="Page number.  [default: 1]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
@click.option("--explain", is_flag=True, help="Print the parsed query as a tree.")
@click.option("--color/--no-color", default=None, help="Print matches in bold, or not.")
@index_option
def search(
    words: tuple[str, ...],
    form: str,
    limit: int | None,
    explain: bool,
    color: bool | None,
    settings: Settings,
    **filters: Any,
) -> None:
    """Search paragraphs.

    Words are ANDed, "…" is exact, OR, NOT and brackets combine. Filters can be repeated: either
    value matches. A value with a leading "-" is excluded.
    """
    kept = min(limit, 100) if limit and form == "csv" else limit
    query = make_query(" ".join(words), {**filters, "limit": kept})
    if query.is_empty:
        raise click.UsageError("Give words to search for, or a filter such as --session 79.")
    if explain and form != "text":
        raise click.UsageError("--explain prints text only: omit --format.")
    if explain:
        show_tree(query, settings)
        return
    with open_index(settings) as backend:
        if form == "csv":
            rows = BY_NAME["CSV_ROWS"].parse(limit, "--limit") if limit else settings.csv_rows
            show_csv(backend, query, rows, settings.public_url)
        elif form == "json":
            from ..exports.results_json import results_json
            from ..exports.to_json import json_text

            click.echo(json_text(results_json(backend.search(query))), nl=False)
        else:
            shown = sys.stdout.isatty() if color is None else color
            click.echo("\n".join(text_lines(backend, query)), color=shown)


def make_query(words: str, filters: dict[str, Any]) -> Query:
    """Return the `Query` of a URL with these parameters."""
    from ..query.query import Query

    pairs = [("q", words)]
    for name, given in filters.items():
        values = given if isinstance(given, tuple) else (given,)
        pairs += [(name, str(value)) for value in values if value is not None]
    return Query.from_args(pairs)


def show_tree(query: Query, settings: Settings) -> None:
    """Print the parsed query; this needs no index."""
    from ..backends import explained
    from ..query.explain import explain
    from .terminal import clean

    for line in (*explain(query), *explained(settings.index, query)):
        click.echo(clean(line))


def text_lines(backend: Backend, query: Query) -> list[str]:
    """Return a page of hits, or suggestions if there are none."""
    from ..search.no_hits import advice
    from .terminal import advice_lines, result_lines

    found = backend.search(query)
    if found.page > found.pages:
        raise SearchAppError(f"There is no page {found.page:,}: the last page is {found.pages:,}.")
    if found.total:
        return result_lines(found)
    held = [row for row in backend.coverage() if query.lang in ("all", row.language)]
    return advice_lines(advice(backend, query), held)


def show_csv(backend: Backend, query: Query, rows: int, public: PublicAddress) -> None:
    """Print every hit as a row, up to a number of rows, and the coverage as the last line."""
    from urllib.parse import quote

    from ..exports.to_csv import csv_lines
    from .terminal import coverage_line

    held = "; ".join(coverage_line(row) for row in backend.coverage())

    def address(hit: Hit) -> str:
        return f"{public}/resolutions/" + quote(hit.paragraph.id, safe="/#()@,")

    for line in csv_lines(backend.scan(query), address, f"Indexed: {held}.", rows):
        click.echo(line, nl=False)
