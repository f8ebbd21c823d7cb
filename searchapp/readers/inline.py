"""Shared handling of running text: white space, and placeholders for note calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..model.document import Note
from ..text.printable import INVISIBLE

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
CALL = "\ufdd0"  # placeholder for a note call during reading; a noncharacter


def clean(text: str) -> str:
    """Return text in one line, without `CALL`s and invisible characters."""
    return clean_with_calls(text).replace(CALL, "")


def clean_with_calls(text: str) -> str:
    """Return text as `clean` does, with its `CALL`s."""
    if not text.isprintable():  # most texts are, and this test is faster than a search
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def with_places(text: str, notes: Sequence[Note]) -> tuple[str, tuple[Note, ...]]:
    """Return the clean text without its `CALL`s, and the notes with the places of their calls."""
    parts = clean_with_calls(text).split(CALL)
    if not notes or len(parts) != len(notes) + 1:  # the file itself may contain the placeholder
        return clean("".join(parts)), tuple(notes)
    # A call directly follows a printed character; of two spaces around it, one remains.
    whole, places, length, spaced = [], [], 0, True
    for part in parts:
        whole.append(part.lstrip() if spaced else part)
        length += len(whole[-1])
        spaced = whole[-1].endswith(" ") if whole[-1] else spaced
        places.append(max(length - spaced, 0))
    placed = (replace(n, place=at) for n, at in zip(notes, places, strict=False))
    return "".join(whole).rstrip(), tuple(placed)
