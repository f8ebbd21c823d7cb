"""Paragraph locations in words, and citations in the form of the United Nations."""

from __future__ import annotations

import re

from ..text.numerals import format_ordinal
from ..un.print_conventions import annex_number
from ..un.symbols import BODIES, display, parse_symbol
from .resolution import Paragraph, Resolution

# The counter in the anchor of an unnumbered paragraph; a label may follow ("op1a").
_UNNUMBERED = re.compile(r"(?:s\d+-)?(?:annex\d+-)?(?P<sort>pp|opp|op|p)(?P<nth>\d{1,6})")
_SORTS = {
    ("preambular", "pp"): "preambular paragraph",
    ("operative", "op"): "operative paragraph",
    ("operative", "opp"): "unnumbered operative paragraph",
    ("annex", "p"): "unnumbered paragraph",
}
_WITHOUT_NUMBER = {
    "preambular": "preambular paragraph",
    "operative": "operative paragraph",
    "annex": "",
}
_UNCLASSIFIED = re.compile(r"(?:s\d+-)?u\d{1,6}")
_TURN = re.compile(r"s(\d{1,4})-")
_ANNEX_TURN = re.compile(r"(?:s\d+-)?annex(\d{1,3})-")
_ARTICLE = re.compile(r"\W*article\W+(\d{1,3})\b", re.IGNORECASE)
# "I.", "C." and "D." may be letters: 78/317 has sections A to J in each of its parts.
_SECTION = re.compile(r"([IVXL]{2,7}|[VX])(?:\.|\s|$)")
_LONGEST_HEADING = 60


def place(paragraph: Paragraph) -> str:
    """Locate a paragraph: "para. 3 (a)", "ninth preambular paragraph", "annex, para. 4"."""
    return ", ".join(
        filter(None, (_annex_words(paragraph), _section_words(paragraph), _own_words(paragraph)))
    )


def citation(resolution: Resolution, paragraph: Paragraph) -> str:
    """Cite a paragraph: "General Assembly resolution 79/144, para. 12 (a)"."""
    return f"{resolution_citation(resolution)}, {place(paragraph)}"


def resolution_citation(resolution: Resolution) -> str:
    """Cite a resolution: "Security Council resolution 2577 (2021)"."""
    symbol = parse_symbol(resolution.symbol, resolution.body) if resolution.symbol else None
    if symbol:
        return f"{BODIES[symbol.body]} resolution {symbol.short}"
    if resolution.symbol:
        return display(resolution.symbol)
    return f"“{resolution.title}”" if resolution.title else "resolution without a symbol"


def _annex_words(paragraph: Paragraph) -> str:
    """Name the annex by its printed number, or by its ordinal: "annex II", "second annex"."""
    if paragraph.kind != "annex":
        return ""
    if number := annex_number(paragraph.annex or ""):
        return f"annex {number}"
    turn = _ANNEX_TURN.match(paragraph.anchor)
    return f"{format_ordinal(int(turn[1]))} annex" if turn and int(turn[1]) > 1 else "annex"


def _section_words(paragraph: Paragraph) -> str:
    """Name what distinguishes paragraphs that share a number; "" if nothing is needed.

    That is the article in an annex, and the section if the numbering restarts (76/246 has a
    paragraph 1 in each of 24 sections).
    """
    heading = paragraph.section or ""
    if paragraph.kind == "annex" and (article := _ARTICLE.match(heading)):
        return f"art. {article[1]}"
    if not heading or not _TURN.match(paragraph.anchor):
        return ""
    section = _SECTION.match(heading)
    return f"sect. {section[1]}" if section else f"“{_shorten(heading)}”"


def _shorten(heading: str) -> str:
    cut = heading[:_LONGEST_HEADING]
    return cut if cut == heading else f"{cut.rstrip()}…"


def _own_words(paragraph: Paragraph) -> str:
    """Name the paragraph within its section; without a heading, add which numbering it is in."""
    turn = None if paragraph.section else _TURN.match(paragraph.anchor)
    words = _number_words(paragraph) or _ordinal_words(paragraph)
    return f"{words} ({format_ordinal(int(turn[1]))} numbering)" if turn else words


def _number_words(paragraph: Paragraph) -> str:
    number = paragraph.number or ""
    is_numbered = number[:1].isdecimal() and paragraph.kind != "preambular"
    return f"para. {number}" if is_numbered else ""


def _ordinal_words(paragraph: Paragraph) -> str:
    """Name an unnumbered paragraph by its ordinal, followed by its label ("(a)"), if any."""
    kind, label = paragraph.kind, paragraph.number or ""
    match = _UNNUMBERED.match(paragraph.anchor)
    sort = _SORTS.get((kind, match["sort"])) if match else None
    if match and sort:
        return f"{format_ordinal(int(match['nth']))} {sort} {label}".rstrip()
    if label and kind != "preambular":
        return f"para. {label}"
    if kind == "unclassified":  # it may belong to any part, so only its anchor identifies it
        anchor = _UNCLASSIFIED.match(paragraph.anchor)
        return f"unnumbered paragraph {anchor[0] if anchor else ''}".rstrip()
    return f"{_WITHOUT_NUMBER[kind]} {label}".strip()
