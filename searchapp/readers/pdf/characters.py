"""The characters of a PDF in runs of one font: the program that opens the file.

It runs as a process of its own, one for each file: PDFium is C++ code, and a hostile file of two
kilobytes (forms that draw forms that draw forms) keeps it busy for hours, or fills the memory,
which nothing but the end of its process stops. The file comes in on standard input; out goes a line
of JSON for each page, and a last one: null, or the word for what is wrong. It imports nothing of
ours, so that it starts fast.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2_raw as raw

MAX_PAGES = 2_000
MAX_CHARACTERS = 50_000  # a page; print of 4 points fills one with 30,000
MAX_OUTPUT = 50_000_000  # characters of JSON for a file; the 57 pages of 78/69 give 500,000
MAX_MEMORY = 1_500_000_000  # bytes of address space
SECONDS_A_PAGE = 10
SPACE = 0.16  # of the font's size: a wider gap is a space, though no character says so
BREAK = 0.8  # a gap as wide may be a tab, or the next column: another run begins
BOLD, ITALIC = 1, 2
_FAR = 1e5  # points; also what is no number is not nearer
# PDFium's sign for a hyphen at the end of a line, and the one for what it could not map.
_HYPHENS = {0x02, 0xFFFE}
_ITALIC_FLAG, _BOLD_FLAG, _BOLD_WEIGHT = 1 << 6, 1 << 18, 600


class Face(NamedTuple):
    """What the characters of one text object share: baseline, size in points, style bits."""

    base: float
    size: float
    style: int


# A character that is no space, its edges, its face, and whether a space is before it.
Glyph = tuple[str, float, float, Face, bool]
Run = tuple[str, float, float, float, float, int]  # text, left, right, and its face


def main() -> None:
    """Read the PDF of standard input."""
    _bound()
    # Of a text object its address alone is asked for each character: a number is made faster.
    raw.FPDFText_GetTextObject.restype = ctypes.c_void_p
    _say(_report(sys.stdin.buffer.read()))


def _say(what: Any) -> int:
    """Write a line of JSON; its length."""
    return sys.stdout.write(json.dumps(what) + "\n")


def _bound() -> None:
    """Let the system end this process where it takes too much memory; not every system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _alarm() -> None:
    """Give what comes its time: the alarm ends the process, as no handler could inside PDFium."""
    with contextlib.suppress(ImportError, AttributeError):
        import signal

        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS_A_PAGE)


def _report(content: bytes) -> str | None:
    """Say the pages; None, or the word for what is wrong."""
    _alarm()
    raw.FPDF_InitLibrary()
    document = raw.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        locked = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return "locked" if raw.FPDF_GetLastError() in locked else "broken"
    count, said = raw.FPDF_GetPageCount(document), 0
    if not 0 < count <= MAX_PAGES:
        return "long" if count > 0 else "broken"
    for number in range(count):
        _alarm()
        page = _page(document, number)
        if isinstance(page, str):
            return page
        said += _say(page)
        if said > MAX_OUTPUT:
            return "long"
    return None


def _page(document: Any, number: int) -> dict[str, Any] | str:
    """Where a page ends below and above, and its runs; or the word for what is wrong."""
    page = raw.FPDF_LoadPage(document, number)
    text = raw.FPDFText_LoadPage(page) if page else None
    if not text:
        return "broken"
    count = raw.FPDFText_CountChars(text)
    if count > MAX_CHARACTERS:
        return "crowded"
    sheet = _Sheet(page, text)
    runs = list(_runs(sheet.glyphs(count)))
    raw.FPDFText_ClosePage(text)
    raw.FPDF_ClosePage(page)
    return {"bottom": sheet.bottom, "top": sheet.top, "pieces": runs}


def _runs(glyphs: Iterator[Glyph]) -> Iterator[Run]:
    """The runs of a page in the order of the file."""
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


class _Sheet:
    """A page as it is seen: its characters, turned where the page is turned."""

    def __init__(self, page: Any, text: Any) -> None:
        self.text = text
        self.quarters = raw.FPDFPage_GetRotation(page)
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, box)
        self.left, self.below, self.right, self.above = box.left, box.bottom, box.right, box.top
        ends = self._turned(box.left, box.bottom)[1], self._turned(box.right, box.top)[1]
        self.bottom, self.top = min(ends), max(ends)
        self.faces: dict[int, Face | None] = {}
        self.styles: dict[int, int] = {}

    def glyphs(self, count: int) -> Iterator[Glyph]:
        """The characters in the order of the file."""
        text, faces, box = self.text, self.faces, raw.FS_RECTF()
        place = ctypes.byref(box)
        blank: tuple[float, float] | None = None
        for index in range(count):
            drawn = raw.FPDFText_GetTextObject(text, index)
            if not drawn:  # PDFium's own guess at a space or the end of a line
                continue
            if drawn not in faces:
                faces[drawn] = self._face(drawn, index)
            face = faces[drawn]
            if face is None or not raw.FPDFText_GetLooseCharBox(text, index, place):
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

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file where it is seen on the page."""
        if self.quarters == 1:
            return y - self.below, self.right - x
        if self.quarters == 2:
            return self.right - x, self.above - y
        if self.quarters == 3:
            return self.above - y, x - self.left
        return x, y

    def _edges(self, box: Any) -> tuple[float, float]:
        first = self._turned(box.left, box.bottom)[0]
        second = self._turned(box.right, box.top)[0]
        return min(first, second), max(first, second)

    def _origin(self, index: int) -> tuple[float, float]:
        """Where a character's pen starts: on the baseline, whatever its slant."""
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.text, index, x, y)
        return self._turned(x.value, y.value)

    def _face(self, address: int, index: int) -> Face | None:
        """The face of a character's text object; None for what does not stand upright."""
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
    """Whether a letter is printed on the space before it.

    So Word keeps a hyphen and a word together: the characters of 78/190 say "neo- Nazism", its
    print "neo-Nazism". Such letters begin in the first third of the space, others in the last.
    """
    left, right = blank
    return left - 0.5 * (right - left) < x < (left + right) / 2


def _letter(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"


def _style_of(font: Any) -> int:
    """Bold and italic, told by the font's name, or by what it says of itself."""
    buffer, angle = ctypes.create_string_buffer(256), ctypes.c_int()
    raw.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace").lower()
    flags = max(raw.FPDFFont_GetFlags(font), 0)
    raw.FPDFFont_GetItalicAngle(font, angle)
    bold = "bold" in name or flags & _BOLD_FLAG or raw.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
    italic = "italic" in name or "oblique" in name or flags & _ITALIC_FLAG or angle.value
    return (BOLD if bold else 0) | (ITALIC if italic else 0)


if __name__ == "__main__":
    main()
