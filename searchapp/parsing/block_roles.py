"""Roles of blocks without one from the mark-up: cover, preamble, operative part, close."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model.document import Block, Role
from ..text.dates import date_in
from ..un.print_conventions import (
    OPENING,
    STOPS,
    enacting_span,
    is_annex_heading,
    is_date_line,
    is_enacting,
    is_meeting_line,
    split_title,
)
from ..un.printed_pages import BARE_NUMBER, FURNITURE
from ..un.verbs import is_preambular, opening

# "1. See A/50/9", "1 See", "1 A/50/9"
_NOTE = re.compile(rf"(?P<mark>\d{{1,3}})\.?\s+(?={OPENING})")
# Page headers and footers, and debris in dumps of word processors (A/RES/67/27).
_LEFTOVER = re.compile(
    rf"\W*(?:{FURNITURE.pattern}|{BARE_NUMBER.pattern}|\[du\d+\].*|<<ods.*|united nations.*|"
    r"page \d+.*|[-_*= ]*)\W*",
    re.IGNORECASE,
)

_BODY = ("preambular", "operative", "annex", "note")


def with_roles(blocks: Iterable[Block]) -> list[Block]:
    """Give each block a role; roles from the mark-up are kept unless the text contradicts them."""
    position = _Position()
    roles = ((block, position.role(block)) for block in blocks)
    return [block if block.role == role else replace(block, role=role) for block, role in roles]


def with_enacting(blocks: Iterable[Block]) -> Iterator[Block]:
    """Split the enacting words from a title before them and text after them.

    Many texts join these lines: "Question of Pitcairn The General Assembly, Recalling …".
    """
    enacted = False
    for block in blocks:
        span = None if block.role else enacting_span(block.text, after_title=not enacted)
        enacted = enacted or span is not None or is_enacting(block.text)
        yield from _split_block(block, *span) if span else (block,)


def _split_block(block: Block, start: int, end: int) -> Iterator[Block]:
    """Split a block into three at `start` and `end`, without empty ones."""
    text, notes = block.text, block.notes
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before:
        yield replace(block, text=before, notes=tuple(n for n in notes if (n.place or 0) <= start))
        notes = tuple(n for n in notes if (n.place or 0) > start)
    yield Block(text[start:end])
    if after:
        moved = tuple(note.moved(len(after) - len(text)) for note in notes)
        yield Block(after, notes=moved)


class _Position:
    """The current part of the resolution; the order of parts is fixed."""

    def __init__(self) -> None:
        self.part: Role = "front"
        self.opens = False  # whether the previous block is numbered and ends with a colon

    def role(self, block: Block) -> Role:
        role = self._correct_role(block, block.role) if block.role else self._infer_role(block)
        self.opens = bool(block.label) and block.text.endswith(":")
        if role in ("enacting", "preambular", "operative", "annex-heading", "close"):
            self.part = role
        return role

    def _correct_role(self, block: Block, role: Role) -> Role:
        """Return the mark-up's role, corrected where the text contradicts it."""
        if role == "heading":  # typography alone; "Annex", the cover and the close have it too
            printed = self._infer_role(block)
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

    def _infer_role(self, block: Block) -> Role:
        text = block.text
        if is_enacting(text):
            return "enacting"
        if self.part == "front":
            return "title" if split_title(text) else "front"
        is_date = self.part in ("operative", "close") and is_date_line(text)
        if is_date or is_meeting_line(text):  # E/RES/2020/9 has only a date
            return "close"
        if is_annex_heading(text):
            return "annex-heading"
        return self._infer_after_close(block) if self.part == "close" else self._infer_inside(block)

    def _infer_after_close(self, block: Block) -> Role:
        if block.label and not block.label.startswith("("):
            return "note"
        return "note" if _NOTE.match(block.text) else "front"

    def _infer_inside(self, block: Block) -> Role:
        """Return the role of a block between the enacting words and the close."""
        text = block.text
        if not block.label and len(text) < 100 and _LEFTOVER.fullmatch(text):
            return "front"
        if self.part == "annex-heading":
            return "heading" if not block.label and self._is_heading(text) else "annex"
        if block.label:
            return "preambular" if self._is_preambular_item(block) else "operative"
        phrase = block.lead or opening(text)
        if phrase:
            return "preambular" if is_preambular(phrase) else "operative"
        if self._is_heading(text):
            return "heading"
        return "preambular" if self.part in ("enacting", "preambular") else "operative"

    def _is_heading(self, text: str) -> bool:
        """Return whether a line is a heading, not an item of a numbered paragraph (78/318, 4)."""
        return not self.opens and _is_heading(text)

    def _is_preambular_item(self, block: Block) -> bool:
        """Return whether an item is preambular: lettered, before the first numbered paragraph."""
        lettered = bool(block.label and block.label.startswith("("))
        return lettered and self.part in ("enacting", "preambular")


def _is_heading(text: str) -> bool:
    return len(text) < 200 and text[-1:] not in STOPS and date_in(text[:20]) is None


def split_note(block: Block) -> tuple[str, str] | None:
    """Split a note in a separate block into its mark and text; return None for other blocks."""
    if block.label:
        return block.label.rstrip("."), block.text
    match = _NOTE.match(block.text)
    if match is None:
        return None
    return match["mark"], block.text[match.end() :]
