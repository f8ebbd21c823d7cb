"""Readers, one per format; each turns a file into `Document`s of blocks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..errors import ReadError
from ..model.document import Document
from .archive import Archive, is_zip, read_archive
from .decoding import decode

MAX_BYTES = 100_000_000
# Modules that a reader process imports before its first file.
PRELOAD = (
    "searchapp.ingest.reading",
    *(f"{__name__}.{name}" for name in ("akn", "boundaries", "docx", "html", "pdf")),
)
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
_CONVERT = "Convert it with LibreOffice: soffice --headless --convert-to docx FILE"
# Formats without a reader: initial bytes, bytes anywhere in the file, description.
_FOREIGN = (
    (_OLE, _ENCRYPTED, "a password-protected Word file: save a copy without a password."),
    (_OLE, b"", f"an old Word file (.doc). {_CONVERT}"),
    (b"{\\rtf", b"", f"a rich text file (.rtf). {_CONVERT}"),
    (b"\x1f\x8b", b"", "a gzip archive: unpack it first."),
    (
        b"MIME-Version:",
        b"",
        "a web archive (.mht): save it as .docx.",
    ),
)
_COMMENTS = re.compile(rb"(?:<!--.*?-->\s*)+", re.DOTALL)
_PAGE = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h[1-6]|article|main|section|center|table"
    rb"|pre|[uo]l|b|i|u|em|strong|font|span)\b|<\?xml[^>]*\?>\s*<(?:!doctype\s+)?html\b",
    re.IGNORECASE,
)

# How texts of a mark-up begin: the first of these that matches tells the format.
_BEGINNINGS = (("akn", re.compile(rb"(?s).*?<(?:\w+:)?akomaNtoso\b")), ("html", _PAGE))


def read(path: Path | str, data: bytes | None = None) -> Iterator[Document]:
    """Yield the documents of a file, whose format is detected; `data` replaces its bytes.

    Raises `ReadError` if the file cannot be read; its message is a sentence for users.
    """
    file = Path(path)
    content = _read_bytes(file) if data is None else data
    digest = hashlib.sha256(content).hexdigest()
    for document in _read_documents(content, file):
        yield replace(document, hash=document.hash or digest)


def sniff(content: bytes) -> str:
    """Detect the format of a file's bytes ("pdf", "docx", "zip", "akn", "html", "text").

    Raises `ReadError` for formats without a reader.
    """
    for magic, sign, said in _FOREIGN:
        if content.startswith(magic) and sign in content:
            raise ReadError(f"This is {said}")
    if is_zip(content):
        return Archive(content).kind()
    if b"%PDF-" in content[:1024]:  # mail headers or white space may precede it
        return "pdf"
    start = _read_start(content)
    for form, beginning in _BEGINNINGS:
        if beginning.match(start):
            return form
    if start.startswith(b"<?xml"):
        raise ReadError("This is XML, but neither Akoma Ntoso nor HTML.")
    return "text"


def _read_start(content: bytes) -> bytes:
    """Return the first characters of a text, without initial white space and comments."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content[:8000].decode("utf-16", "replace").encode("utf-8", "replace")
    start = content[:8000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return _COMMENTS.sub(b"", start, count=1)[:2000] if start.startswith(b"<!--") else start[:2000]


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReadError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"The file can't be opened: {error.strerror or error}.") from None


def _read_documents(content: bytes, path: Path) -> Iterator[Document]:
    if not content.strip():
        raise ReadError("The file is empty.")
    kind = sniff(content)
    if kind == "pdf":
        from .pdf import read_pdf

        yield read_pdf(content, str(path))
    elif kind == "docx":
        from .docx import read_docx

        yield read_docx(content, str(path))
    elif kind == "zip":
        yield from read_archive(Archive(content), str(path), _read_member)
    elif kind == "akn":
        from .akn import read_akn

        yield from read_akn(content, str(path))
    elif kind == "html":
        from .html import read_html

        yield read_html(content, str(path))
    else:
        from .boundaries import split_resolutions
        from .plain_text import read_text

        yield from split_resolutions(read_text(decode(content), str(path)))


def _read_member(path: str, content: bytes) -> Iterator[Document]:
    if is_zip(content) and Archive(content).kind() == "zip":
        raise ReadError("It is an archive inside an archive: unpack it first.")
    yield from read(path, content)
