"""Tables of figures in Markdown, aligned so that they are also readable in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .cases import CASES, Case
from .measure import Timing

Timings = Mapping[str, Mapping[str, Timing]]  # by engine, by the case's name
TITLES = {
    "ours": "ours",
    "whole": "ours, 11 facets",
    "fts5": "SQLite FTS5",
    "tantivy": "Tantivy",
    "whoosh": "stock Whoosh",
}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """Format a table whose first `left` columns are texts, and the others numbers."""
    rule = ["---" if place < left else "---:" for place in range(len(heads))]
    return [_line(heads), _line(rule), *map(_line, rows)]


def ratio(ours: float, other: float) -> float:
    """Return how many times as long the other engine takes."""
    return other / ours if ours else float("inf")


def pages(timings: Timings) -> list[str]:
    """Return a table of searches: hits, minimum, median, and the ratios of the other engines."""
    peers = [name for name in timings if name not in ("ours", "whole")]
    heads = ["search", "hits", "cold", *("min", "median")]
    heads += [TITLES["whole"]] if "whole" in timings else []
    for name in peers:
        heads += [f"{TITLES[name]}, cold", "min", "median", "ratio"]
    return table(heads, (_row(case, timings, peers) for case in CASES))


def _row(case: Case, timings: Timings, peers: Sequence[str]) -> list[str]:
    ours = timings["ours"][case.name]
    cells = [f"{case.name}: `{case.title}`", f"{ours.total:,}"]
    cells += [figure(value) for value in (ours.first, ours.least, ours.median)]
    if "whole" in timings:
        cells.append(figure(timings["whole"][case.name].least))
    for name in peers:
        other = timings[name][case.name]
        cells += [figure(other.first), figure(other.least), figure(other.median)]
        same = "" if other.total == ours.total else f" ({other.total:,} hits)"
        cells.append(f"{figure(ratio(ours.least, other.least))}{same}")
    return cells


def figure(value: float) -> str:
    """Format a number with its significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
