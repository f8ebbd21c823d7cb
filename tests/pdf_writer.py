"""A writer of small PDFs that are set as the United Nations' are.

A page is a text; each of its lines has a position and the words that are printed there:

    123 420 12 | **78/10.** *Recalling* its resolution 70/1,^1^ and

that is x, y, the size in points (10 unless said), and words: `*italic*`, `**bold**`, `^raised^`;
a star or a circumflex of its own has a backslash before it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

FONTS = {"R": "Times-Roman", "I": "Times-Italic", "B": "Times-Bold"}
_LINE = re.compile(r"\s*([\d.]+) +([\d.]+)(?: +([\d.]+))? *\| ?(.*)")
_FACES = re.compile(
    r"\*\*(?P<B>.+?)\*\*|\*(?P<I>.+?)\*|\^(?P<raised>.+?)\^|(?P<R>(?:\\.|[^*^\\])+)"
)


def pdf(*pages: str, rotate: int = 0, locked: bool = False) -> bytes:
    """Return a PDF of these pages; `rotate` turns the paper and its print by quarter turns."""
    fonts = b"".join(b"/%s %d 0 R" % (name.encode(), 3 + n) for n, name in enumerate(FONTS))
    first = 3 + len(FONTS)
    kids = b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        *(
            b"<</Type/Font/Subtype/Type1/Encoding/WinAnsiEncoding/BaseFont/%s>>" % name.encode()
            for name in FONTS.values()
        ),
    ]
    paper = b"0 0 792 612" if rotate % 180 else b"0 0 612 792"
    for number, page in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<<%s>>>>>>" % (paper, rotate, first + 2 * number + 1, fonts)
        )
        objects.append(stream(_TURNS[rotate] + b"\n".join(_drawn(page))))
    return file_of(objects, locked)


# Turn the print against the paper, so that it is upright when a viewer turns the paper.
_TURNS = {
    0: b"",
    90: b"0 1 -1 0 792 0 cm\n",
    180: b"-1 0 0 -1 612 792 cm\n",
    270: b"0 -1 1 0 0 612 cm\n",
}


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF object with a compressed stream."""
    packed = zlib.compress(content)
    return b"<<%s/Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (
        entries,
        len(packed),
        packed,
    )


def file_of(objects: Sequence[bytes], locked: bool = False) -> bytes:
    """Return a PDF file of objects; the first is its catalogue."""
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
        b"11" * 32,
        b"22" * 32,
    )
    return (
        content
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            lock if locked else b"",
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(content)
    )


def _drawn(page: str) -> Iterator[bytes]:
    for line in filter(str.strip, page.splitlines()):
        match = _LINE.match(line)
        if match is None:
            raise ValueError(f"no line of a page: {line}")
        x, y, size, words = match.groups()
        yield f"BT {x} {y} Td".encode()
        yield from _set(words, float(size or 10))
        yield b"ET"


def _set(words: str, size: float) -> Iterator[bytes]:
    """Yield the operators that print words in their faces, one run after another."""
    for match in _FACES.finditer(words):
        face, raised = match.lastgroup or "R", match["raised"]
        letters = re.sub(r"\\([*^])", r"\1", raised or match[face]).encode("cp1252")
        letters = re.sub(rb"([\\()])", rb"\\\1", letters)
        if raised:
            yield b"/R %g Tf %g Ts (%s) Tj 0 Ts" % (size * 0.65, size * 0.34, letters)
        else:
            yield b"/%s %g Tf (%s) Tj" % (face.encode(), size, letters)
