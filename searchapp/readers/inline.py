"""What all readers share about running text: white space, printed labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from ..document import Note

# Controls, zero-width space and joiners, direction marks, soft hyphen: none of them is printed.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)
_SPACE = re.compile(r"\s+")
_LABEL = re.compile(
    r"(?P<label>\d{1,3}(?:\.\d{1,2})?\.(?=\s|[A-Z“\"])|\d{1,2}\.\d{1,2}(?=\s[A-Z][a-z])|\((?:[a-z]{1,2}|[ivx]{1,6}|\d{1,2})\))\s*(?=\S)"
)
CALL = "\ufdd0"  # stands for the call of a note while its text is being read; it is no character


def clean(text: str) -> str:
    """One line of text: white space (no-break spaces too) collapsed, unprinted characters gone."""
    return _SPACE.sub(" ", _UNPRINTED.sub("", text)).strip()


def split_label(text: str) -> tuple[str | None, str]:
    """The printed number before a text ("12.", "(a)"), or None, and the rest."""
    match = _LABEL.match(text)
    return (match["label"], text[match.end() :]) if match else (None, text)


def with_places(text: str, notes: Sequence[Note]) -> tuple[str, tuple[Note, ...]]:
    """The clean text without its `CALL`s, and each note with the place where its call stood."""
    parts = clean(text).split(CALL)
    whole = clean("".join(parts))
    if not notes or len(parts) != len(notes) + 1:  # a file may hold the sign itself
        return whole, tuple(notes)
    # A call stands right behind a character that is printed; spaces may move, those don't.
    ends = [0, *(place for place, letter in enumerate(whole, 1) if letter != " ")]
    printed = accumulate(len(part) - part.count(" ") for part in parts)
    places = (ends[count] for count in printed)
    return whole, tuple(replace(n, place=at) for n, at in zip(notes, places, strict=False))
