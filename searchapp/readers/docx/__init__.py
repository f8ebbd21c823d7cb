"""Reader for DOCX files, based on python-docx.

It computes what Word computes for printing: list numbers, italics and hiding by styles, footnote
marks, and the text with all tracked changes accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.parts.document import DocumentPart

from ...errors import ReadError
from ...model.document import Block, Document
from ...un.symbols import PREFIX
from ..archive import Archive, check_member
from ..runs import find_reissue, settle_headings
from .body import Body
from .note_marks import Notes
from .numbering import Numbering
from .styles import Element, Styles, plain, qn

MAX_BYTES = 150_000_000  # of all parts, unpacked, since the library loads each of them
MAX_PARTS = 5_000
_STRICT = b"purl.oclc.org/ooxml/officeDocument"
_SYMBOL = re.compile(rf"\b{PREFIX}[\w./-]+(?: ?\([IVXLC\d]+\))?(?: [A-Z]\b)?")
_DAMAGED = "The Word file is damaged: open it in Word or LibreOffice, and save it as .docx again."


def read_docx(content: bytes, source: str) -> Document:
    """Read a Word file; raise `ReadError` if it is damaged, or too large when unpacked."""
    _check_archive(Archive(content))
    try:
        parts = _Parts(docx.Document(BytesIO(content)).part)
    except Exception as error:  # the library raises errors of all kinds for damaged files
        raise ReadError(_DAMAGED) from error
    try:
        blocks = settle_headings(_read_blocks(parts))
    except RecursionError:
        raise ReadError("The mark-up is nested too deeply for a resolution.") from None
    return Document(
        source=source, format="docx", blocks=tuple(blocks), reissued=find_reissue(blocks)
    )


def _check_archive(archive: Archive) -> None:
    members = archive.zip.infolist()
    if len(members) > MAX_PARTS:
        raise ReadError(f"The Word file has more than {MAX_PARTS:,} parts.")
    for info in members:
        check_member(info)
    if sum(info.file_size for info in members) > MAX_BYTES:
        raise ReadError(f"The Word file unpacks to more than {MAX_BYTES // 1_000_000} MB.")
    if _STRICT in archive.read("_rels/.rels"):
        raise ReadError("It is saved as “Strict Open XML”: save it as “Word Document (.docx)”.")


class _Parts:
    """The parts with text or formatting; None for absent ones."""

    def __init__(self, part: DocumentPart) -> None:
        body = part.element.body
        if body is None:
            raise ReadError(_DAMAGED)
        self.body: Element = body
        self.headers = list(_find_related(part, RELATIONSHIP_TYPE.HEADER))
        self.styles = next(_find_related(part, RELATIONSHIP_TYPE.STYLES), None)
        self.numbering = next(_find_related(part, RELATIONSHIP_TYPE.NUMBERING), None)
        self.footnotes = next(_find_related(part, RELATIONSHIP_TYPE.FOOTNOTES), None)
        self.endnotes = next(_find_related(part, RELATIONSHIP_TYPE.ENDNOTES), None)
        self.settings = next(_find_related(part, RELATIONSHIP_TYPE.SETTINGS), None)


def _find_related(part: DocumentPart, kind: str) -> Iterator[Element]:
    for relation in part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            target = relation.target_part
            element = getattr(target, "element", None)
            yield parse_xml(target.blob) if element is None else element


def _read_blocks(parts: _Parts) -> Iterator[Block]:
    styles = Styles(parts.styles)
    numbering = Numbering(parts.numbering, styles)
    notes = Notes(parts.footnotes, parts.endnotes, parts.settings)
    yield from _read_masthead(parts.headers)
    yield from Body(styles, numbering, notes).blocks(parts.body)


def _read_masthead(headers: list[Element]) -> Iterator[Block]:
    """Yield the symbol of the page headers: the first page's may be nowhere else."""
    paragraphs = (plain(p) for header in headers for p in header.iter(qn("w:p")))
    symbols = {found[0] for text in paragraphs if (found := _SYMBOL.search(text))}
    if len(symbols) == 1:
        yield Block(symbols.pop())
