"""Detection and removal of unprintable characters."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

# Control characters, soft hyphen, zero-width and bidirectional marks, and noncharacters. U+FDD0 is
# missing because readers use it as a placeholder for note calls, and remove it themselves.
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
_OFFSETS = ("start", "end", "place")  # in characters of a paragraph's text


def is_printable(text: str) -> bool:
    """Return whether a text is surely one line of printable characters and no-break spaces.

    A fast pre-check: False may be wrong, as an exact test takes twenty times as long.
    """
    return text.isprintable() or text.replace("\u00a0", "").replace("\u202f", "").isprintable()


def printable(text: str) -> str:
    """Return a text in one line, without unprintable characters."""
    if is_printable(text):
        return text
    return _SPACES.sub(" ", _INVISIBLE.sub("", text))


def printable_json(line: str, data: Any) -> Any:
    """Return `data`, parsed from the JSON `line`, without unprintable characters.

    The value of `text` may keep its line breaks; offsets into it are adjusted.
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
    removed = [match.start() for match in _INVISIBLE.finditer(text)]
    for rows in known.values() if removed else ():
        for row in rows if isinstance(rows, list) else ():
            _shift_offsets(row, removed)
    return {**known, "text": _BREAKS.sub(" ", _INVISIBLE.sub("", text))}


def _shift_offsets(row: Any, removed: list[int]) -> None:
    """Shift the offsets of an entry back by the number of characters removed before them."""
    for name in _OFFSETS if isinstance(row, dict) else ():
        if type(row.get(name)) is int:
            row[name] -= bisect_left(removed, row[name])
