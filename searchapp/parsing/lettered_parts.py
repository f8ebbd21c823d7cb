"""Resolutions in parts: one document contains 77/264 A, B and C below one cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..model.document import Block, Document
from ..un.print_conventions import is_enacting

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FARTHEST = 5  # blocks from the letter to the enacting words; a title is one block, rarely two


def split_parts(document: Document) -> tuple[Document, ...]:
    """Split a document into its lettered parts, each with the common cover."""
    blocks = document.blocks
    starts = () if document.part else _find_starts(blocks)
    if len(starts) < 2:  # the cover of a separate part has one letter as well
        return (document,)
    cover = blocks[: starts[0]]
    ends = (*starts[1:], len(blocks))
    return tuple(
        _make_part(document, cover, blocks[start:end])
        for start, end in zip(starts, ends, strict=True)
    )


def _make_part(document: Document, cover: Sequence[Block], blocks: Sequence[Block]) -> Document:
    """Build the document of one part from its letter, optional title, and text."""
    enacting = _find_enacting(blocks)
    title = " ".join(block.text for block in blocks[1:enacting])
    return replace(
        document,
        blocks=(*cover, *blocks[enacting:]),
        part=blocks[0].text,
        title=title or document.title,
    )


def _find_starts(blocks: Sequence[Block]) -> tuple[int, ...]:
    """Return where the parts begin: at the lines A, B, C with enacting words soon after them."""
    starts: list[int] = []
    for index, block in enumerate(blocks):
        is_next = block.text == _LETTERS[len(starts) : len(starts) + 1] and not block.label
        if is_next and _find_enacting(blocks[index : index + _FARTHEST]):
            starts.append(index)
    return tuple(starts)


def _find_enacting(blocks: Sequence[Block]) -> int:
    """Return the index of the enacting words, or 0."""
    return next((n for n, b in enumerate(blocks) if is_enacting(b.text)), 0)
