"""Footnotes: marks taken out of the text, and each note given to the paragraph that calls it.

A mark is glued to the word or stop before it ("Security,4 to continue"), or ends its paragraph
("that it made, 1"). A digit that belongs to the text is left: "CO2", "COVID-19", "G20",
"resolution 64/292, 2 billion people".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..document import Block, Note
from .roles import note_of

_BODY = ("preambular", "operative", "annex")
_AT_END = re.compile(r"(?<=[,;:.])\s?(\d{1,2})$")
_AFTER_STOP = re.compile(r"(?<=[^\d\s][,;:.)”\"])(\d{1,2})(?=\s|$)")
_GLUED = re.compile(r"(?<=[a-z]{3})(\d{1,2})(?=[\s,;:.]|$)")
_AFTER_SYMBOL = re.compile(r"(?<=\d/\d\d,)(\d{1,2})(?=\s)|(?<=\d/\d\d\d,)(\d{1,2})(?=\s)")


def with_notes(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without those that are notes; callers hold their notes in order of call."""
    rows = list(blocks)
    known = {note[0]: note[1] for b in rows if b.role == "note" and (note := note_of(b))}
    return [_called(b, known) if b.role in _BODY else b for b in rows if b.role != "note"]


def _called(block: Block, known: dict[str, str]) -> Block:
    found: list[tuple[int, str]] = []

    def take(match: re.Match[str], sure: bool) -> str:
        mark = match[match.lastindex or 1]
        if mark not in known and not sure:
            return match[0]
        found.append((match.start(), mark))
        return ""

    if block.notes and not known:  # the format knew them: its text has no marks
        return block
    text = _AFTER_STOP.sub(lambda m: take(m, sure=False), block.text)
    text = _AFTER_SYMBOL.sub(lambda m: take(m, sure=False), text)
    text = _GLUED.sub(lambda m: take(m, sure=False), text)
    text = _AT_END.sub(lambda m: take(m, sure=True), text).rstrip()
    notes = tuple(Note(mark, known.get(mark, "")) for _, mark in sorted(found))
    return replace(block, text=text, notes=(*block.notes, *notes))
