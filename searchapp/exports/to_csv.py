"""CSV for a spreadsheet: a header row, a row per paragraph, and a note about the index."""

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

BOM = "\ufeff"  # without it, spreadsheets assume their legacy local encoding
COLUMNS = (
    *("id", "symbol", "title", "session", "year", "adopted"),
    *("type", "number", "verb", "text", "citation", "url"),
)
# Characters that start a formula: =, +, -, @, and those that some spreadsheets treat alike.
_SIGNS = (
    "=+-@\u2212\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29"
    "\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
_QUOTES = "\"'`\u00ab\u00bb\u2018-\u201f\u2039\u203a\uff02\uff07"  # some programs strip them
_IS_FORMULA = re.compile(rf"[\t\r]|[\s{_QUOTES}]*[{re.escape(_SIGNS)}]")
# Cells end at a semicolon in many locales, and at a line break or tab in all. A run is matched
# whole: a lookahead from each of its characters would take quadratic time.
_BREAKS = ";\t\r\n"
_BREAK = re.compile(rf"[{_BREAKS}][;\s{_QUOTES}]*")
_NOT_PRINTED = re.compile(f"[{INVISIBLE}]")


def csv_lines(
    hits: Iterable[Hit], address: Callable[[Hit], str], note: str, limit: int
) -> Iterator[str]:
    """Yield the file by lines: at most `limit` rows, then `note`, which says if rows were cut.

    `address` returns the URL of a hit.
    """
    stream = iter(hits)
    yield BOM + line(COLUMNS)
    for hit in islice(stream, limit):
        yield line(row(hit, address(hit)))
    cut = next(stream, None) is not None
    yield line([f"Truncated at {limit:,} rows: narrow the search. {note}" if cut else note])


def row(hit: Hit, url: str) -> tuple[Any, ...]:
    """Return the values of a hit in the order of `COLUMNS`."""
    p, r = hit.paragraph, hit.resolution
    about = (p.id, r.symbol, r.title, r.session, r.year, r.adopted)
    return (*about, p.kind, p.number, p.verb, p.text, citation(r, p), url)


def harmless(value: Any) -> Any:
    """Return the value, with an apostrophe before anything a spreadsheet would run as a formula.

    Non-printing characters are removed: a terminal may interpret them. None becomes "".
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value if is_printable(value) else _NOT_PRINTED.sub("", value)
    inside = _BREAK.sub(_guard, text)
    return f"'{inside}" if _IS_FORMULA.match(text) else inside


def _guard(found: re.Match[str]) -> str:
    """Return the end of a cell, with an apostrophe if a formula begins the next one."""
    run, after = found[0], found.string[found.end() : found.end() + 1]
    if not after or after not in _SIGNS:
        return run
    last = max(map(run.rfind, _BREAKS)) + 1
    return f"{run[:last]}'{run[last:]}"


def line(values: Iterable[Any]) -> str:
    """Return a row of the file, without formulas."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(value) for value in values])
    return out.getvalue()
