"""PDF: text by its place on the page, read with PDFium in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ...document import Block, Document
from ...errors import ReadError
from ..runs import reissued, settled
from . import characters
from .layout import Layout
from .lines import Joiner, Page, Piece, page_of
from .margins import body_size, take_notes, without_furniture

SECONDS = 120
_SPENT = (
    "The PDF takes more time or memory to open than any resolution does; "
    "it may be broken: save a copy with a program that opens it."
)
_WRONG = {
    "locked": "The PDF is locked with a password; save a copy without one.",
    "broken": "The PDF is broken; fetch it again, or save a copy with a program that opens it.",
    "long": f"The PDF has more than {characters.MAX_PAGES:,} pages or too much text; split it.",
    "crowded": f"A page of the PDF has more than {characters.MAX_CHARACTERS:,} characters.",
}
_SCANNED = (
    "The PDF holds pictures of pages, not their text; "
    "recognise it first, for example with: ocrmypdf FILE NEW-FILE"
)
_FEWEST = 30  # letters a page; a scanned page may bear a stamp or a number


def read_pdf(content: bytes, source: str) -> Document:
    """The document of a PDF; `ReadError` where it is locked, broken, without text or too much."""
    pages = _pages(content)
    if sum(len(line.text) for page in pages for line in page.lines) < _FEWEST * len(pages):
        raise ReadError(_SCANNED)
    body = body_size(pages)
    without_furniture(pages, body)
    joiner = Joiner(line for page in pages for line in page.lines)
    take_notes(pages, body, joiner)
    blocks = settled(block for block in Layout(pages, joiner).blocks() if block.text)
    # The mark on the cover that calls this note is not always raised.
    starred = [Block(text) for mark, text in pages[0].notes.items() if mark.startswith("*")]
    return Document(
        source=source,
        format="pdf",
        blocks=tuple(blocks),
        reissued=reissued([*starred, *blocks]),
    )


def _pages(content: bytes) -> list[Page]:
    *pages, wrong = [json.loads(line) for line in _characters(content).splitlines()]
    if wrong is not None:
        raise ReadError(_WRONG[wrong])
    return [_page(number, page) for number, page in enumerate(pages)]


def _page(number: int, page: dict[str, Any]) -> Page:
    pieces = (Piece(*values) for values in page["pieces"])
    return page_of(number, page["bottom"], page["top"], pieces)


def _characters(content: bytes) -> bytes:
    """What `characters` prints for a file; its process ends where the file asks too much."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file, run by our own interpreter
            [sys.executable, "-P", str(Path(characters.__file__))],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise ReadError(_SPENT) from None
    except subprocess.CalledProcessError as error:
        stopped = error.returncode != 1  # by the system, or by PDFium itself
        raise ReadError(_SPENT if stopped else _WRONG["broken"]) from None
    return done.stdout
