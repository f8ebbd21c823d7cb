"""Numbers and names in words: counts, dates, ordinals, sessions, agenda items, committees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from .dates import MONTHS

_DOCUMENT = re.compile(r"\b[AES]/[\w./-]*\w")
_ITEM = re.compile(r"\d{1,3}(?:\s*\([a-z]{1,2}\))*")
_COMMITTEE = re.compile(
    r"\b(First|Second|Third|Fourth|Fifth|Sixth|Special Political|Special Political and "
    r"Decolonization|Credentials|General)\s+Committee"
)
# "62nd plenary meeting", "54th (resumed) plenary meeting"; alone it opens the closing lines.
MEETING = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)\s+(?:\(\w+\)\s+)?(?:plenary\s+)?meeting\b", re.IGNORECASE
)
MEETING_LINE = re.compile(rf"\W*{MEETING.pattern}", re.IGNORECASE)
DATE_LINE = re.compile(r"\W*\d{1,2}\s+[A-Z][a-z]+\s+\d{4}\W*")


def agenda_item(value: str) -> str:
    """An agenda item as it is printed: "75 (a)" for "75(a)"."""
    return re.sub(r"(?<=[\w)])\s*\(", " (", value)


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 paragraph", "1,204 paragraphs"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Names in a row: "English, Arabic and French"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def long_date(text: str | None) -> str:
    """An ISO date as it is printed: "17 December 2025"; other text as it is."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return text or ""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def agenda_items(text: str) -> tuple[str, ...]:
    """The items of a line such as "Agenda items 20 and 78 (a)": ("20", "78 (a)")."""
    if not re.match(r"\W*(?:agenda\s+)?items?\b", text, re.IGNORECASE):
        return ()
    return tuple(map(agenda_item, _ITEM.findall(text)))


def committee(text: str) -> str | None:
    """The committee that a line "[on the report of the First Committee (A/69/435)]" names."""
    if re.search(r"without reference to a main committee", text, re.IGNORECASE):
        return "plenary"
    found = _COMMITTEE.findall(text)
    return f"{found[-1]} Committee" if found else None


def symbols_in(text: str) -> list[str]:
    """Symbols of documents that a line names: "A/69/435", "A/78/L.9"."""
    return [match.rstrip(".") for match in _DOCUMENT.findall(text)]
