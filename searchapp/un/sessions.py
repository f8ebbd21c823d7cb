"""Sessions of the organs: parsing of numbers and names, and their years."""

from __future__ import annotations

import re

from ..text.numerals import ORDINAL, parse_ordinal, parse_roman

_WRITTEN = re.compile(r"((?:E?S-)?)([0-9]{1,4}|[IVXLCDM]{1,12})", re.IGNORECASE | re.ASCII)
# "Seventy-eighth session" (A/RES/78/10), "tenth emergency special session" (A/RES/76/10).
_NAMED = re.compile(
    rf"\b(?P<ordinal>{ORDINAL})\s+(?P<kind>emergency\s+special\s+|special\s+)?session\b",
    re.IGNORECASE,
)
# The Assembly's first session opened in January 1946, each later one in the September of its year.
_ASSEMBLY_BEFORE, _OPENS = 1945, 9
# The Human Rights Council first met in 2006, and meets thrice a year.
_COUNCIL_BEGAN, _COUNCIL_MEETS = 2006, 3


def parse_session(text: str) -> str | None:
    """Return "79", "S-26" (special) or "ES-10" (emergency) for any spelling ("LXXIX"), or None."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    number = int(match[2]) if match[2].isdecimal() else parse_roman(match[2])
    return None if number is None else f"{match[1].upper()}{number}"


def session_in(text: str) -> str | None:
    """Return the first session that a text names in words, in `parse_session`'s form, or None."""
    for match in _NAMED.finditer(text):
        number = parse_ordinal(match["ordinal"])
        if number:
            kind = (match["kind"] or "").lower()
            return ("ES-" if "emergency" in kind else "S-" if kind else "") + str(number)
    return None


def session_on(day: str) -> str:
    """Return the regular session of the Assembly at an ISO date."""
    year, month = int(day[:4]), int(day[5:7])
    return str(max(year - _ASSEMBLY_BEFORE - (month < _OPENS), 1))  # the first began in January


def opening_year(session: str) -> int | None:
    """Return the opening year of a regular session of the Assembly, None for other sessions."""
    is_regular = session.isdecimal() and len(session) < 5
    return _ASSEMBLY_BEFORE + int(session) if is_regular else None


def can_meet(body: str, session: str, year: int) -> bool:
    """Return whether a regular session of an organ (a key of `BODIES`) can have met in a year.

    Always True for organs other than the Assembly and the Human Rights Council: no rule is known.
    """
    if body == "ga":
        return year - _ASSEMBLY_BEFORE - int(session) in (0, 1)
    expected = _COUNCIL_BEGAN + (int(session) - 1) / _COUNCIL_MEETS
    return body != "hrc" or abs(year - expected) <= 1
