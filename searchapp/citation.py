"""Where a paragraph stands, in words, and how it is cited in the form of the United Nations."""

from __future__ import annotations

import re

from .resolution import Paragraph, Resolution
from .symbols import BODIES, display, parse_symbol

_ONES = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PREAMBULAR = re.compile(r"(?:s\d+-)?pp(\d+)")
_UNNUMBERED = re.compile(r"(?:s\d+-)?(?:op|u)(\d+)")
_ANNEX_NUMBER = re.compile(r"\s*(?:annex\s+)?([IVXLC]+|\d+)\b", re.IGNORECASE)


def ordinal(number: int) -> str:
    """The ordinal in words up to a hundred ("twenty-first"), in figures beyond ("101st")."""
    if 1 <= number < 20:
        return _ONES[number - 1]
    if number == 100:
        return "one hundredth"
    if 20 <= number < 100:
        tens, ones = _TENS[number // 10 - 2], number % 10
        return f"{tens}-{_ONES[ones - 1]}" if ones else f"{tens[:-1]}ieth"
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


def place(paragraph: Paragraph, number: int | None = None) -> str:
    """Where a paragraph stands: "para. 3 (a)", "ninth preambular paragraph", "annex, para. 4".

    `number` is the place of a preambular paragraph; without it, the one in its anchor.
    """
    match paragraph.kind:
        case "preambular":
            return _preambular(paragraph, number)
        case "annex":
            return ", ".join(filter(None, (_annex(paragraph), _para(paragraph))))
        case _:
            return _para(paragraph) or _nth(paragraph)


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


def _preambular(paragraph: Paragraph, number: int | None) -> str:
    match = _PREAMBULAR.match(paragraph.anchor)
    number = number or (int(match[1]) if match else None)
    if number is None:
        return "preambular paragraph"
    sub = f" {paragraph.number}" if (paragraph.number or "").startswith("(") else ""
    return f"{ordinal(number)} preambular paragraph{sub}"


def _annex(paragraph: Paragraph) -> str:
    match = _ANNEX_NUMBER.match(paragraph.annex or "")
    return f"annex {match[1].upper()}" if match else "annex"


def _para(paragraph: Paragraph) -> str:
    return f"para. {paragraph.number}" if paragraph.number else ""


def _nth(paragraph: Paragraph) -> str:
    kind = "operative" if paragraph.kind == "operative" else "unnumbered"
    match = _UNNUMBERED.match(paragraph.anchor)
    return f"{ordinal(int(match[1]))} {kind} paragraph" if match else f"{kind} paragraph"
