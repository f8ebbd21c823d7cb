"""Readers: one a format, chosen by what a file holds; each gives `Document`s of blocks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..document import Document
from ..errors import ReadError

MAX_BYTES = 100_000_000
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (or a .docx)"),
    (b"\xd0\xcf\x11\xe0", "an old Word file (.doc); save it as text or HTML first"),
    (b"\x1f\x8b", "a gzip archive"),
)


def read(path: Path | str, data: bytes | None = None) -> Iterator[Document]:
    """Give the documents of a file, chosen by its content; `data` replaces the file's bytes.

    Raises `ReadError` with a sentence where the file can't be read.
    """
    place = Path(path)
    content = _bytes(place) if data is None else data
    digest = hashlib.sha256(content).hexdigest()
    for document in _documents(content, place):
        yield replace(document, hash=digest)


def sniff(content: bytes) -> str:
    """The format of a file's bytes: "akn", "html" or "text"; `ReadError` for what none reads."""
    for magic, name in _FOREIGN:
        if content.startswith(magic):
            raise ReadError(f"This is {name}, which can't be read yet.")
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000]
    if re.search(rb"<(?:\w+:)?akomaNtoso\b", start):
        return "akn"
    if re.match(
        rb"<!doctype\s+html|<html\b|<\?xml[^>]*\?>\s*<(?:!doctype\s+)?html", start, re.IGNORECASE
    ):
        return "html"
    if re.match(rb"<(?:head|body|div|p|h[1-6]|article|main|section)\b", start, re.IGNORECASE):
        return "html"
    if start.startswith(b"<?xml"):
        raise ReadError("This is XML, but neither Akoma Ntoso nor HTML.")
    return "text"


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"The file can't be opened: {error.strerror or error}.") from None


def _documents(content: bytes, path: Path) -> Iterator[Document]:
    if not content.strip():
        raise ReadError("The file is empty.")
    kind = sniff(content)
    if kind == "akn":
        from .akn import read_akn

        yield from read_akn(content, str(path))
    elif kind == "html":
        from .html import read_html

        yield read_html(content, str(path))
    else:
        from .text import read_text

        yield read_text(decoded(content), str(path))


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8 or UTF-16 by its mark, else Windows-1252; `ReadError` for binaries."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:8000]:
        raise ReadError("This is a binary file of a format that can't be read.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
