"""Resolutions in parts: 77/264 A, B and C stand in one document, below one cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..model.document import Block, Document
from ..un.print_conventions import is_enacting

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FARTHEST = 5  # blocks from the letter to the enacting words; a title has one, rarely two


def parts(document: Document) -> tuple[Document, ...]:
    """A document for each lettered part, with the cover of the whole; else the document alone."""
    blocks = document.blocks
    starts = () if document.part else _starts(blocks)
    if len(starts) < 2:  # one letter alone is on the cover of a part, too
        return (document,)
    cover = blocks[: starts[0]]
    ends = (*starts[1:], len(blocks))
    return tuple(
        _part(document, cover, blocks[start:end]) for start, end in zip(starts, ends, strict=True)
    )


def _part(document: Document, cover: Sequence[Block], blocks: Sequence[Block]) -> Document:
    """The part of a document that begins with its letter; its title may follow."""
    enacting = _enacting(blocks)
    title = " ".join(block.text for block in blocks[1:enacting])
    return replace(
        document,
        blocks=(*cover, *blocks[enacting:]),
        part=blocks[0].text,
        title=title or document.title,
    )


def _starts(blocks: Sequence[Block]) -> tuple[int, ...]:
    """Where the parts begin: A, B, C alone in a line, and soon after each the enacting words."""
    starts: list[int] = []
    for place, block in enumerate(blocks):
        is_next = block.text == _LETTERS[len(starts) : len(starts) + 1] and not block.label
        if is_next and _enacting(blocks[place : place + _FARTHEST]):
            starts.append(place)
    return tuple(starts)


def _enacting(blocks: Sequence[Block]) -> int:
    """The place of the enacting words, or 0."""
    return next((n for n, b in enumerate(blocks) if is_enacting(b.text)), 0)
