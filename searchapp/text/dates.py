"""Parsing of dates as printed in running text, and as ISO 8601 in data and queries."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import TypeVar

T = TypeVar("T")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
# "2 December 2014" (A/RES/69/28), and as people type it "2nd December 2014".
_PRINTED = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{'|'.join(MONTHS)})\s+(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def date_in(text: str) -> str | None:
    """Return the first date of a text ("2 December 2014") as ISO 8601, or None."""
    match = _PRINTED.search(text)
    if match is None:
        return None
    month = MONTHS.index(match["month"].lower()) + 1
    day = int(match["day"])
    return f"{match['year']}-{month:02}-{day:02}" if 1 <= day <= 31 else None


def is_day(text: str) -> bool:
    """Return whether a text is a valid calendar date in the form "2014-12-02"."""
    try:
        return len(text) == len("2014-12-02") and bool(first_day(text))
    except ValueError:  # 2014-02-30
        return False


def first_day(text: str) -> date:
    """Return the first day of "2014", "2014-12" or "2014-12-02"; `ValueError` for other texts."""
    year, month, day = _iso(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """Return the last day of "2014", "2014-12" or "2014-12-02"; `ValueError` for other texts."""
    first, (_, month, day) = first_day(text), _iso(text)
    month = month or 12
    return date(first.year, month, day or monthrange(first.year, month)[1])


def parse_span(
    text: str, low: Callable[[str], T], high: Callable[[str], T]
) -> tuple[T | None, T | None]:
    """Parse "2010..2020", "2010..", "..2020" or "2015" into both ends, None for an open one.

    `low` and `high` parse an end; like this function for "..", they raise `ValueError`.
    """
    first, dots, last = text.partition("..")
    last = last if dots else first
    if not (first or last):
        raise ValueError(f"“{text}” has neither a beginning nor an end.")
    return (low(first) if first else None), (high(last) if last else None)


def _iso(text: str) -> tuple[int, int | None, int | None]:
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}” is no date such as 2014-12-02.")
    year, month, day = match.groups()
    return int(year), int(month) if month else None, int(day) if day else None
