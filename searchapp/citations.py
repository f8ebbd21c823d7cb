"""Cited symbols in running text, with the organ that the sentence names.

"Human Rights Council resolution 51/36" is not A/RES/51/36: the organ named last before the word
"resolution" decides, "its resolution" is the citing organ's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .resolution import Citation, Clause
from .symbols import Symbol, parse_symbol

_ORGANS = (
    ("hrc", r"Human Rights Council|Council on Human Rights"),
    ("sc", r"Security Council"),
    ("ecosoc", r"Economic and Social Council"),
    ("ga", r"General Assembly|(?:^|[\s,;(])(?:the|of|by)\s+Assembly"),
)
# Others adopt resolutions too ("Environment Assembly resolution 5/14", 78/69): theirs are not ours.
_OTHER = re.compile(
    r"(?:Environment Assembly|Health Assembly|Habitat Assembly|Commission for|"
    r"Commission on Human Rights|Conference of the Parties)\b[^.;]{0,60}$"
)
_WRITTEN = re.compile(
    r"\b(?:A/HRC|A|S|E)/RES/(?:(?:ES|S)-)?\d{1,4}"
    r"(?:/\d{1,4}(?: ?[A-Z]\b)?| ?\((?:[IVXLC]+|\d{4})\))"
)
_NUMBER = (
    r"(?:(?:ES|S)-\d{1,2}/\d{1,3}|\d{1,4}/\d{1,4}|\d{1,4}(?:\s[A-Z])?\s?\((?:(?:ES|S)-)?[IVXLC]+\)|"
    r"\d{3,4}\s?\(\d{4}\))(?:\s(?!I\b)[A-Z]\b(?!\.))?"
)
_OPENS = re.compile(rf"\bresolutions?\s+(?={_NUMBER})", re.IGNORECASE)
_NEXT = re.compile(
    rf"(?P<number>{_NUMBER})"
    r"(?P<rest>(?:,? of (?:\d{1,2} \w+ \d{4}|\d{4})| adopted on \d{1,2} \w+ \d{4})?)"
    rf"(?P<join>(?:,?\s*(?:and|to|or)|,)\s+(?={_NUMBER}))?"
)


def citations(text: str, body: str | None, clauses: tuple[Clause, ...]) -> tuple[Citation, ...]:
    """The symbols that a paragraph of an organ (`body`) cites, each with the verb before it."""
    found = sorted(_found(text, body or "ga"), key=lambda place: place[1])
    return tuple(
        Citation(symbol, _verb(clauses, start), start, end) for symbol, start, end in found
    )


def _found(text: str, body: str) -> Iterator[tuple[str, int, int]]:
    for match in _WRITTEN.finditer(text):
        if symbol := parse_symbol(match[0]):
            yield symbol.text, match.start(), match.end()
    for opens in _OPENS.finditer(text):
        organ = _organ(text[max(opens.start() - 70, 0) : opens.start()], body)
        if organ:
            yield from _listed(text, opens.end(), organ)


def _listed(text: str, place: int, organ: str) -> Iterator[tuple[str, int, int]]:
    """The numbers of a list such as "53/70 of 4 December 1998, 54/49 and 55/28"."""
    while match := _NEXT.match(text, place):
        bracketed_year = re.search(r"\(\d{4}\)", match["number"])
        symbol = parse_symbol(match["number"], "sc" if bracketed_year else organ)
        if symbol is None and re.search(
            r"Council\W+(?:\w+\W+){0,3}$", text[max(place - 80, 0) : place]
        ):
            symbol = parse_symbol(match["number"], "ecosoc")  # "Council resolution 2006/46"
        if symbol and not _is_impossible(symbol):
            yield symbol.text, match.start("number"), match.end("number")
        if match["join"] is None:
            return
        place = match.end()


def _is_impossible(symbol: Symbol) -> bool:
    """Before its thirty-first session the Assembly numbered with brackets: no A/RES/5/14."""
    slashed = symbol.body == "ga" and "(" not in symbol.text
    return slashed and str(symbol.session).isdecimal() and int(symbol.session or 0) < 31


def _organ(before: str, body: str) -> str | None:
    """The organ named right before "resolution"; None where it is one that we do not hold."""
    for organ, name in _ORGANS:
        if re.search(rf"(?:{name})(?:['’]s|,? (?:in|by|under) its)?(?:\s+\w+)?\s*$", before):
            return organ
    return None if _OTHER.search(before) else body


def _verb(clauses: tuple[Clause, ...], place: int) -> str | None:
    before = [clause.verb for clause in clauses if clause.start <= place]
    return before[-1] if before else None
