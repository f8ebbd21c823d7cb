"""What all readers share about running text: white space, calls of notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model.document import Note
from ..text.printable import INVISIBLE

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
CALL = "\ufdd0"  # stands for the call of a note while its text is being read; it is no character


def clean(text: str) -> str:
    """One line of text: white space (no-break spaces too) collapsed, unprinted characters gone."""
    return clean_with_calls(text).replace(CALL, "")


def clean_with_calls(text: str) -> str:
    """One line of text, as `clean` makes it, with its `CALL`s."""
    if not text.isprintable():  # four in five are, and need no search
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def with_places(text: str, notes: Sequence[Note]) -> tuple[str, tuple[Note, ...]]:
    """The clean text without its `CALL`s, and each note with the place where its call stood."""
    parts = clean_with_calls(text).split(CALL)
    if not notes or len(parts) != len(notes) + 1:  # a file may hold the sign itself
        return clean("".join(parts)), tuple(notes)
    # A call stands right behind a character that is printed, with one space where it had two.
    whole, places, length, spaced = [], [], 0, True
    for part in parts:
        whole.append(part.lstrip() if spaced else part)
        length += len(whole[-1])
        spaced = whole[-1].endswith(" ") if whole[-1] else spaced
        places.append(max(length - spaced, 0))
    placed = (replace(n, place=at) for n, at in zip(notes, places, strict=False))
    return "".join(whole).rstrip(), tuple(placed)
