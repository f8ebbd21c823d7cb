"""Bytes as text."""

from __future__ import annotations

from ..errors import ReadError


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8 or UTF-16 by its mark, else Windows-1252; `ReadError` for binaries."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:8000]:
        raise ReadError("This is a binary file in an unsupported format.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
