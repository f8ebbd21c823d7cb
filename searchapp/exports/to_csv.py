"""CSV for a spreadsheet: a header row, a row a paragraph, and a last line about the index."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ..model.citation_form import citation
from ..search.results import Hit
from ..text.printable import INVISIBLE, is_printable

BOM = "\ufeff"  # without it, spreadsheets take UTF-8 for the encoding of their country
COLUMNS = (
    *("id", "symbol", "title", "session", "year", "adopted"),
    *("type", "number", "verb", "text", "citation", "url"),
)
# What begins a formula: =, +, -, @, and what some spreadsheets take for one of them.
_SIGNS = (
    "=+-@\u2212\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29"
    "\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
_QUOTES = "\"'`\u00ab\u00bb\u2018-\u201f\u2039\u203a\uff02\uff07"  # some programs drop them
_IS_FORMULA = re.compile(rf"[\t\r]|[\s{_QUOTES}]*[{re.escape(_SIGNS)}]")
# In many countries a semicolon parts cells, and everywhere a line's end or a tab does. A run is
# matched whole: to look ahead from each of its signs would take the square of its length.
_BREAKS = ";\t\r\n"
_BREAK = re.compile(rf"[{_BREAKS}][;\s{_QUOTES}]*")
_NOT_PRINTED = re.compile(f"[{INVISIBLE}]")


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
    yield line([f"Truncated at {limit:,} rows: narrow the search. {note}" if cut else note])


def row(hit: Hit, url: str) -> tuple[Any, ...]:
    """The values of a hit in the order of `COLUMNS`."""
    p, r = hit.paragraph, hit.resolution
    about = (p.id, r.symbol, r.title, r.session, r.year, r.adopted)
    return (*about, p.kind, p.number, p.verb, p.text, citation(r, p), url)


def harmless(value: Any) -> Any:
    """The value, with an apostrophe before what a spreadsheet would run as a formula.

    Characters that are not printed are left out: a terminal may obey them.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value if is_printable(value) else _NOT_PRINTED.sub("", value)
    inside = _BREAK.sub(_guarded, text)
    return f"'{inside}" if _IS_FORMULA.match(text) else inside


def _guarded(found: re.Match[str]) -> str:
    """Return the end of a cell, with an apostrophe if a formula begins the next one."""
    run, after = found[0], found.string[found.end() : found.end() + 1]
    if not after or after not in _SIGNS:
        return run
    last = max(map(run.rfind, _BREAKS)) + 1
    return f"{run[:last]}'{run[last:]}"


def line(values: Iterable[Any]) -> str:
    """A row of a file, in which nothing is a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(value) for value in values])
    return out.getvalue()
