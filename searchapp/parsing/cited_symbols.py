"""Extraction of cited symbols from running text.

"Human Rights Council resolution 51/36" is not A/RES/51/36: the organ named at the word
"resolution" decides, "its resolution" is the citing organ's own, and a date must agree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.resolution import Citation, Clause
from ..un.sessions import can_meet
from ..un.symbols import BODIES, BRACKETED, PART, PREFIX, SLASHED, Symbol, parse_symbol

_ORGANS = (
    ("hrc", rf"{BODIES['hrc']}|Council on Human Rights"),
    ("sc", BODIES["sc"]),
    ("ecosoc", BODIES["ecosoc"]),
    ("ga", rf"{BODIES['ga']}|(?:^|[\s,;(])(?:the|of|by)\s+Assembly"),
)
# Resolutions of other organs are not indexed ("Environment Assembly resolution 5/14", 78/69).
_OTHER = re.compile(
    r"(?:Environment Assembly|Health Assembly|Habitat Assembly|Commission (?:for|on)|"
    r"Conference of the (?:States )?Parties)\b[^.;]{0,60}\Z"
)
_COUNCIL = re.compile(
    r"(?<!Rights )(?<!Security )(?<!Social )Council(?:['’]s|,? (?:in|by|under) its)?\s*\Z"
)
_BY_YEAR = r"\d{3,4}\s?\(\d{4}\)"  # of the Security Council
_WRITTEN = re.compile(rf"\b{PREFIX}(?:{SLASHED}{PART}|{BRACKETED}|\d{{1,4}} ?\(\d{{4}}\))")
_NUMBER = rf"(?<![\w/.-])(?:{SLASHED}|{BRACKETED}|{_BY_YEAR})(?![\w/(])"
# A part is a letter: "61/267 B", "36/87 A and B", "53/208 A to E"; "I" alone may be a section.
_PARTS = r"(?:\s(?P<part>[A-HJ-Z]|I(?= of \d))\b(?!\.)(?:\s(?P<span>and|to)\s(?P<last>[A-Z])\b)?)?"
_TOKEN = re.compile(
    rf"\b(?P<noun>resolutions?|decisions?)\b|(?P<number>{_NUMBER}){_PARTS}"
    r"(?P<date>,?\s(?:of|on|adopted on)\s(?:\d{1,2}\s\w+\s)?(?P<year>\d{4}))?",
    re.IGNORECASE,
)
# The connection of a number to a list: "53/70 of 4 December 1998, 54/49 and 55/28".
_JOIN = re.compile(r"(?:[,;]|\b(?:and|to|or)|[”’]|\b(?:including|namely|particular|alia,?))\s*\Z")

_LAST_IN_BRACKETS = 30  # session of the Assembly


@dataclass(slots=True)
class _List:
    """The numbers after one word "resolutions".

    `organ` adopted them, `end` is the end of the last one, `named` are the organs mentioned before,
    the last first.
    """

    organ: str | None
    end: int
    named: list[str]


def citations(text: str, body: str | None, clauses: tuple[Clause, ...]) -> tuple[Citation, ...]:
    """Return the symbols that a paragraph of an organ (`body`) cites, each with its verb."""
    found = sorted(_find_symbols(text, body or "ga"), key=lambda citation: citation[1])
    starts = [clause.start for clause in clauses]
    return tuple(
        Citation(symbol, _find_verb(clauses, starts, start), start, end)
        for symbol, start, end in found
    )


def _find_symbols(text: str, body: str) -> Iterator[tuple[str, int, int]]:
    for match in _WRITTEN.finditer(text) if "/RES/" in text else ():
        if symbol := parse_symbol(match[0]):
            yield symbol.text, match.start(), match.end()
    current: _List | None = None
    for token in _TOKEN.finditer(text) if "esolution" in text else ():
        if noun := token["noun"]:
            is_resolution = noun.lower().startswith("resolution")
            current = _begin_list(text, token, body) if is_resolution else None
        elif current and _is_listed(text, token, current):
            yield from _read_symbols(token, current)
            current.end = token.end()


def _begin_list(text: str, noun: re.Match[str], body: str) -> _List:
    before = text[max(noun.start() - 400, 0) : noun.start()]
    mentions = [
        (match.start(), organ)
        for organ, name in _ORGANS
        for match in re.finditer(rf"\b(?:{name})\b", before)
    ]
    named = [organ for _, organ in sorted(mentions, reverse=True)]
    return _List(_find_organ(before[-70:], body, named), noun.end(), named)


def _find_organ(before: str, body: str, named: list[str]) -> str | None:
    """Return the organ named before "resolution", or None if we do not index its resolutions."""
    for organ, name in _ORGANS:
        if re.search(rf"(?:{name})(?:['’]s|,? (?:in|by|under) its)?(?:\s+\w+)?\s*\Z", before):
            return organ
    if _COUNCIL.search(before):  # "Council resolution 45/8": the Council named before
        return next((organ for organ in named if organ != "ga"), "hrc")
    return None if _OTHER.search(before) else body


def _is_listed(text: str, number: re.Match[str], current: _List) -> bool:
    between = text[max(current.end, number.start() - 400) : number.start()]
    if not between.strip() or re.fullmatch(r"\s*(?:[,;]|,?\s*(?:and|to|or))\s*", between):
        return True
    # "75/291 of 30 June 2021", after the title of the previous resolution
    return bool(number["date"] and _JOIN.search(between[-20:]))


def _read_symbols(number: re.Match[str], current: _List) -> Iterator[tuple[str, int, int]]:
    """Yield the symbols of a number and its parts, for the first organ consistent with its date."""
    bare = number["number"]
    year = int(number["year"]) if number["year"] else None
    organs = ["sc"] if re.search(r"\(\d{4}\)", bare) else [current.organ, *current.named]
    if re.match(r"\d{4}/", bare) and current.organ != "ga":  # "Council resolution 2006/46"
        organs = ["ecosoc"]
    symbol = next((s for organ in organs if (s := _symbol(bare, organ, year))), None)
    if symbol is None or current.organ is None:
        return
    start, end = number.span("number")
    if not number["part"]:
        yield symbol.text, start, end
    for index, part in enumerate(_letters(number)):
        whole = parse_symbol(f"{bare} {part}", symbol.body)
        if whole and index == 0:
            yield whole.text, start, number.end("part")
        elif whole:
            yield whole.text, number.start("last"), number.end("last")


def _symbol(bare: str, organ: str | None, year: int | None) -> Symbol | None:
    symbol = parse_symbol(bare, organ) if organ else None
    return symbol if symbol and _agrees(symbol, year) else None


def _agrees(symbol: Symbol, year: int | None) -> bool:
    """Return whether the year and form of a symbol are possible.

    Up to its thirtieth session the Assembly used brackets, so A/RES/5/14 is impossible.
    """
    session = symbol.session if (symbol.session or "").isdecimal() else None
    has_brackets = symbol.body == "ga" and session and int(session) <= _LAST_IN_BRACKETS
    if has_brackets and "(" not in symbol.text:
        return False
    if year is None:
        return True
    return can_meet(symbol.body, session, year) if session else symbol.year in (None, year)


def _letters(number: re.Match[str]) -> list[str]:
    if not number["part"]:
        return []
    if not number["last"]:
        return [number["part"]]
    if number["span"].lower() == "and":
        return [number["part"], number["last"]]
    return [chr(code) for code in range(ord(number["part"]), ord(number["last"]) + 1)]


def _find_verb(clauses: tuple[Clause, ...], starts: list[int], offset: int) -> str | None:
    at = bisect_right(starts, offset)
    return clauses[at - 1].verb if at else None
