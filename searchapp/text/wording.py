"""Formatting of numbers, lists of names and dates for pages, messages and exports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from .dates import MONTHS


def agenda_item(value: str) -> str:
    """Format an agenda item as it is printed: "75(a)" → "75 (a)"."""
    return re.sub(r"(?<=[\w)])\s*\(", " (", value)


def counted(number: int, noun: str) -> str:
    """Format a number with its noun: "1 paragraph", "1,204 paragraphs"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Join names into a list: "English, Arabic and French"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def long_date(text: str | None) -> str:
    """Format an ISO date as it is printed: "17 December 2025"; return other texts unchanged."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return text or ""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"
