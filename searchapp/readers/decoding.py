"""Decoding of bytes."""

from __future__ import annotations

from ..errors import ReadError


def decode(content: bytes) -> str:
    """Decode UTF-8, UTF-16 (by its mark) or Windows-1252; raise `ReadError` for binary files."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:8000]:
        raise ReadError("This is a binary file in an unsupported format.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
