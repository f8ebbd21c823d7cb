"""Separation of several resolutions in one text: neighbours on a page, and parts A and B.

A scanned page can contain the end of one resolution, another, and the beginning of a third,
sometimes in two languages. Resolutions that are incomplete or not in English are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..model.document import Block, Document
from ..un.print_conventions import (
    council_number,
    enacting_organ,
    enacts,
    is_meeting_line,
    is_part_letter,
    split_title,
)
from ..un.symbols import Symbol, parse_symbol

_OLD = re.compile(r"\([A-Z-]+\)\Z")
_NEAR = 3  # blocks between a part's letter and the enacting words, for its title
_FAR = 20  # blocks between a title and the enacting words; A/RES/217(III) has a preamble there


@dataclass(slots=True)
class _Piece:
    """A resolution, or a part of one, and the range of its blocks."""

    number: str
    title: str
    part: str | None
    start: int
    end: int = 0
    body: str | None = None
    closed: bool = False

    @property
    def symbol(self) -> Symbol | None:
        return parse_symbol(self.number + (self.part or ""), self.body)


def split_resolutions(document: Document) -> Iterator[Document]:
    """Split a text into a document per complete resolution; a lone modern one keeps all blocks."""
    pieces = list(_find_pieces(document.blocks))
    kept = _select_complete(pieces)
    if not kept:
        yield document
    elif len(pieces) == 1 and not _OLD.search(kept[0].number):
        yield _with_symbol(document, kept[0])
    else:
        for piece in kept:
            blocks = document.blocks[piece.start : piece.end]
            yield replace(_with_symbol(document, piece), blocks=blocks, title=piece.title or None)


def _with_symbol(document: Document, piece: _Piece) -> Document:
    """Return the document with the piece's symbol; a title's number alone names no organ."""
    symbol = piece.symbol
    return replace(document, symbol=symbol.text if symbol else None)


def _find_pieces(blocks: Sequence[Block]) -> Iterator[_Piece]:
    """Yield the pieces begun by titles and part letters, except those without enacting words."""
    piece: _Piece | None = None
    for index, block in enumerate(blocks):
        begun = _begin_piece(blocks, index, piece)
        if begun:
            if piece and piece.body:
                yield replace(piece, end=index)
            piece = begun
        elif piece:
            piece.closed = piece.closed or is_meeting_line(block.text)
    if piece and piece.body:
        yield replace(piece, end=len(blocks))


def _begin_piece(blocks: Sequence[Block], index: int, piece: _Piece | None) -> _Piece | None:
    """Return the piece that begins at a block with a title or a part letter, or None."""
    block = blocks[index]
    if block.label or block.role:
        return None
    title = _split_title_line(block.text)
    is_letter = is_part_letter(block.text)
    body = _find_organ(blocks, index, _FAR if title else _NEAR) if title or is_letter else None
    if title and (body or _OLD.search(title[0])):
        return _Piece(*title, _find_part_letter(blocks, index), index, body=body)
    if piece and piece.part and body and is_letter and block.text > piece.part:
        return _Piece(piece.number, piece.title, block.text, index, body=body)
    return None


def _split_title_line(text: str) -> tuple[str, str] | None:
    """Split a title line into number and title, which is empty for the Security Council."""
    number = council_number(text, alone=True)
    return (number, "") if number else split_title(text)


def _find_organ(blocks: Sequence[Block], index: int, far: int) -> str | None:
    """Return the organ whose enacting words follow a title, or None."""
    for block in blocks[index + 1 : index + 2 + far]:
        if enacts(block.text):
            return enacting_organ(block.text)
        if split_title(block.text):
            break
    return None


def _find_part_letter(blocks: Sequence[Block], index: int) -> str | None:
    """Return the part letter below a title ("A"), or None."""
    below = blocks[index + 1].text if index + 1 < len(blocks) else ""
    return below if is_part_letter(below) else None


def _select_complete(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Return the complete pieces: closed, or followed by a closed part; all if none is closed."""
    if not any(piece.closed for piece in pieces):
        return list(pieces)
    closed: set[str] = set()  # numbers of pieces further on
    kept = []
    for piece in reversed(pieces):
        if piece.closed:
            closed.add(piece.number)
        if piece.number in closed:
            kept.append(piece)
    return kept[::-1]
