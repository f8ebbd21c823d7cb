"""The output of the readers: the metadata that a format states explicitly, and blocks of text.

A reader reports what its format contains, and the parser infers the rest: AKN has the role of each
block, a PDF has italics, and footnotes by font size and position, a text dump has only text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Role = Literal[
    "front",  # cover: symbol, distribution, session, agenda item, adoption line, committee line
    "title",
    "enacting",  # "The General Assembly,"
    "preambular",
    "operative",
    "heading",
    "annex",  # a paragraph of an annex
    "annex-heading",  # "Annex", "Annex II": an annex begins here
    "table",  # one row of a table
    "close",  # "62nd plenary meeting", "2 December 2014"
    "note",  # a footnote's text, its mark as label
]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the mark as printed ("4"), and its text ("" if the file lacks it).

    `place` is the offset of its call in the calling text, in characters, or None if unknown.
    """

    mark: str
    text: str
    place: int | None = None

    def moved(self, by: int) -> Note:
        """Return the note with its call moved by `by` characters, but not below 0."""
        return self if self.place is None else replace(self, place=max(self.place + by, 0))


@dataclass(frozen=True, slots=True)
class Block:
    """One printed paragraph, heading or separate line.

    `label` is a printed number ("12.", "(a)"), `lead` the emphasised opening words, `role` what
    its declared role, `level` its depth from 1 if the mark-up nests (None: to be
    inferred from labels), `notes` the footnotes called in it, if the format has them.
    """

    text: str
    label: str | None = None
    lead: str | None = None
    role: Role | None = None
    level: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file, or a part of one, as read; None and () mean that the format does not state it."""

    source: str
    format: str  # "akn", "docx", "html", "pdf", "markdown", "text"
    blocks: tuple[Block, ...]
    hash: str = ""  # SHA-256 of the file, hexadecimal
    language: str | None = None
    symbol: str | None = None
    session: str | None = None
    adopted: str | None = None  # ISO date
    title: str | None = None
    agenda_items: tuple[str, ...] = ()
    origin: str | None = None
    report: str | None = None
    meeting: str | None = None
    draft: str | None = None
    sponsors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    vote: dict[str, int | list[str]] | None = None  # {}: adopted without one
    part: str | None = None
    reissued: str | None = None  # ISO date, or "" for a reissue without a date
