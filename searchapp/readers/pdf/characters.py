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

import pypdfium2 as pdfium
import pypdfium2.raw as raw

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

Run = tuple[str, float, float, float, float, int]  # text, left, right, and its face


class Face(NamedTuple):
    """What the characters of one text object share: baseline, size in points, style bits."""

    base: float
    size: float
    style: int


class Glyph(NamedTuple):
    """A character that is no space, its edges, its face, and whether a space is before it."""

    letter: str
    left: float
    right: float
    face: Face
    spaced: bool


def main() -> None:
    """Read the PDF of standard input."""
    _bound()
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
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        locked = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return "locked" if raw.FPDF_GetLastError() in locked else "broken"
    with document:
        if not 0 < len(document) <= MAX_PAGES:
            return "long" if len(document) else "broken"
        return _say_pages(document)


def _say_pages(document: Any) -> str | None:
    said = 0
    for number in range(len(document)):
        _alarm()
        try:
            said += _say(_page(document, number))
        except pdfium.PdfiumError:
            return "broken"
        except OverflowError:
            return "crowded"
        if said > MAX_OUTPUT:
            return "long"
    return None


def _page(document: Any, number: int) -> dict[str, Any]:
    """Where a page ends below and above, and its runs."""
    page = document[number]
    text = page.get_textpage()
    try:
        count = raw.FPDFText_CountChars(text)
        if count > MAX_CHARACTERS:
            raise OverflowError
        sheet = _Sheet(text.raw, page.get_bbox(), page.get_rotation())
        runs = list(_runs(sheet.glyphs(count)))
        return {"bottom": sheet.bottom, "top": sheet.top, "pieces": runs}
    finally:
        text.close()
        page.close()


def _runs(glyphs: Iterator[Glyph]) -> Iterator[Run]:
    """The runs of a page in the order of the file."""
    held: list[str] = []
    left = right = 0.0
    last: Face | None = None
    for letter, start, end, face, spaced in glyphs:
        gap = start - right
        if last is not None:
            if spaced or (gap > SPACE * face.size and face == last):
                held.append(" ")
            if face != last or not -0.5 * face.size < gap < BREAK * face.size:
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

    def __init__(self, text: Any, box: tuple[float, float, float, float], rotation: int) -> None:
        self.text = text
        self.rotation = rotation
        self.left, self.below, self.right, self.above = box
        ends = self._turned(*box[:2])[1], self._turned(*box[2:])[1]
        self.bottom, self.top = min(ends), max(ends)
        self.faces: dict[int, Face | None] = {}
        self.styles: dict[int, int] = {}

    def glyphs(self, count: int) -> Iterator[Glyph]:
        """The characters in the order of the file."""
        box = raw.FS_RECTF()
        place = ctypes.byref(box)
        blank: tuple[float, float] | None = None
        for index in range(count):
            drawn = raw.FPDFText_GetTextObject(self.text, index)
            if not drawn:  # PDFium's own guess at a space or the end of a line
                continue
            face = self._face(drawn, index)
            if face is None or not raw.FPDFText_GetLooseCharBox(self.text, index, place):
                continue
            left, right = self._edges(box) if self.rotation else (box.left, box.right)
            if not -_FAR < left <= right < _FAR:
                continue
            letter = _letter(raw.FPDFText_GetUnicode(self.text, index))
            if letter.isspace():
                blank = blank or (left, right)
                continue
            spaced = blank is not None and not _is_covered(blank, self._origin(index)[0])
            yield Glyph(letter, left, right, face, spaced)
            blank = None

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file where it is seen on the page."""
        if self.rotation == 90:
            return y - self.below, self.right - x
        if self.rotation == 180:
            return self.right - x, self.above - y
        if self.rotation == 270:
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

    def _face(self, drawn: Any, index: int) -> Face | None:
        """The face of a character's object; None for what does not stand upright."""
        key = ctypes.addressof(drawn.contents)
        if key not in self.faces:
            self.faces[key] = self._look(drawn, index)
        return self.faces[key]

    def _look(self, drawn: Any, index: int) -> Face | None:
        matrix, size = raw.FS_MATRIX(), ctypes.c_float()
        raw.FPDFText_GetMatrix(self.text, index, matrix)
        raw.FPDFTextObj_GetFontSize(drawn, size)
        along, across = (matrix.a, matrix.b) if self.rotation % 180 == 0 else (matrix.b, matrix.a)
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
