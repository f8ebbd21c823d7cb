"""One parser for all formats: from a reader's `Document` to `Resolution`s."""

from __future__ import annotations

from dataclasses import replace

from ..document import Document
from ..errors import NotAResolution
from ..resolution import Paragraph, Resolution
from .metadata import Metadata, infer
from .notes import with_notes
from .roles import with_roles
from .structure import paragraphs

__all__ = ["VERSION", "parse"]

VERSION = 3  # raised when the same file would give other paragraphs: it is then read again


def parse(document: Document) -> tuple[Resolution, ...]:
    """The resolutions of a document; `NotAResolution` where it has no paragraph of one."""
    blocks = with_notes(with_roles(document.blocks))
    if not any(block.role in ("operative", "preambular") for block in blocks):
        raise NotAResolution("No paragraph of a resolution was found in the text.")
    known = infer(document, blocks)
    resolution = _resolution(document, known)
    rows = tuple(paragraphs(blocks, resolution))
    key = replace(resolution, paragraphs=rows).key
    return (replace(resolution, paragraphs=tuple(_addressed(row, key) for row in rows)),)


def _addressed(paragraph: Paragraph, key: str) -> Paragraph:
    """The paragraph with the resolution's key before its anchor; a key may rest on the text."""
    parent = f"{key}{paragraph.parent}" if paragraph.parent else None
    return replace(paragraph, id=f"{key}{paragraph.id}", parent=parent)


def _resolution(document: Document, known: Metadata) -> Resolution:
    return Resolution(
        symbol=known.symbol,
        language=known.language,
        body=known.body,
        session=known.session,
        year=known.year,
        adopted=known.adopted,
        title=known.title,
        agenda_items=known.agenda_items,
        origin=known.origin,
        report=known.report,
        meeting=known.meeting,
        draft=document.draft or known.draft,
        sponsors=document.sponsors,
        subjects=document.subjects,
        vote=document.vote or None,
        part=known.part,
        source=document.source,
        hash=document.hash or None,
        inferred=known.inferred,
    )
