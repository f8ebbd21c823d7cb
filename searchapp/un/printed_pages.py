"""Recognition of page furniture: running heads, page and job numbers, note marks, hyphenation.

Each pattern names a document that requires it.
"""

from __future__ import annotations

import re

# Heads and feet -------------------------------------------------------------------------------

# "A/RES/67/27" at the head of each page, "A/RES/54/263*" where a note of the cover explains it.
SYMBOL_ALONE = re.compile(r"\*?[ASE]/(?:[\w.-]+/){0,5}[\w.()-]*\d[\w.() -]{0,20}\*?")
# "2/2" (A/RES/69/28); in other organs' texts "Page 2", "page 2 of 3".
_PAGE = r"\d{1,3}/\d{1,3}|page \d{1,3}(?: ?(?:/|of) ?\d{1,3})?"
# "14-66151 (E)" (A/RES/69/28), "23-23443 (E) 011223" and "23-23443 3/5" (A/RES/78/10),
# "GE.16-12345" in Geneva, "N1466240E<<ODS JOB NO>>" in dumps.
_JOB = r"(?:GE\.)?\d\d-\d{5}\b.*|N\d{7}.*"
# The letters of a bar code, "*1466151*" (A/RES/69/28).
_BAR_CODE = r"\*\d{6,8}[A-Z]?\*.*"
_OTHER = r"please recycle.*|\d{6}"
FURNITURE = re.compile(
    rf"{SYMBOL_ALONE.pattern}|{_PAGE}|{_JOB}|{_BAR_CODE}|{_OTHER}", re.IGNORECASE
)
# "63", "– 2 –": a page number, or a note mark.
BARE_NUMBER = re.compile(r"[-–]?\s*\d{1,4}\s*[-–]?")
# "Resolutions adopted on the reports of the Third Committee  63" (A/RES/1395(XIV)), "General
# Assembly—Fourteenth Session", "RESOLUTIONS ADOPTED WITHOUT REFERENCE TO A COMMITTEE"
# (A/RES/1145(XII)).
_RUNNING_HEAD = re.compile(
    r"(?:[IVXLC]+[.\s]\s*)?Resolutions? adopted (?:on the reports?|without reference)\b.{0,120}|"
    r"(?:\d{1,4}\s+)?General Assembly\s*[—–-]+\s*[\w-]+(?: (?:emergency )?special)? session.{0,10}",
    re.IGNORECASE,
)


def is_furniture(text: str) -> bool:
    """Return whether a line, or a column of it, is a symbol, page number or job number."""
    return bool(FURNITURE.fullmatch(text))


def is_bare_number(text: str) -> bool:
    """Return whether a line consists of a number: a page number or note mark."""
    return bool(BARE_NUMBER.fullmatch(text))


def is_running_head(text: str) -> bool:
    """Return whether a line is a running head of a volume of resolutions."""
    return bool(_RUNNING_HEAD.fullmatch(text))


# Notes ----------------------------------------------------------------------------------------

# "¹ Official Records of the General Assembly" (A/RES/1145(XII)).
RAISED = "⁰¹²³⁴-⁹"
_FIGURES, _RAISED_FIGURES = "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWER, _RAISE = (
    str.maketrans(*pair) for pair in ((_RAISED_FIGURES, _FIGURES), (_FIGURES, _RAISED_FIGURES))
)
# The rule above the notes: "_________________________" (A/RES/1145(XII)), "---" (A/RES/1395(XIV)).
NOTE_RULE = re.compile(r"\s*(?:_{5,}|[-–—]{3,})\s*")
# A call may follow these: "Security,4 to continue" (A/RES/69/28).
CALLED_AFTER = '],;:.”)"'  # "]" comes first, since patterns use it in a character class
# A mark: "4", "iv", "*", "†", "a" below a table.
NOTE_MARK = r"\d{1,3}|[ivx]{1,5}|[*†‡§]{1,3}|[a-z]"


def lower_mark(mark: str) -> str:
    """Return a mark in plain figures: "12" for "¹²"."""
    return mark.translate(_LOWER)


def raise_mark(mark: str) -> str:
    """Return a mark in raised figures: "¹²" for "12"."""
    return mark.translate(_RAISE)


# Parted words ---------------------------------------------------------------------------------

# Words with a space between them and the hyphen before: "gender- and age-responsive"
# (A/HRC/RES/55/27), "troop- or police-contributing" (A/RES/67/261).
AFTER_HYPHEN = "and|or|to|nor|but"
