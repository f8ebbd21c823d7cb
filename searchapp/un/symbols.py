"""Parsing and formatting of resolution symbols: any spelling to one canonical form.

The canonical form has no spaces and is part of permanent ids: `A/RES/69/28`, `A/RES/76/235B`,
`A/RES/2099(XX)`, `A/RES/S-26/2`, `S/RES/2577(2021)`, `E/RES/2019/31`, `A/HRC/RES/51/36`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text.numerals import parse_roman

BODIES = {
    "ga": "General Assembly",
    "sc": "Security Council",
    "ecosoc": "Economic and Social Council",
    "hrc": "Human Rights Council",
}
# Parts of patterns. A symbol in full begins with PREFIX; the numbers of resolutions are "69/28" and
# "ES-11/6", with the letter of a part "76/235 B" or "76/235B", and up to the thirtieth session
# "2099 (XX)" (A/RES/2099(XX)), "1151. (XII)", "217 A (III)", "3201 (S-VI)" (A/RES/3327(XXIX)).
PREFIX = r"(?:A/HRC|A|S|E)/RES/"
SLASHED = r"(?:(?:ES|S)[-‑])?\d{1,4}/\d{1,4}"
PART = r"(?: ?[A-Z](?!\w))?"
BRACKETED = r"\d{1,4}(?: [A-Z])?\.? ?\((?:(?:ES|S)[-‑])?[IVXLC]+\)"
_PARTS = re.compile(r"\s*[A-Z](?:\s*-\s*[A-Z])?$")  # at the end of "A/RES/77/264 A-C"
_PREFIX = {"ga": "A/RES/", "sc": "S/RES/", "ecosoc": "E/RES/", "hrc": "A/HRC/RES/"}

_SYMBOL = re.compile(
    r"""
    (?:resolutions?\s+)?
    (?P<prefix>(?:A/HRC|A|S|E)/RES[/_])?
    (?:
      (?P<session>(?:ES|S)-[0-9]{1,2}|[0-9]{1,4})\s*/\s*(?P<number>[0-9]{1,4})
      (?:\s*\(?(?P<part>[A-Z](?:\s*(?:-|and|to)\s*[A-Z])?)\b\)?)?
    |
      (?P<old>[0-9]{1,4})\s*(?P<oldpart>[A-Z])?\s*
      \(\s*(?P<bracket>(?:S-|ES-)?[IVXLC]+|(?:ES|S)-[IVXLC]+|[0-9]{4})\s*\)
      \s*(?P<oldpart2>[A-Z])?
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PARAGRAPH = re.compile(
    r"[,;]?\s*(?:(?:operative\s+)?para(?:graph|s)?\.?|¶|§)\s*"
    r"(?P<number>\d{1,3})\s*(?P<labels>(?:\(\w{1,5}\)\s*)*)",
    re.IGNORECASE,
)
_ORGAN = re.compile(
    rf"(?:(?P<organ>{'|'.join(BODIES.values())})\s+)?res(?:olution|\.)?\s+", re.IGNORECASE
)
_FILE_NAME = re.compile(r"\A(?:A_HRC|[ASE])_RES_[^\s#]+", re.IGNORECASE)
_ANCHOR = re.compile(r"#(?P<named>[a-z0-9-]+)|(?P<bare>(?:op|pp)[0-9][a-z0-9-]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A resolution's symbol and its components.

    `body` is a key of `BODIES`; `session` is None for a Council that numbers by year, `year` is
    None for one that numbers by session.
    """

    text: str
    body: str
    session: str | None
    number: int
    part: str | None = None
    year: int | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def short(self) -> str:
        """The number in the form of citations: "69/28", "76/235 B", "2099 (XX)", "2577 (2021)"."""
        return display(self.text).rpartition("RES/")[2]


_NUMBER_BEGINS, _DIGITS = re.compile(r"[\d(]"), re.compile(r"\d+")
_IN_BRACKETS = re.compile(r"\(([IVXLC]+)\)")


def parse_symbol(text: str, body: str | None = None) -> Symbol | None:
    """Parse `text` as one symbol, or return None.

    `body` is the organ of a bare number such as "51/36", by default the General Assembly.
    """
    match = _SYMBOL.fullmatch(_with_plain_hyphens(text.strip()[:100]))
    return symbol_of(match, body) if match else None


def find_address(text: str) -> tuple[Symbol, str] | None:
    """Parse a symbol, and a paragraph's fragment ("op3a", or ""), from the text of a search box.

    `resolution 69/28 para. 3` → (A/RES/69/28, "op3"); None if there are any other words.
    """
    organ = _ORGAN.match(text.strip()[:160])
    named = organ["organ"] if organ else None
    body = next(
        (key for key, name in BODIES.items() if name.lower() == (named or "").lower()), None
    )
    words = text.strip()[organ.end() if organ else 0 :][:120]
    words = _FILE_NAME.sub(lambda name: name[0].replace("_", "/"), _with_plain_hyphens(words))
    match = _SYMBOL.match(words)
    symbol = symbol_of(match, body) if match else None
    if match is None or symbol is None:
        return None
    rest = words[match.end() :].strip()
    if not rest:
        return symbol, ""
    if anchor := _ANCHOR.fullmatch(rest):
        return symbol, (anchor["named"] or anchor["bare"]).lower()
    paragraph = _PARAGRAPH.fullmatch(rest)
    if paragraph is None:
        return None
    labels = re.sub(r"[()\s]", "", paragraph["labels"])
    return symbol, f"op{paragraph['number']}{labels}"


def _with_plain_hyphens(text: str) -> str:
    """Replace no-break hyphens, which half of the files print (ES‑10/22), by plain ones."""
    return text.replace("‑", "-")


def symbol_of(match: re.Match[str], body: str | None) -> Symbol | None:
    """Return the symbol of a match of `_SYMBOL`, or None if its numbers are impossible."""
    body = _body(match["prefix"]) or body
    if match["number"]:
        return _slashed(match, body or "ga")
    return _bracketed(match, body)


def with_part(symbol: str, letter: str) -> str:
    """Return the symbol of one part of a resolution whose cover states "A/RES/77/264 A-C"."""
    return f"{_PARTS.sub('', symbol)} {letter}"


def display(symbol: str) -> str:
    """Format a symbol for display: `A/RES/76/235 B`, `A/RES/2099 (XX)`; other text is unchanged."""
    spaced = re.sub(r"(?<=\d)(?=[A-Z](?:-[A-Z])?(?:$|\())", " ", symbol)
    return re.sub(r"(?<=[\dA-Z])\((?=[\dIVXLCES-]+\))", " (", spaced)


def session_order(session: str) -> tuple[int, int]:
    """Return a sort key for sessions: 9 before 79, special sessions after regular ones."""
    kind, _, number = session.rpartition("-")
    try:
        return ("", "S", "ES").index(kind), int(number)
    except ValueError:
        return 3, 0


def symbol_order(symbol: str) -> tuple[str, tuple[int, ...], str]:
    """Return a sort key for symbols: by organ, then by the numbers in them."""
    rest = symbol
    if "(" in symbol:
        rest = _IN_BRACKETS.sub(lambda m: f"({parse_roman(m[1]) or 0})", symbol)
    organ = _NUMBER_BEGINS.split(symbol, maxsplit=1)[0]
    return organ, tuple([int(n[:9]) for n in _DIGITS.findall(rest)]), symbol


def _body(prefix: str | None) -> str | None:
    if not prefix:
        return None
    wanted = prefix.upper().replace("_", "/")
    return next(body for body, text in _PREFIX.items() if text == wanted)


def _slashed(match: re.Match[str], body: str) -> Symbol | None:
    session, number = match["session"].upper(), int(match["number"])
    year = int(session) if body in ("sc", "ecosoc") and session.isdigit() else None
    if body == "sc" or (body in ("ga", "hrc") and len(session) == 4 and session.isdigit()):
        return None
    part = re.sub(r"\s*(?:-|AND|TO)\s*", "-", match["part"].upper()) if match["part"] else ""
    text = f"{_PREFIX[body]}{session}/{number}{part}"
    return Symbol(text, body, None if year else session, number, part or None, year)


def _bracketed(match: re.Match[str], body: str | None) -> Symbol | None:
    bracket, number = match["bracket"].upper(), int(match["old"])
    part = (match["oldpart"] or match["oldpart2"] or "").upper()
    if bracket.isdigit():  # the Security Council prints the year in brackets
        text = f"{_PREFIX['sc']}{number}({bracket})"
        return (
            Symbol(text, "sc", None, number, None, int(bracket)) if body in (None, "sc") else None
        )
    kind, _, numeral = bracket.rpartition("-")
    value = parse_roman(numeral)
    if value is None:
        return None
    body = body or "ga"
    session = f"{kind}-{value}" if kind else str(value)
    return Symbol(f"{_PREFIX[body]}{number}{part}({bracket})", body, session, number, part or None)
