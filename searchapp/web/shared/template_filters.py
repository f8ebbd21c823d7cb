"""Formats of numbers, dates, languages and ranges on pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...query.facets import LANGUAGES
from ...search.backend import Coverage
from ...text.wording import counted, long_date
from ...un.symbols import session_order


def thousands(number: int) -> str:
    """Format a number with thousands separators."""
    return f"{number:,}"


def languages(code: str) -> str:
    """Return the English name of a language."""
    return LANGUAGES.get(code, code)


def reach(row: Coverage) -> str:
    """Format the sessions and years of a row of coverage: "sessions 78–80 (2023–2025)"."""
    sessions = sorted(row.sessions, key=session_order)
    regular = [int(s) for s in sessions if s.isdecimal()]
    special = [s for s in sessions if not s.isdecimal()]
    parts, years = [*_ranges(regular), *special], ", ".join(_ranges(row.years))
    if not parts:
        return years
    noun = "sessions" if len(sessions) > 1 else "session"
    return f"{noun} {', '.join(parts)}" + (f" ({years})" if years else "")


def _ranges(numbers: Iterable[int]) -> list[str]:
    """Format runs of consecutive numbers: 1, 2, 3, 7 -> "1–3", "7"."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return [f"{low}–{high}" if low != high else f"{low}" for low, high in runs]


RIGHT_TO_LEFT = frozenset(["ar"])  # languages
FILTERS: dict[str, Callable[..., Any]] = {
    "counted": counted,
    "thousands": thousands,
    "long_date": long_date,
    "language": languages,
}
