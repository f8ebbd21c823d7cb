"""CSV for a spreadsheet: a header row, a row a paragraph, and a last line about the index."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ..citation import citation
from ..results import Hit

BOM = "\ufeff"  # without it, spreadsheets take UTF-8 for the encoding of their country
COLUMNS = (
    *("id", "symbol", "title", "session", "year", "adopted"),
    *("type", "number", "verb", "text", "citation", "url"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(
    hits: Iterable[Hit], address: Callable[[Hit], str], note: str, limit: int
) -> Iterator[str]:
    """The file, line by line: at most `limit` rows, then `note`, which says so if there were more.

    `address` gives a hit's own address.
    """
    stream = iter(hits)
    yield BOM + line(COLUMNS)
    for hit in islice(stream, limit):
        yield line(row(hit, address(hit)))
    cut = next(stream, None) is not None
    yield line([f"Cut at {limit:,} rows: narrow the search for the rest. {note}" if cut else note])


def row(hit: Hit, url: str) -> tuple[Any, ...]:
    """The values of a hit in the order of `COLUMNS`."""
    p, r = hit.paragraph, hit.resolution
    about = (p.id, r.symbol, r.title, r.session, r.year, r.adopted)
    return (*about, p.kind, p.number, p.verb, p.text, citation(r, p), url)


def harmless(value: Any) -> Any:
    """The value, with an apostrophe before what a spreadsheet would run as a formula."""
    if isinstance(value, str):
        # Some spreadsheets read a full-width "＝", or one behind spaces, as the sign itself.
        bare = unicodedata.normalize("NFKC", value).lstrip()
        if value.startswith(_FORMULA) or bare.startswith(_FORMULA):
            return f"'{value}"
    return "" if value is None else value


def line(values: Iterable[Any]) -> str:
    """A row of a file, in which nothing is a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(value) for value in values])
    return out.getvalue()
