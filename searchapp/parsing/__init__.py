"""The parser for all formats: from a reader's `Document` to `Resolution`s."""

from __future__ import annotations

from dataclasses import replace

from ..errors import NotAResolution
from ..model.document import Document
from ..model.resolution import Paragraph, Resolution
from ..versions import PARSER_VERSION as VERSION
from .block_roles import with_enacting, with_roles
from .footnotes import with_notes
from .lettered_parts import split_parts
from .metadata import Metadata, infer
from .paragraphs import paragraphs
from .printed_numbers import with_labels

__all__ = ["VERSION", "parse"]


def parse(document: Document) -> tuple[Resolution, ...]:
    """Parse a document into resolutions; raise `NotAResolution` if it has no paragraph of one."""
    whole = replace(document, blocks=tuple(with_enacting(with_labels(document.blocks))))
    found = tuple(r for part in split_parts(whole) if (r := _parse_one(part)))
    if not found:
        raise NotAResolution("No paragraph of a resolution was found in the text.")
    return found


def _parse_one(document: Document) -> Resolution | None:
    """Parse a document with at most one resolution; return None if it has none."""
    blocks = with_notes(with_roles(document.blocks))
    if not any(block.role in ("operative", "preambular") for block in blocks):
        return None
    resolution = _make_resolution(document, infer(document, blocks))
    whole = replace(resolution, paragraphs=tuple(paragraphs(blocks, resolution)))
    return whole if whole.symbol else _prefix_anchors(whole, whole.key)


def _prefix_anchors(resolution: Resolution, key: str) -> Resolution:
    """Prefix all anchors with the key, for a resolution whose key depends on its text."""
    rows = (_prefix_anchor(paragraph, key) for paragraph in resolution.paragraphs)
    return replace(resolution, paragraphs=tuple(rows))


def _prefix_anchor(paragraph: Paragraph, key: str) -> Paragraph:
    parent = f"{key}{paragraph.parent}" if paragraph.parent else None
    return replace(paragraph, id=f"{key}{paragraph.id}", parent=parent)


def _make_resolution(document: Document, known: Metadata) -> Resolution:
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
