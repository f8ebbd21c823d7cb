"""What a reader gives: the metadata that a format states outright, and blocks of text.

A reader says what it knows, the parser infers the rest: AKN knows the role of each block, a PDF
knows italics and footnotes by size and place, a text dump knows only text.
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
    """A footnote: the mark as printed ("4"), and its text ("" where the file does not hold it).

    `place` is where its call stands in the text that calls it: the number of characters before it,
    or None where that is not known.
    """

    mark: str
    text: str
    place: int | None = None

    def moved(self, by: int) -> Note:
        """The same note with its call `by` characters further on, but not before the text."""
        return self if self.place is None else replace(self, place=max(self.place + by, 0))


@dataclass(frozen=True, slots=True)
class Block:
    """One printed paragraph, heading or line that stands by itself.

    `label` is a printed number ("12.", "(a)"), `lead` the emphasised opening words, `role` what
    the mark-up says the block is, `level` its depth from 1 where the mark-up nests (None: to be
    inferred from labels), `notes` the footnotes called in it, where the format knows them.
    """

    text: str
    label: str | None = None
    lead: str | None = None
    role: Role | None = None
    level: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file, or a part of one, as a reader sees it; None and () mean "the format does not say"."""

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
    reissued: str | None = None  # ISO date, or "" where a reissue bears none
