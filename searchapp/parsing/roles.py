"""What each block is, where the format did not say: cover, preamble, operative part, close."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..dates import date_in
from ..document import Block, Role
from ..phrases import is_preambular, opening
from ..symbols import BODIES
from ..wording import DATE_LINE, MEETING_LINE

ORGAN = re.compile(rf"The (?:{'|'.join(BODIES.values())})\b")
ENACTING = re.compile(rf"{ORGAN.pattern}(?:,|)\W*")
# Where the enacting words begin a block, and, as long as none have come, where they follow a title.
_ENACTS = re.compile(rf"(?P<enacting>{ORGAN.pattern},)\s+(?=[A-Z])")
_ENACTS_AFTER = re.compile(rf"(?:.*?\S\s)?(?P<enacting>{ORGAN.pattern},)(?:\s+(?=[A-Z])|\W*\Z)")
_ANNEX = re.compile(r"Annex(?:\s+(?:[IVX]+|\d+|[A-Z]))?\W*")
_NOTE = re.compile(r"(?P<mark>\d{1,3})\.?\s+(?=[A-Z“\"])|(?P<symbol>\d{1,3})\s+(?=[A-Z]/)")
# Page headers and feet, job numbers, and what dumps of word processors leave behind.
_LEFTOVER = re.compile(
    r"\W*(?:[AES]/(?:\w+/)*[\w.]*\d+(?: [A-Z])?|\d{1,3}/\d{1,3}|\d{1,3}|\d\d-\d{5}.*|\*\d{7}\*.*|"
    r"please recycle|\[du\d+\].*|<<ods.*|united nations.*|page \d+.*|[-_*= ]*)\W*",
    re.IGNORECASE,
)
TITLED = re.compile(
    r"\W*(?P<number>(?:(?:ES|S)-)?\d{1,4}/\d{1,4}(?: ?[A-Z](?!\w))?)\.\s*(?P<title>.*)"
)

_BODY = ("preambular", "operative", "annex", "note")


def with_roles(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, each with a role; roles given by the mark-up stay unless print says otherwise."""
    place = _Place()
    roles = ((block, place.role(block)) for block in blocks)
    return [block if block.role == role else replace(block, role=role) for block, role in roles]


def with_enacting(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with the enacting words apart from the title before them, the text after them.

    "Question of Pitcairn The General Assembly, Recalling …": lines are joined in many texts.
    """
    enacted = False
    for block in blocks:
        match = None if block.role else (_ENACTS if enacted else _ENACTS_AFTER).match(block.text)
        enacted = enacted or match is not None or bool(ENACTING.fullmatch(block.text))
        yield from _parted(block, *match.span("enacting")) if match else (block,)


def _parted(block: Block, start: int, end: int) -> Iterator[Block]:
    """A block as three, the middle one from `start` to `end`; those without text are left out."""
    text, notes = block.text, block.notes
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before:
        yield replace(block, text=before, notes=tuple(n for n in notes if (n.place or 0) <= start))
        notes = tuple(n for n in notes if (n.place or 0) > start)
    yield Block(text[start:end])
    if after:
        moved = tuple(note.moved(len(after) - len(text)) for note in notes)
        yield Block(after, notes=moved)


class _Place:
    """Where in a resolution the blocks have come to; print goes only forward."""

    def __init__(self) -> None:
        self.part: Role = "front"
        self.opens = False  # whether the block before is numbered, and ends with a colon

    def role(self, block: Block) -> Role:
        role = self._given(block, block.role) if block.role else self._printed(block)
        self.opens = bool(block.label) and block.text.endswith(":")
        if role in ("enacting", "preambular", "operative", "annex-heading", "close"):
            self.part = role
        return role

    def _given(self, block: Block, role: Role) -> Role:
        """The mark-up's role, save where print contradicts it."""
        if role == "heading":  # a face alone: "Annex", the cover and the close are set off too
            printed = self._printed(block)
            return role if printed in _BODY else printed
        if role == "table" and self.part == "front":  # a masthead's corners
            return "front"
        if role != "operative":
            return role
        if block.label:  # 76/246: "A. Secretariat of the Pension Board"
            lettered = re.fullmatch(r"[A-Z]+\.?", block.label) and _is_heading(block.text)
            return "heading" if lettered else "operative"
        if block.lead and is_preambular(block.lead) and self.part in ("enacting", "preambular"):
            return "preambular"  # 77/118: a preambular paragraph inside mainBody
        if not block.lead and self._is_heading(block.text):
            return "heading"  # 76/147: headings marked up as paragraphs
        return "operative"

    def _printed(self, block: Block) -> Role:
        text = block.text
        if ENACTING.fullmatch(text):
            return "enacting"
        if self.part == "front":
            return "title" if TITLED.match(text) else "front"
        is_date = self.part in ("operative", "close") and DATE_LINE.fullmatch(text)
        if is_date or MEETING_LINE.match(text):  # E/RES/2020/9 has a date alone
            return "close"
        if _ANNEX.fullmatch(text):
            return "annex-heading"
        return self._after_close(block) if self.part == "close" else self._inside(block)

    def _after_close(self, block: Block) -> Role:
        if block.label and not block.label.startswith("("):
            return "note"
        return "note" if _NOTE.match(block.text) else "front"

    def _inside(self, block: Block) -> Role:
        """A block between the enacting words and the close."""
        text = block.text
        if not block.label and len(text) < 100 and _LEFTOVER.fullmatch(text):
            return "front"
        if self.part == "annex-heading":
            return "heading" if not block.label and self._is_heading(text) else "annex"
        if block.label:
            return "preambular" if self._in_preamble(block) else "operative"
        phrase = block.lead or opening(text)
        if phrase:
            return "preambular" if is_preambular(phrase) else "operative"
        if self._is_heading(text):
            return "heading"
        return "preambular" if self.part in ("enacting", "preambular") else "operative"

    def _is_heading(self, text: str) -> bool:
        """A short line, save for an item of what is numbered (78/318, 4: "Round table 1")."""
        return not self.opens and _is_heading(text)

    def _in_preamble(self, block: Block) -> bool:
        """A lettered item before the first numbered paragraph belongs to the preamble."""
        lettered = bool(block.label and block.label.startswith("("))
        return lettered and self.part in ("enacting", "preambular")


def _is_heading(text: str) -> bool:
    return len(text) < 200 and text[-1:] not in ";:,." and date_in(text[:20]) is None


def note_of(block: Block) -> tuple[str, str] | None:
    """Mark and text of a note that stands as a block of its own."""
    if block.label:
        return block.label.rstrip("."), block.text
    match = _NOTE.match(block.text)
    if match is None:
        return None
    return match["mark"] or match["symbol"], block.text[match.end() :]
