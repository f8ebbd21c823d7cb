"""Extraction of characters from a PDF with PDFium, in runs of one font.

PDFium is C++ code, and a hostile file of two kilobytes (forms that draw forms that draw forms)
keeps it busy for hours, or fills the memory. Therefore untrusted files are read in a worker
process with limits.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import pypdfium2_raw as raw

from ...errors import ReadError

MAX_PAGES = 2_000
MAX_CHARACTERS = 50_000  # per page; a full page in 4-point type has 30,000
MAX_TEXT = 5_000_000  # characters; the 57 pages of 78/69 have 270,000
SPACE = 0.16  # of the font size: a wider gap is a space, even without a space character
BREAK = 0.8  # of the font size: a wider gap may be a tab or the next column, and begins a run
BOLD, ITALIC = 1, 2
_FAR = 1e5  # points; larger than any page, and NaN compares false
# PDFium's codes for a hyphen at the end of a line, and for unmapped characters.
_HYPHENS = {0x02, 0xFFFE}
_ITALIC_FLAG, _BOLD_FLAG, _BOLD_WEIGHT = 1 << 6, 1 << 18, 600

_LOCKED = "The PDF is password-protected; save a copy without a password."
_BROKEN = "The PDF is damaged; download it again, or save a copy with a program that opens it."
_LONG = f"The PDF has more than {MAX_PAGES:,} pages or too much text; split it."
_CROWDED = f"A page of the PDF has more than {MAX_CHARACTERS:,} characters."


class Face(NamedTuple):
    """The shared properties of a text object's characters: baseline, size in points, style bits."""

    base: float
    size: float
    style: int


# A non-space character, its left and right edges, its face, and whether a space precedes it.
Glyph = tuple[str, float, float, Face, bool]
Run = tuple[str, float, float, float, float, int]  # text, left, right, and its face


class Sheet(NamedTuple):
    """The lower and upper end of a page, in points, and its runs."""

    bottom: float
    top: float
    runs: list[Run]


def read_sheets(content: bytes) -> Iterator[Sheet]:
    """Yield the pages of a PDF; raise `ReadError` if it is locked, damaged or too large."""
    characters = 0
    with _open(content) as document:
        count = raw.FPDF_GetPageCount(document)
        if count > MAX_PAGES:
            raise ReadError(_LONG)
        if count <= 0:
            raise ReadError(_BROKEN)
        for number in range(count):
            sheet = _read_sheet(document, number)
            characters += sum(len(run[0]) for run in sheet.runs)
            if characters > MAX_TEXT:
                raise ReadError(_LONG)
            yield sheet


@cache
def _start_pdfium() -> None:
    raw.FPDF_InitLibrary()
    # Only the address is needed, and an integer is faster to create than a typed pointer.
    raw.FPDFText_GetTextObject.restype = ctypes.c_void_p


@contextmanager
def _open(content: bytes) -> Iterator[Any]:
    _start_pdfium()
    document = raw.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        locked = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise ReadError(_LOCKED if raw.FPDF_GetLastError() in locked else _BROKEN)
    try:
        yield document
    finally:
        raw.FPDF_CloseDocument(document)


def _read_sheet(document: Any, number: int) -> Sheet:
    page = raw.FPDF_LoadPage(document, number)
    text = raw.FPDFText_LoadPage(page) if page else None
    try:
        if not text:
            raise ReadError(_BROKEN)
        count = raw.FPDFText_CountChars(text)
        if count > MAX_CHARACTERS:
            raise ReadError(_CROWDED)
        displayed = _DisplayedPage(page, text)
        return Sheet(displayed.bottom, displayed.top, list(_gather_runs(displayed.glyphs(count))))
    finally:
        if text:
            raw.FPDFText_ClosePage(text)
        if page:
            raw.FPDF_ClosePage(page)


def _gather_runs(glyphs: Iterator[Glyph]) -> Iterator[Run]:
    """Yield the runs of a page in file order."""
    held: list[str] = []
    left = right = 0.0
    last: Face | None = None
    for letter, start, end, face, spaced in glyphs:
        gap = start - right
        if last is not None:
            same, size = face is last or face == last, face.size
            if spaced or (same and gap > SPACE * size):
                held.append(" ")
            if not same or not -0.5 * size < gap < BREAK * size:
                yield "".join(held), left, right, *last
                held = []
        if not held:
            left, last = start, face
        held.append(letter)
        right = end
    if last is not None:
        yield "".join(held), left, right, *last


class _DisplayedPage:
    """A page as displayed: its characters, turned by the page's rotation."""

    def __init__(self, page: Any, text: Any) -> None:
        self.text = text
        self.quarters = raw.FPDFPage_GetRotation(page)
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, box)
        self.left, self.below, self.right, self.above = box.left, box.bottom, box.right, box.top
        ends = self._turn(box.left, box.bottom)[1], self._turn(box.right, box.top)[1]
        self.bottom, self.top = min(ends), max(ends)
        self.faces: dict[int, Face | None] = {}
        self.styles: dict[int, int] = {}

    def glyphs(self, count: int) -> Iterator[Glyph]:
        """Yield the characters in file order."""
        text, faces, box = self.text, self.faces, raw.FS_RECTF()
        box_address = ctypes.byref(box)
        blank: tuple[float, float] | None = None
        for index in range(count):
            drawn = raw.FPDFText_GetTextObject(text, index)
            if not drawn:  # a space or line end inferred by PDFium
                continue
            if drawn not in faces:
                faces[drawn] = self._face(drawn, index)
            face = faces[drawn]
            if face is None or not raw.FPDFText_GetLooseCharBox(text, index, box_address):
                continue
            left, right = self._edges(box) if self.quarters else (box.left, box.right)
            if not -_FAR < left <= right < _FAR:
                continue
            letter = _letter(raw.FPDFText_GetUnicode(text, index))
            if letter.isspace():
                blank = blank or (left, right)
                continue
            spaced = blank is not None and not _is_covered(blank, self._origin(index)[0])
            yield letter, left, right, face, spaced
            blank = None

    def _turn(self, x: float, y: float) -> tuple[float, float]:
        """Convert a point from file coordinates to the rotated page."""
        if self.quarters == 1:
            return y - self.below, self.right - x
        if self.quarters == 2:
            return self.right - x, self.above - y
        if self.quarters == 3:
            return self.above - y, x - self.left
        return x, y

    def _edges(self, box: Any) -> tuple[float, float]:
        first = self._turn(box.left, box.bottom)[0]
        second = self._turn(box.right, box.top)[0]
        return min(first, second), max(first, second)

    def _origin(self, index: int) -> tuple[float, float]:
        """Return a character's origin, which is on the baseline even for slanted text."""
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.text, index, x, y)
        return self._turn(x.value, y.value)

    def _face(self, address: int, index: int) -> Face | None:
        """Return the face of a character's text object; None if the text is not upright."""
        matrix, size = raw.FS_MATRIX(), ctypes.c_float()
        drawn = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
        raw.FPDFText_GetMatrix(self.text, index, matrix)
        raw.FPDFTextObj_GetFontSize(drawn, size)
        along, across = (matrix.a, matrix.b) if self.quarters % 2 == 0 else (matrix.b, matrix.a)
        height = abs(size.value) * math.hypot(matrix.c, matrix.d)
        base = self._origin(index)[1]
        if abs(across) > 0.1 * abs(along) or not (abs(base) < _FAR and height < _FAR):
            return None
        return Face(round(base, 2), max(round(height, 2), 1.0), self._style(drawn))

    def _style(self, drawn: Any) -> int:
        font = raw.FPDFTextObj_GetFont(drawn)
        if not font:
            return 0
        key = ctypes.addressof(font.contents)
        if key not in self.styles:
            self.styles[key] = _style_of(font)
        return self.styles[key]


def _is_covered(blank: tuple[float, float], x: float) -> bool:
    """Return whether a letter is printed over the space before it.

    Word joins a hyphen and a word in this way: the characters of 78/190 are "neo- Nazism", its
    print is "neo-Nazism". Such letters begin in the first third of the space, others in the last.
    """
    left, right = blank
    return left - 0.5 * (right - left) < x < (left + right) / 2


def _letter(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"


def _style_of(font: Any) -> int:
    """Return the bold and italic bits of a font, by its name and properties."""
    buffer, angle = ctypes.create_string_buffer(256), ctypes.c_int()
    raw.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace").lower()
    flags = max(raw.FPDFFont_GetFlags(font), 0)
    raw.FPDFFont_GetItalicAngle(font, angle)
    bold = "bold" in name or flags & _BOLD_FLAG or raw.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
    italic = "italic" in name or "oblique" in name or flags & _ITALIC_FLAG or angle.value
    return (BOLD if bold else 0) | (ITALIC if italic else 0)
