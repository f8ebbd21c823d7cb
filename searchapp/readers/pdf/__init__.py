"""Reader for PDFs, by positions of text on the page, based on PDFium."""

from __future__ import annotations

from ...errors import ReadError
from ...model.document import Block, Document
from ..runs import find_reissue, settle_headings
from .blocks import Layout
from .characters import Sheet, read_sheets
from .lines import Joiner, Page, Piece, make_page
from .margins import body_size, remove_furniture, take_notes

_SCANNED = (
    "The PDF contains images of pages, not text; run OCR first, for example: ocrmypdf FILE NEW-FILE"
)
_FEWEST = 30  # letters per page; a scanned page may have a stamp or a number


def read_pdf(content: bytes, source: str) -> Document:
    """Read a PDF; raise `ReadError` if it is locked, damaged, without text or too large."""
    pages = [_make_page(number, sheet) for number, sheet in enumerate(read_sheets(content))]
    if sum(len(line.text) for page in pages for line in page.lines) < _FEWEST * len(pages):
        raise ReadError(_SCANNED)
    body = body_size(pages)
    remove_furniture(pages, body)
    joiner = Joiner(line for page in pages for line in page.lines)
    take_notes(pages, body, joiner)
    blocks = settle_headings(block for block in Layout(pages, joiner).blocks() if block.text)
    # The call of this note on the cover is not always raised.
    starred = [Block(text) for mark, text in pages[0].notes.items() if mark.startswith("*")]
    return Document(
        source=source,
        format="pdf",
        blocks=tuple(blocks),
        reissued=find_reissue([*starred, *blocks]),
    )


def _make_page(number: int, sheet: Sheet) -> Page:
    return make_page(number, sheet.bottom, sheet.top, (Piece(*run) for run in sheet.runs))
