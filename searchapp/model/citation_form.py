"""Where a paragraph stands, in words, and how it is cited in the form of the United Nations."""

from __future__ import annotations

import re

from ..text.numerals import format_ordinal
from ..un.print_conventions import annex_number
from ..un.symbols import BODIES, display, parse_symbol
from .resolution import Paragraph, Resolution

# What an anchor counts, where a paragraph bears no number of its own; labels may follow ("op1a").
_COUNTED = re.compile(r"(?:s\d+-)?(?:annex\d+-)?(?P<sort>pp|opp|op|p)(?P<nth>\d{1,6})")
_SORTS = {
    ("preambular", "pp"): "preambular paragraph",
    ("operative", "op"): "operative paragraph",
    ("operative", "opp"): "unnumbered operative paragraph",
    ("annex", "p"): "unnumbered paragraph",
}
_UNPLACED = {"preambular": "preambular paragraph", "operative": "operative paragraph", "annex": ""}
_UNCLASSIFIED = re.compile(r"(?:s\d+-)?u\d{1,6}")
_TURN = re.compile(r"s(\d{1,4})-")
_ANNEX_TURN = re.compile(r"(?:s\d+-)?annex(\d{1,3})-")
_ARTICLE = re.compile(r"\W*article\W+(\d{1,3})\b", re.IGNORECASE)
# "I.", "C." and "D." may be letters: 78/317 has sections A to J in each of its parts.
_SECTION = re.compile(r"([IVXL]{2,7}|[VX])(?:\.|\s|$)")
_LONGEST_HEADING = 60


def place(paragraph: Paragraph) -> str:
    """Where a paragraph stands: "para. 3 (a)", "ninth preambular paragraph", "annex, para. 4"."""
    return ", ".join(filter(None, (_annex(paragraph), _section(paragraph), _own(paragraph))))


def citation(resolution: Resolution, paragraph: Paragraph) -> str:
    """The paragraph as it is cited: "General Assembly resolution 79/144, para. 12 (a)"."""
    return f"{resolution_citation(resolution)}, {place(paragraph)}"


def resolution_citation(resolution: Resolution) -> str:
    """The resolution as it is cited: "Security Council resolution 2577 (2021)"."""
    symbol = parse_symbol(resolution.symbol, resolution.body) if resolution.symbol else None
    if symbol:
        return f"{BODIES[symbol.body]} resolution {symbol.short}"
    if resolution.symbol:
        return display(resolution.symbol)
    return f"“{resolution.title}”" if resolution.title else "resolution without a symbol"


def _annex(paragraph: Paragraph) -> str:
    """The annex by its printed number, else by its turn: "annex", "annex II", "second annex"."""
    if paragraph.kind != "annex":
        return ""
    if number := annex_number(paragraph.annex or ""):
        return f"annex {number}"
    turn = _ANNEX_TURN.match(paragraph.anchor)
    return f"{format_ordinal(int(turn[1]))} annex" if turn and int(turn[1]) > 1 else "annex"


def _section(paragraph: Paragraph) -> str:
    """What tells apart paragraphs of one number: an annex's article, and where the numbers have
    begun again, the section (76/246 has a paragraph 1 in each of twenty-four)."""
    heading = paragraph.section or ""
    if paragraph.kind == "annex" and (article := _ARTICLE.match(heading)):
        return f"art. {article[1]}"
    if not heading or not _TURN.match(paragraph.anchor):
        return ""
    section = _SECTION.match(heading)
    return f"sect. {section[1]}" if section else f"“{_shortened(heading)}”"


def _shortened(heading: str) -> str:
    cut = heading[:_LONGEST_HEADING]
    return cut if cut == heading else f"{cut.rstrip()}…"


def _own(paragraph: Paragraph) -> str:
    """The paragraph in its section; with neither number nor heading to tell it, its turn."""
    turn = None if paragraph.section else _TURN.match(paragraph.anchor)
    words = _numbered(paragraph) or _counted(paragraph)
    return f"{words} ({format_ordinal(int(turn[1]))} numbering)" if turn else words


def _numbered(paragraph: Paragraph) -> str:
    number = paragraph.number or ""
    numbered = number[:1].isdecimal() and paragraph.kind != "preambular"
    return f"para. {number}" if numbered else ""


def _counted(paragraph: Paragraph) -> str:
    """The place of a paragraph that bears no number; a label ("(a)") may stand behind it."""
    kind, label = paragraph.kind, paragraph.number or ""
    match = _COUNTED.match(paragraph.anchor)
    sort = _SORTS.get((kind, match["sort"])) if match else None
    if match and sort:
        return f"{format_ordinal(int(match['nth']))} {sort} {label}".rstrip()
    if label and kind != "preambular":
        return f"para. {label}"
    if kind == "unclassified":  # counted apart from those that are placed: only its anchor is sure
        anchor = _UNCLASSIFIED.match(paragraph.anchor)
        return f"unnumbered paragraph {anchor[0] if anchor else ''}".rstrip()
    return f"{_UNPLACED[kind]} {label}".strip()
