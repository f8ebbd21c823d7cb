"""Recognition of a resolution's printed elements: cover, title, enacting words, annexes, close.

The readers of all formats and the parser share these rules. Each pattern names a document that
requires it.
"""

from __future__ import annotations

import re

from ..text.dates import date_in
from ..text.numerals import ORDINAL
from ..text.wording import agenda_item
from .symbols import BODIES, BRACKETED, PART, SLASHED

# Cover ----------------------------------------------------------------------------------------

# "Resolution adopted by the General Assembly on 2 December 2014" (A/RES/69/28), "Adopted by the
# Security Council at its 4501st meeting, on" (S/RES/1401(2002)).
ADOPTED = re.compile(r"\badopted (?:by|at|on)\b", re.IGNORECASE)
_ADOPTION_LINE = re.compile(rf"\W*(?:resolution )?{ADOPTED.pattern}", re.IGNORECASE)
# "Agenda item 91" (A/RES/69/28), "Agenda items 20 and 78 (a)" (A/RES/76/296).
AGENDA = r"Agenda items? \d"
AGENDA_LINE = r"Agenda items? [\d\W]*\d\s*(?:\([a-z]\)\W*)*"
_AGENDA = re.compile(rf"\b{AGENDA}.*")
_ITEMS = re.compile(r"\W*(?:agenda\s+)?items?\b", re.IGNORECASE)
_ITEM = re.compile(r"\d{1,3}(?:\s*\([a-z]{1,2}\))*")
# "[on the report of the First Committee (A/69/435)]" (A/RES/69/28), "[without reference to a Main
# Committee (A/63/L.42 and Add.1)]" (A/RES/63/111).
_PLENARY = re.compile(r"without reference to a main committee", re.IGNORECASE)
_COMMITTEE = re.compile(
    r"\b(First|Second|Third|Fourth|Fifth|Sixth|Special Political|Special Political and "
    r"Decolonization|Credentials|General)\s+Committee"
)
COMMITTEE_LINE = r"\[(?:on the report|without reference)"
_DOCUMENT = re.compile(r"\b[AES]/[\w./-]*\w")
# "[DU1]" and "<<ODS JOB NO>>" are left in dumps of Word files (A/RES/67/27, A/RES/69/28), where
# the masthead is one line: "United NationsA/RES/69/28General AssemblyDistr.: General".
_COVER_LINE = re.compile(
    rf"\s*(?:{COMMITTEE_LINE}|Resolution adopted by|Distr\.|{AGENDA}|"
    r"\[DU\d|<<ODS|United Nations(?:[A-Z]|$)|SAMPLE TEXT)",
    re.IGNORECASE,
)
# "Reissued for technical reasons on 13 July 2021" (A/RES/75/290 B).
_REISSUED = re.compile(r"\breissued\b[^.]*?(?:\bon \d+ \w+ \d{4}|$|\.)", re.IGNORECASE)


def is_cover_line(text: str) -> bool:
    """Return whether a line begins like a line of the cover, above or below the title."""
    return bool(_COVER_LINE.match(text))


def is_adoption_line(text: str) -> bool:
    """Return whether a line begins with "Resolution adopted by", "Adopted by" or similar."""
    return bool(_ADOPTION_LINE.match(text))


def agenda_items(text: str) -> tuple[str, ...]:
    """Return the items of a line such as "Agenda items 20 and 78 (a)": ("20", "78 (a)")."""
    return tuple(map(agenda_item, _ITEM.findall(text))) if _ITEMS.match(text) else ()


def agenda_items_in(text: str) -> tuple[str, ...]:
    """Return the items after "Agenda item" anywhere in a line."""
    match = _AGENDA.search(text)
    return agenda_items(match[0]) if match else ()


def committee(text: str) -> str | None:
    """Return the committee whose report a cover line cites, or None.

    "plenary" if the resolution was adopted without reference to a committee.
    """
    if _PLENARY.search(text):
        return "plenary"
    found = _COMMITTEE.findall(text)
    return f"{found[-1]} Committee" if found else None


def symbols_in(text: str) -> list[str]:
    """Return the document symbols in a line: "A/69/435", "A/78/L.9"."""
    return [match.rstrip(".") for match in _DOCUMENT.findall(text)]


def reissue_date(text: str) -> str | None:
    """Return the ISO date of a reissue note, "" if the note has no date, None for other texts."""
    match = _REISSUED.search(text)
    return (date_in(match[0]) or "") if match else None


# Title ----------------------------------------------------------------------------------------

# "69/28. Developments in the field of information" (A/RES/69/28), "ES-11/6. Principles"
# (A/RES/ES-11/6), "76/235 B." and "76/235B."; in brackets up to the thirtieth session: "913 (X).
# Effects of atomic radiation" (A/RES/913(X)), "1151. (XII). United" (after A/RES/1145(XII)).
_TITLE = re.compile(
    rf"\W*(?P<number>{SLASHED}{PART}|{BRACKETED})\.(?!\d)\s*(?P<title>.*)", re.DOTALL
)
# "Resolution 1401 (2002)" (S/RES/1401(2002)): resolutions of the Security Council have no title.
_COUNCIL_TITLE = re.compile(r"\W*resolution (?P<number>\d{1,4} \(\d{4}\))", re.IGNORECASE)
_LETTER = re.compile(r"[A-Z]")


def split_title(text: str) -> tuple[str, str] | None:
    """Return the number and title of a line such as "69/28. Developments …", or None."""
    match = _TITLE.fullmatch(text)
    return (match["number"].replace(".", ""), match["title"]) if match else None


def council_number(text: str, alone: bool = False) -> str | None:
    """Return "1401 (2002)" for a line that begins with "Resolution 1401 (2002)", else None.

    With `alone`, no further words may follow.
    """
    match = _COUNCIL_TITLE.match(text)
    is_one = match and not (alone and re.search(r"\w", text[match.end() :]))
    return match["number"] if match and is_one else None


def is_part_letter(text: str) -> bool:
    """Return whether a line is a part letter ("A"), like those above 77/264 A, B and C."""
    return bool(_LETTER.fullmatch(text))


# Enacting words -------------------------------------------------------------------------------

_ORGANS = "|".join(BODIES.values())
_BODY_OF = {name: body for body, name in BODIES.items()}
# "The General Assembly," (A/RES/69/28); without its comma in A/RES/1395(XIV).
_ENACTING = re.compile(rf"\W*The (?P<organ>{_ORGANS})\b")
_ENACTING_LINE = re.compile(rf"{_ENACTING.pattern}\W*")
_ENACTS = re.compile(rf"{_ENACTING.pattern}(?:,|\W*$)")
# In texts with joined lines, the words are inside a line: "Question of Pitcairn The General
# Assembly, Recalling" (the start of A/RES/78/95).
_ENACTING_WORDS = rf"(?P<enacting>The (?:{_ORGANS}),)"
_ENACTED = re.compile(rf"{_ENACTING_WORDS}\s+(?=[A-Z])")
_ENACTED_AFTER = re.compile(rf"(?:.*?\S\s)?{_ENACTING_WORDS}(?:\s+(?=[A-Z])|\W*\Z)")


def is_enacting(text: str) -> bool:
    """Return whether a line consists of enacting words: "The General Assembly,"."""
    return bool(_ENACTING_LINE.fullmatch(text))


def enacts(text: str) -> bool:
    """Return whether a line begins with enacting words that end at a comma or at the line's end."""
    return bool(_ENACTS.match(text))


def enacting_organ(text: str) -> str | None:
    """Return the organ (a key of `BODIES`) of the enacting words that begin a text, or None."""
    match = _ENACTING.match(text)
    return _BODY_OF[match["organ"]] if match else None


def enacting_span(text: str, after_title: bool) -> tuple[int, int] | None:
    """Return the span of enacting words inside a longer text, or None.

    With `after_title`, other words may precede them: a joined line may begin with the title.
    """
    match = (_ENACTED_AFTER if after_title else _ENACTED).match(text)
    return match.span("enacting") if match else None


# Numbers --------------------------------------------------------------------------------------

# "12." (A/HRC/RES/32/4), "1.1" (A/RES/76/3).
COUNT = r"\d{1,3}(?:\.\d{1,2})?\."
# "(a)", "(aa)" (A/RES/76/140), "(iv)" (A/RES/2106(XX)).
ITEM = r"\((?:[a-z]{1,2}|[ivx]{1,6}|\d{1,2})\)"
# The first character after a number: "12.Reaffirms", "12. “Agreed".
OPENING = '[A-Z“"]'
# Final punctuation of a paragraph or one of its lines; headings have none.
STOPS = ",;:."
# "II" (A/RES/76/226): a section number, on a separate line above the heading.
SECTION_NUMBER = r"[IVXLC]+\.?|[A-Z]\.?"
_NUMBERED = re.compile(
    rf"(?P<label>{COUNT}(?=\s|{OPENING})|\d{{1,2}}\.\d{{1,2}}(?=\s[A-Z][a-z])|{ITEM})\s*(?=\S)"
)


def split_label(text: str) -> tuple[str | None, str]:
    """Split a text into its printed number ("12.", "(a)"; None without one) and the rest."""
    match = _NUMBERED.match(text)
    return (match["label"], text[match.end() :]) if match else (None, text)


# Annexes --------------------------------------------------------------------------------------

# By language; the number is Roman ("Annex II", A/RES/78/128), Arabic or a letter.
_ANNEX_NAMES = {
    "en": "Annex",  # "ANNEX I" (A/RES/54/263), "Annex" (A/RES/319(IV))
    "fr": "Annexe",
    "es": "Anexo",
    "ru": "Приложение",
    "zh": "附件",
}
_ANNEX_NUMBER = r"[IVXLC]{1,7}|\d{1,3}|[A-Z]"
# Capitalised or in capitals: in lower case it is part of a sentence ("in the present annex.").
_ANNEX = "|".join(
    form for name in _ANNEX_NAMES.values() for form in dict.fromkeys((name, name.upper()))
)
_ANNEX_HEADING = re.compile(rf"\s*(?:{_ANNEX})\b[\s.]*(?:{_ANNEX_NUMBER})?\W*")
_APPENDIX_HEADING = re.compile(rf"\s*(?:Appendix|APPENDIX)(?:\s+(?:{_ANNEX_NUMBER}))?\W*")
_HEADS_ANNEX = re.compile(rf"\s*(?:{_ANNEX}|Appendix|APPENDIX)\b")
# Also the number alone, or followed by other words, as other programs store headings.
_NUMBERED_ANNEX = re.compile(
    rf"\W*(?:(?i:{_ANNEX})\W+(?P<named>{_ANNEX_NUMBER})\b|(?P<bare>[IVXLC]{{1,7}}|\d{{1,3}})\W*$)"
)


def is_annex_heading(text: str) -> bool:
    """Return whether a line is "Annex", "ANNEX II" or the same in another language."""
    return bool(_ANNEX_HEADING.fullmatch(text))


def is_appendix_heading(text: str) -> bool:
    """Return whether a line is "Appendix" or "Appendix II", the heading of a part of an annex."""
    return bool(_APPENDIX_HEADING.fullmatch(text))


def heads_annex(text: str) -> bool:
    """Return whether a heading begins with "Annex" or "Appendix", whatever follows."""
    return bool(_HEADS_ANNEX.match(text))


def annex_number(heading: str) -> str | None:
    """Return the printed number of an annex ("II" of "Annex II. Rules"), or None."""
    match = _NUMBERED_ANNEX.match(heading)
    return (match["named"] or match["bare"]) if match else None


# Close ----------------------------------------------------------------------------------------

# "62nd plenary meeting" (A/RES/69/28), "54th resumed plenary meeting" (A/RES/76/242), "42nd
# meeting" (A/HRC/RES/32/4).
MEETING = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)\s+(?:\(\w+\)\s+|resumed\s+)?(?:plenary\s+)?meeting\b", re.IGNORECASE
)
# "Ninety-sixth plenary meeting, 20 October 1947." (A/RES/167(II)), "Hundred and seventy-seventh
# plenary meeting," (A/RES/217(III)); not "Recalling the high-level plenary meeting of the General
# Assembly" (E/RES/2014/11).
_IN_WORDS = rf"(?:(?:[a-z]+ )?hundred and )?{ORDINAL} plenary meeting\b"
_MEETING_LINE = re.compile(rf"\W*(?:{MEETING.pattern}|{_IN_WORDS})", re.IGNORECASE)
_DAY = r"\d{1,2}\s+[A-Z][a-z]+\s+\d{4}"
# "30 June 2016" (A/HRC/RES/32/4); E/RES/2020/9 has a date alone.
_DATE_LINE = re.compile(rf"\W*{_DAY}\W*")
_DATED = re.compile(rf"\s*(?:on )?{_DAY}")


def is_meeting_line(text: str) -> bool:
    """Return whether a line begins with a meeting number, like the first closing line."""
    return bool(_MEETING_LINE.match(text))


def is_date_line(text: str) -> bool:
    """Return whether a line consists of a date: "2 December 2014"."""
    return bool(_DATE_LINE.fullmatch(text))


def begins_with_date(text: str) -> bool:
    """Return whether a line begins with a date ("on 2 December 2014")."""
    return bool(_DATED.match(text))
