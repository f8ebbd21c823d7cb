"""Footnotes: marks are removed from the text, and notes attached to the paragraphs that call them.

A mark directly follows a word or punctuation ("Security,4 to continue"), or ends its paragraph
("that it made, 1"). Other digits stay in the text: "CO2", "COVID-19", "G20",
"resolution 64/292, 2 billion people".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from ..model.document import Block, Note
from ..un.print_conventions import STOPS
from ..un.printed_pages import CALLED_AFTER
from .block_roles import split_note

_BODY = ("preambular", "operative", "annex")
_MARK = re.compile(
    # At the end of a paragraph, a number is a call even if its note is missing.
    rf"(?<=[{STOPS}])\s?(?P<last>\d{{1,2}})$"
    rf"|(?<=[^\d\s][{CALLED_AFTER}])(?P<stop>\d{{1,2}})(?=\s|$)"
    r"|(?<=\d/\d\d,)(?P<symbol>\d{1,2})(?=\s)"
    r"|(?<=\d/\d\d\d,)(?P<longer>\d{1,2})(?=\s)"
    rf"|(?<=[a-z]{{3}})(?P<glued>\d{{1,2}})(?=[\s{STOPS}]|$)"
)


def with_notes(blocks: Iterable[Block]) -> list[Block]:
    """Attach notes to the blocks that call them, in order of call, and remove their own blocks."""
    rows = list(blocks)
    known = {note[0]: note[1] for b in rows if b.role == "note" and (note := split_note(b))}
    return [_attach_notes(b, known) if b.role in _BODY else b for b in rows if b.role != "note"]


def _attach_notes(block: Block, known: dict[str, str]) -> Block:
    if not known and (block.notes or not block.text[-1:].isdigit()):
        return block  # the reader knew the calls, and no mark is left at the end of the text

    def is_call(match: re.Match[str]) -> bool:
        return match["last"] is not None or _mark(match) in known

    calls = [match for match in _MARK.finditer(block.text) if is_call(match)]
    here = [Note(_mark(m), known.get(_mark(m), ""), m.start()) for m in calls]
    starts, taken = [m.start() for m in calls], [0, *accumulate(len(m[0]) for m in calls)]
    notes = [n.moved(-taken[bisect_left(starts, n.place or 0)]) for n in (*block.notes, *here)]
    text = _MARK.sub(lambda m: "" if is_call(m) else m[0], block.text).rstrip()
    return replace(block, text=text, notes=tuple(notes))


def _mark(match: re.Match[str]) -> str:
    return match[match.lastgroup or 0]
