"""Characters that are not printed, and texts from outside without them."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

# Controls, soft hyphen, zero-width signs, signs of direction, and what Unicode calls no character.
# Readers mark the call of a note with U+FDD0, and take it out again.
INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufdd1-\ufdef\ufeff\ufffe\uffff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
)
_INVISIBLE = re.compile(f"[{INVISIBLE}\ufdd0]")
_BREAKS = re.compile("[\x0b\x0c\r\x85\u2028\u2029]")  # lines end with "\n" alone
_SPACES = re.compile(f"[\t\n{_BREAKS.pattern[1:]}")
_ESCAPE = re.compile(r"\\[bfnrtu]")
_PLACES = ("start", "end", "place")  # numbers that count characters of a paragraph's text


def is_printable(text: str) -> bool:
    """Tell whether all of a text is printed, in one line, spaces that do not break among it.

    False proves nothing: to look for what is not printed takes twenty times as long.
    """
    return text.isprintable() or text.replace("\u00a0", "").replace("\u202f", "").isprintable()


def printable(text: str) -> str:
    """Return a text in one line, without what is not printed."""
    if is_printable(text):
        return text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text))


def printable_json(line: str, data: Any) -> Any:
    """Return what `line` says in JSON without what is not printed; `text` may have several lines.

    Places in a text move with its characters.
    """
    if not (_ESCAPE.search(line) or _INVISIBLE.search(line) or _BREAKS.search(line)):
        return data
    return _clean(data)


def _clean(data: Any) -> Any:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, list):
        return [_clean(value) for value in data]
    if isinstance(data, dict):
        return _clean_object(data)
    return data


def _clean_object(data: dict[str, Any]) -> dict[str, Any]:
    known = {printable(name): _clean(value) for name, value in data.items() if name != "text"}
    text = data.get("text")
    if not isinstance(text, str):
        return known if text is None else {**known, "text": _clean(text)}
    gone = [found.start() for found in _INVISIBLE.finditer(text)]
    for rows in known.values() if gone else ():
        for row in rows if isinstance(rows, list) else ():
            _move_places(row, gone)
    return {**known, "text": _BREAKS.sub(" ", _INVISIBLE.sub("", text))}


def _move_places(row: Any, gone: list[int]) -> None:
    """Move the places of an entry back by the characters that are gone before them."""
    for name in _PLACES if isinstance(row, dict) else ():
        if type(row.get(name)) is int:
            row[name] -= bisect_left(gone, row[name])
