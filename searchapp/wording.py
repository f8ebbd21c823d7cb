"""Numbers and names in words: counts, dates, ordinals, sessions, agenda items, committees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

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
_DATE = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{'|'.join(MONTHS)})\s+(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\b[AES]/[\w./-]*\w")
_ITEM = re.compile(r"\d{1,3}(?:\s*\([a-z]{1,2}\))*")
_COMMITTEE = re.compile(
    r"\b(First|Second|Third|Fourth|Fifth|Sixth|Special Political|Special Political and "
    r"Decolonization|Credentials|General)\s+Committee"
)
_UNITS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_TENTHS = (
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth"
).split()
ORDINALS: dict[str, int] = {
    **{word: n for n, word in enumerate(_UNITS, 1)},
    **{word: 10 * n for n, word in enumerate(_TENTHS, 2)},
    **{
        f"{ten}-{unit}": 10 * t + u
        for t, ten in enumerate(_TENS, 2)
        for u, unit in enumerate(_UNITS[:9], 1)
    },
}
ORDINAL = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[-‑ ])?[a-z]+(?:st|nd|rd|th)"
)
_SESSION = re.compile(
    rf"\b(?P<ordinal>{ORDINAL})\s+(?P<kind>emergency\s+special\s+|special\s+)?session\b",
    re.IGNORECASE,
)

# "62nd plenary meeting", "54th (resumed) plenary meeting"; alone it opens the closing lines.
MEETING = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)\s+(?:\(\w+\)\s+)?(?:plenary\s+)?meeting\b", re.IGNORECASE
)
MEETING_LINE = re.compile(rf"\W*{MEETING.pattern}", re.IGNORECASE)
DATE_LINE = re.compile(r"\W*\d{1,2}\s+[A-Z][a-z]+\s+\d{4}\W*")


def date_in(text: str) -> str | None:
    """The first date of a text ("2 December 2014") as ISO 8601, or None."""
    match = _DATE.search(text)
    if match is None:
        return None
    month = MONTHS.index(match["month"].lower()) + 1
    day = int(match["day"])
    return f"{match['year']}-{month:02}-{day:02}" if 1 <= day <= 31 else None


def agenda_item(value: str) -> str:
    """An agenda item as it is printed: "75 (a)" for "75(a)"."""
    return re.sub(r"(?<=\w)\(", " (", value)


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


def ordinal(words: str) -> int | None:
    """The number that an ordinal in words means ("seventy-eighth" is 78), or None."""
    return ORDINALS.get(re.sub(r"[\s‑]", "-", words.strip().lower()))


def session_in(text: str) -> str | None:
    """The first session that a text names: "79", "S-26" (special), "ES-10" (emergency)."""
    for match in _SESSION.finditer(text):
        number = ordinal(match["ordinal"])
        if number:
            kind = (match["kind"] or "").lower()
            return ("ES-" if "emergency" in kind else "S-" if kind else "") + str(number)
    return None


def agenda_items(text: str) -> tuple[str, ...]:
    """The items of a line such as "Agenda items 20 and 78 (a)": ("20", "78 (a)")."""
    if not re.match(r"\W*(?:agenda\s+)?items?\b", text, re.IGNORECASE):
        return ()
    return tuple(re.sub(r"\s*\(", " (", item) for item in _ITEM.findall(text))


def committee(text: str) -> str | None:
    """The committee that a line "[on the report of the First Committee (A/69/435)]" names."""
    if re.search(r"without reference to a main committee", text, re.IGNORECASE):
        return "plenary"
    found = _COMMITTEE.findall(text)
    return f"{found[-1]} Committee" if found else None


def symbols_in(text: str) -> list[str]:
    """Symbols of documents that a line names: "A/69/435", "A/78/L.9"."""
    return [match.rstrip(".") for match in _DOCUMENT.findall(text)]
